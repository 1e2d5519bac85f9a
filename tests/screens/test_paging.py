"""Long content in pages: nothing is lost or parted from its heading, and whoever turns pages stays where they are."""

import re
from collections.abc import Sequence

import pygame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.pages import Article, Chosen, Menu, Notice, Page, Section, Table
from kiosk.screen import Preferences, View
from kiosk.text import T
from screens import samples
from screens.compose import compose
from screens.display import Display
from screens.paging import Block, parted
from screens.scene import Run, Scene, Tab

PORTRAIT = (1080, 1920)
ROOM = 900


def block(high: float, *, above: float = 0, keep: bool = False, under: Block | None = None) -> Block:
    return Block(high=high, draw=lambda draft, y: None, above=above, keep=keep, under=under)


@st.composite
def groups(draw: st.DrawFn) -> list[Block]:
    """Headings, each with rows under it, each low enough for a page."""
    blocks: list[Block] = []
    for _ in range(draw(st.integers(1, 5))):
        heading = block(76, above=36 if blocks else 0, keep=True)
        blocks.append(heading)
        for high in draw(st.lists(st.integers(104, 400), min_size=1, max_size=8)):
            blocks.append(block(high, above=20, under=heading))
    return blocks


def height(page: Sequence[Block]) -> float:
    return sum(part.above + part.high for part in page) - page[0].above


@given(content=groups())
def test_nothing_is_lost_and_every_page_fits(content: list[Block]) -> None:
    """Each block once and in its order, besides headings that are repeated; none is the last of its page."""
    pages = parted(content, ROOM)
    headings = {id(part.under) for part in content}

    shown = [part for page in pages for part in page]
    first = [part for index, part in enumerate(shown) if id(part) not in {id(earlier) for earlier in shown[:index]}]
    assert [id(part) for part in first] == [id(part) for part in content]
    assert {id(part) for part in shown[len(first) :]} <= headings | {id(part) for part in content}
    for page in pages:
        assert height(page) <= ROOM
        assert not page[-1].keep
        assert page[0].keep, "a page begins with the heading of what stands on it"


def test_a_group_stays_together_where_that_costs_no_page() -> None:
    """It goes to the next page whole."""
    one = block(76, keep=True)
    two = block(76, above=36, keep=True)
    content = [one, *(block(168, under=one) for _ in range(3)), two, *(block(168, under=two) for _ in range(3))]

    assert [len(page) for page in parted(content, ROOM)] == [4, 4]
    assert [len(page) for page in parted(content, 2000)] == [8]


def test_a_block_too_high_for_any_page_stands_alone() -> None:
    """It is for the audit to complain."""
    assert [len(page) for page in parted([block(100), block(2000), block(100)], ROOM)] == [1, 1, 1]


def test_no_content_is_one_page() -> None:
    """Empty, and no pager."""
    assert parted([], ROOM) == [[]]


class Window:
    """A display without a window, driven by hand."""

    def __init__(self) -> None:
        self.display = Display(PORTRAIT, reduce_motion=True)
        self.display._draw_on(pygame.Surface(PORTRAIT, 0, 32))
        self.serial = 0

    def show(self, page: Page, overlay: Notice | None = None, **preferences: object) -> Scene:
        self.serial += 1
        chosen = Preferences(**preferences)  # type: ignore[arg-type]
        self.display.show(View(serial=self.serial, page=page, preferences=chosen, overlay=overlay))
        self.display._take_pending(0)
        return self.scene

    @property
    def scene(self) -> Scene:
        assert self.display._canvas.scene is not None
        return self.display._canvas.scene

    def press(self, label: str) -> None:
        rect = next(touch.rect for touch in self.scene.touches if touch.label == label)
        self.display._down(-1, rect.x + 20, rect.y + 20)
        self.display._up(-1, rect.x + 20, rect.y + 20)

    @property
    def at(self) -> str | None:
        words = (item.text for item in self.scene.drawn() if isinstance(item, Run))
        return next((text for text in words if re.fullmatch(r"第 \d/\d 页|Page \d of \d", text)), None)


RECORDS = samples.reading.RECORDS


def test_turning_pages() -> None:
    """To the last and back; the kiosk hears of a hand, and of no answer."""
    window = Window()
    window.show(RECORDS)
    seen = [window.at]
    while any(touch.label == "下一页" for touch in window.scene.touches):
        window.press("下一页")
        seen.append(window.at)
    total = len(seen)

    assert seen == [f"第 {n}/{total} 页" for n in range(1, total + 1)]
    window.press("上一页")
    assert window.at == f"第 {total - 1}/{total} 页"
    assert {press.answer for press in window.display._early} == {None}


def test_a_page_stays_turned() -> None:
    """Through a dialog, in another language, in larger letters; after another page it begins anew."""
    window = Window()
    window.show(RECORDS)
    window.press("下一页")
    window.show(RECORDS, samples.overlays.STAFF_CALLED)
    window.show(RECORDS)
    assert window.at == "第 2/4 页"
    window.show(RECORDS, language="en")
    assert window.at == "Page 2 of 4"
    window.show(RECORDS, large=True)
    assert (window.at or "").startswith("第 2/")
    window.show(samples.card.READING)
    window.show(RECORDS)
    assert window.at == "第 1/4 页"


def test_fewer_pages_than_were_turned() -> None:
    """Smaller letters again: the last page there is."""
    window = Window()
    window.show(samples.reading.MORE, large=True)
    for _ in range(4):
        window.press("下一页")
    window.show(samples.reading.MORE)
    assert window.at == "第 3/3 页"


@pytest.mark.parametrize("size", [PORTRAIT, (1920, 1080), (1280, 1024)])
def test_every_tile_is_on_some_page(size: tuple[int, int]) -> None:
    """And what can't be chosen can't be pressed anywhere."""
    page = samples.reading.CARD_MENU
    pressed: set[object] = set()
    tab, turns = 0, True
    while turns:
        scene = compose(View(serial=1, page=page, preferences=Preferences(low_reach=True)), size, tab=tab)
        answers = {touch.answer for touch in scene.touches}
        pressed |= {answer for answer in answers if isinstance(answer, Chosen)}
        tab += 1
        turns = Tab(tab) in answers

    tiles = [tile for group in page.groups for tile in group.tiles]
    assert pressed == {Chosen(tile.service) for tile in tiles if tile.why_not is None}
    assert any(tile.why_not for tile in tiles)


def test_what_goes_on_stands_under_its_heading_again() -> None:
    """Whoever turned the page reads whose address it is."""
    window = Window()
    points = tuple(T(f"第 {n} 点，要说的话比一行长得多，所以一页放不下这么多点，要接着看下一页。") for n in range(12))
    window.show(Article(title=T("题"), sections=(Section(heading=T("小标题"), points=points),)))
    window.press("下一页")
    words = [item.text for item in window.scene.drawn() if isinstance(item, Run)]

    assert "小标题" in words
    assert not any("第 0 点" in text for text in words)


def test_what_is_read_aloud() -> None:
    """What can be chosen; a whole article; of a table nothing but its title."""

    def speech(page: Page) -> tuple[str, ...]:
        return compose(View(serial=1, page=page, preferences=Preferences()), PORTRAIT).speech

    assert "启用社保卡" in speech(samples.reading.CARD_MENU_ARCHIVED)
    assert "解除挂失" not in speech(samples.reading.CARD_MENU_ARCHIVED)
    article = Article(title=T("t"), sections=(Section(heading=T("h"), paragraphs=(T("p"),), points=(T("q"),)),))
    assert speech(article) == ("t", "h", "p", "q")
    assert speech(RECORDS) == ("养老保险，缴了 15 年", "看完了，取卡")
    assert isinstance(RECORDS, Table)
    assert isinstance(samples.reading.MORE, Menu)
