"""What each action does to the machine, and what it tells."""

import datetime
from collections import deque
from typing import Any
from uuid import uuid4

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from silent_dialogue import Silent
from trio.testing import MockClock

from kiosk import conditions
from kiosk.console.action import Failed, Refusal, Unusable
from kiosk.console.console import Console
from kiosk.console.roles import Caller, Face, Role
from kiosk.console.start import take_up
from kiosk.console.supplies import Disk, disk, measure_disk
from kiosk.console.upkeep import look_at_certificates, look_at_disk
from kiosk.counters import RECEIPTS
from kiosk.operations.journal import Event
from kiosk.pages import Instruct, OutOfService, Picture, PinEntry

EVERYBODY = Caller(who="li", roles=frozenset(Role), face=Face.SOCKET)


async def do(console: Console, action: str, *answers: str, **arguments: object) -> dict[str, Any]:
    result = await console.perform(
        EVERYBODY, action, arguments, language="en", confirmed=True, dialogue=Silent(*answers)
    )
    return result.model_dump(mode="json")


async def test_nobody_is_served_out_of_service(
    autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest
) -> None:
    """The page says where to go; a card that is put in has to come out; then everything is as before."""
    await kiosk.at_home()
    await do(console, "out_of_service")
    page = await kiosk.until(OutOfService)
    assert page.elsewhere
    assert not (await do(console, "board"))["in_service"]
    kiosk.insert("normal")
    await kiosk.until(Instruct, lambda page: page.picture is Picture.CARD_TAKE)
    kiosk.pull()
    await kiosk.until(OutOfService)
    await do(console, "back_in_service")
    await kiosk.at_home()


async def test_who_is_being_served_is_served_to_the_end(
    autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest
) -> None:
    """Out of service begins with the next."""
    await kiosk.ask_for("card_status", "normal")
    await kiosk.until(PinEntry)
    await do(console, "out_of_service")
    await trio.sleep(1)
    assert isinstance(kiosk.page, PinEntry)
    kiosk.pull()
    await kiosk.until(OutOfService)


async def test_out_of_service_outlasts_a_restart(
    autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest
) -> None:
    """Whatever made the machine start again."""
    await do(console, "out_of_service")
    kiosk.board.set(conditions.OUT_OF_SERVICE, stands=False)
    take_up(console)
    assert kiosk.board.stands(conditions.OUT_OF_SERVICE)
    await do(console, "back_in_service")
    take_up(console)
    assert not kiosk.board.stands(conditions.OUT_OF_SERVICE)


async def test_what_was_seen_to_is_cleared(autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest) -> None:
    """Of what a device says itself only the device can say that it is over."""
    kiosk.board.set(conditions.PROGRAM_FAULT, stands=True)
    await do(console, "clear", condition="machine.program_fault")
    assert not kiosk.board.stands(conditions.PROGRAM_FAULT)
    for other in ("receipt_printer.paper_out", "machine.out_of_service", "no.such"):
        with pytest.raises(Unusable):
            await do(console, "clear", condition=other)


async def test_a_new_roll_is_tried_and_counted_from(
    autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest
) -> None:
    """What was printed today before was on the old one."""
    for _ in range(3):
        kiosk.machine.count(RECEIPTS)
    assert (await do(console, "board"))["paper"]["slips_left"] is None
    await do(console, "paper_replaced", "yes", "yes")
    assert kiosk.receipts() == 1
    for _ in range(20):
        kiosk.machine.count(RECEIPTS)
    paper = (await do(console, "board"))["paper"]
    assert (paper["slips_since"], paper["slips_left"]) == (20, 480)
    assert paper["days_left"] == pytest.approx(480 / 23, abs=0.1)


@pytest.mark.parametrize("answers", [("no",), ("yes", "no")])
async def test_a_roll_that_was_not_tried_is_not_new(
    autojump_clock: MockClock, console: Console, answers: tuple[str, ...]
) -> None:
    """Nobody put it in, or the test slip can't be read."""
    with pytest.raises(Failed):
        await do(console, "paper_replaced", *answers)
    assert (await do(console, "board"))["paper"]["replaced"] is None


async def test_an_open_cover_is_no_new_roll(autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest) -> None:
    """It is asked before anything is printed."""
    await kiosk.at_home()
    kiosk.break_printer("cover")
    await kiosk.machine.printer.check()
    with pytest.raises(Failed):
        await do(console, "paper_replaced", "yes")
    assert kiosk.receipts() == 0


async def test_operations_are_seen(autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest) -> None:
    """By the server's handle of the card; those first that the server hasn't heard of."""
    await kiosk.at_home()
    storage, old, new = kiosk.operations.storage, uuid4(), uuid4()
    for identity in (old, new):

        def begin(store: Any, identity: Any = identity) -> None:
            position = store.append(Event.INTENT, "2026-03-01T09:00:00+08:00", operation=str(identity))
            store.add_operation(identity, kind="pin_change", card=uuid4(), position=position)

        storage.write(begin)
    storage.write(lambda store: store.acknowledge(old))
    every = (await do(console, "operations"))["operations"]
    assert [row["operation_id"] for row in every] == [str(new), str(old)]
    [waiting] = (await do(console, "operations", unsettled=True))["operations"]
    assert (waiting["operation_id"], waiting["state"], waiting["acknowledged"]) == (str(new), "intent", False)
    assert (await do(console, "board"))["in_doubt"] == 1


async def test_who_did_what_is_seen(autojump_clock: MockClock, console: Console) -> None:
    """The newest first; reading it is written down too."""
    await do(console, "out_of_service")
    records = (await do(console, "records", event="technician"))["records"]
    assert [record["action"] for record in records[:2]] == ["records", "out_of_service"]
    assert all(record["who"] == "li" for record in records)


async def test_the_board_tells_of_everything(
    autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest
) -> None:
    """And still something where the disk can't be read."""
    kiosk.machine.count("visits")
    look_at_certificates(console)
    look_at_disk(console)
    board = await do(console, "board")
    assert board["today"] == {"visits": 1}
    assert board["disk"]["free_mb"] > 0
    assert board["pin_path"] == {"path": "pad", "conforms": False}
    assert board["versions"]["kiosk"] == board["version"]
    kiosk.operations.storage.close()
    broken = await do(console, "board")
    assert (broken["paper"], broken["disk"], broken["today"], broken["in_doubt"]) == (None, None, None, None)


async def test_a_full_disk_is_told_of_before_it_is_full(
    autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its room, and by its pace."""
    free = 1000 * 2**20

    def usage(_: object) -> Any:
        return type("Usage", (), {"free": free, "total": 2000 * 2**20})()

    monkeypatch.setattr("kiosk.console.supplies.shutil.disk_usage", usage)
    storage, folder = kiosk.operations.storage, kiosk.settings.storage.directory
    first = datetime.date(2026, 3, 1)
    measure_disk(storage, folder, first)
    assert disk(storage, folder).days_left is None
    free = 900 * 2**20
    measure_disk(storage, folder, first + datetime.timedelta(days=2))
    assert disk(storage, folder) == Disk(free_mb=900, total_mb=2000, days_left=18.0)
    look_at_disk(console)
    assert not kiosk.board.stands(conditions.STORAGE_LOW)
    free = 400 * 2**20
    look_at_disk(console)
    assert kiosk.board.stands(conditions.STORAGE_LOW)


async def test_what_was_counted_is_written(
    autojump_clock: MockClock, kiosk: KioskUnderTest, console: Console, nursery: trio.Nursery
) -> None:
    """Within half a minute, and once."""
    storage, day = kiosk.operations.storage, kiosk.now().date()
    nursery.start_soon(kiosk.machine.counters.keep, storage)
    kiosk.machine.count("visits")
    kiosk.machine.count("visits")
    await trio.sleep(31)
    assert storage.read(lambda store: store.memory.tallies(day)) == {"visits": {day.isoformat(): 2}}
    assert kiosk.machine.counters.today(storage, day) == {"visits": 2}


async def test_the_log_is_seen_with_filters(
    autojump_clock: MockClock, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By how grave, by how the names begin, the newest first; what was looked for is written down."""
    told = [("visit.service", "info"), ("visit.fault", "error"), ("storage.failed", "error"), ("visit.result", "info")]
    monkeypatch.setattr("kiosk.log.RECENT", deque({"event": event, "level": level} for event, level in told))

    async def found(**filters: object) -> list[str]:
        return [event["event"] for event in (await do(console, "log", **filters))["events"]]

    assert await found(level="error") == ["storage.failed", "visit.fault"]
    assert await found(event="visit.", limit=2) == ["visit.result", "visit.fault"]
    [record] = (await do(console, "records", limit=2))["records"][1:]
    assert (record["action"], record["with_event"], record["with_level"]) == ("log", "visit.", "info")


async def test_a_refusal_says_why(autojump_clock: MockClock, console: Console) -> None:
    """In words that the catalogue has."""
    with pytest.raises(Refusal) as refused:
        await do(console, "clear", condition="no.such")
    assert refused.value.why.message == "这一条不能在这里清除"
