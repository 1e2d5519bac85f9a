"""The database: what is synced, what is refused, and that an error leaves nothing half done."""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import apsw
import pytest

from kiosk.operations.errors import StorageBusy, StorageDamaged, StorageError, StorageFull
from kiosk.operations.journal import Check, Event, Position
from kiosk.operations.schema import VERSION
from kiosk.operations.store import Store, sqlite_version

AT = "2026-03-01T09:00:00+08:00"
CARD = UUID("11111111-1111-4111-8111-111111111111")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


def boot(path: Path, **changes: Any) -> Store:
    store = Store(path, **changes)
    with store.transaction():
        store.begin_boot(at=AT, version="1.2")
    return store


def begin(store: Store, identity: UUID | None = None) -> UUID:
    identity = identity or uuid4()
    with store.transaction():
        position = store.append(Event.INTENT, AT)
        store.add_operation(identity, kind="pin_change", card=CARD, position=position)
    return identity


def enqueue(store: Store, identity: UUID | None = None, *, thread: UUID = CARD, held: bool = False) -> int:
    with store.transaction():
        position = store.append(Event.OUTCOME, AT)
        return store.enqueue("outcome", identity or uuid4(), thread=thread, body=b"body", position=position, held=held)


def test_a_boot_never_comes_before_what_the_journal_holds(path: Path) -> None:
    """Even where somebody has emptied the table of boots."""
    store = boot(path)
    store._db.execute("DELETE FROM boot")
    store.close()
    store = boot(path)
    assert store.boot == 2
    store.close()


def test_each_start_is_a_boot_of_its_own(path: Path) -> None:
    """Numbered by one, and the first record of each is the boot's."""
    for number in (1, 2, 3):
        store = boot(path)
        assert store.boot == number
        assert store.head is not None
        assert store.head.position == Position(number, 1)
        assert store.next_position == Position(number, 2)
        with store.transaction():
            assert store.append(Event.PRINTED, AT, what="done") == Position(number, 2)
        store.close()
    store = Store(path)
    assert [row.position for row in store.journal()] == [Position(n, s) for n in (1, 2, 3) for s in (1, 2)]
    assert json.loads(store.journal()[0].record) == {
        "at": AT,
        "boot": 1,
        "event": "boot",
        "sequence": 1,
        "version": "1.2",
    }
    check = Check()
    for row in store.journal():
        check.follow(row)
    check.end()
    assert store.journal_length() == 6
    assert store.record_at(Position(2, 2)) == store.journal()[3]
    assert store.record_at(Position(2, 3)) is None
    assert store.journal(after=Position(1, 2), limit=2) == store.journal()[2:4]
    store.close()


def test_before_a_boot_there_is_none(path: Path) -> None:
    """Who only looks writes nothing."""
    store = Store(path)
    assert (store.boot, store.head, store.journal()) == (0, None, [])
    assert store.next_position == Position(0, 1)
    store.close()


def test_every_commit_is_synced(path: Path) -> None:
    """With NORMAL a power cut loses commits that were acknowledged. One process has it, so no memory is shared."""
    store = boot(path)
    assert store._db.pragma("synchronous") == 2
    assert store._db.pragma("journal_mode") == "wal"
    assert store._db.pragma("locking_mode") == "exclusive"
    assert store._db.pragma("user_version") == VERSION
    assert sorted(file.name for file in path.parent.iterdir()) == ["kiosk.db", "kiosk.db-wal"]
    tables = dict(store._db.execute("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'").fetchall())
    assert {name for name in tables if not name.startswith("sqlite_")} == {
        "boot",
        "journal",
        "note",
        "operation",
        "outbox",
        "receipt",
        "self_test",
        "tally",
    }
    assert all(strict for name, strict in tables.items() if not name.startswith("sqlite_"))
    store.close()


def test_an_sqlite_that_damages_its_log_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """3.51.2 and before can reset a WAL under two connections; 3.51.3 is good."""
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    with pytest.raises(RuntimeError, match=r"^SQLite 3\.51\.2 may damage a WAL; 3\.51\.3 or later is needed$"):
        Store(path)
    assert not path.exists()
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.3")
    Store(path).close()


def test_only_one_process_has_it(path: Path) -> None:
    """Whoever comes second is told, and does no harm."""
    store = boot(path)
    program = "import sys; from pathlib import Path; from kiosk.operations.store import Store; Store(Path(sys.argv[1]))"
    second = subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, timeout=30)
    assert "StorageBusy: another process has the database open" in second.stderr
    begin(store)
    store.close()


@pytest.mark.parametrize(
    "content", [b"not a database, and long enough to be taken for one" * 99, b"SQLite format 3\0" * 64]
)
def test_what_is_no_database_is_left_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StorageDamaged, match="not a database, or malformed"):
        Store(path)
    assert path.read_bytes() == content
    assert [file.name for file in path.parent.iterdir()] == ["kiosk.db"]


def test_another_program_s_database_is_left_as_it_is(path: Path) -> None:
    """And one of another version of this one."""
    for version in (0, 1, VERSION + 1):
        path.unlink(missing_ok=True)
        other = apsw.Connection(str(path))
        other.execute("CREATE TABLE boot (number INTEGER PRIMARY KEY)")
        other.pragma("user_version", version)
        other.close()
        with pytest.raises(StorageDamaged, match="not a database of this program's version"):
            Store(path)


def test_malformed_pages_are_found_at_the_start(path: Path) -> None:
    """Before anything is written, and nothing that waits is dropped."""
    store = boot(path)
    for _ in range(200):
        enqueue(store)
    store.close()
    whole = path.read_bytes()
    found = set()
    for page in range(4096, len(whole), 4096):
        content = bytearray(whole)
        content[page : page + 8] = bytes(8)  # The header of the page.
        path.write_bytes(content)
        with pytest.raises(StorageDamaged) as damaged:
            Store(path)
        found.add(str(damaged.value))
        assert path.read_bytes() == content
        path.with_name("kiosk.db-wal").unlink(missing_ok=True)
    assert found == {"its pages are malformed", "not a database, or malformed"}


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"^SQLite's CantOpenError$"):
        Store(tmp_path / "nowhere" / "kiosk.db")


def test_all_of_a_transaction_or_nothing(path: Path) -> None:
    """Whatever goes wrong in it: rows, chain and boot are as before."""
    store = boot(path)
    head = store.head

    def step() -> None:
        with store.transaction():
            store.append(Event.INTENT, AT)
            store.begin_boot(at=AT, version="2")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        step()
    assert (store.head, store.boot) == (head, 1)
    assert store.journal() == [head]
    begin(store)
    assert [row.position for row in store.journal()] == [Position(1, 1), Position(1, 2)]
    store.close()


@pytest.mark.parametrize("limit", [0, 1, 2, 3])
def test_a_full_disk_leaves_nothing_half_done(path: Path, limit: int) -> None:
    """However far it gets."""
    store = boot(path)
    pages = store._db.pragma("page_count")
    store._db.pragma("max_page_count", pages + limit)
    written = 0

    def fill() -> None:
        nonlocal written
        for _ in range(1000):
            enqueue(store)
            written += 1

    with pytest.raises(StorageFull, match="no room left on the disk"):
        fill()
    assert store.outbox_length() == written
    assert store.journal_length() == 1 + written
    store._db.pragma("max_page_count", pages + 100)
    enqueue(store)
    assert store.journal_length() == 2 + written
    store.close()


@pytest.mark.parametrize("fault", [apsw.FullError, apsw.IOError])
def test_a_disk_that_fails_and_comes_back(path: Path, disk: Any, fault: type[apsw.Error]) -> None:
    """At every write in turn; what follows is as if it had never failed."""
    store = boot(path, vfs="failing")
    kept = 0
    for after in range(12):
        disk.fail(fault, after=after)
        with suppress(StorageFull if fault is apsw.FullError else StorageError):
            enqueue(store)
            kept += 1
        disk.mend()
        enqueue(store)
        kept += 1
    assert store.outbox_length() == kept
    store.close()
    store = boot(path)
    check = Check()
    for row in store.journal():
        check.follow(row)
    check.end()
    assert store.outbox_length() == kept
    store.close()


def test_a_probe_needs_room_and_leaves_none_taken(path: Path, disk: Any) -> None:
    store = boot(path, vfs="failing")
    before = store._db.execute("SELECT * FROM journal").fetchall()
    store.probe()
    assert store._db.execute("SELECT length(probe) FROM boot").get == 0
    disk.fail(apsw.FullError)
    with pytest.raises(StorageFull):
        store.probe()
    disk.mend()
    writes = disk.writes
    store.probe()
    assert disk.writes - writes > 16  # Pages of 4096 bytes, and their headers.
    assert store._db.execute("SELECT * FROM journal").fetchall() == before
    store.close()


def test_what_is_abandoned_is_left_as_it_is(path: Path) -> None:
    """No checkpoint into a file that may be damaged: the WAL stays beside it."""
    store = boot(path)
    begin(store)
    before = path.read_bytes()
    store.abandon()
    assert path.read_bytes() == before
    assert path.with_name("kiosk.db-wal").exists()
    store = boot(path)
    assert len(store.operations()) == 1
    store.close()
    assert not path.with_name("kiosk.db-wal").exists()


# Boots that didn't finish their recovery.


def test_boots_without_a_recovery_are_counted_since_the_last_one_with(path: Path) -> None:
    counts = []
    for recovers in (False, False, True, False, False, False, False):
        store = boot(path)
        counts.append(store.unrecovered_boots())
        if recovers:
            with store.transaction():
                store.recovered()
        store.close()
    assert counts == [0, 1, 2, 0, 1, 2, 3]


def test_old_boots_are_forgotten(path: Path) -> None:
    for _ in range(15):
        boot(path).close()
    store = boot(path)
    assert store.boot == 16
    numbers = [row[0] for row in store._db.execute("SELECT number FROM boot ORDER BY number")]
    assert numbers == list(range(7, 17))
    assert store.unrecovered_boots() == 9
    store.close()


# Operations.


def test_an_operation_is_kept_as_it_went(path: Path) -> None:
    store = boot(path)
    first, second = begin(store), begin(store)
    row = store.operation(first)
    assert row is not None
    assert (row.operation_id, row.kind, row.card) == (first, "pin_change", CARD)
    assert (row.position, row.state, row.acknowledged) == (Position(1, 2), "intent", False)
    assert store.operation(uuid4()) is None
    with store.transaction():
        store.set_state(first, "sent")
        store.set_state(second, "in_doubt")
        store.set_state(second, "done")
        store.acknowledge(second)
    assert [(row.operation_id, row.state, row.acknowledged) for row in store.operations()] == [
        (first, "sent", False),
        (second, "done", True),
    ]
    store.close()


@pytest.mark.parametrize("end", ["done", "not_done"])
def test_an_operation_ends_once(path: Path, end: str) -> None:
    """A second end is an error of this program, and changes nothing."""
    store = boot(path)
    identity = begin(store)
    with store.transaction():
        store.set_state(identity, end)
    for state in ("done", "not_done", "in_doubt", "sent"):
        with pytest.raises(AssertionError, match="ends once"), store.transaction():
            store.set_state(identity, state)
    assert [row.state for row in store.operations()] == [end]
    store.close()


def test_what_a_power_cut_left_open_is_found_at_the_next_start(path: Path) -> None:
    """And only then: an operation of this boot is still under way."""
    store = boot(path)
    begun, sent, done, doubt = (begin(store) for _ in range(4))
    with store.transaction():
        store.set_state(sent, "sent")
        store.set_state(done, "done")
        store.set_state(doubt, "in_doubt")
    assert store.unfinished() == []
    store.close()
    store = boot(path)
    assert [row.operation_id for row in store.unfinished()] == [begun, sent]
    store.close()


def test_unsettled_is_what_the_server_must_hear_before_anything_else(path: Path) -> None:
    """In doubt, or of an earlier boot; what is done in this one may follow."""
    store = boot(path)
    assert not store.unsettled()
    doubt = begin(store)
    with store.transaction():
        store.set_state(doubt, "sent")
    assert not store.unsettled()
    with store.transaction():
        store.set_state(doubt, "in_doubt")
    assert store.unsettled()
    with store.transaction():
        store.acknowledge(doubt)
    assert not store.unsettled()
    done = begin(store)
    with store.transaction():
        store.set_state(done, "done")
    assert not store.unsettled()
    store.close()
    store = boot(path)
    assert store.unsettled()
    with store.transaction():
        store.acknowledge(done)
    assert not store.unsettled()
    store.close()


def test_the_store_does_not_grow_for_ever(path: Path) -> None:
    """What the server holds is kept for a while, with its receipt; what it doesn't hold, always."""
    store = boot(path)
    waiting = begin(store)
    first = begin(store)
    for number, identity in enumerate([first, *(begin(store) for _ in range(1000))]):
        with store.transaction():
            store.set_state(identity, "done")
            store.add_receipt(f"03-0001-{number:04}", identity)
            store.acknowledge(identity)
    assert len(store.operations()) == 1001
    assert store.operation(waiting) is not None
    assert store.operation(first) is None
    assert store.receipt_of(first) is None
    assert store._db.execute("SELECT count(*) FROM receipt").get == 1000
    store.close()


def test_records_are_dropped_up_to_a_place(path: Path) -> None:
    store = boot(path)
    for _ in range(4):
        begin(store)
    with store.transaction():
        store.forget_through(Position(1, 3))
    assert [row.position.sequence for row in store.journal()] == [4, 5]
    store.close()


def test_what_is_under_way_needs_its_records(path: Path) -> None:
    """An operation that wasn't acknowledged, or a message that waits, whichever began first."""
    store = boot(path)
    assert store.oldest_needed() is None
    first = begin(store)
    enqueue(store)
    second = begin(store)
    assert store.oldest_needed() == Position(1, 2)
    with store.transaction():
        store.acknowledge(first)
    assert store.oldest_needed() == Position(1, 3)
    with store.transaction():
        store._db.execute("DELETE FROM outbox")
    assert store.oldest_needed() == Position(1, 4)
    with store.transaction():
        store.acknowledge(second)
    assert store.oldest_needed() is None
    store.close()


# The outbox.


def test_messages_wait_in_order(path: Path) -> None:
    """Also across a restart, with the bytes that they were written with; held ones wait for whoever holds them."""
    store = boot(path)
    other = uuid4()
    first, held, second, third = uuid4(), uuid4(), uuid4(), uuid4()
    enqueue(store, first)
    enqueue(store, held, held=True)
    enqueue(store, second, thread=other)
    enqueue(store, third)
    store.close()
    store = boot(path)
    assert [row.message_id for row in store.outbox()] == [first, second, third]
    assert [row.message_id for row in store.outbox(thread=CARD)] == [first, third]
    row = store.outbox()[0]
    assert (row.number, row.message, row.thread, row.body, row.refusals) == (1, "outcome", CARD, b"body", 0)
    assert store.outbox_length() == 4
    with store.transaction():
        store.release("outcome", held)
        store.dequeue("outcome", first)
        store.dequeue("intent", second)
    assert [row.message_id for row in store.outbox()] == [held, second, third]
    store.close()


def test_a_message_waits_once(path: Path) -> None:
    store = boot(path)
    identity = uuid4()
    enqueue(store, identity)
    with pytest.raises(apsw.ConstraintError):
        enqueue(store, identity)
    assert store.outbox_length() == 1
    store.close()


def test_what_was_set_aside_waits_for_a_person(path: Path) -> None:
    store = boot(path)
    bad, good = enqueue(store), enqueue(store)
    with store.transaction():
        store.count_refusal(bad, set_aside=False)
        store.count_refusal(bad, set_aside=False)
    assert [(row.number, row.refusals) for row in store.outbox()] == [(bad, 2), (good, 0)]
    assert store.stuck() == 0
    with store.transaction():
        store.count_refusal(bad, set_aside=True)
    assert [row.number for row in store.outbox()] == [good]
    assert (store.stuck(), store.outbox_length()) == (1, 2)
    with store.transaction():
        store.take_up_again()
    assert [(row.number, row.refusals) for row in store.outbox()] == [(bad, 0), (good, 0)]
    assert store.stuck() == 0
    store.close()


# Receipts.


def test_printings_are_counted(path: Path) -> None:
    store = boot(path)
    identity = begin(store)
    assert store.receipt_of(identity) is None
    with store.transaction():
        store.add_receipt("03-0001-0002", identity)
    assert store.receipt_of(identity) == "03-0001-0002"
    with store.transaction():
        assert [store.count_printing("03-0001-0002") for _ in range(3)] == [0, 1, 2]
    with pytest.raises(AssertionError, match="issued before"), store.transaction():
        store.count_printing("03-0001-0003")
    with pytest.raises(apsw.ConstraintError), store.transaction():
        store.add_receipt("03-0001-0009", identity)
    store.close()


def test_a_transaction_that_could_not_be_undone_is_undone_by_the_next(path: Path) -> None:
    store = boot(path)
    store._db.execute("BEGIN")
    store._db.execute("DELETE FROM journal")
    begin(store)
    assert store.journal_length() == 2
    store.close()


def test_a_database_in_use_is_told_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while: a process that is just ending lets go."""
    monkeypatch.setattr("kiosk.operations.store._BUSY_MILLISECONDS", 1)
    store = boot(path)
    with pytest.raises(StorageBusy, match="another process has the database open"):
        Store(path)
    store.close()


def test_a_busy_database_is_one_that_fails(path: Path) -> None:
    assert issubclass(StorageBusy, StorageError)
    assert issubclass(StorageFull, StorageError)
    assert issubclass(StorageDamaged, StorageError)


def test_the_library_s_version_is_told() -> None:
    assert tuple(map(int, sqlite_version().split("."))) >= (3, 51, 3)
