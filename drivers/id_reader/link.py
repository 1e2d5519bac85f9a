"""One open wire to the reader: sends a command, and hands its answer to whoever asked.

Lives until its stream fails; the session then opens another one. An answer that nobody waits for is overwritten: it
may be the card of somebody who has left.
"""

from dataclasses import dataclass

import trio

from drivers.id_reader.protocol import Answer, Command, Damaged, Decoder


class LinkLost(Exception):
    """The stream ended, broke, or takes no bytes."""


class LinkQuiet(Exception):
    """No answer came in time."""


class LinkDamaged(Exception):
    """A frame came whose check byte doesn't fit: the answer, most likely."""


@dataclass(slots=True)
class _Waiting:
    command: Command
    over: trio.Event
    message: Answer | Damaged | None = None


class Link:
    """The wire, from opening to loss. `run` reads it; without it nothing ever arrives.

    Args:
        stream: Bytes to and from the reader.
    """

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._decoder = Decoder()
        self._waiting: _Waiting | None = None
        self._lost = False

    async def run(self) -> None:
        """Read until the stream ends. To be run in a task of its own, next to the requests."""
        try:
            while data := await self._stream.receive_some():
                for message in self._decoder.feed(bytes(data)):
                    self._arrived(message)
        except (trio.BrokenResourceError, trio.ClosedResourceError, OSError):
            pass  # As an end of the stream: below.
        finally:
            self._decoder.reset()
        self._lost = True
        if self._waiting:
            self._waiting.over.set()

    async def request(self, command: Command, *, seconds: float) -> Answer:
        """Send `command` and wait for its answer, which is the caller's to wipe.

        Raises:
            LinkLost: The stream broke, or takes nothing.
            LinkQuiet: No answer within `seconds`.
            LinkDamaged: A broken one.
        """
        assert self._waiting is None, "one request at a time"
        self._decoder.reset()  # What has begun is late, or noise: it must not swallow the answer.
        self._waiting = waiting = _Waiting(command, trio.Event())
        try:
            with trio.move_on_after(seconds):
                await self._send(command)
                await waiting.over.wait()
        except BaseException:
            if waiting.message is not None:
                _wipe(waiting.message)  # Nobody will get it.
            raise
        finally:
            self._waiting = None
        if isinstance(waiting.message, Answer):
            return waiting.message
        if waiting.message is not None:
            raise LinkDamaged
        raise LinkLost if self._lost else LinkQuiet

    async def _send(self, command: Command) -> None:
        if self._lost:
            raise LinkLost
        try:
            await self._stream.send_all(command.wire)
        except (trio.BrokenResourceError, trio.ClosedResourceError, OSError):
            self._lost = True
            await trio.aclose_forcefully(self._stream)  # `run` ends, too.
            raise LinkLost from None

    def _arrived(self, message: Answer | Damaged) -> None:
        waiting = self._waiting
        if waiting and waiting.message is None and (isinstance(message, Damaged) or waiting.command.takes(message)):
            waiting.message = message
            waiting.over.set()
        else:
            _wipe(message)


def _wipe(message: Answer | Damaged) -> None:
    if isinstance(message, Answer):
        message.wipe()
