"""The bench's hand on a central server: what no kiosk may do. Only with `--bench-control`.

JSON lines over a Unix socket: a request is `{"do": VERB, ...arguments}`, an answer `{"ok": true, ...}` or
`{"ok": false, "error": TEXT}`.
"""

import asyncio
import base64
import json
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from central import applications, cases, operations
from central.application_stages import Decision
from central.faults import Faults
from central.personas import PHONE
from central.registry import Registry
from central.service_tables import Application, Decided, SmsSubscription
from central.sms import VirtualPhones
from central.tables import Card, Event, FaceCheck, Kiosk, OneTimeCode, Operation, Person, Table
from central.transitions import Happening
from kiosk.uplink.contract import ApplicationStatus, to_wire

DATES = ("issued_on", "collected_on", "valid_until", "loss_until", "financial_deadline")
SHOWN = (
    "lifecycle",
    "initial_pin",
    "pin_blocked",
    "loss_reason",
    "financial_activated",
    *DATES,
    "version",
)
SETTABLE = ("application_status", *SHOWN[:-1])
"""The columns of a card that a bench may set."""


class Bench:
    """The verbs.

    Args:
        registry: The server's.
        faults: What fails at its edge.
        people: The card identification code of each virtual person, by the name that the bench uses.
    """

    def __init__(self, registry: Registry, faults: Faults, people: Mapping[str, str]) -> None:
        self._registry = registry
        self._faults = faults
        self._people = people

    @property
    def verbs(self) -> dict[str, Callable[..., dict[str, Any]]]:
        """What may be asked, by name."""
        return {
            "state": self.state,
            "issue_code": self.issue_code,
            "medical_code": self.medical_code,
            "foreign_code": self.foreign_code,
            "expire_codes": self.expire_codes,
            "fault": self.fault,
            "repeats": self.repeats,
            "operations": self.operations,
            "cases": self.cases,
            "close_case": self.close_case,
            "events": self.events,
            "kiosk": self.kiosk,
            "card": self.card,
            "renew": self.renew,
            "overview": self.overview,
            "texts": self.texts,
            "sms": self.sms,
            "person": self.person,
            "applications": self.applications,
            "decide": self.decide,
        }

    def state(self) -> dict[str, Any]:
        """The fault that is on, and whom there is."""
        with Session(self._registry.engine) as session:
            kiosks = session.scalars(select(Kiosk.name)).all()
        return {"fault": self._faults.mode, "persons": sorted(self._people), "kiosks": list(kiosks)}

    def issue_code(self, person: str) -> dict[str, Any]:
        """Make an e-card code for this person's phone."""
        with Session(self._registry.engine) as session:
            holder = self._card(session, person).person
        return {"code": self._registry.issue_e_card_code(holder)}

    def medical_code(self) -> dict[str, Any]:
        """A code as the medical-insurance app shows one."""
        return {"code": "".join(secrets.choice("0123456789") for _ in range(28))}

    def foreign_code(self) -> dict[str, Any]:
        """A code of somebody else's service."""
        return {"code": f"https://pay.example/{secrets.token_urlsafe(12)}"}

    def expire_codes(self) -> dict[str, Any]:
        """End every code that was issued."""
        self._registry.expire_e_card_codes()
        return {}

    def fault(self, mode: str, seconds: float = 30.0, paths: str = "") -> dict[str, Any]:
        """Fail in `mode` from now on, for requests whose path has `paths` in it; `none` mends."""
        self._faults.fail(mode, seconds, paths)
        return {"fault": mode}

    def repeats(self) -> dict[str, Any]:
        """What came twice since the fault `duplicate` was put on, and whether it was answered alike."""
        return {"repeats": self._faults.repeats}

    def operations(self, person: str | None = None) -> dict[str, Any]:
        """Every operation, oldest first; of one card with `person`."""
        listed = select(Operation, Card.handle).outerjoin(Card, Card.id == Operation.card_id)
        with Session(self._registry.engine) as session:
            if person is not None:
                listed = listed.where(Card.id == self._card(session, person).id)
            found = session.execute(listed.order_by(Operation.opened_at, Operation.boot, Operation.sequence)).all()
            return {"operations": [{"card": handle, **_told(operation)} for operation, handle in found]}

    def cases(self, closed: bool = False) -> dict[str, Any]:
        """What waits for a person, oldest first; with `closed` also what no longer does."""
        with self._registry.transaction() as transaction:
            listed = cases.listing(transaction, closed=closed)
        return {"cases": [{name: _plain(value) for name, value in case._mapping.items()} for case in listed]}

    def close_case(self, case: int, what: str) -> dict[str, Any]:
        """A person is done with a case."""
        with self._registry.transaction() as transaction:
            if not cases.close_case(transaction, case, what):
                raise ValueError("no such open case")
        return {}

    def events(self, after: int = 0) -> dict[str, Any]:
        """What the staff saw after event number `after`."""
        with Session(self._registry.engine) as session:
            seen = session.scalars(select(Event).where(Event.id > after).order_by(Event.id)).all()
            return {
                "events": [
                    {
                        "id": e.id,
                        "at": e.at.isoformat(),
                        "kiosk": e.kiosk,
                        "kind": e.kind,
                        "subject": e.subject,
                    }
                    for e in seen
                ]
            }

    def kiosk(self, name: str) -> dict[str, Any]:
        """How a kiosk last said it was."""
        with Session(self._registry.engine) as session:
            kiosk = session.get(Kiosk, name)
            if kiosk is None:
                raise ValueError("no such kiosk")
            told = _told(kiosk)
            del told["secret_hash"]
            return told

    def card(self, person: str, set: dict[str, Any] | None = None) -> dict[str, Any]:
        """The record of a card, after setting the fields in `set`; dates are ISO 8601."""
        with Session(self._registry.engine) as session, session.begin():
            card = self._card(session, person)
            for field, value in (set or {}).items():
                if field not in SETTABLE:
                    raise ValueError(f"{field} can't be set here")
                dated = isinstance(value, str) and field in DATES
                setattr(card, field, date.fromisoformat(value) if dated else value)
            if set:
                card.version += 1
            return _record(card)

    def renew(
        self, person: str, record: dict[str, Any], phone: str | None = None, reminders: str | None = None
    ) -> dict[str, Any]:
        """Hand the person a new card with the old numbers: on record as `record` says, and nothing open on it.

        What the person was sent, compared with or applied for before doesn't count any more.

        Args:
            person: Whose.
            record: The card's.
            phone: The number on record, unless it stays as it is.
            reminders: Since when texts about the account go there, ISO 8601; None: none do.
        """
        with Session(self._registry.engine) as session:
            card = self._card(session, person)
            ids = set(session.scalars(select(Operation.operation_id).where(Operation.card_id == card.id)))
            holder = card.person_id
        with self._registry.transaction() as transaction:
            theirs = select(Application.id).where(Application.person_id == holder)
            transaction.connection.execute(delete(Decided).where(Decided.application_id.in_(theirs)))
            for counted in (FaceCheck, OneTimeCode, Application, SmsSubscription):
                transaction.connection.execute(delete(counted).where(counted.person_id == holder))
            if phone is not None:
                transaction.connection.execute(update(Person).where(Person.id == holder).values(phone=phone))
                if reminders is not None:
                    subscribed = {"person_id": holder, "phone": phone, "since": date.fromisoformat(reminders)}
                    transaction.connection.execute(insert(SmsSubscription), subscribed)
            for found in (operations.find(transaction, id) for id in ids):
                if found is not None:
                    operations.happen(transaction, found, Happening.SETTLED_NOT_DONE)
            for case in cases.listing(transaction):
                if case.operation_id in ids:
                    cases.close_case(transaction, case.id, "a new card")
        return self.card(person, set=record)

    def overview(self, latest: int = 20) -> dict[str, Any]:
        """What somebody who looks on wants to see: the cards, the latest operations, open cases, the phones."""
        with Session(self._registry.engine) as session:
            held = {card.card_identification_code: card for card in session.scalars(select(Card))}
            cards = {person: held[code] for person, code in sorted(self._people.items())}
            handles = {card.handle: person for person, card in cards.items()}
            records = {person: _record(card) for person, card in cards.items()}
            numbers = {person: card.person.phone for person, card in cards.items()}
        phones = self._registry.sms if isinstance(self._registry.sms, VirtualPhones) else VirtualPhones()
        texts = {person: phones.texts(number) for person, number in numbers.items() if number}
        others = [
            {"tail": number[-4:], "text": text}
            for number in phones.numbers - {*numbers.values()}
            for text in phones.texts(number)[-1:]
        ]
        listed = self.operations()["operations"][-latest:]
        return {
            "cards": records,
            "operations": [
                {name: operation[name] for name in ("operation_id", "kiosk", "kind", "state")}
                | {"person": handles.get(operation["card"])}
                for operation in listed
            ],
            "cases": self.cases()["cases"],
            "texts": {person: came for person, came in texts.items() if came},
            "texts_elsewhere": sorted(others, key=lambda other: other["tail"]),
            "sms_away": phones.away,
        }

    def texts(self, person: str | None = None, phone: str | None = None) -> dict[str, Any]:
        """What came to the phone of this number, or to the one that is on record of `person`, oldest first."""
        if person is not None:
            with Session(self._registry.engine) as session:
                phone = self._card(session, person).person.phone
        return {"texts": [] if phone is None else self._phones.texts(phone)}

    def sms(self, away: bool) -> dict[str, Any]:
        """Whether texts can be sent."""
        self._phones.away = away
        return {"away": away}

    def person(self, person: str, set: dict[str, str | None] | None = None) -> dict[str, Any]:
        """Which of phone and photo are on record, after setting those in `set`: a number, a JPEG in base64, or null."""
        with Session(self._registry.engine) as session, session.begin():
            holder = self._card(session, person).person
            for field, value in (set or {}).items():
                if field not in ("phone", "photo"):
                    raise ValueError(f"{field} can't be set here")
                if field == "photo":
                    holder.photo = None if value is None else base64.b64decode(value, validate=True)
                elif value is None or re.fullmatch(PHONE, value):
                    holder.phone = value
                else:
                    raise ValueError("not a phone's number")
            return {"phone": holder.phone is not None, "photo": holder.photo is not None}

    def applications(self) -> dict[str, Any]:
        """What the bureau has yet to do something about, oldest first."""
        with self._registry.transaction() as transaction:
            waiting = applications.waiting(transaction)
        return {"applications": [to_wire(applications.state_of(each)) for each in waiting]}

    def decide(self, number: str, decision: str, note: str = "") -> dict[str, Any]:
        """Do as somebody of the bureau does with an application: approve, refuse, made, post, hand_over."""
        with self._registry.transaction() as transaction:
            return to_wire(applications.decide(transaction, number, Decision(decision), note, by="bench"))

    @property
    def _phones(self) -> VirtualPhones:
        phones = self._registry.sms
        if not isinstance(phones, VirtualPhones):
            raise ValueError("there are no virtual phones here")
        return phones

    def _card(self, session: Session, person: str) -> Card:
        if person not in self._people:
            raise ValueError("no such person on record")
        code = self._people[person]
        return session.scalars(select(Card).where(Card.card_identification_code == code)).one()


def _record(card: Card) -> dict[str, Any]:
    """What a bench is shown of a card."""
    told = _told(card)
    status = ApplicationStatus(card.application_status).name.lower()
    return {"application_status": status, **{field: told[field] for field in SHOWN}}


def _told(row: Table) -> dict[str, Any]:
    """Every column of a row, as JSON has it."""
    return {name: _plain(getattr(row, name)) for name in row.__table__.columns.keys()}  # noqa: SIM118


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


async def serve(path: Path, bench: Bench) -> asyncio.AbstractServer:
    """Listen at `path` (mode 0600) until the server is closed."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                answer = _answer(line, bench.verbs)
                writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except ConnectionError:
            pass  # The bench left; the server goes on.
        finally:
            writer.close()

    path.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(talk, path)
    path.chmod(0o600)
    return server


def _answer(line: bytes, verbs: dict[str, Callable[..., dict[str, Any]]]) -> dict[str, Any]:
    try:
        request = json.loads(line)
        result = verbs[request.pop("do")](**request)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}
    return {"ok": True, **result}
