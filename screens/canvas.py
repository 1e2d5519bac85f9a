"""The window's surface: scenes drawn where they differ, what looks pressed or focused, motion, the camera's picture."""

import math
import time
from collections.abc import Callable

import pygame

from kiosk.pages import LivePicture
from screens import motion
from screens.motion import FRAME, Fade, Rise
from screens.paint import Painter, differences
from screens.preview import Preview
from screens.scene import Item, Scene, Touch


class Canvas:
    """What is drawn, and what is to be drawn next. Of the window's own thread.

    Args:
        surface: The window's, or another.

    Attributes:
        scene: What stands there; None: nothing yet.
        pressed: What looks pressed.
        focus: Which one looks focused, counted in the scene's order of focus.
    """

    def __init__(self, surface: pygame.Surface) -> None:
        self.scene: Scene | None = None
        self.pressed: Touch | None = None
        self.focus: int | None = None
        self._screen = surface
        self._painter = Painter()
        self._shown: list[Item] = []
        self._preview: Preview | None = None
        self._motion: Fade | Rise | None = None
        self._next_frame = 0.0

    @property
    def next_look(self) -> float | None:
        """When something is to be drawn again by itself, by the monotonic clock."""
        if self._motion:
            return self._next_frame
        return None if self._preview is None else self._preview.next_look

    @property
    def focused(self) -> Touch | None:
        """What looks focused."""
        return None if self.scene is None else self._focused(self.scene)

    def go_on(self, now: float, live: Callable[[], LivePicture | None] | None) -> None:
        """Draw the next frame of a motion or the camera's newest picture, if its time has come.

        Args:
            now: By the monotonic clock.
            live: Gives the picture; None where the page has none.
        """
        if self._motion and now >= self._next_frame - 0.0005:
            self._step(now)
        elif self._preview is not None and self._motion is None and now >= self._preview.next_look:
            assert live is not None
            self._look(self._preview, live, now)

    def _focused(self, scene: Scene) -> Touch | None:
        if self.focus is None:
            return None
        order = scene.focus_order()
        return order[self.focus % len(order)] if order else None

    def replace(self, scene: Scene) -> None:
        """Draw a scene at once, where it differs."""
        old, self.scene = self.scene, scene
        if self.pressed is not None and self.pressed not in scene.touches:
            # The same button in its new state stays under the finger; another one in its place was never meant.
            same = (self.pressed.rect, self.pressed.answer)
            self.pressed = next((t for t in scene.touches if (t.rect, t.answer) == same), None)
        new_items = list(scene.drawn(self.pressed, self._focused(scene)))
        if old is None:
            self._painter.paint(self._screen, scene, new_items)
            pygame.display.flip()
        else:
            self._repaint(scene, differences(self._painter, old, scene, self._shown, new_items), new_items)
        self._shown = new_items

    def press(self, touch: Touch | None) -> None:
        """Draw what is pressed, and what no longer is."""
        scene, before = self.scene, self.pressed
        self.pressed = touch
        if scene is None or touch == before:
            return
        items = list(scene.drawn(touch, self._focused(scene)))
        where = [self._painter.pixels(t.rect).inflate(2, 2) for t in (before, touch) if t is not None]
        self._repaint(scene, where, items)
        self._shown = items

    def refocus(self) -> None:
        """Draw what is focused, and what no longer is."""
        scene = self.scene
        assert scene is not None
        items = list(scene.drawn(self.pressed, self._focused(scene)))
        where = differences(self._painter, scene, scene, self._shown, items)
        self._repaint(scene, where, items)
        self._shown = items

    def begin_preview(self, now: float) -> None:
        """Show the camera's picture from now on, where the scene has a place for it and none is shown yet."""
        if self.scene is not None and self.scene.live is not None and self._preview is None:
            self._preview = Preview(self._screen, self._painter.pixels(self.scene.live.rect), now)

    def end_preview(self) -> None:
        """Draw the page over the last picture, in the window too, before anything else is done with either."""
        preview, self._preview = self._preview, None
        if preview is not None and self.scene is not None:
            preview.wipe()
            self._repaint(self.scene, [preview.where], self._shown)

    def begin_motion(self, scene: Scene, *, rising: bool) -> None:
        """Pass over to another scene by and by.

        Args:
            scene: The next one.
            rising: Its dialog rises, if it has one; else all fades.
        """
        old = self.scene
        assert old is not None
        items = list(scene.drawn(None, self._focused(scene)))
        where = differences(self._painter, old, scene, self._shown, items)
        bounds = self._screen.get_rect()
        where = [rect.clip(bounds) for rect in where]
        # For this motion only: 8 MB that a page at rest does without.
        back = pygame.Surface(self._screen.get_size(), 0, 32)
        if where:
            back.blit(self._screen, (0, 0))
            for rect in where:
                self._painter.paint(back, scene, items, rect)
        self.scene, self._shown = scene, items
        now = time.monotonic()
        if scene.dialog is not None and rising:
            dialog = self._painter.pixels(scene.dialog)
            veil = pygame.Rect(0, 0, bounds.w, dialog.bottom)
            distance = motion.rise_distance(scene.scale)
            # The footer isn't veiled: the button that called the dialog stops looking pressed at once.
            footer = [rect.clip(0, veil.bottom, bounds.w, bounds.h - veil.bottom) for rect in where]
            for rect in footer:
                self._screen.blit(back, rect, rect)
            pygame.display.update(footer)
            self._motion = Rise(back, dialog, veil, distance, now)
        else:
            blocks = motion.differing(self._screen, back, where)
            now = time.monotonic()
            self._motion = Fade(back, where, blocks, motion.leading(scene.stage, scene.scale), now)
        self._next_frame = now
        self._step(now)

    def finish_motion(self) -> None:
        """Draw its end at once."""
        if self._motion is not None:
            changed, _ = self._motion.step(self._screen, math.inf)
            self._motion = None
            pygame.display.update(changed)

    def _step(self, now: float) -> None:
        assert self._motion is not None
        changed, last = self._motion.step(self._screen, now)
        if changed:
            pygame.display.update(changed)
        self._next_frame = max(self._next_frame + FRAME, now)
        if last:
            self._motion = None

    def _look(self, preview: Preview, live: Callable[[], LivePicture | None], now: float) -> None:
        """Show the newest picture, with what stands over it."""
        scene = self.scene
        assert scene is not None
        assert scene.live is not None
        if preview.look(live, now):
            self._painter.paint(self._screen, scene, scene.live.over, preview.where)
            pygame.display.update(preview.where)

    def _repaint(self, scene: Scene, where: list[pygame.Rect], items: list[Item]) -> None:
        bounds = self._screen.get_rect()
        where = [rect.clip(bounds) for rect in where]
        for rect in where:
            self._painter.paint(self._screen, scene, items, rect)
        if where:
            pygame.display.update(where)
