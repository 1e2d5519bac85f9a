"""Draws a scene on a surface, and redraws only where two scenes differ.

Round boxes are cut from one small picture each (corners, edges, middle), so that a box costs some fills however large
it is; icons are loaded from SVG at their final size in pixels, recoloured by replacing colours in the source.
"""

import io
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from functools import cache
from pathlib import Path
from typing import TypeVar

import pygame

from screens import tokens, type
from screens.scene import Box, Drawing, Item, Modules, Picture, Rect, Run, Scene

_HERE = Path(__file__).parent
_LIP = 6
_MOST_PIXELS = 6_000_000
"""Pixels kept in the cache of pictures and runs of text: 24 MB."""

_Key = TypeVar("_Key", bound=Hashable)


class _Pictures:
    """Finished surfaces; the ones not used for longest are dropped."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, pygame.Surface] = OrderedDict()
        self._pixels = 0

    def get(self, key: Hashable, make: Callable[[], pygame.Surface]) -> pygame.Surface:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        found = make()
        self._kept[key] = found
        self._pixels += found.get_width() * found.get_height()
        while self._pixels > _MOST_PIXELS and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._pixels -= dropped.get_width() * dropped.get_height()
        return found


@cache
def _source(name: str) -> str:
    return (_HERE / f"{name}.svg").read_text(encoding="utf-8")


@cache
def _palette(name: str, contrast: bool) -> tuple[tuple[str, str], ...]:
    """Which colour of a source becomes which, in order."""
    theme = tokens.theme(contrast)
    svg = tokens.load()["svg"]
    if contrast:
        name = {
            "icon_on_light": "icon_contrast",
            "icon_on_action": "icon_action_contrast",
            "sign": "sign_contrast",
            "sign_on_night": "sign_contrast",
        }.get(name, "illus_contrast" if name.startswith("illus_") else name)
    if name == "sign":
        return ()
    return tuple((old, theme.hex(new)) for old, new in svg[name].items())


def _load_svg(source: str, w: int, h: int) -> pygame.Surface:
    # In the screen's own format: blitting another one costs five times as much.
    return pygame.image.load_sized_svg(io.BytesIO(source.encode()), (w, h)).convert_alpha()


class Painter:
    """Draws scenes for one size of screen."""

    def __init__(self) -> None:
        self._pictures = _Pictures()
        self._scale = 1.0
        self._contrast = False

    def paint(
        self, surface: pygame.Surface, scene: Scene, items: Iterable[Item], clip: pygame.Rect | None = None
    ) -> None:
        """Draw `items` of `scene`, within `clip` alone if given."""
        self._scale, self._contrast = scene.scale, scene.contrast
        surface.set_clip(clip)
        for item in items if clip is None else self._seen(list(items), clip):
            match item:
                case Box():
                    self._box(surface, item)
                case Run():
                    self._run(surface, item)
                case Picture() | Drawing():
                    self._picture(surface, item)
                case Modules():
                    self._modules(surface, item)
        surface.set_clip(None)

    def _seen(self, items: list[Item], clip: pygame.Rect) -> list[Item]:
        """The items that reach into `clip`, without those that a later box hides there altogether."""
        seen: list[Item] = []
        for item in reversed(items):
            rect = self.pixels(item.rect)
            if not clip.colliderect(rect):
                continue
            seen.append(item)
            if isinstance(item, Box) and item.fill and item.alpha == 1 and not item.dashed:
                lip = round(_LIP * self._scale) + 1 if item.lip else 0
                corner = round((max(*item.radii, item.border) + 1) * self._scale) + 1 if any(item.radii) else 0
                inside = pygame.Rect(rect.x, rect.y + corner, rect.w, rect.h - 2 * corner - lip)
                if inside.contains(clip) and not item.border:
                    break
        return seen[::-1]

    def pixels(self, rect: Rect) -> pygame.Rect:
        """A rectangle in whole pixels, by rounding its edges: neighbours stay neighbours."""
        s = self._scale
        x, y = round(rect.x * s), round(rect.y * s)
        return pygame.Rect(x, y, round(rect.right * s) - x, round(rect.bottom * s) - y)

    def bounds(self, item: Item, scene: Scene) -> pygame.Rect:
        """What drawing an item may touch; letters reach out of their box a little."""
        self._scale = scene.scale
        return self.pixels(item.rect).inflate(8, 8)

    # Boxes

    def _box(self, surface: pygame.Surface, box: Box) -> None:
        rect = self.pixels(box.rect)
        theme = tokens.theme(self._contrast)
        if box.dashed:
            key = ("dashed", rect.size, box.edge, self._contrast)
            surface.blit(self._pictures.get(key, lambda: self._dashed(box, rect)), rect)
            return
        if box.alpha < 1:
            veil = pygame.Surface(rect.size)
            veil.fill(theme.colour(box.fill or "scrim"))
            veil.set_alpha(round(box.alpha * 255))
            surface.blit(veil, rect)
            return
        if not any(box.radii) and not box.border and not box.lip and box.fill:
            surface.fill(theme.colour(box.fill), rect)
            return
        self._round_box(surface, box, rect)

    def _round_box(self, surface: pygame.Surface, box: Box, rect: pygame.Rect) -> None:
        s = self._scale
        lip = max(1, round(_LIP * s)) if box.lip else 0
        border = max(1, round(box.border * s)) if box.border else 0
        radii = tuple(min(round(r * s), rect.w // 2, rect.h // 2) for r in box.radii)
        corner = max(*radii, border) + 1
        foot = corner + lip
        if rect.w < 2 * corner + 1 or rect.h < corner + foot + 1:
            key: Hashable = ("box", rect.size, radii, box.fill, border, box.edge, box.lip, self._contrast)
            surface.blit(self._pictures.get(key, lambda: self._plate(box, rect.w, rect.h, radii, border, lip)), rect)
            return
        key = ("plate", radii, box.fill, border, box.edge, box.lip, lip, self._contrast)
        w, h = 2 * corner + 1, corner + foot + 1
        plate = self._pictures.get(key, lambda: self._plate(box, w, h, radii, border, lip))
        right, low = rect.right - corner, rect.bottom - foot
        surface.blit(plate, rect.topleft, (0, 0, corner, corner))
        surface.blit(plate, (right, rect.y), (corner + 1, 0, corner, corner))
        surface.blit(plate, (rect.x, low), (0, corner + 1, corner, foot))
        surface.blit(plate, (right, low), (corner + 1, corner + 1, corner, foot))
        theme = tokens.theme(self._contrast)
        middle_w, middle_h = rect.w - 2 * corner, rect.h - corner - foot
        x, y = rect.x + corner, rect.y + corner
        if box.fill:
            fill = theme.colour(box.fill)
            # No pixel twice: filling is what a press takes longest for.
            surface.fill(fill, (x, rect.y + border, middle_w, corner - border))
            surface.fill(fill, (rect.x + border, y, rect.w - 2 * border, middle_h))
            surface.fill(fill, (x, y + middle_h, middle_w, corner - border))
        if lip and box.lip:
            surface.fill(theme.colour(box.lip), (x, rect.bottom - border - lip, middle_w, lip))
        if border:
            edge = theme.colour(box.edge)
            surface.fill(edge, (x, rect.y, middle_w, border))
            surface.fill(edge, (x, rect.bottom - border, middle_w, border))
            surface.fill(edge, (rect.x, y, border, middle_h))
            surface.fill(edge, (rect.right - border, y, border, middle_h))

    def _plate(self, box: Box, w: int, h: int, radii: tuple[float, ...], border: int, lip: int) -> pygame.Surface:
        """The whole box, small: its corners are cut from it."""
        theme = tokens.theme(self._contrast)
        parts = []
        if box.fill is None:
            inset = border / 2
            path = _outline(inset, inset, w - border, h - border, [max(0, r - inset) for r in radii])
            parts.append(f'<path d="{path}" fill="none" stroke="{theme.hex(box.edge)}" stroke-width="{border}"/>')
        else:
            inner = [max(0, r - border) for r in radii]
            if border:
                parts.append(f'<path d="{_outline(0, 0, w, h, list(radii))}" fill="{theme.hex(box.edge)}"/>')
            if lip and box.lip:
                # Its lower half alone, so that it doesn't shine through the upper corners.
                half = _outline(border, h / 2, w - 2 * border, h / 2 - border, [0, 0, inner[2], inner[3]])
                parts.append(f'<path d="{half}" fill="{theme.hex(box.lip)}"/>')
            face = _outline(border, border, w - 2 * border, h - 2 * border - lip, inner)
            parts.append(f'<path d="{face}" fill="{theme.hex(box.fill)}"/>')
        return _load_svg(_svg(w, h, "".join(parts)), w, h)

    def _dashed(self, box: Box, rect: pygame.Rect) -> pygame.Surface:
        s = self._scale
        line = max(1, round(box.border * s))
        radius = box.radii[0] * s
        path = _outline(line / 2, line / 2, rect.w - line, rect.h - line, [radius] * 4)
        edge = tokens.theme(self._contrast).hex(box.edge)
        stroke = f'stroke="{edge}" stroke-width="{line}" stroke-dasharray="{6 * s} {5 * s}"'
        return _load_svg(_svg(rect.w, rect.h, f'<path d="{path}" fill="none" {stroke}/>'), rect.w, rect.h)

    # Text and pictures

    def _run(self, surface: pygame.Surface, run: Run) -> None:
        key = ("run", run.text, run.size, run.bold, run.colour, self._scale, self._contrast)
        letters = self._pictures.get(key, lambda: self._letters(run))
        s = self._scale
        # The letters' surface begins one size left of the text's start, so that no overhang is lost.
        left = round(run.rect.x * s) - _overhang(run.size * s)
        top = round(type.baseline(run.rect.y, run.rect.h, run.size) * s) - _rise(run.size * s)
        surface.blit(letters, (left, top))

    def _letters(self, run: Run) -> pygame.Surface:
        size = run.size * self._scale
        over, rise = _overhang(size), _rise(size)
        colour = tokens.theme(self._contrast).colour(run.colour)
        picture = pygame.Surface(
            (round(run.rect.w * self._scale) + 2 * over, rise + round(size * 0.4)), pygame.SRCALPHA
        )
        x = float(over)
        for face, piece in type.runs(run.text, run.bold):
            letters, where = face.render(piece, colour, size=size)
            picture.blit(letters, (round(x) + where.x, rise - where.y))
            x += type.width(piece, size, run.bold)
        return picture

    def _picture(self, surface: pygame.Surface, item: Picture | Drawing) -> None:
        rect = self.pixels(item.rect)
        key: Hashable
        if isinstance(item, Drawing):
            key = (item.svg, rect.size)
        else:
            key = (item.name, item.palette, item.turn, rect.size, self._contrast)
        surface.blit(self._pictures.get(key, lambda: self._make_picture(item, rect)), rect)

    def _make_picture(self, item: Picture | Drawing, rect: pygame.Rect) -> pygame.Surface:
        if isinstance(item, Drawing):
            return _load_svg(item.svg, rect.w, rect.h)
        source = _source(item.name)
        for old, new in _palette(item.palette, self._contrast):
            source = source.replace(old, new)
        picture = _load_svg(source, rect.w, rect.h)
        return pygame.transform.rotate(picture, -item.turn) if item.turn else picture

    def _modules(self, surface: pygame.Surface, code: Modules) -> None:
        """Squares of whole pixels: what a phone's camera reads best. Drawn anew each time, so that nothing is kept."""
        rect = self.pixels(code.rect)
        each = rect.w // len(code.rows)
        left, top = rect.x + (rect.w - each * len(code.rows)) // 2, rect.y + (rect.h - each * len(code.rows)) // 2
        surface.fill((255, 255, 255), rect)
        for y, row in enumerate(code.rows):
            for x, black in enumerate(row):
                if black:
                    surface.fill((0, 0, 0), (left + x * each, top + y * each, each, each))


def _overhang(size: float) -> int:
    return round(size * 0.3) + 1


def _rise(size: float) -> int:
    return round(size * 1.2)


def _svg(w: float, h: float, inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">{inside}</svg>'


def _outline(x: float, y: float, w: float, h: float, radii: list[float]) -> str:
    """The path of a rectangle with round corners."""
    a, b, c, d = (min(r, w / 2, h) for r in radii)
    return (
        f"M{x + a} {y}H{x + w - b}A{b} {b} 0 0 1 {x + w} {y + b}V{y + h - c}A{c} {c} 0 0 1 {x + w - c} {y + h}"
        f"H{x + d}A{d} {d} 0 0 1 {x} {y + h - d}V{y + a}A{a} {a} 0 0 1 {x + a} {y}Z"
    )


def differences(
    painter: Painter, before: Scene, after: Scene, old: Iterable[Item], new: Iterable[Item]
) -> list[pygame.Rect]:
    """Where two scenes differ, as few rectangles; the whole screen if their canvas or theme does."""
    if (before.w, before.h, before.scale, before.contrast) != (after.w, after.h, after.scale, after.contrast):
        return [painter.pixels(Rect(0, 0, after.w, after.h))]
    was, now = list(old), list(new)
    gone, come = set(was) - set(now), set(now) - set(was)
    found: list[pygame.Rect] = []
    for item in [*(i for i in was if i in gone), *(i for i in now if i in come)]:
        found.append(painter.bounds(item, after))
    return _merged(found)


def _merged(rects: list[pygame.Rect]) -> list[pygame.Rect]:
    """Join rectangles that meet."""
    merged: list[pygame.Rect] = []
    for rect in rects:
        joined = rect.copy()
        while (index := joined.collidelist(merged)) >= 0:
            joined.union_ip(merged.pop(index))
        merged.append(joined)
    return merged
