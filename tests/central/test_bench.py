"""The bench's hand on the server: the verbs, and the framing that they arrive in."""

import asyncio
import base64
import json
import socket
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from central import bench, cases, personas
from central.evidence import show_e_card
from central.faults import Faults
from central.registry import Registry
from central.routes import dispatch
from central.service_tables import Application, Decided, SmsSubscription
from central.sms import SmsAway, VirtualPhones
from central.tables import Card, Operation, Person
from central.transaction import Refused
from kiosk.uplink.contract import CardRecord, CardReference, ECardEvidence, ProblemType


@pytest.fixture
def verbs(registry: Registry, people_file: Path) -> Any:
    faults = Faults(lambda *_: asyncio.sleep(0))
    return bench.Bench(registry, faults, personas.seed(registry, people_file)).verbs


def shown(registry: Registry, code: str) -> CardRecord:
    with registry.transaction() as transaction:
        return show_e_card(transaction, ECardEvidence(kiosk="kiosk-1", e_card_code=SecretStr(code))).record


def test_codes_of_every_kind(verbs: Any, registry: Registry) -> None:
    code = verbs["issue_code"](person="zhang")["code"]
    assert shown(registry, code).bank == "虚拟银行"
    verbs["expire_codes"]()
    kinds = {
        code: ProblemType.CODE_EXPIRED,
        verbs["medical_code"]()["code"]: ProblemType.MEDICAL_CODE,
        verbs["foreign_code"]()["code"]: ProblemType.CODE_FOREIGN,
    }
    for text, problem in kinds.items():
        with pytest.raises(Refused) as refused:
            shown(registry, text)
        assert refused.value.type is problem


def test_a_card_is_looked_at_and_set(verbs: Any) -> None:
    """And its version grows, so that a kiosk's observation of what was before counts no more."""
    before = verbs["card"](person="zhang")
    assert (before["application_status"], before["lifecycle"], before["version"]) == ("normal", "04", 0)
    after = verbs["card"](person="zhang", set={"application_status": 4, "valid_until": "2026-02-28"})
    assert after == before | {"application_status": "temporary_loss", "valid_until": "2026-02-28", "version": 1}
    for wrong in ({"bank": "x"}, {"version": 9}, {"application_status": 77}, {"valid_until": "soon"}):
        with pytest.raises(ValueError, match=r"bank|version|77|soon"):
            verbs["card"](person="zhang", set=wrong)
    assert verbs["card"](person="zhang") == after


def test_who_is_there(verbs: Any) -> None:
    assert verbs["state"]() == {"fault": "none", "persons": ["zhang"], "kiosks": ["kiosk-1"]}
    assert verbs["fault"](mode="slow") == {"fault": "slow"}
    assert verbs["state"]()["fault"] == "slow"


PHOTO = base64.b64encode(b"jpeg").decode()


def test_phone_and_photo_are_put_on_record_and_taken_off(verbs: Any, registry: Registry) -> None:
    """What they are isn't told again."""
    assert verbs["person"](person="zhang") == {"phone": True, "photo": False}
    assert verbs["person"](person="zhang", set={"photo": PHOTO}) == {"phone": True, "photo": True}
    with Session(registry.engine) as session:
        assert session.scalars(select(Person.photo)).one() == b"jpeg"
    assert verbs["person"](person="zhang", set={"photo": None, "phone": None}) == {"phone": False, "photo": False}
    assert verbs["texts"](person="zhang") == {"texts": []}
    for wrong in ({"phone": "call me"}, {"photo": "no base64"}, {"name": "x"}):
        with pytest.raises(ValueError, match=r"phone|base64|Non-base64|name|padding"):
            verbs["person"](person="zhang", set=wrong)
    assert verbs["person"](person="zhang", set={"phone": "+8613900139000"})["phone"] is True


def test_texts_come_to_a_virtual_phone(verbs: Any, registry: Registry) -> None:
    """Oldest first, so many of them; none while the bench says so."""
    registry.sms = phones = VirtualPhones()
    assert verbs["texts"](person="zhang") == {"texts": []}
    for number in range(25):
        phones.send("13800138000", f"text {number}")
    assert verbs["texts"](person="zhang")["texts"] == [f"text {number}" for number in range(5, 25)]
    assert verbs["sms"](away=True) == {"away": True}
    with pytest.raises(SmsAway):
        phones.send("13800138000", "late")
    verbs["sms"](away=False)
    phones.send("13800138000", "again")
    assert verbs["texts"](person="zhang")["texts"][-1] == "again"
    assert verbs["overview"]()["texts"] == {"zhang": verbs["texts"](person="zhang")["texts"]}
    assert "again" not in repr(phones)


def test_texts_come_to_a_number_that_nobody_has(verbs: Any, registry: Registry) -> None:
    """As to one that was typed at a kiosk: by its number, and among all by its last digits."""
    registry.sms = phones = VirtualPhones()
    for text in ("first", "latest"):
        phones.send("13900139000", text)
    assert verbs["texts"](phone="13900139000") == {"texts": ["first", "latest"]}
    assert verbs["overview"]()["texts"] == {}
    assert verbs["overview"]()["texts_elsewhere"] == [{"tail": "9000", "text": "latest"}]


def test_where_no_texts_are_sent_there_are_no_phones(verbs: Any) -> None:
    for ask in (lambda: verbs["texts"](person="zhang"), lambda: verbs["sms"](away=True)):
        with pytest.raises(ValueError, match="no virtual phones"):
            ask()


def test_a_new_card_has_nothing_open_and_the_record_that_is_wished(verbs: Any, registry: Registry) -> None:
    """The history stays, ended."""
    kiosk = verbs["state"]()["kiosks"][0]
    with registry.transaction() as transaction:
        card = transaction.connection.execute(select(Card.id, Card.handle)).one()
        transaction.connection.execute(insert(Operation), {**_in_doubt(kiosk, transaction.now), "card_id": card.id})
        cases.open_case(transaction, OPERATION, cases.Reason.OVERDUE)
    before = verbs["overview"]()
    assert before["operations"] == [
        {"operation_id": OPERATION, "kiosk": kiosk, "kind": "pin_change", "state": "in_doubt", "person": "zhang"}
    ]
    assert [case["reason"] for case in before["cases"]] == ["overdue"]

    renewed = verbs["renew"](person="zhang", record={"application_status": 0, "initial_pin": True})

    after = verbs["overview"]()
    assert (renewed["application_status"], renewed["initial_pin"]) == ("archived", True)
    assert renewed["version"] > before["cards"]["zhang"]["version"]
    assert after == {
        "cards": {"zhang": renewed},
        "operations": [before["operations"][0] | {"state": "not_done"}],
        "cases": [],
        "texts": {},
        "texts_elsewhere": [],
        "sms_away": False,
    }


def test_with_a_new_card_nothing_is_applied_for(verbs: Any, registry: Registry) -> None:
    """Number and reminders are those of the first day."""
    kiosk = verbs["state"]()["kiosks"][0]
    with registry.transaction() as transaction:
        card = transaction.connection.execute(select(Card.id, Card.person_id)).one()
        of_both = {"person_id": card.person_id, "phone": "13900139000"}
        row = {"draft": OPERATION, "operation_id": OPERATION, "kiosk": kiosk, "card_id": card.id, "fee_fen": 0}
        wish = {"kind": "sms_change", "stage": "under_review", "applied_on": transaction.today}
        transaction.connection.execute(insert(Operation), {**_in_doubt(kiosk, transaction.now), "card_id": card.id})
        transaction.connection.execute(insert(Application), {**of_both, **row, **wish})
        decided = {"application_id": 1, "decision": "approve", "by": "wang.li", "at": transaction.now}
        transaction.connection.execute(insert(Decided), decided)
        transaction.connection.execute(insert(SmsSubscription), {**of_both, "since": transaction.today})
        transaction.connection.execute(update(Person).values(phone="13900139000"))

    def held() -> list[str | None]:
        with Session(registry.engine) as session:
            return [*session.scalars(select(Person.phone)), *session.scalars(select(SmsSubscription.phone))]

    record = {"application_status": 1}
    verbs["renew"](person="zhang", record=record, phone="13800138000", reminders="2025-01-01")
    assert verbs["applications"]() == {"applications": []}
    assert held() == ["13800138000", "13800138000"]
    verbs["renew"](person="zhang", record=record)
    assert held() == ["13800138000"]


OPERATION = "00000000-0000-4000-8000-000000000001"


def _in_doubt(kiosk: str, now: datetime) -> dict[str, Any]:
    return {
        "operation_id": OPERATION,
        "kiosk": kiosk,
        "boot": 1,
        "sequence": 1,
        "kind": "pin_change",
        "state": "in_doubt",
        "opened_at": now,
        "card_seen_at": now,
    }


def test_operations_and_cases_are_seen(verbs: Any, registry: Registry) -> None:
    record = registry.card_by_reference(CardReference(card_number=SecretStr("VR0000012")))
    intent = {
        "operation_id": "00000000-0000-4000-8000-000000000001",
        "kind": "pin_change",
        "kiosk": "kiosk-1",
        "boot": 1,
        "sequence": 1,
        "card": str(record.handle),
        "tries_before": 6,
        "at": "2026-03-01T09:00:00Z",
    }
    path = f"/v1/operations/{intent['operation_id']}"
    assert dispatch(registry, "kiosk-1", "PUT", path, json.dumps(intent).encode()).status == 200
    (operation,) = verbs["operations"]()["operations"]
    assert verbs["operations"](person="zhang")["operations"] == [operation]
    seen = {name: operation[name] for name in ("operation_id", "kind", "card", "state", "tries_before", "ended_at")}
    asked = {name: intent[name] for name in ("operation_id", "kind", "card", "tries_before")}
    assert seen == asked | {"state": "open", "ended_at": None}
    with registry.transaction() as transaction:
        cases.open_case(transaction, str(intent["operation_id"]), cases.Reason.CONTRADICTION)
    (case,) = verbs["cases"]()["cases"]
    assert (case["operation_id"], case["reason"]) == (intent["operation_id"], "contradiction")
    verbs["close_case"](case=case["id"], what="seen")
    assert verbs["cases"]()["cases"] == []
    assert verbs["cases"](closed=True)["cases"][0]["closed_as"] == "seen"
    with pytest.raises(ValueError, match="no such open case"):
        verbs["close_case"](case=case["id"], what="again")


def test_a_kiosk_is_seen_without_its_secret(verbs: Any) -> None:
    seen = verbs["kiosk"](name="kiosk-1")
    assert (seen["boot"], seen["journal_hash"], "secret_hash" in seen) == (0, None, False)
    json.dumps(seen)


@pytest.fixture
def wire(bench_socket: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        client.connect(str(bench_socket))
        yield client


def test_the_socket_is_its_owners_alone(bench_socket: Path) -> None:
    assert bench_socket.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("line", "ok"),
    [
        (b'{"do": "state"}', True),
        (b'{"do": "issue_code", "person": "zhang"}', True),
        (b'{"do": "issue_code", "person": "nobody"}', False),
        (b'{"do": "issue_code"}', False),
        (b'{"do": "kiosk", "name": "nobody"}', False),
        (b'{"do": "texts", "person": "zhang"}', True),
        (b'{"do": "person", "person": "zhang", "set": {"phone": 7}}', False),
        (b'{"do": "fly"}', False),
        (b'{"do": []}', False),
        (b"[]", False),
        (b"7", False),
        (b"\xff", False),
        (b"", False),
    ],
)
def test_whatever_is_asked_gets_one_answer(wire: socket.socket, line: bytes, ok: bool) -> None:
    """And the connection stays of use."""
    wire.sendall(line + b"\n" + b'{"do": "medical_code"}\n')
    with wire.makefile("rb") as answers:
        first, second = json.loads(answers.readline()), json.loads(answers.readline())
    assert first["ok"] is ok, first
    assert len(second["code"]) == 28
