"""Page changes: two finished surfaces, one over the other in a few steps.

Each step blends the new picture onto what is shown, by the share that brings the sum to where it should be: one blit
a step, about 1 ms for a whole portrait screen. The last step copies the new picture exactly.
"""

from dataclasses import dataclass, field

import pygame

from screens.scene import Rect

FRAME = 1 / 60
PAGE_SECONDS = 0.160
DIALOG_SECONDS = 0.200
_LEADING = 484
"""How far header, steps and title reach down, in u."""
_RISE = 48
"""How far below its place a dialog begins, in u."""


def _ease_out(t: float) -> float:
    return 1 - (1 - min(max(t, 0.0), 1.0)) ** 2


@dataclass(slots=True)
class Fade:
    """One picture becomes another; the stage, with the title, comes first.

    Attributes:
        stage: The part that leads, in pixels.
        where: What differs between the two, in pixels.
    """

    new: pygame.Surface
    where: list[pygame.Rect]
    stage: pygame.Rect
    began: float
    seconds: float = PAGE_SECONDS
    _done: dict[bool, float] = field(default_factory=dict)

    def step(self, screen: pygame.Surface, now: float) -> tuple[list[pygame.Rect], bool]:
        """Draw one step; returns what changed, and whether that was the last one."""
        t = (now - self.began) / self.seconds
        if t >= 1:
            self.new.set_alpha(None)
            for rect in self.where:
                screen.blit(self.new, rect, rect)
            return self.where, True
        changed = []
        for leads in (True, False):
            goal = _ease_out(t * 1.5) if leads else _ease_out(t * 1.5 - 0.5)
            before = self._done.get(leads, 0.0)
            share = (goal - before) / (1 - before) if before < 1 else 0.0
            alpha = round(share * 255)
            if alpha <= 0:
                continue
            self._done[leads] = goal
            self.new.set_alpha(min(alpha, 255))
            for rect in self.where:
                for part in _parts(rect, self.stage, leads):
                    screen.blit(self.new, part, part)
                    changed.append(part)
        return changed, False


def _parts(rect: pygame.Rect, stage: pygame.Rect, inside: bool) -> list[pygame.Rect]:
    """The part of `rect` on the stage, or the rest of it (the stage is a band at the top or the left)."""
    within = rect.clip(stage)
    if inside:
        return [within] if within.w and within.h else []
    if not (within.w and within.h):
        return [rect]
    rest = []
    if within.bottom < rect.bottom:
        rest.append(pygame.Rect(rect.x, within.bottom, rect.w, rect.bottom - within.bottom))
    if within.right < rect.right:
        rest.append(pygame.Rect(within.right, rect.y, rect.right - within.right, within.h))
    return rest


@dataclass(slots=True)
class Rise:
    """A dialog comes up from a little below its place and fades in over the darkened page.

    Attributes:
        old: The page before.
        new: The finished picture.
        dialog: Where the dialog stands, in pixels.
        veil: What gets dark, in pixels.
    """

    old: pygame.Surface
    new: pygame.Surface
    dialog: pygame.Rect
    veil: pygame.Rect
    distance: int
    began: float
    seconds: float = DIALOG_SECONDS

    def step(self, screen: pygame.Surface, now: float) -> tuple[list[pygame.Rect], bool]:
        """Draw one step; returns what changed, and whether that was the last one."""
        t = (now - self.began) / self.seconds
        whole = self.veil.union(self.dialog)
        if t >= 1:
            self.new.set_alpha(None)
            screen.blit(self.new, whole, whole)
            return [whole], True
        share = _ease_out(t)
        screen.blit(self.old, whole, whole)
        self.new.set_alpha(round(share * 255))
        above = pygame.Rect(whole.x, whole.y, whole.w, self.dialog.y - whole.y)
        screen.blit(self.new, above, above)
        down = round(self.distance * (1 - share))
        shown = pygame.Rect(self.dialog.x, self.dialog.y, self.dialog.w, self.dialog.h - down)
        screen.blit(self.new, (self.dialog.x, self.dialog.y + down), shown)
        return [whole], False


def rise_distance(scale: float) -> int:
    """How far a dialog rises, in pixels."""
    return round(_RISE * scale)


def leading(stage: Rect, scale: float) -> pygame.Rect:
    """The part of the stage that leads a page change, in pixels: header, steps and title."""
    return pygame.Rect(0, 0, round(stage.w * scale), round(min(stage.h, _LEADING) * scale))
