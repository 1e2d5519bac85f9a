"""What the journal has for the server reaches it, once, however often the machine starts anew."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.conditions import ConditionBoard
from kiosk.operations.journal import Event
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store
from kiosk.uplink.contract import BootReason
from kiosk.uplink.untold import MOST_AT_ONCE, Teller, Untold

AT = "2026-03-01T09:00:00+08:00"


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    board = ConditionBoard(lambda: datetime(2026, 3, 1, tzinfo=UTC))
    with closing(Storage(lambda: Store(tmp_path / "kiosk.db"), board, at=lambda: AT)) as storage:
        yield storage


def act(storage: Storage, action: str, **details: str | int) -> None:
    known = {"action": action, "who": "li", "roles": "engineer", "face": "socket"}
    storage.write(lambda store: store.append(Event.TECHNICIAN, AT, **known, **details))


def waiting(teller: Teller) -> list[str]:
    return [action.action for action in teller.waiting().actions]


def test_until_the_server_has_heard(storage: Storage) -> None:
    """Again and again while it doesn't answer; then no more, after a restart neither."""
    teller = Teller(storage)
    act(storage, "board")
    storage.write(lambda store: store.append(Event.TECHNICIAN, AT, action="recover"))
    act(storage, "restart", denied=1)
    assert [waiting(teller), waiting(teller)] == [["board", "restart"]] * 2
    untold = teller.waiting()
    assert [action.denied for action in untold.actions] == [False, True]
    teller.told(untold.through)
    assert waiting(teller) == []
    act(storage, "log")
    assert waiting(Teller(storage)) == ["log"]


def test_many_go_in_turns(storage: Storage) -> None:
    """Oldest first, and none is left out."""
    teller = Teller(storage)
    for _ in range(MOST_AT_ONCE + 3):
        act(storage, "log")
    first = teller.waiting()
    teller.told(first.through)
    told = [each.sequence for each in (*first.actions, *teller.waiting().actions)]
    assert len(first.actions) == MOST_AT_ONCE
    assert len(told) == MOST_AT_ONCE + 3
    assert told == sorted(set(told))


def test_a_store_that_cannot_be_read_tells_nothing(storage: Storage) -> None:
    """And loses nothing."""
    teller = Teller(storage)
    act(storage, "log")
    storage.close()
    none = teller.waiting()
    teller.told(none.through)
    assert none == Untold()


BEGAN: dict[str, str | int | None] = {
    "reason": "power",
    "version": "2",
    "version_before": "1",
    "clock_jump_seconds": -60,
    "recovery": "whole",
    "records": 7,
    "not_done": 0,
    "in_doubt": 1,
    "waiting": 3,
}
"""As `boot_record.keep` writes it."""


def test_how_each_run_began(storage: Storage) -> None:
    """In order with what was done; a run whose recovery was stopped tells no counts."""
    storage.write(lambda store: store.append(Event.STARTED, AT, **BEGAN))
    act(storage, "log")
    stopped = {"reason": "first", "version": "2", "version_before": None, "clock_jump_seconds": None}
    storage.write(lambda store: store.append(Event.STARTED, AT, **stopped, recovery="stopped"))
    untold = Teller(storage).waiting()
    assert [boot.model_dump(exclude={"boot", "sequence", "at"}) for boot in untold.boots] == [
        BEGAN,
        stopped | {"recovery": "stopped", "records": 0, "not_done": 0, "in_doubt": 0, "waiting": 0},
    ]
    assert [boot.reason for boot in untold.boots] == [BootReason.POWER, BootReason.FIRST]
    assert untold.boots[0].sequence < untold.actions[0].sequence < untold.boots[1].sequence


def test_a_record_that_was_altered_is_passed_over(storage: Storage) -> None:
    """Recovery tells of it; the kiosk goes on."""
    storage.write(lambda store: store.append(Event.STARTED, AT, **BEGAN | {"reason": "earthquake"}))
    storage.write(lambda store: store.append(Event.TECHNICIAN, AT, action="log", face="socket"))
    act(storage, "restart")
    assert waiting(Teller(storage)) == ["restart"]
