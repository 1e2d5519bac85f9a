"""The server's memory of the journal, compared with the journal."""

import json
from typing import Any

import apsw
import pytest
import trio
from trio.testing import MockClock

from kiosk.operations.errors import ChangesClosed, StorageError
from kiosk.operations.operations import Operations
from kiosk.uplink.contract import JournalHead, OperationKind
from kiosk.uplink.errors import CentralError

PIN_CHANGE = OperationKind.PIN_CHANGE


async def test_a_journal_that_was_rolled_back_is_noticed(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """Before anything is changed; it opens when the bureau has had it forgotten."""
    async with machine.boot() as operations:
        image = machine.image()
        async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
            await operation.transmit(chip().mutation)
        await operation.acknowledged(10)
        head = operations.head
        assert head is not None
        assert (head.boot, head.sequence) == (1, 5)
    held = {"head": head.model_dump()}
    machine.put(image)
    machine.way.fail("journal-head", (200, {}, json.dumps(held).encode()))
    async with machine.boot() as operations:
        await trio.sleep(100)
        assert machine.way.count("journal-head") == 1  # Nobody has heard from the server yet.
        assert operations.head is None
        operations.server_answers(None)
        await trio.sleep(1)
        assert machine.standing() == ["journal.contradiction"]
        assert operations.head is None
        assert (operations.boot, operations.order) == (2, 0)  # Told without order: the server's is another journal's.
        with pytest.raises(ChangesClosed):
            async with operations.begin(PIN_CHANGE, await machine.record()):
                pytest.fail("changes are closed")
        await trio.sleep(61)
        assert machine.standing() == ["journal.contradiction"]
        machine.way.mend()
        await trio.sleep(61)
        assert machine.standing() == []
        assert operations.order == 2
        assert operations.head == JournalHead(boot=2, sequence=1, hash=operations.head.hash)  # type: ignore[union-attr]


@pytest.mark.parametrize("fails", ["the server", "the storage"])
async def test_a_comparison_that_failed_is_tried_again(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """Nobody has to begin anything for that."""
    async with machine.boot() as operations:
        store = operations._storage.store
        held = {"head": {"boot": 1, "sequence": 1, "hash": store.head.hash.hex()}}
        machine.way.fail("journal-head", "cut" if fails == "the server" else (200, {}, json.dumps(held).encode()))
        with monkeypatch.context() as patch:
            if fails == "the storage":
                patch.setattr(store, "record_at", _fails)
            operations.server_answers(None)
            await trio.sleep(1)
            assert operations.head is None
        machine.way.mend()
        await trio.sleep(61)
        assert operations.head is not None
        assert machine.standing() == []


async def test_whoever_begins_first_has_the_journals_compared(autojump_clock: MockClock, machine: Any) -> None:
    """Once; a server that doesn't say keeps changes from being begun."""
    async with machine.boot() as operations:
        record = await machine.record()
        machine.way.fail("journal-head", "cut")
        with pytest.raises(CentralError):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("not compared")
        assert machine.events(operations) == ["boot"]
        machine.way.mend()
        machine.way.seconds = 1
        other = await machine.record("li")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_begin, operations, record)
            nursery.start_soon(_begin, operations, other)
        assert machine.way.count("journal-head") == 2


async def _begin(operations: Operations, record: Any) -> None:
    async with operations.begin(PIN_CHANGE, record):
        pass


async def test_a_journal_that_can_not_be_read_is_not_compared(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        head = JournalHead(boot=1, sequence=1, hash="00" * 32)
        machine.way.fail("journal-head", (200, {}, json.dumps({"head": head.model_dump()}).encode()))
        await trio.testing.wait_all_tasks_blocked()
        machine.way.seconds = 1
        async with trio.open_nursery() as nursery:

            async def damage() -> None:
                await trio.sleep(0.5)
                store = operations._storage.store
                monkeypatch.setattr(store, "record_at", _fails)

            nursery.start_soon(damage)
            with pytest.raises(ChangesClosed, match=r"^storage\.failing$"):
                async with operations.begin(PIN_CHANGE, record):
                    pytest.fail("not compared")


def _fails(*arguments: object, **more: object) -> None:
    raise StorageError("SQLite's IOError")


async def test_an_altered_journal_closes_changes(autojump_clock: MockClock, machine: Any) -> None:
    machine.storage().close()
    database = apsw.Connection(str(machine.path))
    database.execute("UPDATE journal SET previous = zeroblob(31)")
    database.close()
    async with machine.boot():
        await trio.sleep(1)
        assert machine.standing() == ["journal.broken"]
        assert machine.board.closes("change")
