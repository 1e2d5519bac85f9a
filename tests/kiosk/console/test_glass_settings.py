"""Settings at the glass: changed by buttons alone, compared, put on trial, kept or given up."""

import tomllib
from pathlib import Path

import pytest
from kiosk_under_test import KioskUnderTest
from settings_file import settings_file
from staff_at_glass import answers, enter, go, on_board, with_access
from trio.testing import MockClock

from kiosk import applied_settings
from kiosk.console.pages import Listing, Menu
from kiosk.console.settings_text import changeable, others
from kiosk.console.start import take_up
from kiosk.pages import Chosen, Page
from kiosk.settings import Settings, load

SHIPPED = (Path(__file__).parents[3] / "config" / "kiosk.toml").read_text(encoding="utf-8")


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return with_access(settings, tmp_path)


@pytest.fixture
async def files(kiosk: KioskUnderTest, tmp_path: Path) -> tuple[Path, Path]:
    """The machine runs with a file of its own: that, and the folder for what is applied."""
    config, state = settings_file(tmp_path)
    await kiosk.ready.wait()
    assert kiosk.console.access is not None, "made of the settings before"
    kiosk.console.config = config
    object.__setattr__(kiosk.machine, "settings", load(config))
    return config, state


def seconds(text: str) -> object:
    return tomllib.loads(text)["visit"]["idle_seconds"]


async def to_settings(kiosk: KioskUnderTest, title: str, who: str = "engineer") -> Page:
    """From the home page to the settings."""
    await kiosk.at_home()
    await enter(kiosk, who)
    await go(kiosk, "menu", "menu:6", "settings")
    return await kiosk.until(Listing, lambda page: page.title.message == title)


async def back_home(kiosk: KioskUnderTest) -> None:
    """From what was said last, over the menu and the board."""
    await go(kiosk, "back", "back", "leave")
    await kiosk.until(Page, lambda page: page.title.message == "请拔卡")
    kiosk.pull()


def offers(menu: Menu, value: float) -> bool:
    """Whether this value is one touch away."""
    return any(item.name.arguments == (("words", str(value)),) for item in menu.items)


def button_for(menu: Menu, value: float) -> Chosen:
    item = next(item for item in menu.items if item.name.arguments == (("words", str(value)),))
    assert item.button is not None
    assert isinstance(item.button.answer, Chosen)
    return item.button.answer


async def test_changed_by_touches_and_kept(
    kiosk: KioskUnderTest, autojump_clock: MockClock, files: tuple[Path, Path]
) -> None:
    """Ten more, ten more, see the difference, apply; after the restart the same card confirms it."""
    config, state = files
    page = await to_settings(kiosk, "设置和安装时一样")
    assert answers(page) == ["back", "edit"]
    await go(kiosk, "edit", "page:6", "visit", "idle_seconds")
    for value in (70, 80):
        menu = await kiosk.until(Menu, lambda page, value=value: offers(page, value))  # type: ignore[misc]
        kiosk.press(button_for(menu, value))
    await go(kiosk, "done")
    page = await kiosk.until(Listing, lambda page: page.title.message == "会改这些")
    assert [(entry.what.arguments, entry.note and entry.note.arguments) for entry in page.entries] == [
        ((("words", "visit.idle_seconds"),), (("words", "60.0 → 80.0"),))
    ]
    await go(kiosk, "apply", "cancel")
    await kiosk.until(Page, lambda page: "settings" in answers(page))
    assert kiosk.stops == 0
    await go(kiosk, "settings", "edit", "page:6", "visit", "idle_seconds")
    kiosk.press(button_for(await kiosk.until(Menu, lambda page: offers(page, 70)), 70))
    await go(kiosk, "done", "apply", "sure")
    await kiosk.until(Page, lambda page: page.title.message == "试用 120 秒，请回来确认")
    assert kiosk.stops == 1
    running = applied_settings.settings_at_start(config, load(config))
    object.__setattr__(kiosk.machine, "settings", running)
    take_up(kiosk.console)
    await back_home(kiosk)
    page = await to_settings(kiosk, "新设置正在试用")
    assert answers(page) == ["back", "restart", "confirm"]
    await go(kiosk, "confirm")
    await kiosk.until(Page, lambda page: page.title.message == "新设置留下了")
    assert (state / applied_settings.APPLIED).exists()
    assert seconds(applied_settings.text_in_force(config, state)[1]) == running.visit.idle_seconds
    await back_home(kiosk)
    page = await to_settings(kiosk, "设置在这里改过")
    assert answers(page) == ["back", "installed", "edit"]
    await go(kiosk, "installed", "apply", "sure")
    await kiosk.until(Page, lambda page: page.title.message == "试用 120 秒，请回来确认")
    assert (state / applied_settings.TRIAL).read_text(encoding="utf-8").endswith(config.read_text(encoding="utf-8"))


async def test_given_up_nothing_is_changed(
    kiosk: KioskUnderTest, autojump_clock: MockClock, files: tuple[Path, Path]
) -> None:
    """At every step back."""
    _, state = files
    await to_settings(kiosk, "设置和安装时一样")
    await go(kiosk, "edit", "page:6", "log", "level")
    menu = await kiosk.until(Menu, lambda page: page.title.message == "改成多少")
    assert [item.name.arguments[0][1] for item in menu.items] == ["debug", "warning", "error"]
    await go(kiosk, "0", "back")  # What was taken is given up.
    await kiosk.until(Menu, lambda page: page.title.message == "改哪一部分")
    await go(kiosk, "back", "back")
    await on_board(kiosk)
    assert kiosk.stops == 0
    assert list(state.glob("settings*")) == []


async def test_who_may_not_change_them_sees_them(
    kiosk: KioskUnderTest, autojump_clock: MockClock, files: tuple[Path, Path]
) -> None:
    """A technician has no button but back."""
    assert answers(await to_settings(kiosk, "设置和安装时一样", "technician")) == ["back"]


def test_what_buttons_can_change() -> None:
    """Yes and no, one of a few words, numbers that the settings take; not who may come in, nor anything typed."""
    tables = changeable(SHIPPED)
    assert not tables.keys() & {"console", "access", "storage", "policy", "camera", "voice", "machine.name"}
    assert tables["machine"] == {"number": 3}
    assert others(SHIPPED, "pin", "ask_for_status") == [False]
    assert others(SHIPPED, "pin_pad", "entry_seconds") == [90, 30]
    assert others(SHIPPED, "pin_pad", "baud") == [19200, 38400, 57600, 115200]
    assert others(SHIPPED, "central", "connect_seconds") == [13, 4, 2]
