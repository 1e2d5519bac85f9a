"""Page changes: a finished picture comes over what is shown, in a few steps.

SDL blends two pictures half and half in 0.8 ms for a whole portrait screen, and in any other proportion in 2; so a
fade halves the distance again and again, the stage and the sheet by turns, only where the two pictures differ. The
last step copies the new picture exactly.
"""

from dataclasses import dataclass

import pygame

from screens.scene import Rect

FRAME = 1 / 60
PAGE_SECONDS = 0.160
DIALOG_SECONDS = 0.200
_HALF = 128
_LEADING = 484
"""How far header, steps and title reach down, in u: they come first."""
_RISE = 48
"""How far below its place a dialog begins, in u."""
_BLOCK_W, _BLOCK_H = 72, 32
"""Size of the blocks in which two pictures are compared, in pixels."""
_SAMPLE = 4
"""Every so many rows are compared; what that misses comes with the last step."""


def differing(one: pygame.Surface, other: pygame.Surface, within: list[pygame.Rect]) -> list[pygame.Rect]:
    """Where two pictures of one size differ, in blocks joined to larger rectangles."""
    w, h = one.get_size()
    if one.get_pitch() != w * 4 or other.get_pitch() != w * 4 or w % 2:
        return within
    views = one.get_view("0"), other.get_view("0")
    first, second = (memoryview(view).cast("Q") for view in views)  # type: ignore[arg-type]
    row = w // 2
    found: list[pygame.Rect] = []
    for top in range(0, h, _BLOCK_H):
        band = pygame.Rect(0, top, w, min(_BLOCK_H, h - top))
        if band.collidelist(within) < 0:
            continue
        runs: list[pygame.Rect] = []
        for left in range(0, w, _BLOCK_W):
            block = pygame.Rect(left, top, min(_BLOCK_W, w - left), band.h)
            a, b = left // 2, (left + block.w) // 2
            starts = range(top * row, (top + band.h) * row, _SAMPLE * row)
            if all(first[start + a : start + b] == second[start + a : start + b] for start in starts):
                continue
            if runs and runs[-1].right == block.x:
                runs[-1].w += block.w
            else:
                runs.append(block)
        for run in runs:
            above = next((r for r in found if (r.x, r.w, r.bottom) == (run.x, run.w, run.y)), None)
            if above is not None:
                above.h += run.h
            else:
                found.append(run)
    return found


@dataclass(slots=True)
class Fade:
    """One picture becomes another; the stage, with the title, comes first.

    Attributes:
        new: The finished picture.
        where: What differs between the two, in pixels.
        blocks: The parts of it that are worth blending.
        leading: The part of the screen that comes first.
    """

    new: pygame.Surface
    where: list[pygame.Rect]
    blocks: list[pygame.Rect]
    leading: pygame.Rect
    began: float
    seconds: float = PAGE_SECONDS
    _steps: int = 0

    def step(self, screen: pygame.Surface, now: float) -> tuple[list[pygame.Rect], bool]:
        """Draw one step; returns what changed, and whether that was the last one."""
        if now - self.began >= self.seconds:
            self.new.set_alpha(None)
            for rect in self.where:
                screen.blit(self.new, rect, rect)
            return self.where, True
        first = self._steps % 2 == 0
        self._steps += 1
        self.new.set_alpha(_HALF)
        changed = []
        for rect in self.blocks:
            if (rect.centery < self.leading.bottom) == first:
                screen.blit(self.new, rect, rect)
                changed.append(rect)
        return changed, False


@dataclass(slots=True)
class Rise:
    """A dialog comes up from a little below its place while the page above it darkens.

    Attributes:
        new: The finished picture.
        dialog: Where the dialog stands, in pixels.
        veil: What gets dark: all above the footer.
        distance: How far it rises, in pixels.
    """

    new: pygame.Surface
    dialog: pygame.Rect
    veil: pygame.Rect
    distance: int
    began: float
    seconds: float = DIALOG_SECONDS
    _steps: int = 0

    def step(self, screen: pygame.Surface, now: float) -> tuple[list[pygame.Rect], bool]:
        """Draw one step; returns what changed, and whether that was the last one."""
        t = (now - self.began) / self.seconds
        if t >= 1:
            self.new.set_alpha(None)
            screen.blit(self.new, self.veil, self.veil)
            return [self.veil], True
        first = self._steps == 0
        down = round(self.distance * (1 - t) ** 2)
        # It only ever covers more, so nothing below it needs to be drawn again.
        self.new.set_alpha(_HALF if first else None)
        part = pygame.Rect(self.dialog.x, self.dialog.y, self.dialog.w, self.dialog.h - down)
        screen.blit(self.new, (part.x, part.y + down), part)
        changed = [part.move(0, down)]
        if self._steps % 2 == 0:
            self.new.set_alpha(_HALF)
            for rect in _around(self.veil, self.dialog):
                screen.blit(self.new, rect, rect)
                changed.append(rect)
        self._steps += 1
        return changed, False


def _around(whole: pygame.Rect, hole: pygame.Rect) -> list[pygame.Rect]:
    """What of `whole` lies above and left of `hole`, which reaches to its lower right corner."""
    above = pygame.Rect(whole.x, whole.y, whole.w, hole.y - whole.y)
    left = pygame.Rect(whole.x, hole.y, hole.x - whole.x, whole.bottom - hole.y)
    return [rect for rect in (above, left) if rect.w > 0 and rect.h > 0]


def rise_distance(scale: float) -> int:
    """How far a dialog rises, in pixels."""
    return round(_RISE * scale)


def leading(stage: Rect, scale: float) -> pygame.Rect:
    """The part of the stage that leads a page change, in pixels: header, steps and title."""
    return pygame.Rect(0, 0, round(stage.w * scale), round(min(stage.h, _LEADING) * scale))
