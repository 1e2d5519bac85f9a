"""Why a run began is told by what the one before it left."""

import datetime
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import conditions
from kiosk.boot_record import BootRecord, Clocks, Run, compare, run_noted, tell
from kiosk.conditions import ConditionBoard
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store
from kiosk.uplink.contract import BootReason as Reason

BEFORE = Run(computer="a", wall=1_000_000.0, monotonic=500.0, version="1")
LATER = replace(BEFORE, wall=1_000_100.0, monotonic=600.0)


def test_the_first_run_of_all() -> None:
    assert compare(None, LATER).reason is Reason.FIRST


@pytest.mark.parametrize("ended", [Reason.STOPPED, Reason.FAULT])
def test_a_run_that_said_how_it_ended(ended: Reason) -> None:
    assert compare(replace(BEFORE, ended=ended), LATER).reason is ended
    assert compare(replace(BEFORE, ended=ended), replace(LATER, computer="b")).reason is ended


def test_one_that_did_not_was_killed_or_lost_power() -> None:
    """The kernel's number tells which."""
    assert compare(BEFORE, LATER).reason is Reason.KILLED
    assert compare(BEFORE, replace(LATER, computer="b", monotonic=9.0)).reason is Reason.POWER
    assert compare(replace(BEFORE, computer=""), replace(LATER, computer="")).reason is Reason.POWER, "nobody knows"


@pytest.mark.parametrize(
    ("seconds", "computer", "told"),
    [
        (0.0, "a", None),
        (4.0, "a", None),
        (630_720_000.0, "a", 630_720_000),
        (-630_720_000.0, "a", -630_720_000),
        (630_720_000.0, "b", None),  # Nobody knows how long it was off.
        (-630_720_000.0, "b", -630_719_900),
    ],
)
def test_a_clock_that_was_set(seconds: float, computer: str, told: int | None) -> None:
    now = replace(LATER, computer=computer, wall=LATER.wall + seconds)

    assert compare(BEFORE, now).clock_jump_seconds == told


def test_another_version() -> None:
    assert compare(BEFORE, replace(LATER, version="2")) == BootRecord(
        reason=Reason.KILLED, version="2", version_before="1", clock_jump_seconds=None
    )
    assert compare(BEFORE, LATER).version_before is None


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    """A machine's memory."""
    at = "2026-03-01T09:00:00+00:00"

    def now() -> None:
        raise AssertionError("nothing goes wrong here")

    board = ConditionBoard(now)  # type: ignore[arg-type]
    with closing(Storage(lambda: Store(tmp_path / "kiosk.db"), board, at=lambda: at)) as storage:
        yield storage
    assert not board.stands(conditions.STORAGE_FAILING)


def noted(storage: Storage) -> str | None:
    text = storage.read(lambda store: store.memory.note("run"))
    return None if text is None else json.loads(text)["ended"]


def test_a_run_notes_that_it_lives_and_how_it_ended(storage: Storage) -> None:
    clocks = Clocks({"MACHINE_BOOT": "b7c2"})
    with run_noted(storage, clocks) as record:
        assert record is not None
        assert (record.reason, noted(storage)) == (Reason.FIRST, None)
    assert noted(storage) == "stopped"

    def break_down() -> None:
        with run_noted(storage, clocks) as record:
            assert record is not None
            assert record.reason is Reason.STOPPED
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_down()
    with run_noted(storage, clocks) as record:
        assert record is not None
        assert record.reason is Reason.FAULT


def test_a_run_that_just_vanishes(storage: Storage) -> None:
    clocks = Clocks({"MACHINE_BOOT": "b7c2"})
    cut_off = run_noted(storage, clocks)
    cut_off.__enter__()

    with run_noted(storage, clocks) as record:
        assert record is not None
        assert record.reason is Reason.KILLED
    with run_noted(storage, Clocks({"MACHINE_BOOT": "b7c3"})) as record:
        assert record is not None
        assert record.reason is Reason.STOPPED


@pytest.mark.parametrize("reason", list(Reason))
def test_a_run_that_broke_off_is_told_on_the_board(reason: Reason) -> None:
    """A power cut, an orderly end and the first start are nobody's fault."""
    board = ConditionBoard(lambda: datetime.datetime.now(datetime.UTC))

    tell(board, BootRecord(reason=reason, version="1", version_before=None, clock_jump_seconds=None))

    assert board.stands(conditions.BROKE_OFF) is (reason in (Reason.FAULT, Reason.KILLED))
