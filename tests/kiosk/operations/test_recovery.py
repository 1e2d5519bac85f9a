"""What the next start makes of whatever a power cut left."""

import datetime
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import apsw
import pytest
import trio
from trio.testing import MockClock

from kiosk.conditions import ConditionBoard
from kiosk.operations import recovery, steps, upkeep
from kiosk.operations.errors import ChangesClosed, StorageError
from kiosk.operations.journal import Event, Position
from kiosk.operations.recovery import contradicts, recover, recover_by_hand
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store
from kiosk.uplink.contract import JournalHead, OperationKind, OperationState

AT = "2026-03-01T09:00:00+00:00"
CARD = UUID("11111111-1111-4111-8111-111111111111")
KINDS = (OperationKind.PIN_CHANGE, OperationKind.UNBLOCK, OperationKind.TEMPORARY_LOSS)


def at() -> str:
    return AT


def intend(storage: Storage, kind: OperationKind) -> UUID:
    identity = uuid4()
    storage.write(lambda store: steps.intend(store, identity, kind, CARD, kiosk="kiosk-3", at=AT))
    return identity


def send(storage: Storage, identity: UUID) -> None:
    storage.write(
        lambda store: steps.sent(store, identity, at=AT, header=b"\x80\x5e\x01\x00", digest=None, tries_before=6)
    )


async def test_what_was_cut_off_gets_its_outcome(machine: Any) -> None:
    """Nothing sent: not done. Sent: in doubt. A loss: the server is asked. Never is anything sent to a card."""
    before = machine.storage()
    begun, sent, loss = (intend(before, kind) for kind in KINDS)
    send(before, sent)
    before.close()

    storage = machine.storage()
    assert machine.standing() == ["operations.unsettled"]
    recovered = await recover(storage, kiosk="kiosk-3", at=at)
    assert (recovered.not_done, recovered.in_doubt, recovered.broken) == (1, 2, None)
    assert (recovered.records, recovered.waiting) == (6, 3)
    assert machine.standing() == ["operations.unsettled"]
    store = storage.store
    assert store is not None
    assert {row.operation_id: row.state for row in store.operations()} == {
        begun: "not_done",
        sent: "in_doubt",
        loss: "in_doubt",
    }
    assert [(row.message, row.message_id) for row in store.outbox()] == [
        ("intent", loss),
        ("outcome", begun),
        ("outcome", sent),
    ]
    assert [row.thread for row in store.outbox()] == [loss, CARD, CARD]
    events = [row.record for row in store.journal()]
    assert (await recover(storage, kiosk="kiosk-3", at=at)).waiting == 3
    assert [row.record for row in store.journal()] == events
    storage.close()


async def test_an_outcome_is_reported_as_of_the_boot_that_found_it(machine: Any) -> None:
    before = machine.storage()
    sent = intend(before, OperationKind.PIN_CHANGE)
    send(before, sent)
    before.close()
    storage = machine.storage()
    await recover(storage, kiosk="kiosk-3", at=at)
    assert storage.store is not None
    (row,) = storage.store.outbox()
    assert f'"operation_id":"{sent}","kind":"pin_change","kiosk":"kiosk-3","boot":2,"sequence":2' in row.body.decode()
    assert '"outcome":"in_doubt","status_word":null,"tries_left":null' in row.body.decode()
    storage.close()


async def test_a_recovery_that_is_cut_off_goes_on_where_it_was(machine: Any) -> None:
    """At every write in turn: the next start does the rest, once."""
    before = machine.storage()
    for kind in KINDS:
        send(before, intend(before, kind)) if kind.on_chip else intend(before, kind)
    before.close()
    image = machine.image()
    for after in range(40):
        machine.put(image)
        machine.disk.fail(apsw.IOError, after=after)
        storage = machine.storage()
        cut_off = False
        try:
            await recover(storage, kiosk="kiosk-3", at=at)
        except StorageError:
            cut_off = True
        left = machine.image()
        machine.disk.mend()
        storage.close()
        machine.put(left)
        storage = machine.storage()
        await recover(storage, kiosk="kiosk-3", at=at)
        assert storage.store is not None
        outcomes = [row for row in storage.store.journal() if b'"event":"outcome"' in row.record]
        assert len(outcomes) == 2
        assert [row.state for row in storage.store.operations()] == ["in_doubt"] * 3
        assert len(storage.store.outbox()) == 3
        storage.close()
        if not cut_off:
            break
    else:
        pytest.fail("it never got through")


async def test_an_altered_journal_is_told_and_what_is_open_reported_all_the_same(machine: Any) -> None:
    before = machine.storage()
    send(before, intend(before, OperationKind.PIN_CHANGE))
    before.close()
    database = apsw.Connection(str(machine.path))
    database.execute("UPDATE journal SET hash = zeroblob(32) WHERE sequence = 2")
    database.close()
    storage = machine.storage()
    recovered = await recover(storage, kiosk="kiosk-3", at=at)
    assert recovered.broken is not None
    assert (recovered.broken.boot, recovered.broken.sequence) == (1, 2)
    assert (recovered.records, recovered.in_doubt, recovered.waiting) == (0, 1, 1)
    storage.close()


async def test_a_technician_s_recovery_is_written_down_before_it_acts(machine: Any) -> None:
    before = machine.storage()
    send(before, intend(before, OperationKind.PIN_CHANGE))
    before.write(
        lambda store: store.enqueue(
            "observation", uuid4(), thread=CARD, body=b"{}", position=store.append(Event.OBSERVATION, AT)
        )
    )
    before.write(lambda store: store.count_refusal(2, set_aside=True))
    before.close()
    storage = machine.storage()
    recovered = await recover_by_hand(storage, kiosk="kiosk-3", at=at)
    assert (recovered.in_doubt, recovered.waiting) == (1, 2)
    assert storage.store is not None
    assert storage.store.stuck() == 0
    told = [row.record for row in storage.store.journal()][-2:]
    assert b'"action":"recover"' in told[0]
    assert b'"event":"technician"' in told[0]
    assert b'"event":"outcome"' in told[1]
    storage.close()


# Is it the journal that the server knows?


def test_a_head_that_fits_and_heads_that_do_not(machine: Any) -> None:
    storage = machine.storage()
    for _ in range(4):
        storage.write(lambda store: store.append(Event.PRINTED, AT))
    store = storage.store
    assert store is not None
    for row in store.journal():
        place = {"boot": row.position.boot, "sequence": row.position.sequence}
        assert not contradicts(store, JournalHead(hash=row.hash.hex(), **place))
        assert contradicts(store, JournalHead(hash="00" * 32, **place))
    for later in (Position(1, 6), Position(2, 1)):
        assert contradicts(store, JournalHead(boot=later.boot, sequence=later.sequence, hash="00" * 32))
    storage.write(lambda store: store.forget_through(Position(1, 2)))
    for sequence in (1, 2, 3):  # Nothing is dropped before the server holds what comes after.
        assert contradicts(store, JournalHead(boot=1, sequence=sequence, hash="00" * 32))
    storage.write(lambda store: store.forget_through(Position(1, 9)))
    assert contradicts(store, JournalHead(boot=1, sequence=1, hash="00" * 32))
    storage.close()


def test_a_missing_record_is_a_contradiction(machine: Any) -> None:
    """One that was taken out of the middle, with the chain made to fit."""
    storage = machine.storage()
    for _ in range(4):
        storage.write(lambda store: store.append(Event.PRINTED, AT))
    store = storage.store
    assert store is not None
    gone = store.journal()[2]
    storage.write(lambda store: store._db.execute("DELETE FROM journal WHERE sequence = 3"))
    assert contradicts(store, JournalHead(boot=1, sequence=3, hash=gone.hash.hex()))
    storage.close()


# A machine at its start.


async def test_three_boots_that_did_not_finish_are_enough(autojump_clock: MockClock, machine: Any) -> None:
    """The fourth doesn't try; questions stay open, what waits is sent, and a technician starts it anew."""
    for _ in range(3):
        machine.storage().close()
    async with machine.boot() as operations:
        await trio.sleep(1)
        assert machine.standing() == ["operations.recovery_stopped"]
        assert machine.board.closes("change")
        assert not machine.board.closes("central")
        assert operations.boot == operations.storage.boot == 4
        assert await operations.recovered() is None
    storage = machine.storage()
    await recover_by_hand(storage, kiosk="kiosk-3", at=at)
    storage.close()
    async with machine.boot():
        await trio.sleep(1)
        assert machine.standing() == []


async def test_whoever_asks_hears_what_recovery_found(autojump_clock: MockClock, machine: Any) -> None:
    """The boot record does; before recovery has ended it waits."""
    async with machine.boot() as operations:
        found = await operations.recovered()
        assert found is not None
        assert (found.records, found.broken, found.in_doubt, found.not_done, found.waiting) == (1, None, 0, 0, 0)


async def test_two_boots_that_did_not_finish_are_not(autojump_clock: MockClock, machine: Any) -> None:
    for _ in range(2):
        machine.storage().close()
    async with machine.boot():
        await trio.sleep(1)
        assert machine.standing() == []


async def test_changes_stay_closed_until_the_server_has_heard_of_what_is_in_doubt(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """The power goes while the card is at it; and the network with it."""
    machine.way.fail("/outcome", "cut")
    card = chip()
    record = await machine.record()
    async with machine.boot() as operations, operations.begin(OperationKind.PIN_CHANGE, record) as operation:
        await operation.transmit(card.mutation)
        image = machine.image()
    machine.put(image)
    async with machine.boot() as operations:
        await trio.sleep(100)
        assert machine.standing() == ["operations.unsettled"]
        with pytest.raises(ChangesClosed, match=r"^operations\.unsettled$"):
            async with operations.begin(OperationKind.PIN_CHANGE, await machine.record("li")):
                pass
        machine.way.mend()
        await trio.sleep(61)
        assert machine.standing() == []
        async with operations.begin(OperationKind.PIN_CHANGE, await machine.record("li")):
            pass
    record = await machine.record()
    assert record.open_operation.state is OperationState.IN_DOUBT
    assert card.sent == 1


async def test_a_disk_that_fails_at_the_start_is_recovered_from_later(autojump_clock: MockClock, machine: Any) -> None:
    before = machine.storage()
    send(before, intend(before, OperationKind.PIN_CHANGE))
    before.close()
    machine.disk.fail(apsw.FullError)
    async with machine.boot() as operations:
        await trio.sleep(60)
        assert machine.standing() == ["storage.full"]
        assert (operations.boot, operations.head, operations.outbox_length) == (0, None, 0)
        machine.disk.mend()
        await trio.sleep(20)
        assert machine.standing() == []
        assert operations.boot == 2
        assert machine.events(operations)[-2:] == ["outcome", "acknowledged"]


def test_a_long_journal_is_recovered_in_time(tmp_path: Path) -> None:
    """100,000 records in 30 s is the promise; here a tenth of each, and others get their turn meanwhile."""
    storage = Storage(lambda: Store(tmp_path / "kiosk.db"), _board(), at=at)
    storage.write(
        lambda store: [store.append(Event.PRINTED, AT, number="03-0001-0001") for _ in range(10_000)] and None
    )
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await trio.lowlevel.checkpoint()

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(count)
            begun = time.process_time()  # Others on the machine slow the clock, not this.
            recovered = await recover(storage, kiosk="kiosk-3", at=at)
            assert recovered.records == 10_001
            assert time.process_time() - begun < 3
            nursery.cancel_scope.cancel()

    trio.run(main)
    assert turns >= 10_000 / recovery._ROWS_AT_ONCE
    storage.close()


def _board() -> ConditionBoard:
    return ConditionBoard(lambda: datetime.datetime.now(datetime.UTC))


# Keeping the journal short.


async def test_old_records_go_when_the_server_has_seen_their_end(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enough of them, none that something under way needs; and the chain tells of it."""
    monkeypatch.setattr(upkeep, "JOURNAL_LIMIT", 20)
    monkeypatch.setattr(upkeep, "PRUNED_AT_ONCE", 5)
    async with machine.boot() as operations:
        await trio.sleep(0.1)
        storage = operations._storage
        store = storage.store
        for _ in range(23):
            storage.write(lambda store: store.append(Event.PRINTED, AT))
        operations.server_answers(operations.head or _head(store))
        assert store.journal_length() == 24
        storage.write(lambda store: store.append(Event.PRINTED, AT))
        operations.server_answers(None)
        assert store.journal_length() == 25
        operations.server_answers(JournalHead(boot=1, sequence=5, hash=store.journal()[4].hash.hex()))
        assert store.journal_length() == 25  # What it holds must come after what goes.
        operations.server_answers(JournalHead(boot=1, sequence=6, hash=store.journal()[5].hash.hex()))
        assert store.journal_length() == 21
        assert [row.position.sequence for row in store.journal()] == list(range(6, 27))
        assert await recovery.follow(storage) == 21
        waiting = intend(storage, OperationKind.PIN_CHANGE)
        for _ in range(30):
            storage.write(lambda store: store.append(Event.PRINTED, AT))
        for _ in range(9):
            operations.server_answers(_head(store))
        oldest = store.journal()[0].position
        assert oldest.sequence == 26
        row = store.operation(waiting)
        assert row is not None
        assert oldest <= row.position
        assert await recovery.follow(storage) == store.journal_length()
        storage.write(lambda store: steps.end(store, waiting, OperationState.NOT_DONE, kiosk="k", at=AT, report=False))
        machine.disk.fail(apsw.FullError)
        operations.server_answers(_head(store))
        assert machine.standing() == ["storage.full"]


async def test_the_record_that_something_under_way_began_with_stays(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even as the last of those that would go."""
    monkeypatch.setattr(upkeep, "JOURNAL_LIMIT", 20)
    monkeypatch.setattr(upkeep, "PRUNED_AT_ONCE", 5)
    async with machine.boot() as operations:
        await trio.sleep(0.1)
        storage, store = operations._storage, operations._storage.store
        storage.write(lambda store: [store.append(Event.PRINTED, AT) for _ in range(3)] and None)
        waiting = intend(storage, OperationKind.PIN_CHANGE)
        storage.write(lambda store: [store.append(Event.PRINTED, AT) for _ in range(25)] and None)
        assert store.operation(waiting).position == store.journal()[4].position
        operations.server_answers(_head(store))
        assert store.journal_length() == 30


async def test_nothing_is_dropped_while_the_chain_is_followed_or_when_it_is_broken(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An end that came while the beginning went would look like a hole; and a hole must stay to be seen."""
    monkeypatch.setattr(upkeep, "JOURNAL_LIMIT", 20)
    monkeypatch.setattr(upkeep, "PRUNED_AT_ONCE", 5)
    monkeypatch.setattr(recovery, "_ROWS_AT_ONCE", 5)
    storage = machine.storage()
    storage.write(lambda store: [store.append(Event.PRINTED, AT) for _ in range(40)] and None)
    storage.close()
    async with machine.boot() as operations:
        store = operations._storage.store
        for _ in range(3):
            await trio.lowlevel.checkpoint()
        operations.server_answers(_head(store))
        await trio.sleep(1)
        assert machine.standing() == []
        assert store.journal_length() == 42
        operations.server_answers(_head(store))
        assert store.journal_length() == 38
        store._db.execute("UPDATE journal SET record = x'7b7d' WHERE boot = 1 AND sequence = 9")
    async with machine.boot() as operations:
        await trio.sleep(1)
        assert machine.standing() == ["journal.broken"]
        operations.server_answers(_head(operations._storage.store))
        assert operations._storage.store.journal_length() == 39
    async with machine.boot():
        await trio.sleep(1)
        assert machine.standing() == ["journal.broken"], "a start alone mends nothing"


def _head(store: Any) -> JournalHead:
    row = store.head
    return JournalHead(boot=row.position.boot, sequence=row.position.sequence, hash=row.hash.hex())
