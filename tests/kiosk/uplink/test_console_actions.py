"""What is done at the console reaches the server, once, however often the machine starts anew."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.conditions import ConditionBoard
from kiosk.operations.journal import Event
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store
from kiosk.uplink.console_actions import MOST_AT_ONCE, ConsoleActions

AT = "2026-03-01T09:00:00+08:00"


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    board = ConditionBoard(lambda: datetime(2026, 3, 1, tzinfo=UTC))
    with closing(Storage(lambda: Store(tmp_path / "kiosk.db"), board, at=lambda: AT)) as storage:
        yield storage


def act(storage: Storage, action: str, **details: str | int) -> None:
    known = {"action": action, "who": "li", "roles": "engineer", "face": "socket"}
    storage.write(lambda store: store.append(Event.TECHNICIAN, AT, **known, **details))


def waiting(actions: ConsoleActions) -> list[str]:
    return [action.action for action in actions.waiting()[0]]


def test_until_the_server_has_heard(storage: Storage) -> None:
    """Again and again while it doesn't answer; then no more, after a restart neither."""
    actions = ConsoleActions(storage)
    act(storage, "board")
    storage.write(lambda store: store.append(Event.TECHNICIAN, AT, action="recover"))
    act(storage, "restart", denied=1)
    assert [waiting(actions), waiting(actions)] == [["board", "restart"]] * 2
    told, through = actions.waiting()
    assert [action.denied for action in told] == [False, True]
    actions.told(through)
    assert waiting(actions) == []
    act(storage, "log")
    assert waiting(ConsoleActions(storage)) == ["log"]


def test_many_go_in_turns(storage: Storage) -> None:
    """Oldest first, and none is left out."""
    actions = ConsoleActions(storage)
    for _ in range(MOST_AT_ONCE + 3):
        act(storage, "log")
    first, through = actions.waiting()
    actions.told(through)
    rest, _ = actions.waiting()
    assert (len(first), len(rest)) == (MOST_AT_ONCE, 3)
    assert [a.sequence for a in (*first, *rest)] == sorted({a.sequence for a in (*first, *rest)})


def test_a_store_that_cannot_be_read_tells_nothing(storage: Storage) -> None:
    """And loses nothing."""
    actions = ConsoleActions(storage)
    act(storage, "log")
    storage.close()
    none, through = actions.waiting()
    actions.told(through)
    assert none == ()
    assert json.dumps(through.boot) == "0"
