"""Faults of the virtual hardware stand on the console's board within two seconds, and go as their rows say.

What is noticed only when it is used next (a camera, a pad that was switched off) has tests beside its own device.
"""

from collections.abc import Callable

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from silent_dialogue import Silent
from trio.testing import MockClock

from drivers.card_reader.slot import MediaState
from kiosk import conditions
from kiosk.conditions import Clears, Condition
from kiosk.console.actions.board import Board
from kiosk.console.console import Console
from kiosk.console.roles import Caller, Face, Role

TECHNICIAN = Caller(who="li", roles=frozenset({Role.TECHNICIAN}), face=Face.SOCKET)
SHOWN_SECONDS = 2.0
Act = Callable[[KioskUnderTest], object]


def nudged(act: Act) -> Act:
    """The printer tells of it by itself (automatic status)."""

    def both(kiosk: KioskUnderTest) -> None:
        act(kiosk)
        kiosk.paper.nudge()

    return both


FAULTS: list[tuple[Condition, Act, Act]] = [
    (conditions.READER_GONE, lambda k: k.slot.lose(MediaState.NO_DEVICE), lambda k: k.slot.pull()),
    (conditions.CARD_SERVICE_DOWN, lambda k: k.slot.lose(MediaState.SERVICE_DOWN), lambda k: k.slot.pull()),
    (
        conditions.PAPER_LOW,
        nudged(lambda k: k.printer.set_paper("low")),
        nudged(lambda k: k.printer.set_paper("full")),
    ),
    (
        conditions.PAPER_OUT,
        nudged(lambda k: k.printer.set_paper("out")),
        nudged(lambda k: k.printer.set_paper("full")),
    ),
    (
        conditions.COVER_OPEN,
        nudged(lambda k: k.printer.set_cover(is_open=True)),
        nudged(lambda k: k.printer.set_cover(is_open=False)),
    ),
    (
        conditions.PRINTER_OFFLINE,
        nudged(lambda k: k.printer.set_offline(True)),
        nudged(lambda k: k.printer.set_offline(False)),
    ),
    (conditions.PRINTER_GONE, lambda k: k.paper.unplug(), lambda k: k.paper.plug()),
    (conditions.ID_READER_GONE, lambda k: k.plate.unplug(), lambda k: k.plate.plug()),
    (
        conditions.CARD_IN_USE,
        lambda k: k.board.set(conditions.CARD_IN_USE, stands=True),
        lambda k: None,
    ),
]


@pytest.mark.parametrize(("condition", "break_it", "mend_it"), FAULTS, ids=[fault[0].id for fault in FAULTS])
async def test_a_fault_is_shown_and_goes(
    autojump_clock: MockClock,
    console: Console,
    kiosk: KioskUnderTest,
    condition: Condition,
    break_it: Act,
    mend_it: Act,
) -> None:
    """With what it means and what to do; one that is cleared at the console, only there."""
    await kiosk.at_home()
    await trio.sleep(1)
    assert condition.id not in await shown(console)
    break_it(kiosk)
    await trio.sleep(SHOWN_SECONDS)
    assert condition.id in await shown(console)
    mend_it(kiosk)
    if condition.cleared_by is Clears.CONSOLE:
        await trio.sleep(60)
        assert condition.id in await shown(console)
        await console.perform(TECHNICIAN, "clear", {"condition": condition.id}, dialogue=Silent())
        assert condition.id not in await shown(console)
        return
    with trio.fail_after(60):
        while condition.id in await shown(console):  # noqa: ASYNC110 -- As somebody looks at the board.
            await trio.sleep(0.5)


async def shown(console: Console) -> set[str]:
    board = await console.perform(TECHNICIAN, "board", dialogue=Silent())
    assert isinstance(board, Board)
    return {standing.id for standing in board.conditions}
