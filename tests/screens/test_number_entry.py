"""A number typed on the screen's keys: what the field shows, what becomes of it, and that every digit fits."""

from dataclasses import replace

import pygame
import pytest

from kiosk.pages import Answer, Entered, Notice, NumberEntry, Page
from kiosk.screen import Preferences, Press, View
from kiosk.text import T
from screens import samples
from screens.audit import audit
from screens.compose import compose
from screens.display import Display
from screens.scene import CLEAR, DELETE, Key, Run, Scene, Touch

PORTRAIT = (1080, 1920)
SIZES = (PORTRAIT, (1920, 1080), (1280, 1024))
PHONE, CODE = samples.identity.PHONE, samples.identity.CODE


class Window:
    """A display without a window, driven by hand."""

    def __init__(self) -> None:
        self.display = Display(PORTRAIT, reduce_motion=True)
        self.display._draw_on(pygame.Surface(PORTRAIT, 0, 32))
        self.serial = 0

    def show(self, page: Page, overlay: Notice | None = None, **preferences: object) -> None:
        self.serial += 1
        chosen = Preferences(**preferences)  # type: ignore[arg-type]
        self.display.show(View(serial=self.serial, page=page, preferences=chosen, overlay=overlay))

    def draw(self) -> Scene:
        self.display._take_pending(0)
        assert self.display._canvas.scene is not None
        return self.display._canvas.scene

    def touch(self, label: str) -> Touch:
        return next(touch for touch in self.draw().touches if touch.label == label)

    def press(self, *labels: str) -> None:
        for label in labels:
            rect = self.touch(label).rect
            self.display._down(-1, rect.x + 20, rect.y + 20)
            self.display._up(-1, rect.x + 20, rect.y + 20)

    def field(self) -> str:
        return "".join(item.text for item in self.draw().drawn() if isinstance(item, Run) and item.personal)

    def heard(self) -> list[object]:
        return [press.answer for press in self.display._early]


@pytest.mark.parametrize(
    ("before", "key", "after"),
    [
        ("", Key("7"), "7"),
        ("12", Key("0"), "120"),
        ("123", Key("4"), "123"),
        ("123", DELETE, "12"),
        ("", DELETE, ""),
        ("123", CLEAR, ""),
    ],
)
def test_keys(before: str, key: Key, after: str) -> None:
    """A digit too many changes nothing; taking away from nothing neither."""
    assert key.after(before, 3) == after


def test_typing_a_number() -> None:
    """Each digit appears; the primary button says how many are missing, and answers with them all."""
    window = Window()
    window.show(PHONE)
    window.press("1", "3", "9", "删一位", "8", "0", "0", "0")
    assert (window.field(), window.touch("还差 5 位").answer) == ("138000", None)
    window.press("清空", *"13800005678")
    assert window.field() == "13800005678"
    window.press("5")
    assert window.field() == "13800005678"

    window.press("下一步")

    *keys, last = window.heard()
    assert last == Entered("13800005678")
    assert set(keys) == {None}, "each key shows that somebody is there, and no more"


def test_every_key_of_a_fast_typist_counts() -> None:
    """The next key is down before the one before looks released: it isn't lifted with it."""
    window = Window()
    window.show(PHONE)
    first, second = window.touch("1").rect, window.touch("2").rect
    window.display._down(-1, first.x + 20, first.y + 20)
    window.display._up(-1, first.x + 20, first.y + 20)
    window.display._down(-1, second.x + 20, second.y + 20)
    assert window.display._release_at is None
    window.display._meet_deadlines()
    window.display._up(-1, second.x + 20, second.y + 20)

    assert window.field() == "12"


def test_typed_digits_stay_while_the_page_does() -> None:
    """Through another language, larger letters, a dialog, another note, a button more."""
    window = Window()
    window.show(PHONE)
    window.press("1", "3", "8")
    overlay = samples.overlays.STAFF_CALLED
    window.show(PHONE, language="en")
    window.draw()
    window.show(PHONE, large=True, contrast=True)
    window.draw()
    window.show(PHONE, overlay)
    window.draw()
    window.show(replace(PHONE, note=None, subtitle=None, actions=samples.identity.CODE_WRONG.actions))

    assert window.field() == "138"


@pytest.mark.parametrize(
    "between",
    [
        samples.card.WORKING,
        replace(PHONE, problem=T("没有这个号码")),
        replace(PHONE, title=CODE.title),
        replace(PHONE, hidden=True),
        replace(PHONE, length=6, groups=()),
    ],
    ids=["another page", "problem", "title", "hidden", "length"],
)
@pytest.mark.parametrize("drawn", [True, False], ids=["drawn", "overtaken"])
def test_typed_digits_go_with_their_page(between: Page, drawn: bool) -> None:
    """Even where the page between was never drawn."""
    window = Window()
    window.show(PHONE)
    window.press("1", "3", "8")
    window.show(between)
    if drawn:
        window.draw()
    window.show(PHONE)

    assert window.field() == ""
    assert window.display._typed == ""


def test_hidden_digits_are_drawn_nowhere() -> None:
    """Neither in what is drawn, nor said, nor in what a trace would show of it."""
    window = Window()
    window.show(CODE)
    window.press(*"739205")
    scene = window.draw()

    assert window.field() == ""
    shown = [item.text for item in scene.items if isinstance(item, Run)]
    assert [text for text in shown if text.isdigit()] == []
    assert "739205" not in repr(scene)
    assert not [line for line in scene.speech if "739205" in line]
    window.press("输好了")
    assert window.heard()[-1] == Entered("739205")
    assert "739205" not in repr(window.display._early)


def test_actions_besides_the_primary() -> None:
    """Back and another code keep their answers beside it."""
    window = Window()
    window.show(samples.identity.CODE_WRONG)
    window.press("返回", "换一个码")

    assert window.heard() == [Answer.BACK, Answer.AGAIN]


def test_early_press_is_of_the_view_it_was_made_on() -> None:
    """Digits typed in one view are given with the serial of the one on which the button was pressed."""
    window = Window()
    window.show(replace(PHONE, length=1, groups=()))
    window.press("1")
    window.show(replace(PHONE, length=1, groups=(), note=None))
    window.press("下一步")

    assert list(window.display._early) == [Press(1, None), Press(2, Entered("1"))]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("page", [PHONE, CODE, samples.identity.CODE_WRONG], ids=["phone", "code", "wrong"])
def test_every_digit_fits(page: NumberEntry, size: tuple[int, int]) -> None:
    """However many are typed, in every variant."""
    found = []
    for bits in range(16):
        preferences = Preferences(
            language="en" if bits & 1 else "zh", large=bool(bits & 2), contrast=bool(bits & 4), low_reach=bool(bits & 8)
        )
        for typed in range(1, page.length + 1):
            view = View(serial=1, page=page, preferences=preferences)
            scene = compose(view, size, typed="88888888888"[:typed])
            faults = audit(
                scene, language=preferences.language, large=preferences.large, low_reach=preferences.low_reach
            )
            found += [f"{preferences}, {typed} typed: {fault}" for fault in faults]

    assert found == []
