"""The kiosk's screen for those who watch it: pictures of what changed, and nothing at all while nobody watches."""

import asyncio
import io
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from simulator.x_screen import Box, NoWindow, XScreen

_TOGETHER_SECONDS = 0.02
"""Changes within this time make one picture: the kiosk draws a page in several steps."""
_QUALITY = 90


class Watcher:
    """Somebody who looks at the glass."""

    def __init__(self) -> None:
        self.unseen: Box | None = None
        self.wake = asyncio.Event()


class Glass:
    """One X connection for all watchers; it listens to changes only while there are any."""

    def __init__(self, screen: XScreen) -> None:
        self._screen = screen
        self._watchers: set[Watcher] = set()
        self._camera = asyncio.Lock()

    @property
    def size(self) -> tuple[int, int]:
        """Of the kiosk's window, in pixels; (0, 0) while there is none."""
        return (self._screen.width, self._screen.height) if self._screen.find_window() else (0, 0)

    @property
    def watchers(self) -> int:
        """How many watch now."""
        return len(self._watchers)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[Watcher]:
        """Watch for as long as the context lasts."""
        watcher = Watcher()
        self._watchers.add(watcher)
        if len(self._watchers) == 1:
            self._screen.watch(True)
            asyncio.get_running_loop().add_reader(self._screen.fileno(), self._look)
        width, height = self.size
        self._tell(Box(0, 0, width, height).within(width, height))
        try:
            yield watcher
        finally:
            self._watchers.discard(watcher)
            if not self._watchers:
                asyncio.get_running_loop().remove_reader(self._screen.fileno())
                self._screen.watch(False)

    async def next_picture(self, watcher: Watcher) -> bytes:
        """What changed since the last one: x, y, width, height (16 bits each, big-endian), then a JPEG."""
        while True:
            await watcher.wake.wait()
            await asyncio.sleep(_TOGETHER_SECONDS)
            watcher.wake.clear()
            box, watcher.unseen = watcher.unseen, None
            if box is None:
                continue
            async with self._camera:
                try:
                    return await asyncio.to_thread(self._photograph, box)
                except NoWindow:
                    continue  # The next window that comes counts as changed.

    def press(self, x: int, y: int) -> None:
        """A finger comes down."""
        self._screen.press(x, y)
        self._look()

    def move(self, x: int, y: int) -> None:
        """It slides."""
        self._screen.move(x, y)
        self._look()

    def release(self) -> None:
        """It goes up."""
        self._screen.release()
        self._look()

    def _look(self) -> None:
        # Also after each touch: its round trip may have read events off the socket already.
        self._tell(self._screen.changes())

    def _tell(self, changed: Box | None) -> None:
        if changed is not None:
            for watcher in self._watchers:
                watcher.unseen = changed.union(watcher.unseen)
                watcher.wake.set()

    def _photograph(self, box: Box) -> bytes:
        jpeg = io.BytesIO()
        self._screen.picture(box).save(jpeg, "JPEG", quality=_QUALITY, subsampling=0)
        return struct.pack(">4H", box.x, box.y, box.width, box.height) + jpeg.getvalue()
