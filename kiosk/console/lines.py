"""Lines over a stream, none longer than agreed."""

import trio


class TooLong(Exception):
    """A line had no end within the agreed length."""


class Lines:
    """Reads lines from a stream.

    Args:
        stream: Where from.
        longest: In bytes, its end included.
    """

    def __init__(self, stream: trio.abc.ReceiveStream, longest: int) -> None:
        self._stream = stream
        self._longest = longest
        self._pending = bytearray()

    async def next(self) -> bytes | None:
        """The next line without its end; None: there are no more.

        Raises:
            TooLong: It has no end.
            trio.BrokenResourceError: The stream broke.
        """
        searched = 0
        while (end := self._pending.find(b"\n", searched)) < 0:
            if len(self._pending) >= self._longest:
                raise TooLong
            searched = len(self._pending)
            piece = await self._stream.receive_some(64 * 1024)
            if not piece:
                return None
            self._pending += piece
        taken = bytes(self._pending[:end])
        del self._pending[: end + 1]
        return taken
