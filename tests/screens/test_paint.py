"""The painter: the same picture every time, and a change redrawn in parts equals the whole drawn anew."""

from itertools import pairwise

import pygame
import pytest

from kiosk.screen import Preferences, View
from screens import motion, samples
from screens.compose import compose
from screens.paint import Painter, differences
from screens.scene import Scene

SIZE = (1080, 1920)


def scene_of(name: str, size: tuple[int, int] = SIZE, tick: int = 0, **preferences: bool) -> Scene:
    page, overlay = samples.OVERLAYS.get(name) or (samples.PAGES[name], None)
    view = View(serial=1, page=page, preferences=Preferences(**preferences), overlay=overlay)  # type: ignore[arg-type]
    return compose(view, size, tick=tick)


def whole(scene: Scene, size: tuple[int, int] = SIZE) -> pygame.Surface:
    surface = pygame.Surface(size, 0, 32)
    Painter().paint(surface, scene, scene.drawn())
    return surface


def pixels(surface: pygame.Surface) -> bytes:
    return pygame.image.tobytes(surface, "RGB")


@pytest.mark.parametrize(("size", "contrast"), [(SIZE, False), ((1280, 1024), True)])
def test_redrawing_what_differs_equals_drawing_all(size: tuple[int, int], contrast: bool) -> None:
    """Through many pages, with one painter and its caches: never a pixel left behind."""
    painter = Painter()
    names = ["home", "home-few", "pin-entry", "pin-entry-no-dots", "second-pin", "status", "still-there", "working"]
    scenes = [scene_of(name, size, contrast=contrast) for name in names]
    surface = whole(scenes[0], size)
    for before, after in pairwise(scenes):
        items = list(after.drawn())
        for rect in differences(painter, before, after, before.drawn(), items):
            painter.paint(surface, after, items, rect)
        assert pixels(surface) == pixels(whole(after, size))


def test_only_what_changed_is_redrawn() -> None:
    """A step of the working dots touches little more than one dot."""
    before, after = scene_of("working", tick=3), scene_of("working", tick=4)
    rects = differences(Painter(), before, after, before.drawn(), after.drawn())

    assert sum(r.w * r.h for r in rects) < 100 * 100


def test_pressed_button_changes_nothing_around_it() -> None:
    """Its own rectangle alone: the press is drawn with one small update."""
    scene = scene_of("home")
    touch = scene.touches[0]
    normal, pressed = whole(scene), pygame.Surface(SIZE, 0, 32)
    Painter().paint(pressed, scene, scene.drawn(touch))
    r = touch.rect
    for surface in (normal, pressed):
        surface.fill((0, 0, 0), (r.x, r.y, r.w, r.h))

    assert pixels(normal) == pixels(pressed)


def test_fade_ends_in_the_new_page() -> None:
    """Whatever its steps did, the last one is exact; and where two pictures are the same nothing is blended."""
    old, new = whole(scene_of("home")), whole(scene_of("status"))
    everything = [pygame.Rect(0, 0, *SIZE)]
    blocks = motion.differing(old, new, everything)
    footer = pygame.Rect(0, 1760, 1080, 160)
    assert footer.collidelist(blocks) < 0
    fade = motion.Fade(new, everything, blocks, pygame.Rect(0, 0, 1080, 484), began=0.0)
    ended = False
    for step in range(20):
        _, ended = fade.step(old, step / 60)
        if ended:
            break

    assert ended
    assert pixels(old) == pixels(new)


def test_pictures_are_the_same_every_time() -> None:
    """No randomness, no leftover of what was drawn before."""
    assert pixels(whole(scene_of("status"))) == pixels(whole(scene_of("status")))
