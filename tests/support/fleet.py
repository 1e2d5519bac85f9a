"""Kiosks of a fleet that speak to the server's core: every message as bytes through the real routes."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from regions import ONE_KIND_EACH
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from central import applications
from central.application_stages import Decision
from central.database import open_in_memory
from central.outlets import Directory
from central.registry import Registry
from central.routes import Answer, dispatch
from central.service_tables import HeldBenefit, HeldInsurance, HeldPayment
from central.settings import Settings
from central.sms import VirtualPhones
from central.tables import Card, Event, Operation, Person
from kiosk.uplink import contract
from kiosk.uplink.contract import ApplicationState
from kiosk.uplink.contract.policy import RegionPolicy

AT = "2026-03-01T09:00:00Z"
PATHS = {
    "intent": contract.OPERATION,
    "outcome": contract.OUTCOME,
    "settlement": contract.SETTLEMENT,
    "observation": contract.OBSERVATION,
    "authentication": contract.AUTHENTICATION,
    "command": contract.COMMAND,
}


_OUTLET = {
    **{name: name for name in ("name", "name_en", "address", "address_en", "hours", "hours_en", "phone")},
    "metres": {"kiosk-2": 1234, "kiosk-3": 10},
}
OUTLETS = Directory.model_validate(
    {
        "outlet": [
            {**_OUTLET, "id": "centre", "name": "中心", "does": ["collect", "pin"]},
            {**_OUTLET, "id": "station", "does": ["records"], "metres": {"kiosk-2": 320}},
        ]
    }
)
"""One that hands out cards, one that doesn't."""


@dataclass(frozen=True)
class Said:
    """A message as it crosses the wire, to be delivered as often as wanted."""

    kiosk: str
    method: str
    path: str
    body: bytes

    @property
    def fields(self) -> dict[str, Any]:
        """What it says."""
        return dict(json.loads(self.body))


@dataclass
class Fleet:
    """A server and the kiosks `kiosk-1` to `kiosk-3`; `now` is moved by whoever tests."""

    now: datetime = datetime(2026, 3, 1, 9, tzinfo=UTC)
    policy: RegionPolicy = ONE_KIND_EACH
    """Everywhere but `elsewhere`."""
    elsewhere: dict[str, RegionPolicy] = field(default_factory=dict)
    """Of kiosks in other regions."""
    settings: Settings = field(default_factory=Settings)
    authority: Any = None
    phones: VirtualPhones = field(default_factory=VirtualPhones)
    random: Callable[[int], bytes] = os.urandom

    def __post_init__(self) -> None:
        self.registry = Registry(
            open_in_memory(),
            now=lambda: self.now,
            random=self.random,
            policy_of=lambda kiosk, day: self.elsewhere.get(kiosk, self.policy),
            settings=self.settings,
            authority=self.authority,
            sms=self.phones,
            outlets=OUTLETS,
        )
        for kiosk in ("kiosk-1", "kiosk-2", "kiosk-3"):
            self.registry.admit(kiosk)
        self._sequence = 0

    def add_person(self, **columns: Any) -> int:
        """Put somebody on record; return their key in the table."""
        defaults = {"social_security_number": uuid4().hex[:18].upper(), "name": "虚拟人"}
        with Session(self.registry.engine) as session, session.begin():
            person = Person(**defaults | columns)
            session.add(person)
            session.flush()
            return person.id

    def person(self, card: UUID) -> Person:
        """The row of the card's holder."""
        with Session(self.registry.engine, expire_on_commit=False) as session:
            return session.get_one(Person, self.card(card).person_id, options=[undefer(Person.photo)])

    def add_card(self, **columns: Any) -> UUID:
        """Put a card on record, of a person of its own unless `person_id` is given; return its handle."""
        handle = uuid4()
        columns = {"person_id": columns.get("person_id") or self.add_person()} | columns
        with Session(self.registry.engine) as session, session.begin():
            defaults: dict[str, Any] = {
                "handle": str(handle),
                "card_identification_code": handle.hex.upper(),
                "card_number": "VR0000012",
                "region": "990100",
                "application_status": 1,
                "lifecycle": "04",
                "bank": "虚拟银行",
                "financial_activated": True,
                "initial_pin": True,
                "pin_blocked": False,
                "key_factor": "0011223344556677",
            }
            session.add(Card(**defaults | columns))
        return handle

    def add_benefit(self, card: UUID, **columns: Any) -> None:
        """The card's holder receives something."""
        defaults: dict[str, Any] = {"benefit": "pension", "good_until": date(2026, 6, 30)}
        with Session(self.registry.engine) as session, session.begin():
            session.add(HeldBenefit(person_id=self.card(card).person_id, **defaults | columns))

    def add_insurance(self, card: UUID, insurance: str = "pension", months: tuple[str, ...] = (), **more: Any) -> None:
        """The card's holder is insured, and has paid in these months."""
        defaults: dict[str, Any] = {
            "insured_since": "2004-03",
            "state": "paying",
            "months_paid": 240,
            "personal_fen": 4_000_000,
            "balance_fen": 4_100_000,
            "body": "虚拟中心",
            "body_en": "Virtual centre",
        }
        with Session(self.registry.engine) as session, session.begin():
            held = HeldInsurance(person_id=self.card(card).person_id, insurance=insurance, **defaults | more)
            session.add(held)
            session.flush()
            amounts = {"base_fen": 500_000, "personal_fen": 40_000, "employer_fen": 80_000, "paid": True}
            session.add_all(HeldPayment(insurance_id=held.id, month=month, **amounts) for month in months)

    def card(self, handle: UUID) -> Card:
        """The card's row."""
        with Session(self.registry.engine, expire_on_commit=False) as session:
            return session.scalars(select(Card).where(Card.handle == str(handle))).one()

    def set_card(self, handle: UUID, **columns: Any) -> None:
        """Change the card's row behind the server's back."""
        with Session(self.registry.engine) as session, session.begin():
            card = session.scalars(select(Card).where(Card.handle == str(handle))).one()
            for name, value in columns.items():
                setattr(card, name, value)

    def record(self, handle: UUID, kiosk: str = "kiosk-1") -> dict[str, Any]:
        """The card's record, as a kiosk gets it that has the card."""
        code = self.card(handle).card_identification_code
        status, record = self.ask(kiosk, "POST", contract.CARD_STATUS_BY_CARD, {"card_identification_code": code})
        assert status == 200
        return record

    def operation(self, operation_id: Any) -> Operation:
        """The operation's row."""
        with Session(self.registry.engine, expire_on_commit=False) as session:
            return session.get_one(Operation, str(operation_id))

    def state(self, operation_id: Any) -> str:
        """The operation's state."""
        return self.operation(operation_id).state

    def events(self) -> list[tuple[str, str]]:
        """What the staff saw, in order."""
        with Session(self.registry.engine) as session:
            return [(e.kind, e.subject) for e in session.scalars(select(Event).order_by(Event.id))]

    def cases(self, *, closed: bool = False) -> list[tuple[str, str]]:
        """Operation and reason of each open case, or of all."""
        from central import cases

        with self.registry.transaction() as transaction:
            return [(case.operation_id, case.reason) for case in cases.listing(transaction, closed=closed)]

    # What kiosks say.

    def intent(self, kind: str, card: UUID, kiosk: str = "kiosk-1", **more: Any) -> Said:
        """An intent with an id of its own."""
        return self._signed("intent", kiosk, {"operation_id": uuid4(), "kind": kind, "card": card} | more)

    def outcome(self, intent: Said, outcome: str, kiosk: str | None = None, **more: Any) -> Said:
        """What became of what `intent` began."""
        fields = {name: intent.fields[name] for name in ("operation_id", "kind", "card")}
        return self._signed("outcome", kiosk or intent.kiosk, fields | {"outcome": outcome} | more)

    def settlement(self, intent: Said, outcome: str, kiosk: str = "kiosk-2", **more: Any) -> Said:
        """What the card said, at whichever kiosk."""
        means = {"done": "new_pin_accepted", "not_done": "old_pin_accepted", "escalated": "neither_pin_accepted"}
        fields = {name: intent.fields[name] for name in ("operation_id", "card")}
        fields |= {"settlement_id": uuid4(), "outcome": outcome, "means": means[outcome]}
        return self._signed("settlement", kiosk, fields | more)

    def observation(self, card: UUID, version: int, tries_left: int, kiosk: str = "kiosk-2") -> Said:
        """The card says otherwise than its record."""
        fields = {"observation_id": uuid4(), "card": card, "record_version": version, "tries_left": tries_left}
        return self._signed("observation", kiosk, fields)

    def authentication(self, intent: Said, attempt: int = 1, challenge: str = "00" * 8, **more: Any) -> Said:
        """A request for the issuer's proof."""
        fields = {"operation_id": intent.fields["operation_id"], "kiosk": intent.kiosk, "attempt": attempt}
        return self._said("authentication", intent.kiosk, fields | {"challenge": challenge} | more)

    def command(self, intent: Said, attempt: int = 1, challenge: str = "11" * 8, **more: Any) -> Said:
        """A request for the secured command."""
        fields = {"operation_id": intent.fields["operation_id"], "kiosk": intent.kiosk, "attempt": attempt}
        return self._said("command", intent.kiosk, fields | {"challenge": challenge} | more)

    def e_card_evidence(self, card: UUID, kiosk: str = "kiosk-1") -> str:
        """Show an e-card code of the card's holder; the evidence's id."""
        with Session(self.registry.engine, expire_on_commit=False) as session:
            person = session.get_one(Person, self.card(card).person_id)
        code = self.registry.issue_e_card_code(person)
        status, told = self.ask(kiosk, "POST", contract.E_CARD_EVIDENCE, {"kiosk": kiosk, "e_card_code": code})
        assert status == 200, told
        return str(told["evidence"])

    def card_pin_evidence(self, card: UUID, kiosk: str = "kiosk-1") -> str:
        """Say that the card's PIN was right; the evidence's id."""
        status, told = self.ask(kiosk, "POST", contract.CARD_PIN_EVIDENCE, {"kiosk": kiosk, "card": str(card)})
        assert status == 200, told
        return str(told["evidence"])

    def id_card(self, holder_of: UUID, kiosk: str = "kiosk-1", **more: Any) -> tuple[int, Any]:
        """Lay the ID document of a card's holder on the kiosk's reader; what the server says."""
        person = self.person(holder_of)
        fields = {
            "kiosk": kiosk,
            "card": str(holder_of),
            "document": "resident",
            "number": person.social_security_number,
            "name": person.name,
            "valid_from": "2020-01-01",
            "valid_until": "2040-01-01",
        }
        return self.ask(kiosk, "POST", contract.ID_CARD_EVIDENCE, fields | more)

    def open_check(self, evidence: str, kiosk: str = "kiosk-1", **more: Any) -> tuple[int, Any]:
        """Ask for the photo; what the server says."""
        fields = {"kiosk": kiosk, "check_id": str(uuid4()), "evidence": evidence, "consent_version": "2026-1"}
        return self.ask(kiosk, "POST", contract.FACE_CHECKS, fields | more)

    def face(self, check_id: str, kiosk: str = "kiosk-1", **more: Any) -> tuple[int, Any]:
        """Tell what a comparison came to, a good one if nothing else is said; what the server says."""
        fields = {"kiosk": kiosk, "check_id": check_id, "consent_version": "2026-1"}
        score = {"distance": 0.3, "sharpness": 40.0, "liveness": "seen"}
        return self.ask(kiosk, "POST", contract.FACE_EVIDENCE, fields | score | more)

    def send_code(self, card: UUID, kiosk: str = "kiosk-1", code_id: str | None = None) -> tuple[int, Any]:
        """Ask for a one-time code; what the server says."""
        code_id = code_id or str(uuid4())
        path = contract.ONE_TIME_CODE.format(code_id=code_id)
        return self.ask(kiosk, "PUT", path, {"kiosk": kiosk, "code_id": code_id, "card": str(card)})

    def digits(self, card: UUID) -> str:
        """Of the newest code on the phone of the card's holder."""
        return re.findall(r"[0-9]{4,8}", self.phones.texts(str(self.person(card).phone))[-1])[0]

    def show_code(self, code_id: str, digits: str, kiosk: str = "kiosk-1") -> tuple[int, Any]:
        """Type digits; what the server says."""
        fields = {"kiosk": kiosk, "code_id": code_id, "code": digits}
        return self.ask(kiosk, "POST", contract.ONE_TIME_CODE_EVIDENCE, fields)

    def evidence(self, kind: str, card: UUID, kiosk: str = "kiosk-1") -> str:
        """Show evidence of this kind of the card's holder, who has phone and photo; its id."""
        if kind == "card_pin":
            return self.card_pin_evidence(card, kiosk)
        if kind == "e_card":
            return self.e_card_evidence(card, kiosk)
        if kind == "id_card":
            status, told = self.id_card(card, kiosk)
        elif kind == "face":
            _, check = self.open_check(self.evidence("id_card", card, kiosk), kiosk)
            status, told = self.face(check["check_id"], kiosk)
        else:
            _, sent = self.send_code(card, kiosk)
            status, told = self.show_code(sent["code_id"], self.digits(card), kiosk)
        assert (status, told["kind"]) == (200, kind), told
        return str(told["evidence"])

    def question(self, path: str, evidence: list[str], kiosk: str = "kiosk-1") -> tuple[int, Any]:
        """Ask for something of whoever has shown this; what the server says."""
        return self.ask(kiosk, "POST", path, {"kiosk": kiosk, "evidence": evidence})

    def draft(self, card: UUID, kind: str, kiosk: str = "kiosk-1", **more: Any) -> tuple[int, Any]:
        """Enter what somebody wants to apply for, with evidence that `ONE_KIND_EACH` wants; what the server says."""
        shown = more.pop("evidence", None) or [self.e_card_evidence(card, kiosk)]
        fields = {"kiosk": kiosk, "evidence": shown, "card": str(card), "kind": kind}
        return self.ask(kiosk, "POST", contract.APPLICATION_DRAFTS, fields | more)

    def send_draft_code(self, draft: str, kiosk: str = "kiosk-1", code_id: str | None = None) -> tuple[int, Any]:
        """Have a code sent to a draft's number; what the server says."""
        code_id = code_id or str(uuid4())
        path = contract.DRAFT_CODE.format(draft=draft, code_id=code_id)
        return self.ask(kiosk, "PUT", path, {"kiosk": kiosk, "draft": draft, "code_id": code_id})

    def show_draft_code(self, draft: str, code_id: str, code: str, kiosk: str = "kiosk-1") -> tuple[int, Any]:
        """Type the digits that came to a draft's number; what the server says."""
        path = contract.DRAFT_CODE_SHOWN.format(draft=draft)
        return self.ask(kiosk, "POST", path, {"kiosk": kiosk, "draft": draft, "code_id": code_id, "code": code})

    def prove_phone(self, draft: str, phone: str, kiosk: str = "kiosk-1") -> None:
        """Prove a draft's number, as whoever has that phone does."""
        status, sent = self.send_draft_code(draft, kiosk)
        assert status == 200, sent
        digits = re.findall(r"[0-9]{6}", self.phones.texts(phone)[-1])[0]
        status, told = self.show_draft_code(draft, sent["code_id"], digits, kiosk)
        assert (status, told["prove_phone"]) == (200, False), told

    def apply(self, card: UUID, kind: str, kiosk: str = "kiosk-1", **more: Any) -> dict[str, Any]:
        """Apply for something; the application as its applicant is told of it."""
        status, held = self.draft(card, kind, kiosk, **more)
        assert status == 200, held
        if held["prove_phone"]:
            self.prove_phone(held["draft"], more["phone"], kiosk)
        intent = self.intent(
            "application", card, kiosk, draft=held["draft"], evidence=[self.e_card_evidence(card, kiosk)]
        )
        status, told = self.tell(intent)
        assert status == 200, told
        return dict(told["application"])

    def decide(self, number: str, decision: str, note: str = "") -> ApplicationState:
        """Do as somebody of the bureau does."""
        with self.registry.transaction() as transaction:
            return applications.decide(transaction, number, Decision(decision), note, by="wang.li")

    def deliver(self, said: Said) -> Answer:
        """Let a message arrive (again)."""
        return dispatch(self.registry, said.kiosk, said.method, said.path, said.body)

    def tell(self, said: Said) -> tuple[int, dict[str, Any]]:
        """Let a message arrive; the answer's status and content."""
        answer = self.deliver(said)
        return answer.status, json.loads(answer.body)

    def ask(self, kiosk: str, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Any request; the answer's status and content."""
        content = b"" if body is None else json.dumps(body).encode()
        answer = dispatch(self.registry, kiosk, method, path, content)
        return answer.status, json.loads(answer.body)

    def opened(self, kind: str, card: UUID, **more: Any) -> Said:
        """An intent that the server has taken, with the evidence that `ONE_KIND_EACH` wants."""
        kiosk = more.get("kiosk", "kiosk-1")
        if kind == "enable":
            more["evidence"] = [self.card_pin_evidence(card, kiosk)]
        elif kind != "pin_change":
            more["evidence"] = [self.e_card_evidence(card, kiosk)]
        intent = self.intent(kind, card, **more)
        status, told = self.tell(intent)
        assert status == 200, told
        return intent

    def _signed(self, what: str, kiosk: str, fields: dict[str, Any]) -> Said:
        self._sequence += 1
        return self._said(what, kiosk, {"kiosk": kiosk, "boot": 1, "sequence": self._sequence, "at": AT} | fields)

    def _said(self, what: str, kiosk: str, fields: dict[str, Any]) -> Said:
        body = json.dumps(fields, default=_plain).encode()
        return Said(kiosk, "PUT", PATHS[what].format(**json.loads(body)), body)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
