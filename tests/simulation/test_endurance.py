"""Visit after visit: what one leaves behind, ten thousand would fill the machine with."""

import datetime
import gc
from pathlib import Path

import deterministic
import psutil
import pytest
import structlog
import trio
from kiosk_under_test import KioskUnderTest
from world import settings_for

from central import personas as central_personas
from central.database import open_in_memory
from central.registry import Registry
from kiosk.pages import Answer, Done, Home, Page, Status
from simulator.card_reader.personas import as_json

PINS = ("358269", "746108")
OBJECTS_PER_VISIT = 1
"""One forgotten visit or page has more parts."""
BYTES_PER_VISIT = 1000
"""Of resident memory: the server's rows in memory and the allocator's waste among them."""


async def _visits(kiosk: KioskUnderTest, count: int) -> None:
    """By turns a status with a slip, a change of the PIN, an exit in the middle, a card pulled in the middle."""
    for visit in range(count):
        if visit % 100 == 0:
            gc.collect()  # Else it is seldom done here, and what waits for it looks like what was left.
        await kiosk.at_home()
        current = kiosk.current_pin("normal", *PINS)
        match visit % 4:
            case 0:
                await kiosk.show_card("normal")
                await kiosk.type_pin(current)
                await kiosk.until(Status)
                kiosk.press(Answer.PRINT)
                await kiosk.until(Status, lambda page: page.actions.secondary is None)
            case 1:
                await kiosk.ask_for_change("normal", current)
                await kiosk.new_pin(next(pin for pin in PINS if pin != current))
                await kiosk.until(Done)
            case 2:
                await kiosk.show_card("normal")
                await kiosk.pad.asked()
                kiosk.press(Answer.EXIT)
                await kiosk.until(Page, lambda page: page.title.message == "请拔卡")
            case 3:
                await kiosk.show_card("normal")
                await kiosk.pad.asked()
        kiosk.pull()
        await kiosk.until(Page, lambda page: not isinstance(page, Status))
        kiosk.press(Answer.FINISH)
        await kiosk.until(Home)
        for grown in (kiosk.screen.views, kiosk.slot.commands, kiosk.network.seen):
            del grown[:-1]
        kiosk.printer.receipts.clear()
        kiosk.paper.received.clear()


async def _measure(directory: Path, warm: int, count: int) -> tuple[int, int, int]:
    people = directory / "people.json"
    people.write_text(as_json(), encoding="utf-8")
    registry = Registry(open_in_memory(), now=lambda: datetime.datetime.now(datetime.UTC))
    central_personas.seed(registry, people)
    settings = settings_for(directory, 1, "pad")
    settings.storage.directory.mkdir()
    async with trio.open_nursery() as nursery:
        kiosk = KioskUnderTest(settings, registry, nursery)
        nursery.start_soon(kiosk.run)
        await _visits(kiosk, warm)
        gc.collect()
        objects, tasks = len(gc.get_objects()), trio.lowlevel.current_statistics().tasks_living
        size = psutil.Process().memory_info().rss
        await _visits(kiosk, count)
        gc.collect()
        size = psutil.Process().memory_info().rss - size
        objects = len(gc.get_objects()) - objects
        tasks = trio.lowlevel.current_statistics().tasks_living - tasks
        nursery.cancel_scope.cancel()
    kiosk.close()
    return objects, size, tasks


def _leaves_nothing(directory: Path, *, warm: int, count: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        objects, size, tasks = deterministic.run(_measure, directory, warm, count, seed=1)
    finally:
        structlog.reset_defaults()
    print(f"{count} visits: {objects} objects, {size} bytes, {tasks} tasks more")
    assert tasks == 0
    assert objects < OBJECTS_PER_VISIT * count
    assert size < BYTES_PER_VISIT * count


@pytest.mark.deep
@pytest.mark.apart
@pytest.mark.timeout(5400)
def test_ten_thousand_visits_leave_nothing_behind(tmp_path: Path) -> None:
    """No object, no memory, no task."""
    _leaves_nothing(tmp_path, warm=400, count=10_000)
