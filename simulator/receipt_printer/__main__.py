"""A virtual receipt printer on a pty.

python -m simulator.receipt_printer --control SOCKET --link PATH --state DIR

`--link` becomes a symlink to the pty; pulling the cable removes it. DIR gets `receipt.png` and `receipt.bin` of the
newest receipt, and all of them by number as `receipt-1.png`, ... The control verbs:

    state     paper, cover, online, power, plugged, error, failure, receipts (count), hanging_lines
    receipts  each one's number, text, whether it was cut, its length in bytes
    picture   of: a number from 1, "last", "hanging", or "roll" (all); a PNG in base64
    binary    of: a number from 1, or "last"; what made it, in base64
    tear_off  take what hangs out, cut or not
    paper     level: full, low, out
    cover     position: open, closed
    offline   on: true, false (the button on the panel)
    power     to: on, off
    unplug, plug
    slow      seconds_per_line
    fail      how: mechanical, cutter, unrecoverable, automatic (a hot head), mute (prints, answers nothing),
              noise (garbage to the host)
    mend      nothing is wrong any more; traps that haven't struck are gone

`paper`, `cover`, `offline`, `power`, `unplug` and `fail` take `after_lines` or `after_bytes`: it then happens when so
much more has been printed, which is how to break something in the middle of a job.
"""

import argparse
import asyncio
import base64
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, cast

from simulator import control
from simulator.receipt_printer.model import Error, PaperLevel, Printer
from simulator.receipt_printer.paper import draw_receipt, draw_roll, png
from simulator.receipt_printer.port import Port
from simulator.receipt_printer.roll import Receipt

PAPER_LEVELS: Final = ("full", "low", "out")
ERRORS: Final = ("mechanical", "cutter", "unrecoverable", "automatic")
NOISE: Final = b"\x00\x10\x7f\x9c\x12\x37\x0f\xff\x08"


class PrinterProcess:
    """The model with a pty, a folder for its receipts, and hands."""

    def __init__(self, link: Path, state: Path) -> None:
        self._state = state
        state.mkdir(parents=True, exist_ok=True)
        self.printer = Printer()
        self.printer.on_receipt = self._keep
        self.port = Port(self.printer, link)

    def verbs(self) -> dict[str, control.Verb]:
        """What the control socket offers."""
        return {
            "state": self.state,
            "receipts": self.receipts,
            "picture": self.picture,
            "binary": lambda of="last": {"data": base64.b64encode(self._receipt(of).data).decode()},
            "tear_off": self.printer.tear_off,
            "paper": self.paper,
            "cover": self.cover,
            "offline": self.offline,
            "power": self.power,
            "unplug": self.unplug,
            "plug": self.port.plug,
            "slow": self.slow,
            "fail": self.fail,
            "mend": self.mend,
        }

    def state(self) -> dict[str, Any]:
        """What an onlooker sees."""
        printer = self.printer
        return {
            "paper": printer.paper,
            "cover": "open" if printer.cover_open else "closed",
            "online": printer.online,
            "power": "on" if printer.powered else "off",
            "plugged": self.port.plugged,
            "error": printer.error,
            "mute": printer.mute,
            "receipts": len(printer.receipts),
            "hanging_lines": len(printer.hanging),
            "armed": len(printer.traps),
            "seconds_per_line": self.port.seconds_per_line,
        }

    def receipts(self) -> dict[str, Any]:
        """All that came off, in order."""
        return {
            "receipts": [
                {"number": number, "text": receipt.text, "cut": receipt.cut, "bytes": len(receipt.data)}
                for number, receipt in enumerate(self.printer.receipts, 1)
            ]
        }

    def picture(self, of: int | str = "last") -> dict[str, Any]:
        """A PNG in base64."""
        if of == "roll":
            image = draw_roll(self.printer.receipts, self.printer.hanging)
        elif of == "hanging":
            image = draw_roll([], self.printer.hanging)
        else:
            image = draw_receipt(self._receipt(of))
        return {"png": base64.b64encode(png(image)).decode()}

    def paper(self, level: str, **when: int) -> None:
        """Change the roll."""
        _one_of(level, PAPER_LEVELS)
        self._later(lambda: self.printer.set_paper(cast(PaperLevel, level)), when)

    def cover(self, position: Literal["open", "closed"], **when: int) -> None:
        """Open or close the cover."""
        _one_of(position, ("open", "closed"))
        self._later(lambda: self.printer.set_cover(is_open=position == "open"), when)

    def offline(self, on: bool = True, **when: int) -> None:
        """Press the button on the panel."""
        self._later(lambda: self.printer.set_offline(on), when)

    def power(self, to: Literal["on", "off"], **when: int) -> None:
        """Switch it."""
        _one_of(to, ("on", "off"))
        self._later(lambda: self.printer.set_power(to == "on"), when)

    def unplug(self, **when: int) -> None:
        """Pull the cable."""
        self._later(self.port.unplug, when)

    def slow(self, seconds_per_line: float = 0.0) -> None:
        """How long a printed line takes."""
        if not 0 <= seconds_per_line <= 60:
            raise ValueError("seconds_per_line: 0 to 60")
        self.port.seconds_per_line = seconds_per_line

    def fail(self, how: str, **when: int) -> None:
        """Break something."""
        _one_of(how, (*ERRORS, "mute", "noise"))
        if how == "mute":
            self._later(lambda: setattr(self.printer, "mute", True), when)
        elif how == "noise":
            self._later(lambda: self.printer.noise(NOISE), when)
        else:
            self._later(lambda: self.printer.set_error(cast(Error, how)), when)

    def mend(self) -> None:
        """All well again, but for the cable and the speed."""
        printer = self.printer
        printer.traps.clear()
        printer.mute = False
        printer.repair()
        printer.set_power(True)
        if printer.error != "none":
            printer.set_error("none")
        printer.set_offline(False)
        printer.set_cover(is_open=False)
        printer.set_paper("full")
        self.port.nudge()

    def _later(self, strike: Callable[[], None], when: dict[str, int]) -> None:
        if not set(when) <= {"after_lines", "after_bytes"} or any(count < 1 for count in when.values()):
            raise ValueError("when: after_lines or after_bytes, at least 1")
        self.printer.arm(strike, **when)
        self.port.nudge()

    def _receipt(self, of: int | str) -> Receipt:
        number = len(self.printer.receipts) if of == "last" else int(of)
        if not 1 <= number <= len(self.printer.receipts):
            raise ValueError(f"there are {len(self.printer.receipts)} receipts")
        return self.printer.receipts[number - 1]

    def _keep(self, receipt: Receipt) -> None:
        number = len(self.printer.receipts)
        picture = png(draw_receipt(receipt))
        for name in (f"receipt-{number}", "receipt"):
            (self._state / f"{name}.png").write_bytes(picture)
            (self._state / f"{name}.bin").write_bytes(receipt.data)


def _one_of(word: str, words: tuple[str, ...]) -> None:
    if word not in words:
        raise ValueError(f"one of {', '.join(words)}")


async def main(arguments: argparse.Namespace) -> None:
    """Serve until a signal says stop."""
    process = PrinterProcess(arguments.link, arguments.state)
    process.port.plug()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    printing = asyncio.create_task(process.port.run())
    printing.add_done_callback(lambda _: stop.set())  # It only ends by a fault, which must be seen.
    server = await control.serve(arguments.control, process.verbs())
    await stop.wait()
    server.close()
    process.port.unplug()
    if printing.done():
        printing.result()
    printing.cancel()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator.receipt_printer", description=__doc__.splitlines()[0])
    parser.add_argument("--control", type=Path, required=True, help="Unix socket to make for the control verbs")
    parser.add_argument("--link", type=Path, required=True, help="symlink to make to the printer's serial port")
    parser.add_argument("--state", type=Path, required=True, help="directory for the receipts")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_arguments()))
