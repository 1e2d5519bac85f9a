"""An operation is opened at the server, which may say no, or nothing."""

from typing import Any
from uuid import uuid4

import pytest
import trio
from operation_traces import last_report, problem, state_at_server, states
from trio.testing import MockClock

from drivers.card_reader.errors import WrongPin
from kiosk.operations.errors import OperationRefused, OutcomeUnknown
from kiosk.uplink.contract import Means, OpenOperation, OperationKind, OperationOpened, OperationState, ProblemType
from kiosk.uplink.errors import Cause, CentralError

PIN_CHANGE = OperationKind.PIN_CHANGE
LOSS = OperationKind.TEMPORARY_LOSS


async def test_a_refusal_is_told_with_its_reason(autojump_clock: MockClock, machine: Any) -> None:
    """Nothing waits for the server: it holds no such operation."""
    machine.way.fail("", problem(ProblemType.CARD_BUSY), times=0)
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", problem(ProblemType.CARD_BUSY))
        with pytest.raises(OperationRefused) as refused:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it was refused")
        assert (refused.value.problem, refused.value.status) == (ProblemType.CARD_BUSY, 409)
        assert str(refused.value) == "refused: the server refused the operation"
        assert states(operations) == [("not_done", True)]
        assert operations.outbox_length == 0
        assert machine.standing() == []
        assert machine.way.count("/outcome") == 0


async def test_how_long_to_wait_comes_with_the_refusal(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", problem(ProblemType.LIMIT_REACHED, 429, **{"retry-after": "3600"}))
        with pytest.raises(OperationRefused) as refused:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it was refused")
        assert refused.value.retry_after_seconds == 3600
        assert trio.current_time() < 2


async def test_a_refusal_after_a_lost_answer_is_reported(autojump_clock: MockClock, machine: Any) -> None:
    """The first copy may still arrive: the server must know that it is dead."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        identity = machine.new_id()
        machine.new_id = lambda: identity
        operations._new_id = lambda: identity
        machine.way.fail(str(identity), (500, {}, b""), times=1)
        machine.way.fail(str(identity), problem(ProblemType.EVIDENCE_MISSING))
        with pytest.raises(OperationRefused):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it was refused")
        assert states(operations) == [("not_done", False)]
        machine.way.mend()
        await trio.sleep(10)
        assert states(operations) == [("not_done", True)]
        assert last_report(machine)["outcome"] == "not_done"


@pytest.mark.parametrize("how", ["cut", "lost", (500, {}, b""), (200, {}, b"nonsense")])
async def test_without_an_answer_nothing_reaches_the_card(autojump_clock: MockClock, machine: Any, how: Any) -> None:
    """The server may hold it all the same, and is told; meanwhile the home page says that it is away."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        told: list[CentralError] = []
        machine.central.failed = told.append
        machine.way.fail("", how)
        with pytest.raises(CentralError) as unanswered:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("nobody answered")
        assert not isinstance(unanswered.value, OperationRefused)
        assert 5 < trio.current_time() < 15
        assert told == [unanswered.value]
        assert states(operations) == [("not_done", False)]
        assert machine.events(operations) == ["boot", "intent", "outcome"]
        assert operations.outbox_length == 1
        machine.way.mend()
        await trio.sleep(61)
        assert states(operations) == [("not_done", True)]
    assert await state_at_server(machine) is None
    machine.way.mend()


async def test_an_answer_that_was_lost_once_is_no_loss(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """The same bytes again; the server answers as before."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", "lost", times=1)
        async with operations.begin(PIN_CHANGE, record) as operation:
            await operation.transmit(chip().mutation)
        path = f"/v1/operations/{operation.id}"
        assert len(machine.way.bodies[path]) == 2
        assert len(set(machine.way.bodies[path])) == 1


async def test_a_machine_that_the_server_does_not_know_is_no_refusal(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", problem(ProblemType.UNAUTHORISED, 401))
        with pytest.raises(CentralError) as refused:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it was refused")
        assert not isinstance(refused.value, OperationRefused)
        assert states(operations) == [("not_done", False)]


@pytest.mark.parametrize(("kind", "state"), [(PIN_CHANGE, "done"), (LOSS, "open")])
async def test_a_server_that_opens_something_else_is_broken(
    autojump_clock: MockClock, machine: Any, kind: OperationKind, state: str
) -> None:
    """A chip's operation can't be done by itself, and a loss can't be left open."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        identity = uuid4()
        operations._new_id = lambda: identity
        answer = OperationOpened.model_validate({"operation_id": identity, "state": state})
        machine.way.fail(str(identity), (200, {}, answer.model_dump_json().encode()))
        if kind is LOSS:
            with pytest.raises(OutcomeUnknown):
                await operations.change_record(kind, record, evidence=())
        else:
            with pytest.raises(CentralError, match=r"^broken: the server opened something else$") as broken:
                async with operations.begin(kind, record):
                    pytest.fail("it isn't open")
            assert broken.value.status == 200


async def test_what_the_server_must_hear_of_this_card_comes_first(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """The report of the last operation, or the server would find the card busy."""
    async with machine.boot() as operations:
        record = await machine.record()
        machine.way.fail("/outcome", "cut")
        with pytest.raises(WrongPin):
            async with operations.begin(PIN_CHANGE, record) as operation:
                await operation.transmit(chip(WrongPin(3)).mutation)
        assert not await operation.acknowledged(5)
        with pytest.raises(CentralError) as failed:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("the card is busy")
        assert failed.value.cause is Cause.UNREACHABLE
        assert len(states(operations)) == 1
        machine.way.mend()
        async with operations.begin(PIN_CHANGE, record) as operation:
            await operation.transmit(chip().mutation)
        assert await operation.acknowledged(10)
        assert states(operations) == [("not_done", True), ("done", True)]


async def test_what_waits_of_other_cards_holds_nobody_up(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """Neither who begins nor who settles: it is sent in the background, or by whoever has that card."""
    operations = machine.make()
    await operations.recover()
    machine.way.fail("/outcome", "cut")
    async with operations.begin(PIN_CHANGE, await machine.record("li")) as operation:
        await operation.transmit(chip(None).mutation)
    machine.way.mend()
    record = await machine.record()
    assert await operations.catch_up(record) is False
    stranger = OpenOperation(operation_id=uuid4(), kind=PIN_CHANGE, state=OperationState.OPEN)
    shown: Any = {"outcome": OperationState.DONE, "means": Means.NEW_PIN_ACCEPTED, "tries_left": 6}
    with pytest.raises(CentralError):
        await operations.settle(stranger, record, **shown)  # The server never heard of it.
    assert machine.way.count("/outcome") == 0
    async with operations.begin(PIN_CHANGE, await machine.record("li")):
        assert machine.way.count("/outcome") == 1
    assert operations.outbox_length == 2  # What this last one came to, and the settlement, refused but once.
    operations.close()


async def test_a_fault_of_this_program_leaves_no_operation_open(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is: nothing was sent, and the server is told."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()

        async def faulty(*arguments: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(operations._outbox, "send", faulty)
        with pytest.raises(ZeroDivisionError):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it isn't open")
        monkeypatch.undo()
        assert states(operations) == [("not_done", False)]
        await trio.sleep(10)
        assert states(operations) == [("not_done", True)]
