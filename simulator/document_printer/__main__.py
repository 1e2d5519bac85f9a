"""A virtual print queue for A4, as CUPS offers one: IPP over HTTP on loopback.

python -m simulator.document_printer --control SOCKET

The control verbs:

    state    queue (its address), accepting, stopped, reasons, fate, printed (count), plugged
    stop     as `cupsdisable` does
    broken   reasons: what the printer says of itself, such as `media-empty-error`
    jobs     fate: what becomes of them from now on, see `simulator.document_printer.model.Queue`
    mend     it prints again
    unplug   nobody listens any more, as where CUPS has ended; plug: it does again, at the same address
"""

import argparse
import asyncio
import signal
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, get_args, get_type_hints

from simulator import control
from simulator.document_printer.model import Queue

_PATH = "/printers/a4"


class QueueProcess:
    """The model behind a port. Requests are answered one after another, in a thread."""

    def __init__(self) -> None:
        self.queue = Queue()
        self._port = 0
        self._server: HTTPServer | None = None

    def verbs(self) -> dict[str, control.Verb]:
        """What the control socket offers."""
        return {
            "state": self.state,
            "stop": lambda: setattr(self.queue, "stopped", True),
            "broken": lambda reasons: setattr(self.queue, "reasons", tuple(reasons)),
            "jobs": self.jobs,
            "mend": self.mend,
            "unplug": self.unplug,
            "plug": self.plug,
        }

    def state(self) -> dict[str, Any]:
        """What an onlooker sees; never what was printed."""
        queue = self.queue
        return {
            "queue": f"ipp://127.0.0.1:{self._port}{_PATH}",
            "accepting": queue.accepting,
            "stopped": queue.stopped,
            "reasons": list(queue.reasons),
            "fate": queue.fate,
            "printed": len(queue.printed),
            "plugged": self._server is not None,
        }

    def jobs(self, fate: str) -> None:
        """What becomes of jobs from now on."""
        fates = get_args(get_type_hints(Queue)["fate"])
        if fate not in fates:
            raise ValueError(f"fate: expected one of {', '.join(fates)}")
        setattr(self.queue, "fate", fate)  # noqa: B010 -- Judged above, where a type checker can't see it.

    def mend(self) -> None:
        """It prints."""
        self.queue.accepting, self.queue.stopped = True, False
        self.queue.reasons, self.queue.fate = ("none",), "prints"

    def plug(self) -> None:
        """Listen, at the address that it had before."""
        if self._server is None:
            self._server = HTTPServer(("127.0.0.1", self._port), _handler(self.queue))
            self._port = self._server.server_port
            threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def unplug(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def _handler(queue: Queue) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            answer = queue.answer(question)
            self.send_response(200)
            self.send_header("Content-Type", "application/ipp")
            self.send_header("Content-Length", str(len(answer)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a request's line tells nobody anything here."""

    return Answering


async def main(path: Path) -> None:
    """Serve until a signal says stop."""
    process = QueueProcess()
    process.plug()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = await control.serve(path, process.verbs())
    await stop.wait()
    server.close()
    process.unplug()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m simulator.document_printer", description=__doc__.splitlines()[0])
    parser.add_argument("--control", type=Path, required=True, help="Unix socket to make for the control verbs")
    asyncio.run(main(parser.parse_args().control))
