"""The virtual card reader as a process: `python -m simulator.card_reader --control SOCK --socket SOCK --state DIR`."""

import argparse
import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator import control
from simulator.card_reader.personas import personas
from simulator.card_reader.reader import Reader
from simulator.card_reader.technicians import technicians


class Plug:
    """The cable between the reader and pcscd: the IFD handler's connections, made and cut.

    Args:
        path: Where the handler calls.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.StreamWriter] = set()
        self._listeners: set[asyncio.StreamWriter] = set()
        self.reader: Reader

    def changed(self) -> None:
        """Wake the handler's polling thread."""
        for listener in self._listeners:
            listener.write(b"\x01")

    async def plug(self) -> None:
        """Take the handler's calls."""
        if self._server is None:
            self._path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._talk, self._path)
            self._path.chmod(0o600)

    async def unplug(self) -> None:
        """Cut the cable."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._path.unlink(missing_ok=True)
        for connection in list(self._connections):
            connection.close()

    async def _talk(self, stream: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self._connections.add(out)
        try:
            if await stream.readexactly(1) == b"E":
                self._listeners.add(out)
                await stream.read()  # Until the handler hangs up.
            while True:
                length = int.from_bytes(await stream.readexactly(2))
                request = await stream.readexactly(length)
                status, data = await self.reader.serve(request[:1], request[1:])
                out.write((len(data) + 1).to_bytes(2) + bytes([status]) + data)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # pcscd closed the reader, or died.
        finally:
            self._connections.discard(out)
            self._listeners.discard(out)
            out.close()


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT."""
    plug = Plug(options.socket)
    reader = plug.reader = Reader(
        [*personas(), *technicians()], options.state, pin_pad=options.pin_pad, changed=plug.changed
    )
    verbs: dict[str, Callable[..., Any]] = {
        verb.__name__: verb
        for verb in (
            *(reader.state, reader.insert, reader.pull, reader.swap, reader.flip, reader.fail, reader.mend),
            *(reader.latency, reader.key, reader.pad_display, reader.verify, reader.reset_card, reader.cards),
            *(plug.plug, plug.unplug),
        )
    }
    await plug.plug()
    server = await control.serve(options.control, verbs)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await plug.unplug()
    server.close()


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m simulator.card_reader", description=__doc__)
    parser.add_argument("--control", type=Path, required=True, help="the bench's socket")
    parser.add_argument("--socket", type=Path, required=True, help="the IFD handler's socket")
    parser.add_argument("--state", type=Path, required=True, help="folder where the cards remember")
    parser.add_argument("--pin-pad", action="store_true", help="PINs can be typed on the reader")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
