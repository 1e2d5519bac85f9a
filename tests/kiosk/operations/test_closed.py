"""When nothing may be changed, and what still may be asked."""

import re
from typing import Any
from uuid import uuid4

import pytest
import trio
from operation_traces import states
from trio.testing import MockClock

from kiosk import conditions
from kiosk.operations.errors import ChangesClosed, StorageError
from kiosk.uplink.contract import Means, OpenOperation, OperationKind, OperationState

PIN_CHANGE = OperationKind.PIN_CHANGE
LOSS = OperationKind.TEMPORARY_LOSS
CLOSING = [condition for condition in conditions.REGISTRY if condition.closes == "change"]


@pytest.mark.parametrize("condition", CLOSING, ids=lambda condition: condition.id)
async def test_what_closes_changes_closes_them(autojump_clock: MockClock, machine: Any, condition: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.board.set(condition, stands=True)
        with pytest.raises(ChangesClosed, match=condition.id) as closed:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("changes are closed")
        assert closed.value.conditions == (condition,)
        with pytest.raises(ChangesClosed):
            await operations.change_record(LOSS, record, evidence=())
        assert machine.way.count("journal-head") == 1
        assert len(machine.way.seen) == 1


async def test_a_machine_without_storage_answers_questions(autojump_clock: MockClock, machine: Any) -> None:
    machine.path.write_bytes(b"not a database" * 999)
    async with machine.boot() as operations:
        record = await machine.record()
        await trio.sleep(100)
        assert machine.standing() == ["storage.damaged"]
        assert (operations.boot, operations.outbox_length, operations.head) == (0, 0, None)
        with pytest.raises(ChangesClosed):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("changes are closed")
        with pytest.raises(ChangesClosed):
            await operations.settle(
                OpenOperation(operation_id=uuid4(), kind=PIN_CHANGE, state=OperationState.OPEN),
                record,
                outcome=OperationState.DONE,
                means=Means.NEW_PIN_ACCEPTED,
                tries_left=6,
            )
        with pytest.raises(ChangesClosed, match=r"^storage\.damaged$") as closed:
            await operations.catch_up(record)
        assert closed.value.conditions == (conditions.STORAGE_DAMAGED,)
        operations.observe(record, 0)
        first, second = operations.reference(), operations.reference()
        assert re.fullmatch(r"03-0\d{5}-Q001", first)
        assert second == first.replace("Q001", "Q002"), "of the same start, which has no number"
        assert machine.way.seen == []
        operations.server_answers(None)
        await trio.sleep(200)
        assert machine.way.count("journal-head") > 0


async def test_nothing_begins_before_the_recovery_is_over(autojump_clock: MockClock, machine: Any) -> None:
    operations = machine.make()
    record = await machine.record()
    with trio.move_on_after(100) as scope:
        async with operations.begin(PIN_CHANGE, record):
            pytest.fail("nobody has recovered")
    assert scope.cancelled_caught
    await operations.recover()
    async with operations.begin(PIN_CHANGE, record):
        pass
    operations.close()


async def test_an_outbox_that_can_not_be_read_closes_changes(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        monkeypatch.setattr(operations._storage.store, "outbox", _fails)
        with pytest.raises(ChangesClosed, match=r"^storage\.failing$"):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it can't be read")
        assert states(operations) == []


def _fails(*arguments: object, **more: object) -> None:
    raise StorageError("SQLite's IOError")
