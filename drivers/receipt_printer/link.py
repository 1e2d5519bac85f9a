"""One open wire to the printer: sends, listens, and hands what comes to whoever waits for it.

Lives until its stream fails; the session then opens another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import trio

from drivers.receipt_printer.protocol import QUESTIONS, Answer, AutomaticStatus, Decoder, Message, Status, ask

_CHUNK_BYTES: Final = 256
"""Small enough that a slow line takes one well within the write deadline: 0.3 s at 9600 baud."""


class LinkLost(Exception):
    """The stream ended or broke."""


class LinkStalled(Exception):
    """The far end took no bytes until the write deadline."""


class LinkQuiet(Exception):
    """No answer came in time."""


@dataclass(slots=True)
class _Waiting:
    wanted: Callable[[Message], bool]
    scope: trio.CancelScope
    message: Message | None = None


class Link:
    """The wire, from opening to loss.

    Args:
        stream: Bytes to and from the printer.
        on_message: Called with everything the printer sends, before it reaches a waiting `request`.
        write_seconds: How long the printer may refuse bytes.
    """

    def __init__(self, stream: trio.abc.Stream, on_message: Callable[[Message], None], *, write_seconds: float) -> None:
        self._stream = stream
        self._on_message = on_message
        self._write_seconds = write_seconds
        self._waiting: _Waiting | None = None
        self.lost = False

    async def listen(self) -> None:
        """Read until the stream ends. To be run in a task of its own, next to the requests."""
        decoder = Decoder()
        try:
            while data := await self._stream.receive_some():
                for message in decoder.feed(bytes(data)):
                    self._on_message(message)
                    waiting = self._waiting
                    if waiting and waiting.message is None and waiting.wanted(message):
                        waiting.message = message
                        waiting.scope.cancel()
        except (trio.BrokenResourceError, trio.ClosedResourceError, OSError):
            pass  # As an end of the stream: below.
        self._lose()

    async def close(self) -> None:
        """Give this wire up; whoever waits on it is told, and `listen` ends."""
        self._lose()
        await trio.aclose_forcefully(self._stream)

    def _lose(self) -> None:
        self.lost = True
        if self._waiting:
            self._waiting.scope.cancel()

    async def request(self, data: bytes, wanted: Callable[[Message], bool], *, seconds: float) -> Message:
        """Send `data` and wait for a message that is `wanted`; one that comes early ends the sending, too.

        Raises:
            LinkLost: The stream broke.
            LinkStalled: A piece of `data` wasn't taken within the write deadline.
            LinkQuiet: Nothing wanted came within `seconds`.
        """
        assert self._waiting is None, "one request at a time"
        with trio.CancelScope(deadline=trio.current_time() + seconds) as scope:
            self._waiting = waiting = _Waiting(wanted, scope)
            try:
                if self.lost:
                    scope.cancel()
                await self.send(data)
                await trio.sleep_forever()
            finally:
                self._waiting = None
        if waiting.message is not None:
            return waiting.message
        raise LinkLost if self.lost else LinkQuiet

    async def send(self, data: bytes) -> None:
        """Hand `data` over, without waiting for an answer.

        Raises:
            LinkLost: The stream broke.
            LinkStalled: A piece of `data` wasn't taken within the write deadline.
        """
        for start in range(0, len(data), _CHUNK_BYTES):
            with trio.move_on_after(self._write_seconds) as deadline:
                try:
                    await self._stream.send_all(data[start : start + _CHUNK_BYTES])
                except (trio.BrokenResourceError, trio.ClosedResourceError, OSError):
                    self.lost = True
                    raise LinkLost from None
            if deadline.cancelled_caught:
                raise LinkStalled

    async def ask_status(self, *, seconds: float) -> Status:
        """Ask all four DLE EOT questions, one after the other: an answer doesn't say what it answers."""
        answers = []
        for question in QUESTIONS:
            answer = await self.request(ask(question), lambda m: isinstance(m, Answer), seconds=seconds)
            assert isinstance(answer, Answer)
            answers.append(answer.value)
        return Status.of_answers(*answers)

    async def arm(self, commands: bytes, *, seconds: float) -> Status:
        """Send `commands`, the last of which asks for automatic status, and return the first such status."""
        message = await self.request(commands, lambda m: isinstance(m, AutomaticStatus), seconds=seconds)
        assert isinstance(message, AutomaticStatus)
        return message.status
