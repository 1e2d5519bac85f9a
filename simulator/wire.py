"""A line of bytes in memory between a driver and a virtual device, for runs under a faked clock.

The driver holds the `Wire` as its stream. The device holds the same object and needs no task for it: it is told when
something has come, takes what it has room for, and speaks without waiting.
"""

from collections.abc import Callable

import trio


class Wire(trio.abc.Stream):
    """One opening of a port: the driver's end as a stream, the device's end as plain calls.

    Args:
        stirs: Called when the driver has sent something or closed its end.
    """

    def __init__(self, stirs: Callable[[], None]) -> None:
        self._stirs = stirs
        self._sent = bytearray()
        self._said = bytearray()
        self._news = trio.Event()
        self._hung_up = False
        self._closed = False

    # The driver's end.

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Everything gets onto the line at once; the device takes it when it has room.

        Raises:
            BrokenResourceError: The device has hung up.
            ClosedResourceError: This end was closed.
        """
        await trio.lowlevel.checkpoint()
        self._require_open()
        if self._hung_up:
            raise trio.BrokenResourceError
        self._sent += data
        self._stirs()

    async def wait_send_all_might_not_block(self) -> None:
        """It never blocks."""
        await trio.lowlevel.checkpoint()

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """What the device has said, at most `max_bytes` of it; nothing once it has hung up and all was taken.

        Raises:
            ClosedResourceError: This end was closed.
        """
        self._require_open()
        await self._news.wait()  # Gives way to others even where there is something.
        self._require_open()
        data = _cut_off(self._said, max_bytes)
        if not self._said and not self._hung_up:
            self._news = trio.Event()
        return data

    async def aclose(self) -> None:
        """Close the port."""
        self._closed = True
        self._news.set()
        self._stirs()
        await trio.lowlevel.checkpoint()

    def _require_open(self) -> None:
        if self._closed:
            raise trio.ClosedResourceError

    # The device's end.

    @property
    def alive(self) -> bool:
        """Neither end has gone."""
        return not (self._closed or self._hung_up)

    def take(self, max_bytes: int | None = None) -> bytes:
        """What the driver has sent and the device hasn't taken yet, at most `max_bytes` of it."""
        return _cut_off(self._sent, max_bytes)

    def say(self, data: bytes) -> None:
        """Send something to the driver; after either end has gone nobody hears it."""
        if data and self.alive:
            self._said += data
            self._news.set()

    def hang_up(self) -> None:
        """The device's end goes: the driver may still read what was said, and then finds the end."""
        self._hung_up = True
        self._news.set()


def _cut_off(pending: bytearray, most: int | None) -> bytes:
    data = bytes(pending[:most])
    del pending[:most]
    return data
