"""One thing goes wrong at each single moment of a PIN change: every view, every command, every key."""

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import deterministic
import pytest
import trio
import trio.testing
from citizen import NEW_PINS
from one_seed import check, pins_watched, rest
from station import Station
from structlog.testing import capture_logs
from world import World

from drivers.card_reader.slot import MediaState
from kiosk.pages import Answer, Chosen, Done, Home, Instruct, Picture, PinEntry, Refusal

MOMENTS = 90


def exit_pressed(station: Station) -> None:
    if station.screen.views:
        station.screen.press_as_of(station.screen.view.serial, Answer.EXIT)


def card_pulled(station: Station) -> None:
    station.slot.pull()


def reader_gone(station: Station) -> None:
    station.slot.lose(MediaState.NO_DEVICE)


def card_swapped(station: Station) -> None:
    if station.slot.card is not None:
        station.slot.pull()
        station.slot.insert(station.world.cards["expired"])


def network_cut(station: Station) -> None:
    station.line.break_("cut")


def disk_full(station: Station) -> None:
    station.disk.break_("full")


def silence(_: Station) -> None:
    """Nobody is there any more: `_citizen` ends."""


async def _citizen(station: Station, gone: Callable[[], bool]) -> None:
    """Goes straight through a PIN change, until it ends in whatever way."""
    began, card = False, station.world.cards["normal"]
    station.world.touched.add("normal")
    for _ in range(200):
        await trio.testing.wait_all_tasks_blocked()
        screen = station.screen
        page = screen.view.page
        if gone() or isinstance(page, Done | Refusal) or (began and isinstance(page, Home)):
            return
        if isinstance(page, Home):
            began = True
            screen.press(Chosen("change_pin"))
        elif isinstance(page, Instruct) and page.picture is Picture.CARD_INSERT:
            if station.slot.media.state is MediaState.NOT_PRESENT:
                station.slot.insert(card)
        elif isinstance(page, Instruct):
            return
        elif isinstance(page, PinEntry) and station.entering:
            station.note("key")
            station.world.memory.chose(card, NEW_PINS[0])
            pin = NEW_PINS[0] if page.rounds else card.pin
            typed = station.pad_model.digits_entered
            station.press_key(pin[typed] if typed < len(pin) else "enter")
        await trio.sleep(0.1)


async def _live(directory: Path, moment: int, wrong: Callable[[Station], None]) -> tuple[list[str], int]:
    moments = 0
    async with trio.open_nursery() as nursery:
        world = World(random.Random(1), directory, 1, nursery, path="pad")
        (station,) = world.stations
        note = world.promises.note
        due = False

        def noted(event: str) -> None:
            nonlocal moments, due
            note(event)
            if not due:
                moments += 1
                if moments == moment:
                    due = True
                    wrong(station)

        with pins_watched(), capture_logs() as log:
            await station.boot()
            world.promises.note = noted  # type: ignore[method-assign]
            await _citizen(station, lambda: due and wrong is silence)
            check(world, log)
            due = True
            await rest(world, log)
        station.disk.unmount()
        nursery.cancel_scope.cancel()
    return list(world.promises.violations), moments


OFTEN = (card_pulled,)
SELDOM = (exit_pressed, card_swapped, reader_gone, network_cut, disk_full, silence)


@pytest.mark.parametrize("wrong", [*OFTEN, *(pytest.param(wrong, marks=pytest.mark.deep) for wrong in SELDOM)])
def test_at_every_moment(wrong: Callable[[Station], None]) -> None:
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
