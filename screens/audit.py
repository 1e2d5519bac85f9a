"""The layout audit: what is wrong with a scene, found without drawing it.

Clipped or overlapping text, small or crowded touchables, text too small or untranslated, weak contrast, anything to
touch on the stage, or too high for whoever sits. Measures are the look's (`tokens.toml`).
"""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from screens import tokens
from screens.scene import Box, Drawing, Item, Picture, Rect, Run, Scene

_TEXT_CONTRAST = 7.0
"""WCAG 2.1 level AAA, which every pair of the tokens reaches."""
_STAFF_LEAST = 30.0
_HAN = re.compile("[\u4e00-\u9fff]")
CHINESE_IN_ENGLISH = ("中文", "展码", "掌上12333", "社会保障卡", "北京", "政务")
"""What stays Chinese in English: the language's own name, and words to find in Chinese surroundings."""


def audit(scene: Scene, *, language: str, large: bool, low_reach: bool, staff: bool = False) -> list[str]:
    """Everything that is wrong with a scene, in words; nothing if all is well.

    Args:
        scene: What to look at.
        language: The one that it should be in.
        large: Whether it should have large text.
        low_reach: Whether everything should be in reach of whoever sits.
        staff: It is a page for the staff: smaller type, in one size and one place whatever was chosen.
    """
    visible = _visible(scene)
    runs = [item for item in visible if isinstance(item, Run)]
    return [
        *_clipped(scene, runs),
        *_overlapping(scene, visible, staff=staff),
        *_touchables(scene),
        *_too_small(runs, _STAFF_LEAST if staff else 40.0 if large else 34.0),
        *_untranslated(runs, language),
        *_pale(scene, visible),
        *(_too_high(scene) if low_reach and not staff else ()),
    ]


def _visible(scene: Scene) -> list[Item]:
    """What isn't under a dialog."""
    items = list(scene.drawn())
    veils = [index for index, item in enumerate(items) if isinstance(item, Box) and item.alpha < 1]
    return items[veils[-1] + 1 :] if veils else items


def _ink(run: Run) -> Rect:
    """About where the letters are, within the height of their line."""
    return Rect(run.rect.x, run.rect.y + run.rect.h * 0.22, run.rect.w, run.rect.h * 0.56)


def _clipped(scene: Scene, runs: Sequence[Run]) -> Iterator[str]:
    for run in runs:
        ink = _ink(run)
        if ink.x < 0 or ink.y < 0 or ink.right > scene.w or ink.bottom > scene.h:
            yield f"off the screen: {run.text}"
        elif run.rect.right > run.limit + 1.5:
            yield f"clipped by {run.rect.right - run.limit:.0f} u: {run.text}"


def _picture(item: Picture | Drawing) -> Rect:
    """Where a picture shows something: illustrations and icons have a margin of their own."""
    return item.rect.inset(item.rect.w * 0.1)


def _overlapping(scene: Scene, visible: Sequence[Item], *, staff: bool) -> Iterator[str]:
    runs = [item for item in visible if isinstance(item, Run)]
    for one, other in combinations(runs, 2):
        if _ink(one).meets(_ink(other)):
            yield f"text over text: {one.text} / {other.text}"
    for picture in (item for item in visible if isinstance(item, Picture)):
        for run in runs:
            if _picture(picture).meets(_ink(run)):
                yield f"text over a picture: {run.text} / {picture.name}"
    loose = [item for item in scene.items if isinstance(item, Run) and item in visible]
    cards = [item for item in scene.items if isinstance(item, Box) and item in visible and item.radii[2] and item.fill]
    for touch in scene.touches:
        for card in cards:
            holds = (staff or card.rect.h > touch.rect.h * 3) and _inside(touch.rect, card.rect)
            if card.rect.meets(touch.rect) and not holds:
                yield f"a card over a button: {touch.label}"
        inside = {id(item) for item in touch.items}
        for run in loose:
            if _ink(run).meets(touch.rect) and id(run) not in inside:
                yield f"text over a button: {run.text} / {touch.label}"
        for item in touch.items:
            if isinstance(item, Run | Picture) and not _within(item, touch.rect):
                yield f"out of its button: {touch.label}"


def _inside(inner: Rect, outer: Rect) -> bool:
    return outer.x <= inner.x and outer.y <= inner.y and inner.right <= outer.right and inner.bottom <= outer.bottom


def _within(item: Run | Picture, rect: Rect) -> bool:
    area = _ink(item) if isinstance(item, Run) else item.rect
    return area.x >= rect.x and area.y >= rect.y and area.right <= rect.right and area.bottom <= rect.bottom


def _touchables(scene: Scene) -> Iterator[str]:
    layout = tokens.load()["layout"]
    least, gap = layout["min_touch"], layout["min_touch_gap"]
    for touch in scene.touches:
        if touch.rect.h < least - 0.5 or touch.rect.w < least - 0.5:
            yield f"too small to touch ({touch.rect.w:.0f} x {touch.rect.h:.0f} u): {touch.label}"
        if touch.rect.meets(scene.stage) and scene.dialog is None:
            yield f"touchable on the stage: {touch.label}"
        if touch.rect.right > scene.w or touch.rect.bottom > scene.h:
            yield f"touchable off the screen: {touch.label}"
    for one, other in combinations(scene.touches, 2):
        if one.rect.inset(-gap / 2 + 0.25).meets(other.rect.inset(-gap / 2 + 0.25)):
            yield f"less than {gap} u apart: {one.label} / {other.label}"


def _too_small(runs: Sequence[Run], least: float) -> Iterator[str]:
    for run in runs:
        if run.size < least - 0.05:
            yield f"{run.size:.1f} u, under {least:.0f}: {run.text}"


def _untranslated(runs: Sequence[Run], language: str) -> Iterator[str]:
    if language == "zh":
        return
    for run in runs:
        rest = run.text
        for allowed in CHINESE_IN_ENGLISH:
            rest = rest.replace(allowed, "")
        if _HAN.search(rest) and not run.personal:
            yield f"untranslated: {run.text}"


def _pale(scene: Scene, visible: Sequence[Item]) -> Iterator[str]:
    theme = tokens.theme(scene.contrast)
    for index, item in enumerate(visible):
        if not isinstance(item, Run):
            continue
        ratio = tokens.contrast_ratio(theme.colour(item.colour), theme.colour(item.on))
        if ratio < _TEXT_CONTRAST:
            yield f"contrast {ratio:.1f}: {item.text} ({item.colour} on {item.on})"
        x, y = item.rect.x + item.rect.w / 2, item.rect.y + item.rect.h / 2
        behind = next(
            (b for b in reversed(visible[:index]) if isinstance(b, Box) and b.fill and b.rect.holds(x, y)), None
        )
        if behind is not None and behind.fill and theme.hex(behind.fill) != theme.hex(item.on):
            yield f"drawn on {behind.fill}, not on {item.on}: {item.text}"


def _too_high(scene: Scene) -> Iterator[str]:
    for touch in scene.touches:
        if touch.rect.y < scene.h * 0.40 - 0.5:
            yield f"above 40% of the height: {touch.label}"
