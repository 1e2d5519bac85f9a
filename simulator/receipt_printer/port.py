"""The printer behind a pty: a serial port whose far end is the model, with a cable that can be pulled."""

import asyncio
import os
import tty
from contextlib import suppress
from pathlib import Path

from simulator.receipt_printer.model import Printer

_PIECE_BYTES = 512


class Port:
    """Moves bytes between a pty and a `Printer`; runs in the event loop and sleeps while nothing happens.

    Args:
        printer: The model.
        link: A symbolic link that names the port as long as the cable is in.
    """

    def __init__(self, printer: Printer, link: Path) -> None:
        self.printer = printer
        self.link = link
        self.seconds_per_line = 0.0
        self._near = self._far = -1
        self._work = asyncio.Event()
        self._unsent = bytearray()

    @property
    def plugged(self) -> bool:
        """Whether the port exists."""
        return self._near >= 0

    def plug(self) -> None:
        """Make the port, under the name that the link gives it."""
        if self.plugged:
            return
        self._near, self._far = os.openpty()
        tty.setraw(self._far)  # Held open here, so that a host may come and go.
        os.set_blocking(self._near, False)
        fresh = self.link.with_name(self.link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(self._far))
        fresh.replace(self.link)
        self._listen()

    def unplug(self) -> None:
        """Take the port away; a host that has it open sees it hang up."""
        if not self.plugged:
            return
        self.link.unlink(missing_ok=True)
        asyncio.get_running_loop().remove_reader(self._near)
        asyncio.get_running_loop().remove_writer(self._near)
        os.close(self._near)
        os.close(self._far)
        self._near = self._far = -1
        self._unsent.clear()

    def nudge(self) -> None:
        """After working the printer by hand: let it go on, and say what it has to say."""
        self._work.set()

    async def run(self) -> None:
        """Print, until cancelled."""
        while True:
            await self._work.wait()
            self._work.clear()
            while True:
                lines = self.printer.lines
                busy = self.printer.step()
                self._say(self.printer.take_answers())
                if not busy:
                    break
                if self.printer.lines != lines:
                    self._listen()
                    await asyncio.sleep(self.seconds_per_line)
            self._listen()

    def _listen(self) -> None:
        """Read only while the printer has room: that is its flow control."""
        if not self.plugged:
            return
        loop = asyncio.get_running_loop()
        if self.printer.room:
            loop.add_reader(self._near, self._readable)
        else:
            loop.remove_reader(self._near)

    def _readable(self) -> None:
        try:
            data = os.read(self._near, min(self.printer.room, _PIECE_BYTES))
        except BlockingIOError:
            return
        self.printer.receive(data)
        self._say(self.printer.take_answers())
        self._listen()
        self._work.set()

    def _say(self, answers: bytes) -> None:
        if not self.plugged:
            return
        self._unsent += answers
        with suppress(BlockingIOError):
            while self._unsent:
                del self._unsent[: os.write(self._near, self._unsent)]
        # A host that reads nothing for long: what the line can't hold is lost, as on a real one.
        del self._unsent[: max(len(self._unsent) - _PIECE_BYTES, 0)]
