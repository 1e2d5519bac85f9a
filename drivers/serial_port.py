"""A serial port as a trio stream: cancellable, without threads and without polling.

pyserial opens and configures the port; bytes move when trio says that its descriptor is ready. A port that
vanishes (its cable pulled, the far end of a pty closed) is an error here, never an empty read.
"""

import errno
import os
import select
import termios
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import serial
import trio

from drivers.errors import DeviceError, Outcome

_CHUNK_BYTES = 4096  # One page: what the kernel's line discipline hands over at most.
_ABSENT = {errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO, errno.ENOTDIR}


class PortGone(DeviceError, trio.BrokenResourceError):
    """The port isn't there, or vanished while in use: unplugged, powered off, or the far end closed."""


class PortRefused(DeviceError):
    """The port is there and doesn't open: taken by another program, forbidden, or no serial port at all."""


class PortStalled(DeviceError, trio.BrokenResourceError):
    """The far end took no bytes until the write deadline. Some may have gone: `bytes_taken` counts them."""

    def __init__(self, what: str, *, bytes_taken: int) -> None:
        super().__init__(what, outcome=Outcome.UNKNOWN)
        self.bytes_taken = bytes_taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How the wire is driven. A pty ignores all of it."""

    baud: int = 9600
    data_bits: Literal[7, 8] = 8
    parity: Literal["none", "even", "odd"] = "none"
    stop_bits: Literal[1, 2] = 1
    hardware_flow_control: bool = False
    """RTS/CTS: printers want it, PIN pads mostly don't."""


class SerialPort(trio.abc.Stream):
    """An open serial port. Make one with `open_serial_port`.

    One task may send while another receives; two that do the same at once get `trio.BusyResourceError`.
    """

    def __init__(self, port: serial.Serial, *, write_seconds: float) -> None:
        self._port = port
        self._write_seconds = write_seconds
        self._sending = trio.StrictFIFOLock()

    @property
    def path(self) -> str:
        """The device that was opened."""
        return str(self._port.port)

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Hand all of `data` to the kernel, or fail within the write deadline.

        Raises:
            PortStalled: The far end stopped taking bytes (a printer that is off line holds them back).
            PortGone: The port vanished.
        """
        if self._sending.locked():
            raise trio.BusyResourceError("another task is sending on this port")
        taken = 0
        async with self._sending:
            with trio.move_on_after(self._write_seconds) as deadline, memoryview(data) as rest:
                while taken < len(rest):
                    try:
                        taken += os.write(self._descriptor(), rest[taken:])
                    except BlockingIOError:
                        await trio.lowlevel.wait_writable(self._descriptor())
                    except OSError as error:
                        raise self._gone(error) from None
            if deadline.cancelled_caught:
                raise PortStalled(f"{self.path} took no bytes for {self._write_seconds:g} s", bytes_taken=taken)

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until the kernel takes bytes again."""
        await trio.lowlevel.wait_writable(self._descriptor())

    async def receive_some(self, max_bytes: int | None = None) -> bytes:
        """Wait for bytes; never returns none.

        Raises:
            PortGone: The port vanished. Bytes that came before are handed over first.
        """
        await trio.lowlevel.checkpoint()
        while True:
            try:
                data = os.read(self._descriptor(), max_bytes or _CHUNK_BYTES)
            except BlockingIOError:
                data = b""
            except OSError as error:
                raise self._gone(error) from None
            if data:
                return data
            # Without bytes a raw tty reads as empty, whether it is quiet or hung up; poll() tells which.
            if self._hung_up():
                raise PortGone(f"{self.path} hung up", outcome=Outcome.UNKNOWN)
            await trio.lowlevel.wait_readable(self._descriptor())

    async def aclose(self) -> None:
        """Close the port, dropping what the kernel still held: draining a stalled port blocks for 30 s."""
        if self._port.is_open:
            descriptor = self._port.fileno()
            trio.lowlevel.notify_closing(descriptor)
            with suppress(termios.error, OSError):  # The device is gone: nothing is held any more.
                termios.tcflush(descriptor, termios.TCIOFLUSH)
            self._port.close()
        await trio.lowlevel.checkpoint()

    def _descriptor(self) -> int:
        if not self._port.is_open:
            raise trio.ClosedResourceError("this port was closed")
        return int(self._port.fileno())

    def _hung_up(self) -> bool:
        poll = select.poll()
        poll.register(self._descriptor(), select.POLLIN)
        return any(events & (select.POLLHUP | select.POLLERR) for _, events in poll.poll(0))

    def _gone(self, error: OSError) -> PortGone:
        return PortGone(f"{self.path}: {os.strerror(error.errno or 0)}", outcome=Outcome.UNKNOWN)


def open_serial_port(path: Path | str, line: Line | None = None, *, write_seconds: float = 5.0) -> SerialPort:
    """Open the serial port at `path` for this process alone.

    Args:
        path: The device, best a stable name from /dev/serial/by-id or by-path.
        line: Speed and framing; 9600 8N1 if not given.
        write_seconds: How long `send_all` waits for a far end that takes nothing.

    Raises:
        PortGone: Nothing is plugged in there.
        PortRefused: Another program holds it, or it can't be a serial port.
    """
    line = line or Line()
    try:
        port = serial.Serial(
            str(path),
            baudrate=line.baud,
            bytesize=line.data_bits,
            parity=line.parity[0].upper(),
            stopbits=line.stop_bits,
            rtscts=line.hardware_flow_control,
            timeout=0,
            write_timeout=0,
            exclusive=True,
        )
    except (serial.SerialException, OSError, termios.error) as error:
        number = getattr(error, "errno", None) or error.args[0]
        reason = os.strerror(number) if isinstance(number, int) else "not a serial port"
        if number in _ABSENT:
            raise PortGone(f"{path}: {reason}", outcome=Outcome.NOT_DONE) from None
        raise PortRefused(f"{path}: {reason}", outcome=Outcome.NOT_DONE) from None
    return SerialPort(port, write_seconds=write_seconds)
