"""What somebody has entered at a kiosk and not yet confirmed: in memory alone, for some minutes.

A number that was entered there is proved by a code to it before it is taken: a mistyped one is somebody else's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, select

from central import cards, evidence, one_time_codes
from central.application_stages import (
    OF_CARDS,
    SERVICE_OF,
    Situation,
    Wish,
    fee_fen,
    ineligible,
    proved_by_code,
    review_days,
    working_days_after,
)
from central.cards import CardRow
from central.service_tables import Application, SmsSubscription
from central.tables import Person
from central.transaction import Refused, Transaction
from kiosk.uplink.contract import (
    ApplicationDraft,
    ApplicationKind,
    ApplicationStage,
    ApplicationStatus,
    DraftCodeRequest,
    DraftCodeShown,
    DraftHeld,
    Ineligible,
    Lifecycle,
    OneTimeCodeSent,
    ProblemType,
    RegionPolicy,
)

DRAFTS_A_KIOSK = 20
"""Kept at a time: more than a citizen makes in the minutes that they last, and too few to fill the memory."""

UNDECIDED = tuple(stage.value for stage in ApplicationStage if not stage.ended)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What was entered."""

    draft: UUID
    kiosk: str
    card_id: int
    wish: Wish
    expires_at: datetime
    proved: bool
    """Whether its number needs no code, or has been proved by one."""
    fee_fen: int
    expected_on: date | None


class Drafts:
    """All that wait to be confirmed."""

    def __init__(self) -> None:
        self._held: dict[UUID, Draft] = {}

    def keep(self, draft: Draft, now: datetime) -> None:
        """Keep one, or what became of it; what has expired goes, and of a kiosk's too many the oldest."""
        self._held = {id: each for id, each in self._held.items() if each.expires_at > now}
        self._held[draft.draft] = draft
        for old in list(self._of(draft.kiosk))[:-DRAFTS_A_KIOSK]:
            del self._held[old]

    def find(self, draft: UUID, kiosk: str, now: datetime) -> Draft:
        """One of this kiosk's.

        Raises:
            Refused: It isn't kept any more, or never was.
        """
        held = self._held.get(draft)
        if held is None or held.kiosk != kiosk or held.expires_at <= now:
            raise Refused(ProblemType.DRAFT_EXPIRED, "what was entered isn't kept any more")
        return held

    def _of(self, kiosk: str) -> Iterator[UUID]:
        return (id for id, each in self._held.items() if each.kiosk == kiosk)


def hold_draft(transaction: Transaction, asked: ApplicationDraft) -> DraftHeld:
    """Keep what somebody wants to apply for, where the rules allow it.

    Raises:
        Refused: It isn't taken here, what was shown isn't enough, the number isn't one, or a rule forbids it.
    """
    policy = transaction.policy_of(asked.kiosk)
    person = evidence.require_person(transaction, asked.kiosk, asked.evidence, SERVICE_OF[asked.kind])
    card = cards.by_handle(transaction, asked.card)
    if card is None:
        raise Refused(ProblemType.CARD_UNKNOWN, "no such card on record")
    if card.person_id != person:
        raise Refused(ProblemType.EVIDENCE_FOREIGN, "evidence of somebody else")
    phone = None if asked.phone is None else asked.phone.get_secret_value()
    if phone is not None and not re.fullmatch(transaction.settings.phone_pattern, phone):
        raise Refused(ProblemType.PHONE_INVALID, "not a number that texts can be sent to")
    wish = Wish(kind=asked.kind, phone=phone, delivery=asked.delivery, outlet=asked.outlet, reason=asked.reason)
    require_eligible(transaction, wish, card, policy)
    if asked.kind in (ApplicationKind.SMS_SUBSCRIBE, ApplicationKind.SMS_CHANGE):
        wish = replace(wish, phone=phone or card.phone)
    made = asked.kind in OF_CARDS
    draft = Draft(
        draft=transaction.new_id(),
        kiosk=asked.kiosk,
        card_id=card.id,
        wish=wish,
        expires_at=transaction.now + timedelta(seconds=transaction.settings.application_draft_seconds),
        proved=not proved_by_code(wish, card.phone),
        fee_fen=fee_fen(asked.kind, _replaced_before(transaction, person), policy),
        expected_on=working_days_after(transaction.today, policy.replacement.days) if made else None,
    )
    transaction.drafts.keep(draft, transaction.now)
    return _told(transaction, draft, policy)


def require_eligible(transaction: Transaction, wish: Wish, card: CardRow, policy: RegionPolicy) -> None:
    """That the rules allow it now.

    Raises:
        Refused: They don't; the first that forbids it is named.
    """
    reason = ineligible(wish, _situation(transaction, card), policy)
    if reason is not None:
        raise not_eligible(reason)


def not_eligible(reason: Ineligible) -> Refused:
    """The refusal that names a rule."""
    return Refused(ProblemType.NOT_ELIGIBLE, "the rules don't allow it", reason=reason.value)


def send_draft_code(transaction: Transaction, request: DraftCodeRequest) -> OneTimeCodeSent | Refused:
    """Send a code to the number in a draft; see `one_time_codes.send`.

    Raises:
        Refused: The draft isn't kept any more, or has no number; nobody sends texts; too soon or too many.
    """
    draft = transaction.drafts.find(request.draft, request.kiosk, transaction.now)
    phone = draft.wish.phone
    if phone is None:
        raise Refused(ProblemType.PHONE_MISSING, "no number was entered")
    card = cards.by_id(transaction, draft.card_id)
    return one_time_codes.send(transaction, request.kiosk, request.code_id, card, phone, draft=str(draft.draft))


def show_draft_code(transaction: Transaction, shown: DraftCodeShown) -> DraftHeld | Refused:
    """The digits prove the number in the draft, and nobody's person.

    Raises:
        Refused: The draft isn't kept any more, or no such code was sent for it.
    """
    draft = transaction.drafts.find(shown.draft, shown.kiosk, transaction.now)
    found = one_time_codes.spend(transaction, shown.kiosk, shown.code_id, shown.code, draft=str(draft.draft))
    if isinstance(found, Refused):
        return found
    draft = replace(draft, proved=True)
    transaction.drafts.keep(draft, transaction.now)
    return _told(transaction, draft, transaction.policy_of(shown.kiosk))


def _told(transaction: Transaction, draft: Draft, policy: RegionPolicy) -> DraftHeld:
    made = draft.wish.kind in OF_CARDS
    return DraftHeld(
        draft=draft.draft,
        expires_in_seconds=(draft.expires_at - transaction.now).total_seconds(),
        phone_tail=None if made or draft.wish.phone is None else draft.wish.phone[-4:],
        prove_phone=not draft.proved,
        review_days=None if made else review_days(draft.wish.kind, policy),
        fee_fen=draft.fee_fen if made else None,
        expected_on=draft.expected_on,
        temporary_card=made and policy.replacement.temporary_card,
    )


def _situation(transaction: Transaction, card: CardRow) -> Situation:
    of_person = {"person": card.person_id}
    person = transaction.connection.execute(_PERSON, of_person).one()
    return Situation(
        today=transaction.today,
        pending=frozenset(
            ApplicationKind(kind) for kind in transaction.connection.execute(_UNDECIDED, of_person).scalars()
        ),
        phone_on_record=person.phone,
        texts_go_to=transaction.connection.execute(_SUBSCRIPTION, of_person).scalar_one_or_none(),
        has_photo=person.has_photo,
        has_address=person.address is not None,
        status=ApplicationStatus(card.application_status),
        lifecycle=Lifecycle(card.lifecycle),
        valid_until=card.valid_until,
        collecting=transaction.outlets.collecting,
    )


def _replaced_before(transaction: Transaction, person: int) -> int:
    found: int = transaction.connection.execute(_REPLACED, {"person": person}).scalar_one()
    return found


_PERSON = select(Person.phone, Person.address, Person.photo.is_not(None).label("has_photo")).where(
    Person.id == bindparam("person")
)
_UNDECIDED = select(Application.kind).where(
    Application.person_id == bindparam("person"), Application.stage.in_(UNDECIDED)
)
_SUBSCRIPTION = select(SmsSubscription.phone).where(SmsSubscription.person_id == bindparam("person"))
_REPLACED = select(func.count()).where(
    Application.person_id == bindparam("person"),
    Application.kind == ApplicationKind.REPLACEMENT.value,
    Application.stage != ApplicationStage.REFUSED.value,
)
