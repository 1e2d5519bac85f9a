"""Every action by every role at the glass: what may be done is a few touches away, and nothing else is offered."""

import re
from pathlib import Path

import pytest
from kiosk_under_test import KioskUnderTest
from settings_file import settings_file
from staff_at_glass import PINS, answers, enter, with_access
from trio.testing import MockClock

from kiosk import conditions
from kiosk.applied_settings import RUNNING, put_on_trial, settings_at_start
from kiosk.console.action import Action, Failed
from kiosk.console.actions import ACTIONS
from kiosk.console.pages import Board
from kiosk.console.roles import MAY, Role
from kiosk.pages import Chosen, Page
from kiosk.settings import Settings, load
from kiosk.text import T
from simulator.card_reader.technician import TechnicianCard, TechnicianProfile

GUIDE = (Path(__file__).parents[3] / "docs" / "technician.md").read_text(encoding="utf-8")
EDIT = ("menu", "menu:6", "settings", "edit", "page:6", "log", "level", "0")
PATHS: dict[str, tuple[str, ...]] = {
    "board": ("menu", "back"),
    "out_of_service": ("do:out_of_service",),
    "back_in_service": ("do:back_in_service",),
    "clear": ("condition:card_reader.in_use", "clear:card_reader.in_use"),
    "restart": ("menu", "do:restart", "sure"),
    "paper_replaced": ("menu", "paper"),
    "network": ("menu", "network"),
    "operations": ("menu", "menu:6", "operations"),
    "records": ("menu", "menu:6", "records"),
    "log": ("menu", "menu:6", "log"),
    "export": ("menu", "menu:6", "export"),
    "settings": ("menu", "menu:6", "settings"),
    "settings_check": (*EDIT, "done"),
    "settings_apply": (*EDIT, "done", "apply", "sure"),
    "settings_confirm": ("menu", "menu:6", "settings", "confirm"),
    "self_test": ("menu", "devices", "test:storage"),
    "readiness": ("menu", "readiness"),
    "self_test_results": ("menu", "tests"),
    "print_readiness": ("menu", "tests", "print"),
}
"""Which buttons lead to each action, from the board."""
THROUGH = ("board", "settings", "settings_check", "self_test_results", "out_of_service", "back_in_service")
"""Done in earnest: the way to others leads through what they give."""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    return with_access(settings, tmp_path)


def test_what_is_not_at_the_glass_is_said() -> None:
    """In the guide, each with its reason."""
    table = GUIDE.partition("## What can't be done everywhere")[2].partition("##")[0]
    said = re.findall(r"^\| `([a-z-]+)` \| at the machine \|", table, re.MULTILINE)
    assert {name.replace("-", "_") for name in said} == ACTIONS.keys() - PATHS.keys()


@pytest.mark.parametrize("role", Role)
async def test_what_may_be_done_is_offered(
    kiosk: KioskUnderTest, autojump_clock: MockClock, tmp_path: Path, role: Role
) -> None:
    """By touches from the board on; the rest has no button that leads there, and isn't done."""
    done = await _prepare(kiosk, tmp_path, role)
    config, state = kiosk.console.config, load(kiosk.console.config).storage.directory
    offered = set()
    for name, path in PATHS.items():
        if name == "settings_confirm":
            put_on_trial(config.read_text(encoding="utf-8"), config, state)
            settings_at_start(config, load(config))
        elif name == "settings_apply":
            (state / RUNNING).unlink(missing_ok=True)
        done.clear()
        if await _walk(kiosk, path) and name in done:
            offered.add(name)
        else:
            assert name not in done
        await _to_board(kiosk)
    assert offered == {name for name, roles in MAY.items() if role in roles} & PATHS.keys()


async def _prepare(kiosk: KioskUnderTest, folder: Path, role: Role) -> list[str]:
    """Somebody with this role stands at the board; what they have done from now on."""
    config, _ = settings_file(folder)
    kiosk.cards["technician"] = TechnicianCard(TechnicianProfile(who="somebody", roles=(role,)), PINS["technician"])
    await kiosk.at_home()
    assert kiosk.console.access is not None, "made of the settings before"
    kiosk.console.config = config
    object.__setattr__(kiosk.machine, "settings", load(config))
    kiosk.board.set(conditions.CARD_IN_USE, stands=True)
    done: list[str] = []
    kiosk.console.actions = {name: _counted(action, done) for name, action in ACTIONS.items()}
    await enter(kiosk)
    await kiosk.until(Board)
    return done


async def _walk(kiosk: KioskUnderTest, path: tuple[str, ...]) -> bool:
    """Press one button after another; False: one isn't there."""
    for place in path:
        shown = kiosk.screen.view
        if place not in answers(shown.page):
            return False
        kiosk.press(Chosen(place))
        await kiosk.until(Page, lambda _, shown=shown: kiosk.screen.view is not shown)  # type: ignore[misc]
    return True


async def _to_board(kiosk: KioskUnderTest) -> None:
    while not isinstance(page := kiosk.page, Board):
        back = next(place for place in ("back", "cancel", "no") if place in answers(page))
        shown = kiosk.screen.view
        kiosk.press(Chosen(back))
        await kiosk.until(Page, lambda _, shown=shown: kiosk.screen.view is not shown)  # type: ignore[misc]


def _counted(action: Action, done: list[str]) -> Action:
    async def run(call, arguments):
        done.append(action.name)
        if action.name in THROUGH:
            return await action.run(call, arguments)
        raise Failed(T("没有"))

    return Action(
        name=action.name,
        title=action.title,
        arguments=action.arguments,
        result=action.result,
        run=run,
        record=action.record,
        asks=action.asks,
        tells=action.tells,
    )
