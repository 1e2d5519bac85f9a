import datetime
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from kiosk.operations.memory import KEPT_DAYS, KEPT_SELF_TESTS, SelfTestRow
from kiosk.operations.schema import VERSION
from kiosk.operations.store import Store

DAY = datetime.date(2026, 3, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path / "kiosk.db")) as store:
        yield store


def test_a_note_is_kept_until_it_is_forgotten(store: Store) -> None:
    """The newest under a name counts."""
    for value in ("since 9:00", "since 10:00", None):
        with store.transaction():
            store.memory.set_note("out_of_service", value)
        assert store.memory.note("out_of_service") == value


def test_days_are_counted_apart(store: Store) -> None:
    """And those of long ago go."""
    with store.transaction():
        store.memory.count(DAY - datetime.timedelta(days=KEPT_DAYS + 1), "receipts", 7)
        store.memory.count(DAY - datetime.timedelta(days=1), "receipts", 2)
        store.memory.count(DAY, "receipts")
        store.memory.count(DAY, "receipts", 3)
        store.memory.count(DAY, "visits")
    assert store.memory.tallies(datetime.date(2000, 1, 1)) == {
        "receipts": {"2026-02-28": 2, "2026-03-01": 4},
        "visits": {"2026-03-01": 1},
    }
    assert store.memory.tallies(DAY)["receipts"] == {"2026-03-01": 4}


def test_self_tests_are_kept_by_device(store: Store) -> None:
    """The newest of each, so many of each; one much tested device doesn't push out another."""
    at = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)

    def row(device: str, boot: int) -> SelfTestRow:
        return SelfTestRow(device=device, at=at, boot=boot, result="passed", detail="")

    with store.transaction():
        store.memory.add_self_test(row("camera", 1))
        for boot in range(KEPT_SELF_TESTS + 5):
            store.memory.add_self_test(row("pin_pad", boot))
    rows = store.memory.self_tests()
    assert len(rows) == KEPT_SELF_TESTS + 1
    assert rows[0] == row("pin_pad", KEPT_SELF_TESTS + 4)
    assert store.memory.self_tests(newest_only=True) == [rows[0], row("camera", 1)]


def test_an_older_store_is_led_to_todays_tables(tmp_path: Path) -> None:
    """An upgraded machine keeps its journal, and remembers from then on."""
    path = tmp_path / "kiosk.db"
    with closing(Store(path)) as store, store.transaction():
        store.begin_boot(at="2026-03-01T09:00:00+08:00", version="1")
    with closing(apsw.Connection(str(path))) as db:
        db.execute("DROP TABLE note; DROP TABLE tally; DROP TABLE self_test")
        db.pragma("user_version", 2)
    with closing(Store(path)) as store:
        assert store._db.pragma("user_version") == VERSION
        assert store.journal_length() == 1
        with store.transaction():
            store.memory.set_note("a", "b")
        assert store.memory.note("a") == "b"
