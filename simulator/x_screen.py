"""The kiosk's screen from outside: an X client that looks at it and touches it, as anybody in front of it can.

The kiosk knows nothing of this: pictures come from the X server, touches go to it through XTEST.
"""

import select
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import mss
from PIL import Image
from Xlib import X  # type: ignore[import-untyped]
from Xlib import display as xdisplay
from Xlib.error import XError  # type: ignore[import-untyped]
from Xlib.ext import damage, xtest  # type: ignore[import-untyped]

WINDOW_CLASS = "kiosk"
"""WM_CLASS of the kiosk's window; SDL takes it from SDL_VIDEO_X11_WMCLASS."""


class NoWindow(Exception):
    """The kiosk's window isn't on the display."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the window, in pixels."""

    x: int
    y: int
    width: int
    height: int

    def union(self, other: "Box | None") -> "Box":
        """The smallest box around both."""
        if other is None:
            return self
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        bottom = max(self.y + self.height, other.y + other.height)
        return Box(x, y, right - x, bottom - y)

    def within(self, width: int, height: int) -> "Box | None":
        """The part inside of a window of this size, or None."""
        x, y = max(self.x, 0), max(self.y, 0)
        right, bottom = min(self.x + self.width, width), min(self.y + self.height, height)
        return Box(x, y, right - x, bottom - y) if right > x and bottom > y else None


class XScreen:
    """One connection to the X server `display`. For one thread at a time; use it in a `with` statement."""

    def __init__(self, display: str) -> None:
        self._display = xdisplay.Display(display)
        self._display.set_error_handler(_ignore_gone_windows)
        self._display.damage_query_version()  # The extension serves nobody who hasn't asked for its version.
        self._root = self._display.screen().root
        # Windows that come and go: the kiosk may be started again.
        self._root.change_attributes(event_mask=X.SubstructureNotifyMask)
        self._camera = mss.MSS(display=display)
        self._window: Any = None
        self._damage: int | None = None
        self._watching = False
        self.left = self.top = self.width = self.height = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the X server."""
        self._camera.close()
        self._display.close()

    @property
    def room(self) -> tuple[int, int]:
        """The whole display, in pixels."""
        screen = self._display.screen()
        return int(screen.width_in_pixels), int(screen.height_in_pixels)

    def fileno(self) -> int:
        """Readable when `changes` may have something."""
        return int(self._display.fileno())

    def wait_for_window(self, seconds: float) -> None:
        """Wait until the kiosk's window is on the display.

        Raises:
            NoWindow: It didn't come in this time.
        """
        end = time.monotonic() + seconds
        while not self.find_window():
            left = end - time.monotonic()
            if left <= 0:
                raise NoWindow(f"no window of class {WINDOW_CLASS!r}")
            select.select([self], [], [], left)
            self.changes()

    def find_window(self) -> bool:
        """Look for the kiosk's window; True if it is there."""
        if self._window is None:
            self._window = self._search(self._root)
            if self._window is None:
                return False
            place = self._window.translate_coords(self._root, 0, 0)
            shape = self._window.get_geometry()
            self.left, self.top, self.width, self.height = -place.x, -place.y, shape.width, shape.height
            self._damage = self._window.damage_create(damage.DamageReportBoundingBox) if self._watching else None
            self._display.flush()
        return True

    def watch(self, on: bool) -> None:
        """Whether to be told of changes: only while somebody looks, since each change costs a message."""
        self._watching = on
        if on and self._window is not None and self._damage is None:
            self._damage = self._window.damage_create(damage.DamageReportBoundingBox)
        elif not on and self._damage is not None:
            self._display.damage_destroy(self._damage)
            self._damage = None
        self._display.flush()

    def changes(self) -> Box | None:
        """What was drawn since the last call. Never waits.

        A window that comes counts as all drawn; one that goes is forgotten.
        """
        changed: Box | None = None
        for _ in range(self._display.pending_events()):
            event = self._display.next_event()
            if event.type == X.DestroyNotify and self._window is not None and event.window.id == self._window.id:
                self._window = self._damage = None
            elif event.type == X.MapNotify and self._window is None and self.find_window():
                changed = Box(0, 0, self.width, self.height)
            elif event.type == self._display.extension_event.DamageNotify:
                changed = Box(event.area.x, event.area.y, event.area.width, event.area.height).union(changed)
        if changed is not None and self._damage is not None:
            # Before the picture is taken: what is drawn in between is then told again rather than lost.
            self._display.damage_subtract(self._damage)
            self._display.flush()
        return changed and changed.within(self.width, self.height)

    def wait_for_change(self, seconds: float) -> Box | None:
        """Wait until something is drawn, `seconds` at most; None if nothing was."""
        end = time.monotonic() + seconds
        while (changed := self.changes()) is None:
            left = end - time.monotonic()
            if left <= 0:
                return None
            select.select([self], [], [], left)
        return changed

    def wait_until_still(self, seconds: float, most: float) -> None:
        """Wait until nothing was drawn for `seconds`; `most` altogether."""
        end = time.monotonic() + most
        while self.wait_for_change(seconds) is not None and time.monotonic() < end:
            pass

    def picture(self, box: Box | None = None) -> Image.Image:
        """What is on the window now, or on a part of it.

        Raises:
            NoWindow: It isn't there.
        """
        if not self.find_window():
            raise NoWindow(f"no window of class {WINDOW_CLASS!r}")
        box = box or Box(0, 0, self.width, self.height)
        place = {"left": self.left + box.x, "top": self.top + box.y, "width": box.width, "height": box.height}
        shot = self._camera.grab(place)
        return Image.frombytes("RGB", (shot.width, shot.height), shot.bgra, "raw", "BGRX")

    def touch(self, x: int, y: int, seconds: float = 0.08) -> None:
        """Put a finger on a point of the window for `seconds`."""
        self.press(x, y)
        time.sleep(seconds)
        self.release()

    def press(self, x: int, y: int) -> None:
        """Put the finger down at a point of the window."""
        self.move(x, y)
        xtest.fake_input(self._display, X.ButtonPress, 1)
        self._display.sync()

    def move(self, x: int, y: int) -> None:
        """Move the finger to a point of the window."""
        if not self.find_window():
            raise NoWindow(f"no window of class {WINDOW_CLASS!r}")
        xtest.fake_input(self._display, X.MotionNotify, x=self.left + x, y=self.top + y)
        self._display.sync()

    def release(self) -> None:
        """Take the finger off."""
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()

    def _search(self, parent: Any) -> Any:
        # Under a window manager the kiosk's window is a child of the manager's frame.
        try:
            children = parent.query_tree().children
            for child in children:
                names = child.get_wm_class()
                if names and WINDOW_CLASS in names and child.get_attributes().map_state == X.IsViewable:
                    return child
            for child in children:
                if (found := self._search(child)) is not None:
                    return found
        except XError:
            pass  # It went while we looked: the next event brings us here again.
        return None


def _ignore_gone_windows(error: XError, request: object) -> None:
    """A window may go between the decision to ask it and the asking; `changes` then learns of it."""
