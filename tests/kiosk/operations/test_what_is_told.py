"""What a technician reads in the log, and how long a citizen waits where nobody has said otherwise."""

import datetime
from random import Random
from typing import Any

import apsw
import pytest
import structlog.testing
import trio
from trio.testing import MockClock

from drivers.card_reader.errors import CardGone
from drivers.errors import Outcome
from kiosk import conditions
from kiosk.operations import recovery
from kiosk.operations.errors import ChangesClosed
from kiosk.operations.journal import Event
from kiosk.operations.operations import Operations
from kiosk.uplink.contract import Means, OperationKind, OperationState
from kiosk.uplink.errors import CentralError

NOW = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)
PIN_CHANGE, LOSS = OperationKind.PIN_CHANGE, OperationKind.TEMPORARY_LOSS


async def test_the_log_tells_each_operation_from_its_beginning_to_its_end(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """By its id and kind; the card's handle, the PIN and the name aren't there."""
    with structlog.testing.capture_logs() as log:
        async with machine.boot() as operations:
            record = await machine.record()
            async with operations.begin(PIN_CHANGE, record) as operation:
                await operation.transmit(chip().mutation)
            assert await operation.acknowledged(10)
            loss = await operations.change_record(LOSS, record, evidence=())
    change, loss_id = str(operation.id), str(loss.operation_id)
    assert log == [
        {"event": "operation.begun", "log_level": "info", "operation": change, "kind": PIN_CHANGE},
        {"event": "operation.ended", "log_level": "info", "operation": change, "outcome": OperationState.DONE},
        {"event": "outbox.delivered", "log_level": "info", "message": "outcome", "id": change},
        {"event": "operation.begun", "log_level": "info", "operation": loss_id, "kind": LOSS},
        {"event": "operation.ended", "log_level": "info", "operation": loss_id, "outcome": OperationState.DONE},
    ]


async def test_the_log_tells_what_was_recovered(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        async with operations.begin(PIN_CHANGE, record) as operation:
            await operation.transmit(chip().mutation)
            image = machine.image()
    machine.put(image)
    with structlog.testing.capture_logs() as log:
        async with machine.boot():
            await trio.sleep(1)
    recovered = {"operation": str(operation.id), "outcome": OperationState.IN_DOUBT}
    assert [line for line in log if line["log_level"] == "warning"] == [
        {"event": "operation.recovered", "log_level": "warning"} | recovered
    ]


async def test_the_log_tells_what_the_server_did_not_take(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    async with machine.boot() as operations:
        machine.way.fail("/outcome", "cut")
        with structlog.testing.capture_logs() as log:
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                await operation.transmit(chip().mutation)
            await trio.sleep(0.5)
    told = {"message": "outcome", "id": str(operation.id), "cause": "unreachable"}
    assert log[-1] == {"event": "outbox.not_delivered", "log_level": "warning"} | told


async def test_the_log_tells_how_an_operation_was_settled(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    async with machine.boot() as operations:
        with pytest.raises(CardGone):
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                await operation.transmit(chip(CardGone("gone", outcome=Outcome.UNKNOWN)).mutation)
        assert await operation.acknowledged(10)
        record = await machine.record()
        with structlog.testing.capture_logs() as log:
            await operations.settle(
                record.open_operation,
                record,
                outcome=OperationState.NOT_DONE,
                means=Means.OLD_PIN_ACCEPTED,
                tries_left=6,
            )
    assert log[0] == {
        "event": "operation.settled",
        "log_level": "info",
        "operation": str(operation.id),
        "outcome": OperationState.NOT_DONE,
        "means": Means.OLD_PIN_ACCEPTED,
    }


async def test_the_log_tells_why_changes_are_closed(autojump_clock: MockClock, machine: Any) -> None:
    with structlog.testing.capture_logs() as log:
        async with machine.boot() as operations:
            head = operations._storage.store.head
            other = f'{{"head": {{"boot": 7, "sequence": 1, "hash": "{head.hash.hex()}"}}}}'.encode()
            machine.way.fail("journal-head", (200, {}, other))
            with pytest.raises(ChangesClosed, match=r"^journal\.contradiction$"):
                async with operations.begin(PIN_CHANGE, await machine.record()):
                    pytest.fail("changes are closed")
        for _ in range(recovery.MOST_BOOTS):
            machine.make().close()
        operations = machine.make()
        await operations.recover()
        operations.close()
    assert [line for line in log if line["log_level"] == "error"] == [
        {"event": "journal.contradiction", "log_level": "error"},
        {"event": "recovery.stopped", "log_level": "error"},
    ]


async def test_the_log_tells_what_is_wrong_with_the_storage_and_the_journal(machine: Any) -> None:
    """By the kind of SQLite's error: its text may quote."""
    with structlog.testing.capture_logs() as log:
        storage = machine.storage()
        storage.write(lambda store: [store.append(Event.PRINTED, NOW.isoformat()) for _ in range(3)] and None)
        storage.store._db.execute("UPDATE journal SET record = x'7b7d' WHERE sequence = 3")
        await recovery.recover(storage, kiosk="kiosk-3", at=NOW.isoformat)
        machine.disk.fail(apsw.IOError)
        assert not storage.owe(lambda store: store.append(Event.PRINTED, NOW.isoformat()))
        machine.disk.mend()
        storage.close()
    assert [line for line in log if line["log_level"] == "error"] == [
        {"event": "journal.broken", "log_level": "error", "boot": 1, "sequence": 3},
        {"event": "storage.failed", "log_level": "error", "error": "StorageError", "what": "SQLite's IOError"},
    ]


def test_whoever_finds_changes_closed_is_told_by_what() -> None:
    closed = ChangesClosed((conditions.STORAGE_FULL, conditions.OUTBOX_FULL))
    assert str(closed) == "storage.full, central.outbox_full"


async def test_a_citizen_waits_for_twenty_seconds_at_most(autojump_clock: MockClock, machine: Any) -> None:
    """Where nothing else is said, and by the pauses that chance was made to give."""

    class Middle(Random):
        def uniform(self, a: float, b: float) -> float:
            return (a + b) / 2

    operations = Operations(
        machine.open_store, machine.central, machine.board, kiosk="kiosk-3", number=3, now=lambda: NOW, rng=Middle()
    )
    await operations.recover()
    record = await machine.record()
    await operations._upkeep.ready()
    begun, tries = trio.current_time(), []

    def cut(method: str, path: str) -> str:
        tries.append(trio.current_time() - begun)
        return "cut"

    machine.way.faults.append(cut)
    with pytest.raises(CentralError):
        async with operations.begin(PIN_CHANGE, record):
            pytest.fail("nobody answers")
    assert tries == pytest.approx([0.01, 0.21, 0.59, 1.35, 2.86, 5.87, 8.88, 11.89, 14.90, 17.91], abs=0.01)
    operations.close()
