"""The client's verbs on the whole server, in this process: no thread, and a clock that jumps."""

import threading
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import trio
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session
from trio.testing import MockClock

from central.in_process import InProcess
from central.registry import Registry
from central.tables import Event, Kiosk, Person
from kiosk.uplink.client import Central
from kiosk.uplink.contract import (
    CardReference,
    ConditionReport,
    ECardQuery,
    FormerAcknowledged,
    Heartbeat,
    PinChangeOutcome,
    PinChangeReport,
    ProblemType,
    ReportedCondition,
    StaffCall,
)
from kiosk.uplink.errors import (
    CardUnknown,
    Cause,
    CentralError,
    CodeExpired,
    CodeForeign,
    MedicalCode,
    OperationConflict,
)

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ZHANG = CardReference(card_number=SecretStr("VR0000012"), region="990100")


def report(**changes: Any) -> PinChangeReport:
    fields = {
        "operation_id": uuid4(),
        "kiosk": "kiosk-1",
        "boot": 1,
        "sequence": 1,
        "card": "11111111-1111-4111-8111-111111111111",
        "outcome": PinChangeOutcome.DONE,
        "at": AT,
    }
    return PinChangeReport.model_validate(fields | changes)


async def test_a_record_comes_back_without_a_thread(central: Central, autojump_clock: MockClock) -> None:
    before = threading.active_count()
    record = await central.card_status(ZHANG)
    assert record.name.get_secret_value() == "张建国"
    assert threading.active_count() == before


async def test_each_refusal_has_its_own_error(central: Central, registry: Registry) -> None:
    with Session(registry.engine) as session:
        person = session.scalars(select(Person)).one()
    old = registry.issue_e_card_code(person)
    registry.expire_e_card_codes()
    refusals: list[tuple[Any, type[CentralError], int]] = [
        (CardReference(card_number=SecretStr("VR0000099")), CardUnknown, 404),
        (ECardQuery(e_card_code=SecretStr(old)), CodeExpired, 410),
        (ECardQuery(e_card_code=SecretStr("https://pay.example/")), CodeForeign, 404),
        (ECardQuery(e_card_code=SecretStr("1" * 28)), MedicalCode, 422),
    ]
    for query, kind, status in refusals:
        with pytest.raises(kind) as refused:
            await central.card_status(query)
        assert refused.value.cause is Cause.REFUSED
        assert refused.value.status == status
        assert not refused.value.may_have_arrived
    code = registry.issue_e_card_code(person)
    record = await central.card_status(ECardQuery(e_card_code=SecretStr(code)))
    assert record.card_number.get_secret_value() == "VR0000012"


async def test_a_report_is_acknowledged_once(central: Central) -> None:
    said = report()
    assert await central.report(said) == await central.report(said)
    with pytest.raises(OperationConflict):
        await central.report(said.model_copy(update={"outcome": PinChangeOutcome.IN_DOUBT}))
    assert not (await central.card_status(ZHANG)).initial_pin


async def test_the_bureau_sees_how_the_kiosk_does(central: Central, registry: Registry) -> None:
    standing = (ReportedCondition(id="camera.gone", since=AT),)
    await central.heartbeat(Heartbeat(kiosk="kiosk-1", version="1", boot=1, sequence=1, outbox_length=4))
    await central.report_conditions(ConditionReport(kiosk="kiosk-1", boot=1, sequence=2, conditions=standing))
    call = StaffCall(call_id=UUID(int=5), kiosk="kiosk-1", boot=1, sequence=3, page="home", at=AT)
    await central.call_staff(call)
    await central.call_staff(call)
    with Session(registry.engine) as session:
        assert session.get_one(Kiosk, "kiosk-1").outbox_length == 4
        kinds = [event.kind for event in session.scalars(select(Event).order_by(Event.id))]
    assert kinds == ["condition.raised", "staff.called"]


async def test_a_secret_that_is_no_longer_good(registry: Registry) -> None:
    central = Central(InProcess(registry, "kiosk-1.old"))
    with pytest.raises(CentralError) as refused:
        await central.card_status(ZHANG)
    assert (refused.value.cause, refused.value.problem) == (Cause.REFUSED, ProblemType.UNAUTHORISED)


class Answers:
    """A transport whose far end says one thing."""

    def __init__(self, status: int, body: bytes, seconds: float = 0) -> None:
        self._status, self._body, self._seconds = status, body, seconds

    async def request(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Answer."""
        await trio.sleep(self._seconds)
        return self._status, self._body


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"\xff\x00"),
        (200, b"{}"),
        (200, '{"name": "张建国"}'.encode()),
        (204, b""),
        (302, b""),
        (404, b"<html>Not here</html>"),
        (404, b'{"type": "urn:else", "title": "t", "status": 404}'),
        (500, b"Internal Server Error"),
        (503, b'{"type": "urn:kiosk:problem:card-unknown", "title": "t", "status": 404}'),
    ],
)
async def test_nonsense_is_never_a_record_nor_a_refusal(status: int, body: bytes) -> None:
    with pytest.raises(CentralError) as broken:
        await Central(Answers(status, body)).card_status(ZHANG)
    assert type(broken.value) is CentralError
    assert broken.value.cause is Cause.BROKEN
    assert broken.value.may_have_arrived
    assert "张建国" not in str(broken.value)
    assert broken.value.__cause__ is None


async def test_an_answer_to_another_report_is_no_answer() -> None:
    other = FormerAcknowledged(operation_id=uuid4(), outcome=PinChangeOutcome.DONE)
    with pytest.raises(CentralError, match="another report"):
        await Central(Answers(200, other.model_dump_json().encode())).report(report())


async def test_no_verb_takes_longer_than_its_deadline(autojump_clock: MockClock) -> None:
    central = Central(Answers(200, b"", seconds=3600), deadline_seconds=10)
    with pytest.raises(CentralError) as slow:
        await central.card_status(ZHANG)
    assert slow.value.cause is Cause.SLOW
    assert trio.current_time() == pytest.approx(10)
