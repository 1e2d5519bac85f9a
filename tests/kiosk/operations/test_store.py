from contextlib import nullcontext
from pathlib import Path
from uuid import UUID, uuid4

import apsw
import pytest

from drivers.card_reader.errors import CardGone, WrongPin
from drivers.errors import Outcome
from kiosk.operations.operation import PIN_CHANGE, operation
from kiosk.operations.store import Store

CARD = UUID("11111111-1111-4111-8111-111111111111")
AT = "2026-03-01T09:00:00+08:00"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kiosk.db"


def begin(store: Store) -> UUID:
    return store.begin(uuid4(), kind=PIN_CHANGE, card=CARD, at=AT).operation_id


def test_each_start_is_a_boot_of_its_own(path: Path) -> None:
    """Order is (boot, sequence): a wrong clock can't change it."""
    boots = []
    for _ in range(3):
        store = Store(path)
        boots.append((store.boot, store.next_sequence(), store.next_sequence()))
        store.close()
    assert boots == [(1, 1, 2), (2, 1, 2), (3, 1, 2)]


def test_an_operation_waits_until_the_server_holds_it(path: Path) -> None:
    """Across a restart, in order, until it is acknowledged."""
    store = Store(path)
    first, second = begin(store), begin(store)
    store.conclude(second, "done", status_word="9000")
    store.conclude(first, "not_done", tries_left=2)
    store.close()

    store = Store(path)
    assert [row.operation_id for row in store.unsent()] == [first, second]
    store.acknowledge(first)
    assert [(row.operation_id, row.outcome) for row in store.unsent()] == [(second, "done")]
    store.close()


def test_what_a_power_cut_left_open_is_found_at_the_next_start(path: Path) -> None:
    """And only then: an operation of this boot is still under way."""
    store = Store(path)
    left = begin(store)
    assert store.unfinished() == []
    store.close()
    store = Store(path)
    assert [row.operation_id for row in store.unfinished()] == [left]
    store.close()


def test_an_operation_ends_once(path: Path) -> None:
    """A second end is an error of this program, and changes nothing."""
    store = Store(path)
    done = begin(store)
    store.conclude(done, "done")
    with pytest.raises(AssertionError):
        store.conclude(done, "not_done")
    assert [row.outcome for row in store.unsent()] == ["done"]
    store.close()


def test_every_commit_is_synced(path: Path) -> None:
    """With NORMAL a power cut loses commits that were acknowledged."""
    store = Store(path)
    assert store._db.pragma("synchronous") == 2
    assert store._db.pragma("journal_mode") == "wal"
    store.close()


def test_an_sqlite_that_damages_its_log_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """3.51.2 and before can reset a WAL under two connections."""
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    with pytest.raises(RuntimeError, match=r"3\.51\.3"):
        Store(path)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "done"),
        (WrongPin(3), "not_done"),
        (CardGone("gone", outcome=Outcome.UNKNOWN), "in_doubt"),
        (RuntimeError("a fault of this program"), "in_doubt"),
    ],
)
async def test_the_outcome_is_written_before_it_is_told(path: Path, error: Exception | None, outcome: str) -> None:
    """What isn't known to have failed is in doubt."""
    store = Store(path)
    with nullcontext() if error is None else pytest.raises(type(error)):
        async with operation(store, PIN_CHANGE, CARD, at=AT) as identity:
            assert store._rows("outcome IS NULL")[0].operation_id == identity
            if error is not None:
                raise error
    (row,) = store.unsent()
    assert row.outcome == outcome
    if isinstance(error, WrongPin):
        assert (row.status_word, row.tries_left) == ("63C3", 3)
    store.close()


def test_the_store_does_not_grow_for_ever(path: Path) -> None:
    """What the server holds is kept for a while; what it doesn't hold, always."""
    store = Store(path)
    waiting = begin(store)
    store.conclude(waiting, "done")
    for _ in range(1010):
        identity = begin(store)
        store.conclude(identity, "done")
        store.acknowledge(identity)
    assert len(store._rows("TRUE")) == 1001
    assert [row.operation_id for row in store.unsent()] == [waiting]
    store.close()
