"""The camera's picture on the screen: where it stands, how often it is drawn, and that nothing of it is left."""

import random
import time
from dataclasses import dataclass, replace
from pathlib import Path

import pygame
import pytest

from kiosk.screen import Preferences, View
from screens import samples
from screens.compose import compose
from screens.display import Display
from screens.paint import Painter
from screens.preview import EACH_SECONDS, Preview

SIZE = (1080, 1920)
COLOUR = [0x5B, 0xC4, 0x72]
"""In no theme."""


@dataclass
class Picture:
    """What a camera gives."""

    number: int
    width: int
    height: int
    pixels: memoryview


def drawn(surface: pygame.Surface) -> Picture:
    return Picture(1, *surface.get_size(), memoryview(pygame.image.tobytes(surface, "RGB")))


def test_picture_is_mirrored_and_cropped_to_its_frame() -> None:
    """The left hand is seen left; what is too wide is cut off at both sides; nothing around the frame is touched."""
    camera = pygame.Surface((640, 480))
    camera.fill("green")
    camera.fill("red", (60, 0, 260, 480))
    camera.fill("blue", (320, 0, 260, 480))
    screen = pygame.Surface(SIZE, 0, 32)
    where = pygame.Rect(180, 464, 720, 688)
    preview = Preview(screen, where, 0)

    assert preview.look(lambda: drawn(camera), 0)

    assert screen.get_at((where.x, where.y))[:3] == pygame.Color("blue")[:3]
    assert screen.get_at((where.right - 1, where.bottom - 1))[:3] == pygame.Color("red")[:3]
    seen = {tuple(screen.get_at((x, 800)))[:3] for x in range(where.x, where.right)}
    assert not [colour for colour in seen if colour[1] > 0]
    screen.fill(0, where)
    assert pygame.image.tobytes(screen, "RGB") == bytes(SIZE[0] * SIZE[1] * 3)


def test_tall_picture_fills_the_frame_too() -> None:
    """A camera that stands upright."""
    camera = pygame.Surface((480, 640))
    camera.fill("red")
    screen = pygame.Surface(SIZE, 0, 32)
    where = pygame.Rect(100, 100, 600, 450)
    Preview(screen, where, 0).look(lambda: drawn(camera), 0)

    corners = (where.topleft, (where.right - 1, where.bottom - 1))
    assert [tuple(screen.get_at(corner))[:3] for corner in corners] == [(255, 0, 0)] * 2
    screen.fill(0, where)
    assert pygame.image.tobytes(screen, "RGB") == bytes(SIZE[0] * SIZE[1] * 3)


@pytest.mark.parametrize("size", [SIZE, (1920, 1080), (1280, 1024)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_picture_fills_its_place_on_every_screen(size: tuple[int, int]) -> None:
    """Even where the page is the first that is drawn; its corners are round, and the frame stands over it."""
    camera = pygame.Surface((739, 415))
    camera.fill(COLOUR)
    pictures = [drawn(camera)]
    display = Display(size, reduce_motion=True)
    display._draw_on(pygame.Surface(size, 0, 32))
    page = replace(samples.identity.FACE, live=lambda: pictures.pop() if pictures else None)
    display.show(View(serial=1, page=page, preferences=Preferences()))
    display._take_pending(0)
    display._meet_deadlines()
    assert display._canvas.scene is not None
    assert display._canvas.scene.live is not None
    where = display._canvas._painter.pixels(display._canvas.scene.live.rect)
    seen = display._canvas._screen.subsurface(where)

    near = [
        max(abs(a - b) for a, b in zip(seen.get_at(at)[:3], COLOUR, strict=True)) <= 3
        for at in (
            (where.w // 2, 2),
            (where.w // 2, where.h - 3),
            (2, where.h // 2),
            (where.w - 3, where.h // 2),
        )
    ]
    assert near == [True] * 4
    assert seen.get_at((0, 0))[:3] == pygame.Color("#0E4565")[:3]
    gold = pygame.Color("#EDB641")[:3]
    assert [at for at in range(where.w) if seen.get_at((at, where.h // 5))[:3] == gold]


def shown_of(arrivals: list[float]) -> Preview:
    """A preview of pictures that come at these times, looked at whenever it wants."""
    preview = Preview(pygame.Surface((8, 8), 0, 32), pygame.Rect(0, 0, 8, 8), 0.0)
    picture = Picture(0, 8, 8, memoryview(bytes(8 * 8 * 3)))
    now, seen = 0.0, 0

    def newest() -> Picture | None:
        nonlocal seen
        number = sum(at <= now for at in arrivals)
        if number == seen:
            return None
        picture.number = seen = number
        return picture

    while now <= arrivals[-1] + 1:
        preview.look(newest, now)
        assert preview.next_look > now
        now = preview.next_look
    return preview


@pytest.mark.parametrize("seed", range(5))
def test_every_picture_of_a_camera_that_takes_25_is_shown(seed: int) -> None:
    """However unevenly they come, up to a third of their distance."""
    uneven = random.Random(seed)
    arrivals = [1 + n * EACH_SECONDS + uneven.uniform(0, EACH_SECONDS / 3) for n in range(250)]
    preview = shown_of(arrivals)

    assert (preview.shown, preview.missed) == (250, 0)


def test_no_more_than_25_a_second() -> None:
    """A camera that takes 60: the newest each time."""
    preview = shown_of([1 + n / 60 for n in range(600)])

    assert 245 <= preview.shown <= 254
    assert preview.shown + preview.missed == 600


def _held(pid: int) -> int:
    """How often the process's memory holds a row of the colour, in any order of bytes that a picture has."""
    red, green, blue = COLOUR
    pixels = (bytes(COLOUR), bytes([blue, green, red, 0]), bytes([blue, green, red, 255]))
    found = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if rights[0] != "r" or line.endswith(("[vvar]", "[vvar_vclock]", "[vsyscall]")):
                continue
            start, end = (int(side, 16) for side in span.split("-"))
            memory.seek(start)
            try:
                data = memory.read(end - start)
            except OSError:
                continue
            found += sum(data.count(pixel * 24) for pixel in pixels)
    return found


def _on_screen(window) -> int:
    data = window.picture()
    red, green, blue = COLOUR
    return sum(data.count(bytes([blue, green, red, last]) * 24) for last in (0, 255))


@pytest.fixture
def watched(window):
    """A window in which somebody has just been looked at."""
    window.tell(page="face")
    for _ in range(3):
        window.tell(camera=COLOUR)
        time.sleep(0.1)
    assert _on_screen(window) > 1000
    assert _held(window.process.pid) > 1000
    window.tell(camera=None)
    return window


@pytest.mark.parametrize(
    "after",
    [
        {"page": "working"},
        {"page": "home"},
        {"page": "face", "overlay": "still-there"},
        {"page": "face", "language": "en"},
        {"page": "face", "large": True, "contrast": True},
    ],
    ids=["next page", "home", "dialog", "language", "large"],
)
def test_nothing_of_a_face_is_left(watched, after: dict[str, object]) -> None:
    """Neither in the window nor in any memory of the process. What the camera itself holds is its driver's."""
    watched.tell(**after)

    assert _on_screen(watched) == 0
    assert _held(watched.process.pid) == 0


def _first_step(looked_at: bool) -> bytes:
    """The window right after a page change began, with or without somebody before the camera."""
    display = Display(SIZE)
    display._draw_on(pygame.Surface(SIZE, 0, 32))
    camera = pygame.Surface((640, 480))
    camera.fill(COLOUR)
    pictures = [drawn(camera)] if looked_at else []
    page = replace(samples.identity.FACE, live=lambda: pictures.pop() if pictures else None)
    for serial, shown in enumerate((page, samples.card.STATUS)):
        display.show(View(serial=serial, page=shown, preferences=Preferences()))
        display._take_pending(0)
        if shown is page:
            display._meet_deadlines()
            assert not pictures
    return pygame.image.tobytes(display._canvas._screen, "RGB")


def test_face_goes_before_the_page_fades() -> None:
    """What fades is the page without it."""
    assert _first_step(looked_at=True) == _first_step(looked_at=False)


def test_page_is_whole_again_without_the_picture(watched) -> None:
    """The drawing stands where the picture was."""
    watched.tell(page="face", language="en")
    view = View(serial=1, page=samples.identity.FACE, preferences=Preferences(language="en"))
    scene = compose(view, SIZE)
    surface = pygame.Surface(SIZE, 0, 32)
    Painter().paint(surface, scene, scene.drawn())
    shown = pygame.image.frombuffer(watched.picture(), SIZE, "BGRA")

    assert pygame.image.tobytes(shown, "RGB") == pygame.image.tobytes(surface, "RGB")


def test_window_is_only_awake_while_it_looks(window) -> None:
    """With the page, the timer goes."""
    status = Path(f"/proc/{window.process.pid}/task/{window.process.pid}/status")

    def wakes() -> int:
        rows = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(rows["voluntary_ctxt_switches"])

    window.tell(page="face")
    before = wakes()
    time.sleep(0.5)
    assert wakes() - before > 10
    window.tell(page="home")
    time.sleep(0.5)
    before = wakes()
    time.sleep(2)

    assert wakes() - before <= 10
