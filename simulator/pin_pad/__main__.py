"""A virtual PIN pad on a pty.

python -m simulator.pin_pad --control SOCKET --link PATH --state DIR [--key-file PATH]

`--link` becomes a symlink to the pty; pulling the cable removes it. The control verbs:

    state   display (two lines), entering, digits_entered, plugged, ksn
    key     key: 0 to 9, enter, clear, cancel
    type    digits
    fail    how, at, once, seconds: see simulator.pin_pad.faults
    mend    nothing goes wrong any more
    unplug, plug
"""

import argparse
import asyncio
import math
import os
import pty
import signal
import termios
import tty
from pathlib import Path
from typing import Any

import pydukpt

from simulator import control
from simulator.pin_pad.faults import Fault
from simulator.pin_pad.key_store import KeyStore, write_private
from simulator.pin_pad.model import PinPadModel

_CHUNK_BYTES = 4096


class PadProcess:
    """The model with a pty, a clock and a memory that survives restarts."""

    def __init__(self, model: PinPadModel, link: Path, keys: KeyStore) -> None:
        self._model = model
        self._link = link
        self._keys = keys
        self._saved_ksn = model.ksn
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._ends: tuple[int, int] | None = None

    def verbs(self) -> dict[str, control.Verb]:
        """What the control socket offers."""
        return {
            "state": self.state,
            "key": lambda key: self._step(self._model.press(key, self._now())),
            "type": self._type,
            "fail": lambda **how: self._step(self._model.fail(Fault(**how), self._now())),
            "mend": self._model.mend,
            "unplug": self._unplug,
            "plug": self.plug,
        }

    def state(self) -> dict[str, Any]:
        """What an onlooker sees, and the key serial number; never a digit."""
        return {
            "display": list(self._model.display),
            "entering": self._model.entering,
            "digits_entered": self._model.digits_entered,
            "plugged": self._model.plugged,
            "ksn": self._model.ksn.hex().upper(),
        }

    def plug(self) -> None:
        """Open a pty and link to it."""
        if self._ends is not None:
            return
        master, slave = pty.openpty()
        tty.setraw(slave)
        os.set_blocking(master, False)
        # The slave stays open here too: without any opener the master would report a hang-up without end.
        self._ends = (master, slave)
        self._loop.add_reader(master, self._readable)
        fresh = self._link.with_name(self._link.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(os.ttyname(slave))
        fresh.rename(self._link)
        if not self._model.plugged:
            self._model.plug(self._now())

    def close(self) -> None:
        """Take the pty and its link away."""
        if self._ends is None:
            return
        master, slave = self._ends
        self._ends = None
        self._loop.remove_reader(master)
        self._link.unlink(missing_ok=True)
        os.close(slave)
        os.close(master)

    def _unplug(self) -> None:
        self._model.unplug()
        self._step(b"")

    def _type(self, digits: str) -> None:
        for digit in digits:
            self._step(self._model.press(digit, self._now()))

    def _readable(self) -> None:
        assert self._ends is not None
        try:
            data = os.read(self._ends[0], _CHUNK_BYTES)
        except BlockingIOError:
            return
        self._step(self._model.receive(data, self._now()))

    def _step(self, out: bytes) -> None:
        """Whatever happened: remember the key used, send, see whether the cable is still in, set the next timer."""
        if self._model.ksn != self._saved_ksn:
            self._keys.save(self._model.ksn)
            self._saved_ksn = self._model.ksn
        if not self._model.plugged:
            self.close()
        elif out and self._ends is not None:
            try:
                os.write(self._ends[0], out)
            except BlockingIOError:
                termios.tcflush(self._ends[1], termios.TCIFLUSH)  # Nobody has read for long: as on a real wire, lost.
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._model.deadline < math.inf:
            self._timer = self._loop.call_at(self._model.deadline, self._tick)

    def _tick(self) -> None:
        # The loop rounds its clock up: a timer may come a moment before its time by the model's reckoning.
        self._step(self._model.tick(max(self._now(), self._model.deadline)))

    def _now(self) -> float:
        return self._loop.time()


async def main(arguments: argparse.Namespace) -> None:
    """Serve until a signal says stop."""
    keys = KeyStore(arguments.state)
    ipek, ksn = keys.load()
    if arguments.key_file is not None:
        write_private(arguments.key_file, ipek, pydukpt.ksn_with_counter(ksn, 0))
    pad = PadProcess(PinPadModel(ipek, ksn), arguments.link, keys)
    pad.plug()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = await control.serve(arguments.control, pad.verbs())
    await stop.wait()
    server.close()
    pad.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator.pin_pad", description="A virtual PIN pad on a pty.")
    parser.add_argument("--control", type=Path, required=True, help="Unix socket to make for the control verbs")
    parser.add_argument("--link", type=Path, required=True, help="symlink to make to the pad's serial port")
    parser.add_argument("--state", type=Path, required=True, help="directory for the pad's key and counter")
    parser.add_argument("--key-file", type=Path, help="write the pad's throw-away key here, mode 0600")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_arguments()))
