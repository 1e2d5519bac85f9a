from dataclasses import replace

import pygame
import pytest

from kiosk.pages import Answer, Chosen, Home
from kiosk.screen import Preferences, Press, View
from screens import samples
from screens.display import Display


async def test_a_press_waits_for_the_kiosk() -> None:
    """The page stands there before the kiosk has loaded: what is pressed then is heard, in order."""
    display = Display((1080, 1920))
    presses = [Press(1, Answer.LANGUAGE), Press(1, Answer.EXIT)]
    for press in presses:
        display._deliver(press)

    assert [await display.next_press() for _ in presses] == presses


WITH_CARD, WITHOUT_CARD = samples.home.HOME_FULL.groups
MOVED_UP = replace(samples.home.HOME_FULL, groups=(replace(WITH_CARD, tiles=WITH_CARD.tiles[1:]), WITHOUT_CARD))


def _home(page: Home, serial: int) -> View:
    return View(serial=serial, page=page, preferences=Preferences())


@pytest.mark.parametrize(
    ("after", "expected"),
    [(samples.home.HOME_FULL, Chosen("enable")), (MOVED_UP, None)],
    ids=["the same page", "another button in its place"],
)
def test_the_page_changes_under_the_finger(after: Home, expected: Chosen | None) -> None:
    """A button that is drawn again is pressed; one that took its place was never meant."""
    display = Display((1080, 1920), reduce_motion=True)
    display._draw_on(pygame.Surface((1080, 1920), 0, 32))
    display.show(_home(samples.home.HOME_FULL, 1))
    display._take_pending(0)
    assert display._canvas.scene is not None
    tile = next(touch for touch in display._canvas.scene.touches if touch.answer == Chosen("enable"))
    middle = (tile.rect.x + tile.rect.w / 2, tile.rect.y + tile.rect.h / 2)
    display._down(-1, *middle)
    display.show(_home(after, 2))
    display._take_pending(0)
    display._up(-1, *middle)

    assert [press.answer for press in display._early] == [expected]
