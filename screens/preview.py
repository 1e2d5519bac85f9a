"""The camera's picture on the screen: cropped to its frame, mirrored, scaled, straight into the window.

A face is nobody's to keep: no surface but the window's own and one of this page holds any of it, and both are
overwritten before the next page is drawn.
"""

from collections.abc import Callable

import pygame

from kiosk.pages import LivePicture

EACH_SECONDS = 1 / 25
"""As many pictures as the look wants, and no more."""
LOOK_SECONDS = 0.010
"""How soon it is looked again where no newer picture was there."""
_EARLY = EACH_SECONDS / 2
"""A camera's pictures don't come evenly: one may be drawn so much before its time, if the ones before were late."""


class Preview:
    """Draws one page's pictures.

    Args:
        screen: The window's surface, or another.
        where: What the picture fills there, in pixels.
        now: By the monotonic clock.

    Attributes:
        next_look: When it is to look again.
        shown: How many pictures were drawn.
        missed: How many the camera took between two that were drawn.
    """

    def __init__(self, screen: pygame.Surface, where: pygame.Rect, now: float) -> None:
        self.where = where
        self.next_look = self._due = now
        self.shown = self.missed = 0
        self._screen = screen
        self._flat: pygame.Surface | None = None
        self._number = 0

    def look(self, live: Callable[[], LivePicture | None], now: float) -> bool:
        """Draw the newest picture, if its time has come and there is one; what stands over it is to be drawn then."""
        picture = live() if now >= self._due - _EARLY else None
        if picture is None:
            self.next_look = max(now + LOOK_SECONDS, self._due - _EARLY)
            return False
        self._draw(picture)
        self.missed += picture.number - self._number - 1 if self.shown else 0
        self.shown += 1
        self._number = picture.number
        self._due = max(self._due, now - EACH_SECONDS) + EACH_SECONDS
        self.next_look = max(now + LOOK_SECONDS, self._due - _EARLY)
        return True

    def wipe(self) -> None:
        """Overwrite what this page kept; the window's own part is for the caller to draw over."""
        if self._flat is not None:
            self._flat.fill(0)
            self._flat = None

    def _draw(self, picture: LivePicture) -> None:
        """The middle of the picture, in the proportions of its place."""
        w, h = picture.width, picture.height
        crop = pygame.Rect(0, 0, min(w, h * self.where.w // self.where.h), min(h, w * self.where.h // self.where.w))
        crop.center = (w // 2, h // 2)
        if self._flat is None or self._flat.get_size() != crop.size:
            self.wipe()
            self._flat = pygame.Surface(crop.size, 0, self._screen)
        self._flat.blit(pygame.image.frombuffer(picture.pixels, (w, h), "RGB"), (0, 0), crop)
        mirrored = pygame.transform.flip(self._flat, True, False)
        pygame.transform.smoothscale(mirrored, self.where.size, self._screen.subsurface(self.where))
        mirrored.fill(0)
