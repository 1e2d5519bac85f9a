"""One thing goes wrong at each single moment of a PIN change: every view, every command, every key."""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import deterministic
import pytest
import trio
import trio.testing
from one_seed import _check, _pins_watched, _rest, settings_for
from structlog.testing import capture_logs
from world import NEW_PINS, World

from drivers.card_reader.slot import MediaState
from kiosk.pages import Answer, Chosen, Done, Home, Instruct, Picture, PinEntry, Refusal

MOMENTS = 70


def exit_pressed(world: World) -> None:
    screen = world.machine.screen
    if screen.views:
        screen.press_as_of(screen.view.serial, Answer.EXIT)


def card_pulled(world: World) -> None:
    world.slot.pull()


def reader_gone(world: World) -> None:
    world.slot.lose(MediaState.NO_DEVICE)


def card_swapped(world: World) -> None:
    if world.slot.card is not None:
        world.slot.pull()
        world.slot.insert(world.cards["expired"])


def network_cut(world: World) -> None:
    world.line.cut()


def silence(_: World) -> None:
    """Nobody is there any more: `_citizen` ends."""


async def _citizen(world: World, gone: Callable[[], bool]) -> None:
    """Goes straight through a PIN change, until it ends in whatever way."""
    began = False
    for _ in range(200):
        await trio.testing.wait_all_tasks_blocked()
        screen = world.machine.screen
        page = screen.view.page
        if gone() or isinstance(page, Done | Refusal) or (began and isinstance(page, Home)):
            return
        if isinstance(page, Home):
            began = True
            screen.press(Chosen("change_pin"))
        elif isinstance(page, Instruct) and page.picture is Picture.CARD_INSERT:
            if world.slot.media.state is MediaState.NOT_PRESENT:
                world.slot.insert(world.cards["normal"])
        elif isinstance(page, Instruct):
            return
        elif isinstance(page, PinEntry) and world.entering:
            world.invariants.note("key")
            pin = NEW_PINS[0] if page.rounds else world.cards["normal"].pin
            typed = world.pad_model.digits_entered
            world.press_key(pin[typed] if typed < len(pin) else "enter")
        await trio.sleep(0.1)


async def _live(directory: Path, moment: int, wrong: Callable[[World], None]) -> tuple[list[str], int]:
    moments = 0
    async with trio.open_nursery() as nursery:
        world = World(random.Random(1), settings_for(directory, "pad"), directory, nursery)
        note = world.invariants.note
        due = False

        def noted(event: str) -> None:
            nonlocal moments, due
            note(event)
            if not due:
                moments += 1
                if moments == moment:
                    due = True
                    wrong(world)

        world.invariants.note = noted  # type: ignore[method-assign]
        with _pins_watched(world), capture_logs() as log:
            await world.boot()
            await _citizen(world, lambda: due and wrong is silence)
            _check(world, log)
            due = True
            await _rest(world, log)
        nursery.cancel_scope.cancel()
    return world.invariants.violations, moments


OFTEN = (exit_pressed, card_pulled)
SELDOM = (card_swapped, reader_gone, network_cut, silence)


@pytest.mark.parametrize("wrong", [*OFTEN, *(pytest.param(wrong, marks=pytest.mark.deep) for wrong in SELDOM)])
def test_at_every_moment(wrong: Callable[[World], None]) -> None:
    """Whenever it happens: the page tells the truth, the records agree with the card, and the machine is home again."""
    reached = 0
    for moment in range(1, MOMENTS):
        with tempfile.TemporaryDirectory(dir="/dev/shm") as directory:
            violations, moments = deterministic.run(_live, Path(directory), moment, wrong, seed=moment)
        assert not violations, (moment, violations)
        reached = max(reached, moments)
        if moments < moment:
            break
    assert reached > 35
