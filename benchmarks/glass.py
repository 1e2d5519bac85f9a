"""An X client that presses and sees: what a citizen's finger and eye would notice of any program, and when.

Changes come as events of the DAMAGE extension, so that nobody polls the X server while it is being measured; that
pixels changed is then looked up outside of the time taken.
"""

import select
import time
from types import TracebackType
from typing import Any, Self

from Xlib import X  # type: ignore[import-untyped]
from Xlib import display as xdisplay
from Xlib.ext import damage, xtest  # type: ignore[import-untyped]

Point = tuple[int, int]
_OUTSIDE = (3, 3)
"""A place without anything to press: letting go there presses nothing."""


class NothingSeen(Exception):
    """What should have changed didn't."""


class Glass:
    """One connection to the X server `display`, for the one program on it."""

    def __init__(self, display: str) -> None:
        self._display = xdisplay.Display(display)
        self._display.damage_query_version()
        self._root = self._display.screen().root
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self._display.sync()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._display.close()

    def find_window(self, seconds: float) -> None:
        """Wait for a window that covers most of the screen.

        Raises:
            NothingSeen: None came.
        """
        end = time.monotonic() + seconds
        while True:
            for window in self._root.query_tree().children:
                shape = window.get_geometry()
                large = shape.width * 2 > self._root.get_geometry().width
                if large and window.get_attributes().map_state == X.IsViewable:
                    window.damage_create(damage.DamageReportRawRectangles)
                    self._display.sync()
                    return
            self._wait_for_event(end, "a window")
            self._drain()

    def lose_window(self) -> None:
        """Forget what its window told: the program has ended."""
        self._forget_changes()

    def pixels(self, left: int, top: int, width: int, height: int) -> bytes:
        """What is shown there."""
        image = self._root.get_image(left, top, width, height, X.ZPixmap, 0xFFFFFFFF)
        return bytes(image.data)

    def wait_until(self, is_so: Any, seconds: float, what: str) -> None:
        """Look again after every change until `is_so` says yes.

        Raises:
            NothingSeen: It never did.
        """
        end = time.monotonic() + seconds
        while True:
            self._forget_changes()
            if is_so():
                return
            self._wait_for_event(end, what)

    def rest(self, seconds: float) -> None:
        """Let everything that happens within this time happen."""
        time.sleep(seconds)
        self._forget_changes()

    def press(self, point: Point) -> float:
        """Put the finger down; seconds until the program has drawn something.

        Raises:
            NothingSeen: Nothing changed at this point within a second.
        """
        before = self._around(point)
        self._move(point)
        self._forget_changes()
        xtest.fake_input(self._display, X.ButtonPress, 1)
        began = time.monotonic()
        self._display.flush()
        ready = self._display.display.event_queue or select.select([self._display.fileno()], [], [], 1.0)[0]
        seen = time.monotonic()
        if not ready:
            raise NothingSeen("the press")
        deadline = seen + 0.2
        while self._around(point) == before:  # Not what was pressed: something else was drawn first.
            if time.monotonic() > deadline:
                raise NothingSeen("a changed pixel where it was pressed")
            seen = time.monotonic()
        return seen - began

    def release(self) -> None:
        """Take the finger off, there."""
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()

    def release_outside(self) -> None:
        """Slide off what is pressed and let go, so that it isn't chosen."""
        self._move(_OUTSIDE)
        self.release()

    def _move(self, point: Point) -> None:
        xtest.fake_input(self._display, X.MotionNotify, x=point[0], y=point[1])
        self._display.sync()

    def _around(self, point: Point) -> bytes:
        return self.pixels(point[0] - 4, point[1] - 4, 8, 8)

    def _forget_changes(self) -> None:
        self._display.sync()
        self._drain()

    def _wait_for_event(self, end: float, what: str) -> None:
        if not self._display.pending_events():
            left = end - time.monotonic()
            if left <= 0:
                raise NothingSeen(what)
            select.select([self._display.fileno()], [], [], left)

    def _drain(self) -> None:
        while self._display.pending_events():
            self._display.next_event()
