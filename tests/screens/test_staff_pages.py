"""The staff's menus as the kiosk makes them, whose words are its own: laid out in every size and language."""

import datetime
from itertools import product
from pathlib import Path

import pytest

from kiosk.conditions import REGISTRY
from kiosk.console import glass_board, glass_kept
from kiosk.console.glass_pages import BACK, look, menu_page, task
from kiosk.console.roles import Caller, Face, Role
from kiosk.pages import Page, Picture
from kiosk.screen import Preferences, View
from kiosk.settings import load
from kiosk.text import T
from screens.audit import audit
from screens.compose import compose
from screens.scene import Picture as Drawn
from screens.scene import Run

SETTINGS = load(Path(__file__).parents[2] / "config" / "kiosk.toml")
CALLER = Caller(who="somebody", roles=frozenset({Role.TECHNICIAN}), face=Face.GLASS)
LOOK = look(SETTINGS.machine, CALLER, version="1.4.2", up=datetime.timedelta(days=6, hours=3))
LANGUAGES = ("zh", "en")
AREAS = {"document_printer": 1, "card_reader": 12, "operations": 150}
MENUS: dict[str, Page] = {
    "menu": glass_board.menu(LOOK, lambda _: True, first=0),
    "menu, second page": glass_board.menu(LOOK, lambda _: True, first=6),
    "menu of who may do nothing": glass_board.menu(LOOK, lambda _: False, first=6),
    "devices": glass_board.devices(LOOK, 0),
    "devices, second page": glass_board.devices(LOOK, 6),
    "filters": menu_page(LOOK, T("看哪些"), glass_kept.filters(AREAS), 0, "page"),
}


@pytest.mark.parametrize("name", MENUS)
def test_every_menu_fits(name: str) -> None:
    """Nothing clipped, crowded, pale or untranslated."""
    sizes = ((1080, 1920), (1920, 1080), (1280, 1024))
    found = [faults(MENUS[name], size, language) for size, language in product(sizes, LANGUAGES)]
    assert [fault for fault in found if fault] == []


def test_every_condition_fits() -> None:
    """Cause, remedy and effect, where there is least room."""
    pages = [glass_board.condition(LOOK, condition, lambda _: True) for condition in REGISTRY]
    found = [faults(page, (1280, 1024), language) for page, language in product(pages, LANGUAGES)]
    assert [fault for fault in found if fault] == []


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 1024)])
def test_a_picture_on_the_stage_stands_below_the_words(size: tuple[int, int]) -> None:
    """However many lines there are; an illustration has less margin than an icon."""
    page = task(
        LOOK,
        T("请插入测试卡"),
        subtitle=T("芯片朝上，推到底。卡里的内容不显示，也不记下。"),
        picture=Picture.CARD_INSERT,
        below=(BACK,),
    )
    scene = compose(View(serial=1, page=page, preferences=Preferences(language="en")), size)
    drawn = list(scene.drawn())
    hand = next(item for item in drawn if isinstance(item, Drawn) and item.name == "illustrations/card-insert")
    beside = [item for item in drawn if isinstance(item, Run) and item.rect.meets(hand.rect)]
    assert [run.text for run in beside] == []
    assert hand.rect.w > 300


def faults(page: Page, size: tuple[int, int], language: str) -> list[str]:
    scene = compose(View(serial=1, page=page, preferences=Preferences(language=language)), size)
    found = audit(scene, language=language, large=False, low_reach=False, staff=True)
    return [f"{page.title.message}, {size}, {language}: {fault}" for fault in found]
