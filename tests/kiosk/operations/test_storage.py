"""A disk that fails: changes close at once, what has happened is kept, and it opens again by itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import apsw
import pytest

from kiosk import conditions
from kiosk.operations.errors import StorageDamaged, StorageError, StorageFull
from kiosk.operations.journal import Event
from kiosk.operations.storage import OUTBOX_LIMIT, Storage
from kiosk.operations.store import Store

AT = "2026-03-01T09:00:00+00:00"


@pytest.fixture
def storage(machine: Any) -> Iterator[Storage]:
    storage = machine.storage()
    yield storage
    machine.disk.mend()
    storage.close()


def note(what: str) -> Any:
    return lambda store: store.append(Event.PRINTED, AT, what=what)


def notes(storage: Storage) -> list[str]:
    assert storage.store is not None
    return [str(row.record) for row in storage.store.journal()]


def wait(number: int, *, operation: bool = False) -> Any:
    def step(store: Store) -> None:
        for _ in range(number):
            position = store.append(Event.OUTCOME, AT)
            if operation:
                identity = uuid4()
                store.add_operation(identity, kind="pin_change", card=UUID(int=1), position=position)
                store.set_state(identity, "in_doubt")
            else:
                store.enqueue("outcome", uuid4(), thread=UUID(int=1), body=b"", position=position)

    return step


def test_what_is_written_is_there(storage: Storage, machine: Any) -> None:
    assert storage.boot == 1
    assert storage.write(note("a")).sequence == 2
    assert storage.read(lambda store: store.journal_length()) == 2
    assert storage.owe(note("b"))
    assert len(notes(storage)) == 3
    assert machine.standing() == []
    assert not storage.trouble.is_set()
    assert storage.failure is None


@pytest.mark.parametrize(
    ("fault", "condition"),
    [(apsw.FullError, "storage.full"), (apsw.IOError, "storage.failing"), (apsw.ReadOnlyError, "storage.failing")],
)
def test_a_disk_that_fails_closes_changes_at_once(
    storage: Storage, machine: Any, fault: type[apsw.Error], condition: str
) -> None:
    """And opens them when a probe gets through."""
    machine.disk.fail(fault)
    with pytest.raises(StorageError):
        storage.write(note("lost"))
    assert machine.standing() == [condition]
    assert machine.board.closes("change")
    assert storage.failing
    assert storage.trouble.is_set()
    assert storage.failure is not None
    assert not storage.mended()
    assert machine.standing() == [condition]
    machine.disk.mend()
    assert storage.failing
    assert storage.mended()
    assert machine.standing() == []
    assert not storage.failing
    assert len(notes(storage)) == 1


def test_a_fault_that_changes_its_kind_is_told_as_it_is(storage: Storage, machine: Any) -> None:
    machine.disk.fail(apsw.FullError)
    assert not storage.mended()
    machine.disk.fail(apsw.IOError)
    assert not storage.mended()
    assert machine.standing() == ["storage.failing"]


def test_what_has_happened_is_written_as_soon_as_it_can_be(storage: Storage, machine: Any) -> None:
    """In its order, before anything else."""
    machine.disk.fail(apsw.FullError)
    assert not storage.owe(note("first"))
    assert not storage.owe(note("second"))
    with pytest.raises(StorageFull):
        storage.write(note("refused"))
    assert len(notes(storage)) == 1
    machine.disk.mend()
    assert storage.mended()
    told = notes(storage)
    assert ['"first"' in told[1], '"second"' in told[2], len(told)] == [True, True, 3]


def test_what_has_happened_goes_before_the_next_thing_that_is_written(storage: Storage, machine: Any) -> None:
    machine.disk.fail(apsw.FullError)
    storage.owe(note("owed"))
    machine.disk.mend()
    storage.write(note("next"))
    assert ['"owed"' in notes(storage)[1], '"next"' in notes(storage)[2]] == [True, True]
    assert storage.mended()
    assert len(notes(storage)) == 3


def test_what_is_owed_stays_owed_until_all_of_it_is_written(storage: Storage, machine: Any) -> None:
    """The disk fails again between two."""
    machine.disk.fail(apsw.FullError)
    for what in ("first", "second", "third"):
        storage.owe(note(what))
    machine.disk.mend()
    storage._store.probe()  # type: ignore[union-attr]
    writes = machine.disk.writes
    storage._write(note("measured"))
    one = machine.disk.writes - writes
    machine.disk.fail(apsw.FullError, after=one)
    with pytest.raises(StorageFull):
        storage._write_owed()
    machine.disk.mend()
    assert storage.mended()
    told = notes(storage)
    assert [what in row for what, row in zip(("first", "second", "third"), told[2:], strict=True)] == [True] * 3


def test_a_disk_that_fails_at_the_start_is_opened_later(machine: Any) -> None:
    """Questions are answered meanwhile, and nothing is changed. The boot begins when it can be written."""
    machine.disk.fail(apsw.IOError)
    storage = machine.storage()
    assert (storage.store, storage.boot) == (None, 0)
    assert machine.standing() == ["storage.failing"]
    for use in (storage.read, storage.write):
        with pytest.raises(StorageError, match="no storage"):
            use(lambda store: None)
    assert not storage.owe(note("happened"))
    assert not storage.mended()
    machine.disk.mend()
    assert storage.mended()
    assert machine.standing() == []
    assert storage.boot == 1
    storage.write(note("next"))
    assert '"happened"' in notes(storage)[1]
    storage.close()
    assert storage.store is None
    storage.close()


def test_a_directory_that_can_not_be_made_fails_like_a_disk(machine: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    def open_store() -> Store:
        (tmp_path / "file" / "directory").mkdir(parents=True)
        raise AssertionError

    storage = Storage(open_store, machine.board, at=lambda: AT)
    assert machine.standing() == ["storage.failing"]
    assert str(storage.failure) == "Not a directory"


def test_a_boot_that_can_not_be_written_is_no_boot(machine: Any) -> None:
    """The database is there, and the disk fails at the very next write."""
    machine.storage().close()
    machine.disk.fail(apsw.FullError)
    storage = machine.storage()
    assert (storage.store, storage.boot) == (None, 0)
    assert machine.standing() == ["storage.full"]
    machine.disk.mend()
    assert storage.mended()
    assert storage.boot == 2
    storage.close()


def test_a_damaged_file_is_left_as_it_is(machine: Any) -> None:
    """Questions stay open, the boot is 0, and nothing is tried until somebody has mended it."""
    machine.path.write_bytes(b"not a database" * 999)
    storage = machine.storage()
    assert (storage.store, storage.boot) == (None, 0)
    assert machine.standing() == ["storage.damaged"]
    assert not storage.failing
    assert machine.path.read_bytes() == b"not a database" * 999
    storage.look()
    assert machine.standing() == ["storage.damaged"]


@pytest.mark.parametrize("use", ["read", "write", "look", "mended"])
def test_damage_that_shows_later_ends_all_use(storage: Storage, machine: Any, use: str) -> None:
    storage.write(wait(1))
    image = machine.image()

    def damaged(*arguments: Any) -> Any:
        raise StorageDamaged("malformed")

    storage._store._read = damaged  # type: ignore[method-assign,union-attr]
    storage._store.probe = damaged  # type: ignore[method-assign,union-attr]
    if use == "look":
        storage.look()
    elif use == "mended":
        assert not storage.mended()
    else:
        with pytest.raises(StorageError):
            getattr(storage, use)(lambda store: store._read())
    assert (storage.store, storage.boot) == (None, 0)
    assert machine.standing() == ["storage.damaged"]
    assert machine.image() == image


def test_a_read_that_fails_closes_changes(storage: Storage, machine: Any) -> None:
    def failing(store: Store) -> None:
        raise StorageError("SQLite's IOError")

    with pytest.raises(StorageError):
        storage.read(failing)
    assert machine.standing() == ["storage.failing"]


def test_a_full_outbox_closes_changes_until_there_is_room(storage: Storage, machine: Any) -> None:
    storage.write(wait(OUTBOX_LIMIT - 1))
    assert machine.standing() == []
    storage.write(wait(1))
    assert machine.standing() == ["central.outbox_full"]
    assert machine.board.closes("change")
    storage.write(lambda store: store.dequeue("outcome", store.outbox()[0].message_id))
    assert machine.standing() == []


def test_what_lies_there_from_before_is_on_the_board_at_once(machine: Any) -> None:
    storage = machine.storage()
    storage.write(wait(1, operation=True))
    assert machine.standing() == ["operations.unsettled"]
    storage.write(wait(1))
    storage.write(lambda store: store.count_refusal(1, set_aside=True))
    storage.close()
    for condition, _ in machine.board.standing():
        machine.board.set(condition, stands=False)
    machine.storage().close()
    assert sorted(machine.standing()) == ["central.outbox_stuck", "operations.unsettled"]
    assert conditions.OUTBOX_STUCK.closes == ""
