"""The real window on a real X server: what is pressed is drawn and reported, and nothing runs while nobody touches."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pygame
import pytest

from kiosk.screen import Preferences, View
from screens import samples
from screens.compose import compose
from screens.paint import Painter
from screens.scene import Scene

TAB, ENTER = 0xFF09, 0xFF0D


def scene_of(name: str, **preferences: object) -> Scene:
    page, overlay = samples.PAGES.get(name), None
    if page is None:
        page, overlay = samples.OVERLAYS[name]
    view = View(serial=1, page=page, preferences=Preferences(**preferences), overlay=overlay)  # type: ignore[arg-type]
    return compose(view, (1080, 1920))


def painted(scene: Scene, pressed: str | None = None) -> bytes:
    """The pixels of a scene, drawn here: blue, green, red and one more byte each."""
    surface = pygame.Surface((1080, 1920), 0, 32)
    touch = next((t for t in scene.touches if t.label == pressed), None)
    Painter().paint(surface, scene, scene.drawn(touch))
    return bytes(surface.get_view("0"))


def colours(picture: bytes) -> bytes:
    """Without each pixel's fourth byte, which means nothing."""
    data = bytearray(picture)
    data[3::4] = bytes(len(data) // 4)
    return bytes(data)


def eventually(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_window_shows_what_the_painter_draws(window) -> None:
    """Home, then other pages through fades and a rising dialog: each ends in exactly the painter's picture."""
    assert colours(window.picture()) == colours(painted(scene_of("home")))
    for name in ("status", "pin-entry-no-dots", "home"):
        window.tell(page=name)
        assert colours(window.picture()) == colours(painted(scene_of(name))), name
    window.tell(page="home", overlay="staff-called")
    assert colours(window.picture()) == colours(painted(scene_of("staff-called")))
    window.tell(page="home", contrast=True)
    assert colours(window.picture()) == colours(painted(scene_of("home", contrast=True)))


def test_press_shows_at_once_and_counts_on_release(window) -> None:
    """Down: the lip is gone. Up inside: its answer, with the serial of the view it was made on."""
    home = scene_of("home")
    tile = next(t for t in home.touches if t.label == "查卡状态")
    window.press(tile.rect.x + 50, tile.rect.y + 50)
    assert eventually(lambda: colours(window.picture()) == colours(painted(home, pressed="查卡状态")))

    window.release()

    assert window.tell(presses=1) == {"heard": [{"serial": 1, "answer": "status"}]}
    assert eventually(lambda: colours(window.picture()) == colours(painted(home)))


def test_button_that_called_a_dialog_looks_released_under_it(window) -> None:
    """The dialog rises while its button still looks pressed; the footer beneath it is drawn anew all the same."""
    call = next(t for t in scene_of("home").touches if t.label == "叫工作人员")
    window.press(call.rect.x + 50, call.rect.y + 50)
    assert eventually(lambda: colours(window.picture()) == colours(painted(scene_of("home"), pressed="叫工作人员")))

    window.tell(page="home", overlay="staff-called")

    assert colours(window.picture()) == colours(painted(scene_of("staff-called")))
    window.release()


def test_finger_that_slides_off_presses_nothing(window) -> None:
    """Lifted elsewhere: no answer, but the kiosk hears that somebody is there."""
    tile = scene_of("home").touches[0]
    window.press(tile.rect.x + 50, tile.rect.y + 50)
    window.move(tile.rect.x + 50, 100)
    window.release()

    assert window.tell(presses=1) == {"heard": [{"serial": 1, "answer": None}]}


def test_footer_works_under_a_dialog_and_the_page_does_not(window) -> None:
    """A dialog covers the page's buttons; the footer stays live."""
    window.tell(page="status", overlay="still-there")
    covered = next(t for t in scene_of("status").touches if t.label == "打印")
    button = next(t for t in scene_of("still-there").touches if t.label == "我还在，继续")
    assert covered.rect.meets(button.rect)
    for touch in (button, next(t for t in scene_of("still-there").touches if t.label == "退出")):
        window.press(touch.rect.x + 60, touch.rect.y + 60)
        window.release()
        time.sleep(0.05)

    heard = window.tell(presses=2)["heard"]

    assert [press["answer"] for press in heard] == ["STILL_HERE", "EXIT"]


def test_keys_alone_reach_everything(window) -> None:
    """Tab walks in the order of focus, Enter presses."""
    window.tell(page="status")
    order = scene_of("status").focus_order()
    for _ in order[:3]:
        window.key(TAB)
    window.key(ENTER)

    heard = window.tell(presses=4)["heard"]

    assert [press["answer"] for press in heard] == [None, None, None, order[2].answer.name]


def test_idle_window_does_not_wake(window) -> None:
    """No polling: over two seconds the main thread is woken a handful of times (polling would be 1800)."""
    status = Path(f"/proc/{window.process.pid}/task/{window.process.pid}/status")

    def wakes() -> int:
        rows = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(rows["voluntary_ctxt_switches"])

    time.sleep(0.5)
    before = wakes()
    time.sleep(2)

    assert wakes() - before <= 10


@pytest.mark.parametrize("name", ["working", "reading"])
def test_working_dots_advance(window, name: str) -> None:
    """One more dot a second, drawn by the window itself."""
    window.tell(page=name)
    first = window.picture()

    assert eventually(lambda: window.picture() != first)


def test_signal_ends_the_loop(window) -> None:
    """The system's signal ends the window, at once and cleanly."""
    assert window.close() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_that_interrupts_no_wait_ends_the_loop_too(window, number: signal.Signals) -> None:
    """Whichever thread it comes to: nothing but the signal wakes the window, which shows a page at rest."""
    window.tell(page="status")
    window.order(signal=number)
    assert window.process.wait(5) == 0
    window.close()
