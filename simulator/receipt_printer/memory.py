"""The printer behind an in-memory stream, for runs under a faked clock: no process, no thread, no pty.

printer = Printer()
wire = MemoryPrinter(printer, seconds_per_line=0.05)
async with trio.open_nursery() as nursery:
    nursery.start_soon(wire.run)
    stream = await wire.connect()   # The host's end; as often as the host likes.
    ...
    printer.arm(lambda: printer.set_paper("out"), after_lines=3)
    wire.nudge()                    # After working the printer by hand: what it has to say goes out.
"""

from contextlib import suppress
from itertools import count

import trio
from trio.testing import memory_stream_pair

from simulator.receipt_printer.model import Printer


class MemoryPrinter:
    """Drives a `Printer` and hands out the host's end of its wire.

    Args:
        printer: The model.
        seconds_per_line: How long a printed line takes, by trio's clock.
    """

    def __init__(self, printer: Printer, *, seconds_per_line: float = 0.0) -> None:
        self.printer = printer
        self.seconds_per_line = seconds_per_line
        self.plugged = True
        self.received = bytearray()
        """Every byte that the host got rid of."""
        self._stream: trio.StapledStream[trio.testing.MemorySendStream, trio.testing.MemoryReceiveStream] | None = None
        self._activity = trio.Event()

    async def connect(self) -> trio.abc.Stream:
        """The host opens the port; an earlier opening ends.

        Raises:
            FileNotFoundError: The printer is unplugged.
        """
        await trio.lowlevel.checkpoint()
        if not self.plugged:
            raise FileNotFoundError("no such port")
        self._hang_up()
        host, self._stream = memory_stream_pair()
        self.nudge()
        return host

    def unplug(self) -> None:
        """Pull the cable; the printer keeps its power and its buffer."""
        self.plugged = False
        self._hang_up()
        self.nudge()

    def plug(self) -> None:
        """Put the cable back."""
        self.plugged = True

    def nudge(self) -> None:
        """Let the printer say what it has to say."""
        self._activity.set()
        self._activity = trio.Event()

    async def run(self) -> None:
        """Move bytes and print, until cancelled."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._read)
            nursery.start_soon(self._print)

    def _hang_up(self) -> None:
        if self._stream:
            self._stream.send_stream.close()
            self._stream.receive_stream.close()
            self._stream = None

    async def _read(self) -> None:
        while True:
            activity, stream = self._activity, self._stream
            if stream is None or self.printer.room < 1:
                await activity.wait()
                continue
            try:
                data = await stream.receive_some(self.printer.room)
            except (trio.ClosedResourceError, trio.BrokenResourceError):
                continue
            if not data:
                if stream is self._stream:
                    self._hang_up()
                continue
            self.received += data
            self.printer.receive(bytes(data))
            self.nudge()

    async def _print(self) -> None:
        for turn in count():
            activity, lines, full = self._activity, self.printer.lines, self.printer.room == 0
            busy = self.printer.step()
            if full and busy:
                self.nudge()
            answers, stream = self.printer.take_answers(), self._stream
            if answers and stream:
                with suppress(trio.ClosedResourceError, trio.BrokenResourceError):  # Said to nobody.
                    await stream.send_all(answers)
            if self.printer.lines != lines and self.seconds_per_line:
                await trio.sleep(self.seconds_per_line)
            elif not busy:
                await activity.wait()
            elif turn % 64 == 0:
                await trio.lowlevel.checkpoint()
