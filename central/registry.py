"""What the central server decides: who a card belongs to, what a report changes, who may speak.

Free of HTTP, threads and clocks: a call is one transaction, and the time comes from outside.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from central.tables import Card, ECardCode, Event, Kiosk, Operation, Person, StaffCallTaken
from kiosk.uplink.contract import (
    Acknowledged,
    ApplicationStatus,
    CardRecord,
    CardReference,
    ConditionReport,
    Conditions,
    ECardQuery,
    FormerAcknowledged,
    Heartbeat,
    PinChangeOutcome,
    PinChangeReport,
    ProblemType,
    StaffCall,
)

E_CARD_CODE_SECONDS = 60
"""How long an e-card code lives."""

MEDICAL_CODE = re.compile(r"[0-9]{28}")
"""How a medical-insurance code looks. Not published: each bureau sets what its own look like."""

PIN_BLOCKED = "6983"
"""The status word of a blocked PIN (ISO 7816-4, authentication method blocked)."""


class Refused(Exception):
    """The registry does not do what was asked; nothing changed."""

    def __init__(self, type: ProblemType, title: str) -> None:
        super().__init__(title)
        self.type = type
        self.title = title


class Registry:
    """Persons, cards, kiosks and their reports.

    Args:
        engine: Where they are kept.
        now: The time; days and the life of a code are counted by it, order never is.
        medical_code: What a medical-insurance code looks like, matched whole.
        token: Makes the opaque part of an e-card code and of a kiosk's secret.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        medical_code: re.Pattern[str] = MEDICAL_CODE,
        token: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self.engine = engine
        self.now = now
        self._medical_code = medical_code
        self._token = token

    # Kiosks

    def admit(self, kiosk: str) -> str:
        """Make (or change) the secret of `kiosk` and return it; only its hash is kept."""
        secret = f"{kiosk}.{self._token()}"
        with Session(self.engine) as session, session.begin():
            session.merge(Kiosk(name=kiosk, secret_hash=_hash(secret)))
        return secret

    def kiosk_of(self, secret: str) -> str | None:
        """The kiosk that this secret belongs to, or None. The comparison takes the same time either way."""
        name = secret.partition(".")[0]
        with Session(self.engine) as session:
            kiosk = session.get(Kiosk, name)
        # 32 zero bytes are nobody's SHA-256.
        expected = kiosk.secret_hash if kiosk else bytes(32)
        return name if hmac.compare_digest(expected, _hash(secret)) else None

    # Questions

    def card_by_reference(self, reference: CardReference) -> CardRecord:
        """The record of the card that someone holds.

        Raises:
            Refused: No card, or more than one, answers to this reference.
        """
        with Session(self.engine) as session:
            card = _find(session, reference)
            if card is None:
                raise Refused(ProblemType.CARD_UNKNOWN, "no such card on record")
            return self._record(card)

    def card_by_e_card(self, query: ECardQuery) -> CardRecord:
        """The record of the card in use of the person whose phone shows this code.

        Raises:
            Refused: The code is expired, none of ours, or for medical insurance; or the person has no card.
        """
        code = query.e_card_code.get_secret_value()
        if self._medical_code.fullmatch(code):
            raise Refused(ProblemType.MEDICAL_CODE, "a medical-insurance code")
        with Session(self.engine) as session:
            issued = session.get(ECardCode, _hash(code))
            if issued is None:
                raise Refused(ProblemType.CODE_FOREIGN, "not a code of this e-card service")
            if issued.expires_at <= self.now():
                raise Refused(ProblemType.CODE_EXPIRED, "the code has expired")
            cards = session.scalars(select(Card).where(Card.person_id == issued.person_id)).all()
            if not cards:
                raise Refused(ProblemType.CARD_UNKNOWN, "no card on record")
            return self._record(max(cards, key=_in_use))

    def issue_e_card_code(self, person: Person) -> str:
        """Make a code for the person's phone, good for `E_CARD_CODE_SECONDS`."""
        code = f"ecard:{self._token()}"
        now = self.now()
        with Session(self.engine) as session, session.begin():
            # After a day nobody needs to be told "expired" rather than "foreign".
            session.execute(delete(ECardCode).where(ECardCode.expires_at < now - timedelta(days=1)))
            session.add(
                ECardCode(
                    code_hash=_hash(code),
                    person_id=person.id,
                    expires_at=now + timedelta(seconds=E_CARD_CODE_SECONDS),
                )
            )
        return code

    def expire_e_card_codes(self) -> None:
        """End the life of every code that was issued."""
        with Session(self.engine) as session, session.begin():
            session.execute(update(ECardCode).values(expires_at=self.now()))

    # Reports

    def take_pin_change(self, report: PinChangeReport) -> bytes:
        """Store what became of a PIN change, once, and return the answer's exact bytes.

        Raises:
            Refused: The id was used for another payload.
        """
        payload = report.model_dump_json().encode()
        with Session(self.engine) as session, session.begin():
            before = session.get(Operation, str(report.operation_id))
            if before is not None:
                if before.payload != payload:
                    raise Refused(ProblemType.OPERATION_CONFLICT, "this id was used for another operation")
                return before.answer
            card = session.scalars(select(Card).where(Card.handle == str(report.card))).one_or_none()
            answer = FormerAcknowledged(operation_id=report.operation_id, outcome=report.outcome)
            wire = answer.model_dump_json().encode()
            if card is not None:
                _apply(session, card, report)
            session.add(
                Operation(
                    operation_id=str(report.operation_id),
                    kiosk=report.kiosk,
                    boot=report.boot,
                    sequence=report.sequence,
                    card_id=card.id if card else None,
                    kind=report.kind,
                    outcome=report.outcome,
                    payload=payload,
                    answer=wire,
                    taken_at=self.now(),
                )
            )
            kind = f"operation.{report.outcome}" if card else "operation.card_unknown"
            self._note(session, report.kiosk, kind, str(report.operation_id))
        return wire

    def take_heartbeat(self, beat: Heartbeat) -> Acknowledged:
        """Note that a kiosk lives. One that is older than what is known changes nothing."""
        with Session(self.engine) as session, session.begin():
            kiosk = session.get_one(Kiosk, beat.kiosk)
            if self._is_news(kiosk, beat.boot, beat.sequence):
                kiosk.version = beat.version
                kiosk.outbox_length = beat.outbox_length
                self._compare(session, kiosk, beat.conditions)
        return Acknowledged()

    def take_conditions(self, report: ConditionReport) -> Acknowledged:
        """Note which conditions stand at a kiosk. A report older than what is known changes nothing."""
        with Session(self.engine) as session, session.begin():
            kiosk = session.get_one(Kiosk, report.kiosk)
            if self._is_news(kiosk, report.boot, report.sequence):
                self._compare(session, kiosk, report.conditions)
        return Acknowledged()

    def take_staff_call(self, call: StaffCall) -> Acknowledged:
        """Call the staff, once for each id.

        Raises:
            Refused: The id was used for another call.
        """
        payload = call.model_dump_json().encode()
        with Session(self.engine) as session, session.begin():
            before = session.get(StaffCallTaken, str(call.call_id))
            if before is None:
                session.add(
                    StaffCallTaken(call_id=str(call.call_id), kiosk=call.kiosk, payload=payload, taken_at=self.now())
                )
                self._note(session, call.kiosk, "staff.called", call.page)
            elif before.payload != payload:
                raise Refused(ProblemType.OPERATION_CONFLICT, "this id was used for another call")
        return Acknowledged()

    def _is_news(self, kiosk: Kiosk, boot: int, sequence: int) -> bool:
        kiosk.seen_at = self.now()
        if (boot, sequence) < (kiosk.boot, kiosk.sequence):
            return False
        kiosk.boot, kiosk.sequence = boot, sequence
        return True

    def _compare(self, session: Session, kiosk: Kiosk, conditions: Conditions) -> None:
        standing = {c.id: {"since": c.since.isoformat(), "detail": c.detail} for c in conditions}
        for raised in sorted(standing.keys() - kiosk.conditions.keys()):
            self._note(session, kiosk.name, "condition.raised", raised)
        for cleared in sorted(kiosk.conditions.keys() - standing.keys()):
            self._note(session, kiosk.name, "condition.cleared", cleared)
        kiosk.conditions = standing

    def _note(self, session: Session, kiosk: str, kind: str, subject: str) -> None:
        session.add(Event(at=self.now(), kiosk=kiosk, kind=kind, subject=subject))

    def _record(self, card: Card) -> CardRecord:
        return CardRecord.model_validate(
            {
                "as_of": self.now().date(),
                "name": card.person.name,
                "social_security_number": card.person.social_security_number,
                "birth_date": card.person.birth_date,
                "phone_tail": card.person.phone_tail,
                **{field: getattr(card, field) for field in _CARD_FIELDS},
            }
        )


_CARD_FIELDS = CardRecord.model_fields.keys() & Card.__mapper__.column_attrs.keys()


def _hash(secret: str) -> bytes:
    # Plain SHA-256: what is hashed is random and long, so there is nothing to guess.
    return hashlib.sha256(secret.encode()).digest()


def _find(session: Session, reference: CardReference) -> Card | None:
    """The one card that agrees with every item of `reference`, or None."""
    asked = select(Card)
    if reference.card_identification_code is not None:
        code = reference.card_identification_code.get_secret_value()
        asked = asked.where(Card.card_identification_code == code)
    if reference.card_number is not None:
        asked = asked.where(Card.card_number == reference.card_number.get_secret_value())
    if reference.region is not None:
        asked = asked.where(Card.region == reference.region)
    cards = session.scalars(asked.limit(2)).all()
    return cards[0] if len(cards) == 1 else None


def _in_use(card: Card) -> tuple[bool, bool, str]:
    """Sorts the card in use last: a normal one, else one not cancelled, else the newest."""
    return (
        card.application_status == ApplicationStatus.NORMAL,
        card.application_status != ApplicationStatus.CANCELLED,
        str(card.issued_on or ""),
    )


def _apply(session: Session, card: Card, report: PinChangeReport) -> None:
    if report.outcome is PinChangeOutcome.DONE:
        card.initial_pin = False
    later = select(Operation).where(
        Operation.card_id == card.id,
        Operation.kiosk == report.kiosk,
        (Operation.boot > report.boot) | ((Operation.boot == report.boot) & (Operation.sequence > report.sequence)),
    )
    if session.scalars(later.limit(1)).first() is not None:
        return  # A delayed report says nothing of how the card is now.
    if report.outcome is PinChangeOutcome.DONE or (report.tries_left or 0) > 0:
        card.pin_blocked = False
    elif report.tries_left == 0 or report.status_word == PIN_BLOCKED:
        card.pin_blocked = True
