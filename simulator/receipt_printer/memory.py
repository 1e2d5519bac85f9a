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

from itertools import count

import trio

from simulator.receipt_printer.model import Printer
from simulator.wire import Wire


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
        self._wire: Wire | None = None
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
        self._wire = Wire(self.nudge)
        return self._wire

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
        """Take bytes, print and answer, until cancelled."""
        for turn in count():
            activity, lines = self._activity, self.printer.lines
            self._take()
            busy = self.printer.step()
            answers = self.printer.take_answers()
            if self._wire:
                self._wire.say(answers)
            if self.printer.lines != lines and self.seconds_per_line:
                await trio.sleep(self.seconds_per_line)
            elif not busy:
                await activity.wait()
            elif turn % 64 == 0:
                await trio.lowlevel.checkpoint()

    def _take(self) -> None:
        """What has come, as much as there is room for."""
        if self._wire and (data := self._wire.take(self.printer.room)):
            self.received += data
            self.printer.receive(data)

    def _hang_up(self) -> None:
        if self._wire:
            self._wire.hang_up()
            self._wire = None
