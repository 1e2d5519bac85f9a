import gc

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from drivers.card_reader.slot import MediaState
from drivers.pin import Pin
from kiosk import conditions
from kiosk.pages import (
    AccessSheet,
    Answer,
    Choose,
    Chosen,
    Done,
    Home,
    Instruct,
    Notice,
    Page,
    PinEntry,
    Status,
    StillThere,
)


async def test_nobody_there(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """60 s of silence, then the ring counts 30 s down, then home."""
    await kiosk.at_home()
    kiosk.choose("change_pin")
    await kiosk.until(Instruct)
    began = trio.current_time()
    ring = await kiosk.until(StillThere)
    assert trio.current_time() - began == pytest.approx(60, abs=1)
    assert ring.seconds == 30
    await kiosk.at_home()
    assert trio.current_time() - began == pytest.approx(90, abs=2)


async def test_still_there(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """One touch and the page is back as it was."""
    await kiosk.at_home()
    kiosk.choose("change_pin")
    page = await kiosk.until(Instruct)
    await kiosk.until(StillThere)
    kiosk.press(Answer.STILL_HERE)
    await trio.testing.wait_all_tasks_blocked()
    assert kiosk.screen.view.overlay is None
    assert kiosk.page == page


async def test_large_text_gives_more_time(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Somebody who needs large text needs longer, too."""
    await kiosk.at_home()
    kiosk.choose("change_pin")
    await kiosk.until(Instruct)
    kiosk.press(Answer.ACCESS)
    await kiosk.until(AccessSheet)
    kiosk.press(Answer.LARGE)
    kiosk.press(Answer.CLOSE)
    await trio.testing.wait_all_tasks_blocked()
    began = trio.current_time()
    await kiosk.until(StillThere)
    assert trio.current_time() - began == pytest.approx(120, abs=1)


async def test_a_voice_that_nobody_would_hear_is_not_offered(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Whoever has it on already can still turn it off."""
    await kiosk.at_home()
    kiosk.choose("change_pin")
    await kiosk.until(Instruct)
    kiosk.press(Answer.ACCESS)
    assert (await kiosk.until(AccessSheet)).voice
    kiosk.press(Answer.CLOSE)
    kiosk.board.set(conditions.LOUDSPEAKER_GONE, stands=True)
    kiosk.press(Answer.ACCESS)
    await kiosk.until(AccessSheet, lambda sheet: not sheet.voice)
    kiosk.press(Answer.VOICE)
    kiosk.press(Answer.CLOSE)
    kiosk.press(Answer.ACCESS)
    await kiosk.until(AccessSheet, lambda sheet: sheet.voice)


async def test_language_at_any_time_and_back_at_home(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It changes the words and nothing else, and the next citizen starts with the machine's own."""
    await kiosk.at_home()
    kiosk.choose("change_pin")
    page = await kiosk.until(Instruct)
    kiosk.press(Answer.LANGUAGE)
    await trio.testing.wait_all_tasks_blocked()
    assert kiosk.screen.view.preferences.language == "en"
    assert kiosk.page == page
    kiosk.press(Answer.EXIT)
    await kiosk.at_home()
    await trio.testing.wait_all_tasks_blocked()
    assert kiosk.screen.view.preferences.language == "zh"


async def test_exit_with_the_card_in(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The card is asked for first; nothing starts while it is in."""
    await kiosk.at_home()
    await kiosk.show_card("normal")
    await kiosk.until(PinEntry)
    kiosk.press(Answer.EXIT)
    await kiosk.until(Instruct, lambda page: page.title.message == "请拔卡")
    await kiosk.until(Instruct, lambda page: page.title.message == "有一张卡还在机器里")
    assert kiosk.loudspeaker.sounds >= 2
    kiosk.pull()
    await kiosk.at_home()


async def test_a_card_that_nobody_put_in_starts_nothing(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Left over from before a restart, for one: it has to come out first."""
    kiosk.slot.lose(MediaState.SERVICE_DOWN)
    await kiosk.at_home()
    kiosk.insert("normal")
    await kiosk.until(Instruct, lambda page: page.title.message == "请拔卡")
    kiosk.pull()
    await kiosk.at_home()
    await kiosk.home_lacks()


async def test_the_reader_goes_away_during_a_visit(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Told as what it is, not as a card taken out."""
    await kiosk.at_home()
    await kiosk.show_card("normal")
    await kiosk.until(PinEntry)
    kiosk.slot.lose(MediaState.SERVICE_DOWN)
    assert await kiosk.refused() == "card_reader.gone"
    kiosk.press(Answer.FINISH)
    await kiosk.at_home()
    await kiosk.home_lacks("enable", "change_pin", "unlock", "reset_pin", "card_status")


async def test_a_card_swapped_in_the_middle(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Another card under a visit ends it, even if nobody saw the slot empty."""
    await kiosk.at_home()
    await kiosk.show_card("normal")
    await kiosk.until(PinEntry)
    kiosk.insert("expired")
    assert await kiosk.refused() == "card.removed"


async def test_staff(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The notice says whether the call arrived, not that it was sent."""
    await kiosk.at_home()
    kiosk.press(Answer.CALL_STAFF)
    await kiosk.until(Notice, lambda notice: notice.title.message == "已经通知工作人员")
    kiosk.press(Answer.CLOSE)
    kiosk.network.cut()
    kiosk.press(Answer.CALL_STAFF)
    await kiosk.until(Notice, lambda notice: notice.title.message == "没有叫通，请走几步")


async def test_a_press_on_a_page_that_has_gone(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It says nothing about the page that is there now."""
    await kiosk.at_home()
    old = kiosk.screen.view.serial
    kiosk.choose("change_pin")
    await kiosk.until(Instruct)
    kiosk.screen.press_as_of(old, Answer.BACK)
    await trio.sleep(5)
    assert isinstance(kiosk.page, Instruct)


async def test_every_pin_is_wiped(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """When the visit is over no object in this process holds a digit."""
    await kiosk.ask_for_change("normal", "358269")
    await kiosk.new_pin("746108")
    await kiosk.until(Done)
    await kiosk.go_home()
    for pin in (thing for thing in gc.get_objects() if isinstance(thing, Pin)):
        assert set(pin.digits) <= {0}


async def test_the_page_waits_on_the_home_page_for_free(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """An idle hour draws the home page once a minute, for its clock, and no more."""
    await kiosk.at_home()
    await trio.sleep(10)
    before = len(kiosk.screen.views)
    await trio.sleep(3600)
    assert len(kiosk.screen.views) - before <= 61


async def test_a_hundred_visits_leave_nothing_behind(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The hundred-and-first citizen is served like the first."""
    for _ in range(100):
        await kiosk.at_home()
        await kiosk.show_card("normal")
        await kiosk.type_pin("358269")
        await kiosk.until(Status)
        kiosk.press(Answer.FINISH)
        await kiosk.until(Page, lambda page: not isinstance(page, Status))
        del kiosk.screen.views[:-1]
        kiosk.pull()
    await kiosk.until(Home)


async def test_a_tile_pressed_while_the_minute_turns(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The page was only drawn again for its clock: the press is for the same tile."""
    page = await kiosk.at_home()
    seen = kiosk.screen.view.serial
    await kiosk.until(Home, lambda home: home.clock != page.clock)
    assert kiosk.screen.view.serial > seen
    kiosk.screen.press_as_of(seen, Chosen("change_pin"))
    await kiosk.until(Instruct)


async def test_a_tile_that_went_while_it_was_pressed(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """What the page no longer offers isn't begun, and the rest still is."""
    await kiosk.at_home()
    seen = kiosk.screen.view.serial
    kiosk.board.set(conditions.STORAGE_FULL, stands=True)
    await kiosk.home_offers("card_status", "card_status_without_card")
    kiosk.screen.press_as_of(seen, Chosen("change_pin"))
    await trio.sleep(5)
    assert isinstance(kiosk.page, Home)
    kiosk.screen.press_as_of(seen, Chosen("card_status_without_card"))
    await kiosk.until(Choose)


async def test_changes_go_from_the_home_page_at_once(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Within two seconds, with a word about it; questions stay, and everything comes back by itself."""
    home = await stand.at_home()
    began = trio.current_time()
    stand.board.set(conditions.STORAGE_FULL, stands=True)
    await stand.home_offers("card_status", "card_status_without_card")
    assert trio.current_time() - began < 2
    notice = (await stand.at_home()).notice
    assert notice is not None
    assert notice.heading.message == "现在只能查，不能办"
    stand.board.set(conditions.STORAGE_FULL, stands=False)
    await stand.home_offers(*(tile.service for group in home.groups for tile in group.tiles))


async def test_a_card_that_has_to_come_out_first(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """There is nothing to wait for: the exit says what to do."""
    await kiosk.at_home()
    await kiosk.show_card("normal")
    await kiosk.until(PinEntry)
    kiosk.press(Answer.EXIT)
    page = await kiosk.until(Instruct, lambda page: page.title.message == "请拔卡")
    assert not page.can_exit
    assert page.exit_waits is not None
    assert page.exit_waits.message == "先拔卡"
