"""The link rules of the PIN pad's wire, over any stream: who acknowledges what, and what happens when nobody does.

Source: UIC, "PIN Pad 791 Programmer's Manual", section 4. In short:

- Every frame is answered: ACK, or NAK if it came broken. The receiver of the fourth broken copy sends EOT instead.
- The pad waits 5 s for the host's ACK, repeats its frame twice, then sends EOT and forgets it. So a frame may come
  more than once, and late; a repeat is acknowledged again and otherwise ignored.
- The manual gives the host no timers. Ours: an answer is missing after 1.5 s (the manual promises one within a
  second), a reply after 12 s, when both repeats have had their chance.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import trio

from drivers.pin_pad.errors import LinkBroken, PadGone, PadSilent
from drivers.pin_pad.protocol import BrokenFrame, Control, Decoder, Frame, Message, encode

ANSWER_SECONDS = 1.5
"""Wait for ACK, NAK or EOT."""
REPLY_SECONDS = 12.0
"""Wait for a frame that the pad owes: its first copy and two repeats, 5 s apart."""
_BROKEN_COPIES_AT_MOST = 3
_MESSAGES_AT_MOST = 64  # A babbling line fills no memory.

_log = structlog.get_logger()


class Link:
    """One open line to a pad. `run` reads it for as long as it is open; without it nothing ever arrives.

    Outside `exchange` whatever comes is late: frames are acknowledged, so that the pad stops repeating them, and
    dropped.
    """

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._decoder = Decoder()
        self._inbox: deque[Message] = deque()
        self._news = trio.Event()
        self._exchanging = False
        self._sending = trio.Lock()
        self._accepted: Frame | None = None  # The last one, until the pad can't repeat it any more.
        self._why_gone: str | None = None

    @property
    def gone(self) -> bool:
        """The stream ended: this link won't come back, open another."""
        return self._why_gone is not None

    async def run(self) -> None:
        """Read until the stream ends; then every waiter gets `PadGone`."""
        try:
            while data := await self._stream.receive_some():
                for message in self._decoder.feed(data):
                    await self._arrived(message)
            self._end("the line was closed")
        except PadGone:
            pass  # Found out while sending, and noted there.
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            self._end(str(error) or type(error).__name__)

    @contextmanager
    def exchange(self) -> Iterator[None]:
        """The time in which messages are for the caller. What came earlier is not."""
        self._inbox.clear()
        self._decoder.reset()
        within_another, self._exchanging = self._exchanging, True
        try:
            yield
        finally:
            self._exchanging = within_another

    async def command(self, frame: Frame, *, repeatable: bool = True) -> Control:
        """Send a frame and wait until the pad has it: ACK, or EOT where it refuses or drops what was under way.

        A reply that arrives in place of the ACK counts as one, and waits for `reply`.

        Args:
            frame: What to send.
            repeatable: Whether it may be sent again when no answer came. A PIN entry may not: if only its ACK was
                lost, the pad is asking the citizen already.

        Raises:
            PadSilent: No answer.
            LinkBroken: The pad got it broken each time.
            PadGone: The line ended.
        """
        refused_copies = 0
        silences_left = 2 if repeatable else 0
        await self._send(encode(frame))
        while True:
            message = await self._next(ANSWER_SECONDS)
            if message is Control.ACK:
                self._accepted = None
                return Control.ACK
            if message is Control.EOT:
                if refused_copies:
                    raise LinkBroken
                return Control.EOT
            if message is Control.NAK:
                refused_copies += 1
                _log.warning("pin_pad.frame_refused", copies=refused_copies)
                if refused_copies == _BROKEN_COPIES_AT_MOST:
                    await self._send(Control.EOT.wire)
                    raise LinkBroken
                await self._send(encode(frame))
            elif message is None:
                if not silences_left:
                    raise PadSilent
                silences_left -= 1
                await self._send(encode(frame))
            elif isinstance(message, Frame):
                if message != self._accepted:
                    self._accepted = None
                    self._inbox.appendleft(message)
                    return Control.ACK
                await self._send(Control.ACK.wire)

    async def reply(self, seconds: float = REPLY_SECONDS) -> Frame | None:
        """Wait for the pad's next frame and acknowledge it.

        Returns:
            The frame, or None for EOT: the pad ended the exchange.

        Raises:
            PadSilent: Nothing came in time.
            LinkBroken: It came broken each time.
            PadGone: The line ended.
        """
        broken_copies = 0
        with trio.move_on_after(seconds):
            while True:
                message = await self._next(seconds)
                if message is Control.EOT:
                    self._accepted = None
                    return None
                if isinstance(message, BrokenFrame):
                    broken_copies += 1
                    _log.warning("pin_pad.frame_broken", copies=broken_copies)
                    if broken_copies > _BROKEN_COPIES_AT_MOST:
                        await self._send(Control.EOT.wire)
                        raise LinkBroken
                    await self._send(Control.NAK.wire)
                elif isinstance(message, Frame):
                    await self._send(Control.ACK.wire)
                    if message != self._accepted:
                        self._accepted = message
                        return message
        raise PadSilent

    async def aclose(self) -> None:
        """Close the line."""
        self._end("the line was closed")
        await trio.aclose_forcefully(self._stream)

    async def _arrived(self, message: Message) -> None:
        if self._exchanging:
            if len(self._inbox) < _MESSAGES_AT_MOST:
                self._inbox.append(message)
            self._news.set()
        elif isinstance(message, Frame):
            await self._send(Control.ACK.wire)

    async def _next(self, seconds: float) -> Message | None:
        """The next message, or None after `seconds` without one."""
        with trio.move_on_after(seconds):
            while not self._inbox:
                if self._why_gone is not None:
                    raise PadGone(self._why_gone)
                self._news = trio.Event()
                await self._news.wait()
        return self._inbox.popleft() if self._inbox else None

    async def _send(self, data: bytes) -> None:
        try:
            async with self._sending:
                await self._stream.send_all(data)
        except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
            self._end(str(error) or type(error).__name__)
            raise PadGone(self._why_gone or "") from None

    def _end(self, why: str) -> None:
        if self._why_gone is None:
            self._why_gone = why
        self._news.set()
