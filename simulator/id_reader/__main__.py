"""A virtual reader of resident ID cards on a pty.

python -m simulator.id_reader --control SOCKET --link PATH

`--link` becomes a symlink to the pty; pulling the cable removes it. The control verbs:

    state   card (its id, or null), plugged, commands (how many have come)
    cards   each one's id, title and kind
    place   card: an id
    lift
    fail    how, at, once, seconds: see simulator.id_reader.faults
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

from simulator import control
from simulator.id_reader.faults import Fault
from simulator.id_reader.model import IdReaderModel
from simulator.id_reader.people import cards

_CHUNK_BYTES = 4096


class IdReaderProcess:
    """The model with a pty, a clock, and everybody's cards."""

    def __init__(self, model: IdReaderModel, link: Path) -> None:
        self._model = model
        self._link = link
        self._cards = {card.id: card for card in cards()}
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._ends: tuple[int, int] | None = None

    def verbs(self) -> dict[str, control.Verb]:
        """What the control socket offers."""
        return {
            "state": self.state,
            "cards": self.cards,
            "place": lambda card: self._model.place(self._cards[card]),
            "lift": self._model.lift,
            "fail": self._fail,
            "mend": self._model.mend,
            "unplug": self._unplug,
            "plug": self.plug,
        }

    def state(self) -> dict[str, Any]:
        """What an onlooker sees."""
        card = self._model.card
        return {"card": card and card.id, "plugged": self._model.plugged, "commands": self._model.commands}

    def cards(self) -> dict[str, Any]:
        """Everybody's; never what the chip says."""
        return {
            "cards": [
                {"id": c.id, "title": {"zh": c.title_zh, "en": c.title_en}, "kind": c.kind}
                for c in self._cards.values()
            ]
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
        self._model.plug()

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

    def _fail(self, **how: Any) -> None:
        self._model.fail(Fault(**how))
        self._step(b"")

    def _unplug(self) -> None:
        self._model.unplug()
        self._step(b"")

    def _readable(self) -> None:
        assert self._ends is not None
        try:
            data = os.read(self._ends[0], _CHUNK_BYTES)
        except BlockingIOError:
            return
        self._step(self._model.receive(data, self._loop.time()))

    def _step(self, out: bytes) -> None:
        """Whatever happened: send, see whether the cable is still in, set the next timer."""
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
        self._step(self._model.tick(max(self._loop.time(), self._model.deadline)))


async def main(arguments: argparse.Namespace) -> None:
    """Serve until a signal says stop."""
    reader = IdReaderProcess(IdReaderModel(), arguments.link)
    reader.plug()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = await control.serve(arguments.control, reader.verbs())
    await stop.wait()
    server.close()
    reader.close()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulator.id_reader", description=__doc__.splitlines()[0])
    parser.add_argument("--control", type=Path, required=True, help="Unix socket to make for the control verbs")
    parser.add_argument("--link", type=Path, required=True, help="symlink to make to the reader's serial port")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main(_arguments()))
