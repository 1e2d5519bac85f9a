"""How a condition is raised on the real machine, seen, and mended: what each row of docs/conditions.md's table does.

A row is a generator. Before its `yield` it breaks something; there the condition has to stand on the console's board
and in the server's list. After it the row mends, and the condition has to go as the registry says: by itself, at the
console, with the next start (the row then mends while the kiosk is off), or at the bureau. After a second `yield`,
where it has one, the row puts back what it had to set up.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from brisk_citizen import BriskCitizen

from kiosk.conditions import Clears, Condition
from simulator import engineer
from simulator.machine import Machine
from simulator.scenarios.runner import tidy
from simulator.stand import Stand

SHOWN_SECONDS = 2.0
"""After the device has told; what has a time of its own says so in its row."""
_BUREAU_SECONDS = 120.0
_STAYS_SECONDS = 1.5
_LOOK_SECONDS = 0.1
_LISTED_SECONDS = 15.0
"""With the next heartbeat, where the report of its own is lost or it stood at the start."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One condition's proof.

    Attributes:
        condition: Which.
        raised: What is done to the machine, in words.
        told: Who notices, and when, in words.
        mended: What makes it go, in words.
        shown_seconds: How long it may take to be shown, from the row's `yield`.
        gone_seconds: How long it may take to go, from the row's end.
        asked: Whether the console can be asked what stands; where it can't, the server alone is.
        act: The generator.
    """

    condition: Condition
    raised: str
    told: str
    mended: str
    shown_seconds: float
    gone_seconds: float
    asked: bool
    act: Callable[["Bench"], Iterator[None]]


ROWS: list[Row] = []


def row(
    condition: Condition,
    raised: str,
    *,
    told: str,
    mended: str,
    shown: float = SHOWN_SECONDS,
    gone: float = 15.0,
    asked: bool = True,
) -> Callable[[Callable[["Bench"], Iterator[None]]], Callable[["Bench"], Iterator[None]]]:
    """Make a generator the proof of `condition`."""

    def note(act: Callable[["Bench"], Iterator[None]]) -> Callable[["Bench"], Iterator[None]]:
        ROWS.append(
            Row(
                condition=condition,
                raised=raised,
                told=told,
                mended=mended,
                shown_seconds=shown,
                gone_seconds=gone,
                asked=asked,
                act=act,
            )
        )
        return act

    return note


@dataclass
class Bench:
    """The stand, and somebody at its console. Only root can be somebody else than the kiosk."""

    stand: Stand

    @property
    def machine(self) -> Machine:
        """The one that is broken and mended."""
        return self.stand.first

    def __call__(self, device: str, do: str, **arguments: Any) -> dict[str, Any]:
        """Work a virtual device."""
        return self.machine.control(device)(do, **arguments)

    def asks(self, action: str, **arguments: object) -> dict[str, Any]:
        """Have the console do something."""
        return engineer.asks(self.machine.console, action, arguments, confirmed=True)

    def board(self) -> set[str]:
        """What stands, as the console shows it."""
        return {standing["id"] for standing in self.asks("board")["conditions"]}

    def server(self) -> set[str]:
        """What stands, as the server lists it."""
        return set(self.stand.central("kiosk", name=self.machine.name)["conditions"])

    def citizen(self) -> BriskCitizen:
        """Somebody at the machine, from its home page on."""
        return BriskCitizen(self.stand)

    def restart(self, **wishes: Any) -> None:
        """End the kiosk and start it, with other settings where they are given."""
        if self.machine.on:
            self.machine.stop_kiosk()
        if wishes:
            self.machine.configure(replace(self.machine.wishes, **wishes))
        self.start()

    def start(self) -> None:
        """Start the kiosk that was ended."""
        self.machine.start_kiosk()
        self.waits_for_it()

    def waits_for_it(self) -> None:
        """Wait until a kiosk that was just started serves, and its console hears."""
        self.machine.wait_until_it_serves()
        self.machine.children["kiosk"].wait_until(self._hears)

    def _hears(self) -> bool:
        try:
            self.board()
        except engineer.NotAsked:  # The socket comes a moment after the home page.
            return False
        return True


def prove(row: Row, bench: Bench) -> None:
    """Break, see it stand, mend, see it go."""
    condition = row.condition.id
    assert condition not in bench.board()
    act = row.act(bench)
    try:
        next(act)
        if row.asked:
            _wait(lambda: condition in bench.board(), row.shown_seconds, f"{condition} on the board")
        if row.condition.closes != "central":  # A server that is away lists nothing.
            _wait(lambda: condition in bench.server(), _LISTED_SECONDS, f"{condition} at the server")
        _mend(row, bench, act)
        _wait(lambda: condition not in bench.board(), row.gone_seconds, f"{condition} gone from the board")
        _wait(lambda: condition not in bench.server(), _LISTED_SECONDS, f"{condition} gone at the server")
        next(act, None)
    except Exception:
        if bench.machine.on:
            print(bench.machine.children["kiosk"].last_words(60))
        for _ in act:  # The next row wants a machine in order.
            pass
        tidy(bench.stand)
        bench.restart()
        raise


def _mend(row: Row, bench: Bench, act: Iterator[None]) -> None:
    match row.condition.cleared_by:
        case Clears.ITSELF | Clears.BUREAU:
            next(act, None)
        case Clears.CONSOLE:
            next(act, None)
            if row.condition.closes != "service":  # That one is put back in service by the row.
                _stays(row.condition.id, bench.board)
                bench.asks("clear", condition=row.condition.id)
        case Clears.RESTART:
            _stays(row.condition.id, bench.board if row.asked else bench.server)
            bench.machine.stop_kiosk()
            next(act, None)
            bench.start()


def _stays(condition: str, standing: Callable[[], set[str]]) -> None:
    end = time.monotonic() + _STAYS_SECONDS
    while time.monotonic() < end:
        assert condition in standing(), f"{condition} went by itself"
        time.sleep(_LOOK_SECONDS)


def _wait(until: Callable[[], bool], seconds: float, what: str) -> None:
    began = time.monotonic()
    while not until():
        assert time.monotonic() - began < seconds, f"not after {seconds:g} s: {what}"
        time.sleep(_LOOK_SECONDS)
