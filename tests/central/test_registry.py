"""What the server decides, without HTTP."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from central import personas
from central.database import open_in_memory
from central.registry import E_CARD_CODE_SECONDS, Refused, Registry
from central.tables import Card, Event, Kiosk, Operation, Person
from kiosk.uplink.contract import (
    ApplicationStatus,
    CardReference,
    ConditionReport,
    ECardQuery,
    Heartbeat,
    PinChangeOutcome,
    PinChangeReport,
    ProblemType,
    ReportedCondition,
    StaffCall,
)

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
CODE = "990100D15600000500000001A55A0001"
HANDLE = "11111111-1111-4111-8111-111111111111"


def reference(code: str | None = None, number: str | None = None, region: str | None = None) -> CardReference:
    return CardReference.model_validate({"card_identification_code": code, "card_number": number, "region": region})


def report(**changes: Any) -> PinChangeReport:
    fields = {
        "operation_id": uuid4(),
        "kiosk": "kiosk-1",
        "boot": 3,
        "sequence": 7,
        "card": HANDLE,
        "outcome": PinChangeOutcome.DONE,
        "status_word": "9000",
        "at": AT,
    }
    return PinChangeReport.model_validate(fields | changes)


def events(registry: Registry) -> list[tuple[str, str]]:
    with Session(registry.engine) as session:
        return [(e.kind, e.subject) for e in session.scalars(select(Event).order_by(Event.id))]


@pytest.mark.parametrize(
    "asked",
    [
        reference(code=CODE),
        reference(number="VR0000012"),
        reference(number="VR0000012", region="990100"),
        reference(CODE, "VR0000012", "990100"),
    ],
    ids=["code", "number", "number-region", "all"],
)
def test_a_card_is_found_by_what_was_readable(registry: Registry, asked: CardReference) -> None:
    record = registry.card_by_reference(asked)
    assert record.name.get_secret_value() == "张建国"
    assert record.application_status is ApplicationStatus.NORMAL
    assert record.phone_tail == "8000"
    assert record.as_of.isoformat() == "2026-03-01"
    assert str(record.financial_deadline) == "2023-01-26"  # 300 days after collection.


@pytest.mark.parametrize(
    "asked",
    [
        reference(number="VR0000099"),
        reference(number="VR0000012", region="110000"),
        reference(CODE, "VR0000099"),
        reference(CODE, region="110000"),
    ],
    ids=["number", "region", "code-but-number", "code-but-region"],
)
def test_a_card_that_disagrees_in_one_item_is_unknown(registry: Registry, asked: CardReference) -> None:
    with pytest.raises(Refused) as refused:
        registry.card_by_reference(asked)
    assert refused.value.type is ProblemType.CARD_UNKNOWN


def test_a_number_that_two_cards_share_names_neither(registry: Registry, people_file: Path) -> None:
    """A card number is unique only within its region."""
    (zhang, _) = json.loads(people_file.read_text())
    other = zhang["server_record"] | {
        "social_security_number": "110000195810010153",
        "card_identification_code": "110000D15600000500000001A55A0001",
        "handle": str(uuid4()),
        "region": "110000",
    }
    people_file.write_text(json.dumps([{"id": "other", "server_record": other}]))
    personas.seed(registry, people_file)
    with pytest.raises(Refused):
        registry.card_by_reference(reference(number="VR0000012"))
    assert registry.card_by_reference(reference(number="VR0000012", region="110000")).region == "110000"


def zhang_code(registry: Registry) -> ECardQuery:
    with Session(registry.engine) as session:
        person = session.scalars(select(Person)).one()
    return ECardQuery(e_card_code=SecretStr(registry.issue_e_card_code(person)))


def test_an_e_card_code_lives_for_a_minute(registry: Registry, clock: Any) -> None:
    query = zhang_code(registry)
    clock.pass_seconds(E_CARD_CODE_SECONDS - 1)
    assert registry.card_by_e_card(query).card_number.get_secret_value() == "VR0000012"
    clock.pass_seconds(1)
    with pytest.raises(Refused) as refused:
        registry.card_by_e_card(query)
    assert refused.value.type is ProblemType.CODE_EXPIRED


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ecard:never-issued", ProblemType.CODE_FOREIGN),
        ("https://pay.example/x", ProblemType.CODE_FOREIGN),
        ("0" * 28, ProblemType.MEDICAL_CODE),
        ("0" * 29, ProblemType.CODE_FOREIGN),
    ],
)
def test_a_code_of_someone_else_is_told_apart(registry: Registry, text: str, problem: ProblemType) -> None:
    with pytest.raises(Refused) as refused:
        registry.card_by_e_card(ECardQuery(e_card_code=SecretStr(text)))
    assert refused.value.type is problem


def test_no_code_is_kept(registry: Registry) -> None:
    """A copy of the database opens nobody's record."""
    query = zhang_code(registry)
    raw = registry.engine.raw_connection()
    dump = "\n".join(raw.iterdump())  # type: ignore[attr-defined]
    assert query.e_card_code.get_secret_value() not in dump


def test_a_code_shows_the_card_in_use(registry: Registry) -> None:
    query = zhang_code(registry)
    with Session(registry.engine) as session, session.begin():
        old = session.scalars(select(Card)).one()
        fields = {c.key: getattr(old, c.key) for c in Card.__mapper__.column_attrs if c.key != "id"}
        old.application_status = ApplicationStatus.CANCELLED
        code = CODE.replace("01A5", "02A5")
        changes = {"handle": str(uuid4()), "card_identification_code": code, "card_number": "VR0000020"}
        session.add(Card(**fields | changes))
    assert registry.card_by_e_card(query).card_number.get_secret_value() == "VR0000020"


def test_a_pin_change_counts_once(registry: Registry) -> None:
    """However often it arrives; and each repeat gets the first answer's bytes."""
    said = report()
    first = registry.take_pin_change(said)
    assert {registry.take_pin_change(said) for _ in range(3)} == {first}
    assert [kind for kind, _ in events(registry)] == ["operation.done"]
    assert not registry.card_by_reference(reference(CODE)).initial_pin


def test_an_id_serves_one_payload(registry: Registry) -> None:
    said = report()
    registry.take_pin_change(said)
    for changed in ({"outcome": "not_done"}, {"sequence": 8}, {"status_word": "63C1"}, {"tries_left": 5}):
        with pytest.raises(Refused) as refused:
            registry.take_pin_change(report(**{"operation_id": said.operation_id} | changed))
        assert refused.value.type is ProblemType.OPERATION_CONFLICT
    with Session(registry.engine) as session:
        assert session.scalars(select(Operation)).one().outcome == "done"


@pytest.mark.parametrize("outcome", [PinChangeOutcome.NOT_DONE, PinChangeOutcome.IN_DOUBT])
def test_what_was_not_done_leaves_the_initial_mark(registry: Registry, outcome: PinChangeOutcome) -> None:
    registry.take_pin_change(report(outcome=outcome, status_word=None))
    assert registry.card_by_reference(reference(CODE)).initial_pin


def test_a_blocked_pin_is_remembered_until_a_later_report(registry: Registry) -> None:
    def blocked() -> bool:
        return registry.card_by_reference(reference(CODE)).pin_blocked

    registry.take_pin_change(report(outcome="not_done", status_word="63C0", tries_left=0))
    assert blocked()
    registry.take_pin_change(report(sequence=9, outcome="not_done", status_word="63C5", tries_left=5))
    assert not blocked()
    registry.take_pin_change(report(sequence=8, outcome="not_done", status_word="6983"))
    assert not blocked(), "a delayed report says nothing of how the card is now"
    registry.take_pin_change(report(boot=4, sequence=1, outcome="not_done", status_word="6983"))
    assert blocked()


def test_a_report_about_an_unknown_card_is_kept(registry: Registry) -> None:
    """The kiosk must be able to empty its outbox; the bureau must see it."""
    said = report(card=uuid4())
    registry.take_pin_change(said)
    assert events(registry) == [("operation.card_unknown", str(said.operation_id))]


def beat(sequence: int, *conditions: str, boot: int = 1) -> Heartbeat:
    standing = tuple(ReportedCondition(id=c, since=AT) for c in conditions)
    return Heartbeat(kiosk="kiosk-1", version="0.1", boot=boot, sequence=sequence, conditions=standing, outbox_length=2)


def test_conditions_come_and_go_in_order(registry: Registry) -> None:
    registry.take_heartbeat(beat(1, "receipt_printer.paper_low"))
    registry.take_heartbeat(beat(2, "receipt_printer.paper_low", "camera.gone"))
    registry.take_heartbeat(beat(1))  # Delayed on its way: the past changes nothing.
    standing = (ReportedCondition(id="camera.gone", since=AT),)
    registry.take_conditions(ConditionReport(kiosk="kiosk-1", boot=1, sequence=3, conditions=standing))
    registry.take_heartbeat(beat(0, boot=2))  # A new boot counts from nought.
    assert events(registry) == [
        ("condition.raised", "receipt_printer.paper_low"),
        ("condition.raised", "camera.gone"),
        ("condition.cleared", "receipt_printer.paper_low"),
        ("condition.cleared", "camera.gone"),
    ]
    with Session(registry.engine) as session:
        kiosk = session.get_one(Kiosk, "kiosk-1")
        assert (kiosk.boot, kiosk.sequence, kiosk.outbox_length, kiosk.conditions) == (2, 0, 2, {})


def test_staff_are_called_once(registry: Registry) -> None:
    call = StaffCall(call_id=UUID(int=1), kiosk="kiosk-1", boot=1, sequence=1, page="pin_blocked", at=AT)
    registry.take_staff_call(call)
    registry.take_staff_call(call)
    assert events(registry) == [("staff.called", "pin_blocked")]
    with pytest.raises(Refused):
        registry.take_staff_call(call.model_copy(update={"page": "home"}))


def test_a_secret_belongs_to_one_kiosk() -> None:
    registry = Registry(open_in_memory())
    one, two = registry.admit("kiosk-1"), registry.admit("kiosk-2")
    assert (registry.kiosk_of(one), registry.kiosk_of(two)) == ("kiosk-1", "kiosk-2")
    for wrong in ("", "kiosk-1", "kiosk-1.", one + "x", one.replace("1.", "2."), "nobody.x", "\0", "ü.ÿ"):
        assert registry.kiosk_of(wrong) is None
    assert registry.admit("kiosk-1") != one
    assert registry.kiosk_of(one) is None, "a new secret ends the old one"
