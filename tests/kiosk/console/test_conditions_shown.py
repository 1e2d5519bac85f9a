"""Faults of the virtual hardware stand on the console's board within two seconds, and go as their rows say.

Some of them, under a faked clock; tests/conditions has all, on the real product.
"""

import json
from collections.abc import Callable

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from silent_dialogue import Silent
from trio.testing import MockClock

from central import machines
from drivers.card_reader.slot import MediaState
from kiosk import conditions
from kiosk.access.certificate import load_authority
from kiosk.access.technician_card import TechnicianAccess
from kiosk.access.tries import FIRST_WAIT_SECONDS, FREE_TRIES, Tries
from kiosk.conditions import Clears, Condition
from kiosk.console.actions.board import Board
from kiosk.console.actions.self_tests import SelfTestResult
from kiosk.console.console import Console
from kiosk.console.roles import Caller, Face, Role
from kiosk.console.upkeep import keep
from simulator.card_reader.technician import authority_pem

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
    (conditions.PIN_PAD_GONE, lambda k: k.pad.unplug(), lambda k: k.pad.plug()),
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


async def test_what_comes_while_another_is_reported_is_reported_too(
    autojump_clock: MockClock, kiosk: KioskUnderTest
) -> None:
    """The server hears of both at once, not only with the next heartbeat."""
    await kiosk.at_home()
    await trio.sleep(5)  # The first heartbeat is over, and the next far away.
    kiosk.network.seconds = 1
    kiosk.board.set(conditions.PAPER_LOW, stands=True)
    await trio.sleep(0.5)
    kiosk.board.set(conditions.CARD_IN_USE, stands=True)
    await trio.sleep(2)
    with kiosk.registry.transaction() as transaction:
        listed = {each["name"]: set(each["conditions"]) for each in machines.listing(transaction)}
    assert listed[kiosk.settings.machine.name] == {conditions.PAPER_LOW.id, conditions.CARD_IN_USE.id}


async def test_a_closed_access_opens_on_the_board_by_itself(
    autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest, nursery: trio.Nursery
) -> None:
    """Nobody needs to try again first."""
    note = json.dumps({"failures": FREE_TRIES, "since": kiosk.machine.now().isoformat()})
    kiosk.operations.storage.write(lambda store: store.memory.set_note("access_tries", note))
    tries = Tries(kiosk.operations.storage, kiosk.board, kiosk.machine.now)
    authority = load_authority(authority_pem())
    console.access = TechnicianAccess(authority, tries, None, now=kiosk.machine.now, clock_offset_seconds=lambda: None)
    nursery.start_soon(keep, console)
    await trio.sleep(21)
    assert conditions.ACCESS_LOCKED.id in await shown(console)
    await trio.sleep(FIRST_WAIT_SECONDS)
    assert conditions.ACCESS_LOCKED.id not in await shown(console)
    nursery.cancel_scope.cancel()


async def test_a_reader_that_lost_its_power_fails_its_test(
    autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest
) -> None:
    """It says nothing by itself: it is asked."""
    await kiosk.at_home()
    await trio.sleep(1)
    assert kiosk.plate is not None
    assert (await tested(console)).result == "passed"
    kiosk.plate.fail("silence", once=False)
    assert (await tested(console)).result == "failed"
    await trio.sleep(1)
    assert conditions.ID_READER_SILENT.id in await shown(console)


async def tested(console: Console) -> SelfTestResult:
    result = await console.perform(TECHNICIAN, "self_test", {"device": "id_reader"}, dialogue=Silent())
    assert isinstance(result, SelfTestResult)
    return result


async def shown(console: Console) -> set[str]:
    board = await console.perform(TECHNICIAN, "board", dialogue=Silent())
    assert isinstance(board, Board)
    return {standing.id for standing in board.conditions}
