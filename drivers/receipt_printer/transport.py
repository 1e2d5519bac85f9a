"""The wire to a printer on a serial port or a USB adapter."""

import math
from pathlib import Path

import trio

from drivers.receipt_printer.session import Connect
from drivers.serial_port import Line, open_serial_port


def serial(path: Path, line: Line) -> Connect:
    """Opens the port at `path` each time it is asked to. The write deadline is the session's.

    Raises, when called for:
        DeviceError: Nothing is plugged in there, or it can't be opened.
    """

    async def connect() -> trio.abc.Stream:
        await trio.lowlevel.checkpoint()
        return open_serial_port(path, line, write_seconds=math.inf)

    return connect
