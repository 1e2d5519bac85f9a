"""The kiosk with a hand in it that stops one of its parts: `python hung_kiosk.py SOCKET run --config FILE`.

Whoever connects to the socket names what is to stop: `screen`, `core`, `memory`, `descriptors`.
"""

import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any

import trio

import kiosk.core
from kiosk.console.cli import app

_FOR_EVER = 3600.0
_BITE_BYTES = 16 * 1024 * 1024
_BITE_SECONDS = 0.05

_serve = kiosk.core.serve
_cores: list[trio.lowlevel.TrioToken] = []


async def serve_and_be_found(*arguments: Any) -> None:
    """The core, that can be reached from the hand's thread."""
    _cores.append(trio.lowlevel.current_trio_token())
    await _serve(*arguments)


def stand_still(*_: object) -> None:
    """What holds the thread that it runs in."""
    time.sleep(_FOR_EVER)


def eat() -> None:
    """More and more memory."""
    kept = []
    while True:
        kept.append(bytearray(os.urandom(4096) * (_BITE_BYTES // 4096)))
        time.sleep(_BITE_SECONDS)


def hold_descriptors() -> None:
    """All that there are."""
    kept = []
    while True:
        try:
            kept.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            time.sleep(_BITE_SECONDS)


def obey(listening: socket.socket) -> None:
    """Stop what is named."""
    while True:
        connection, _ = listening.accept()
        with connection:
            what = connection.recv(100).decode()
        match what:
            case "screen":
                os.kill(os.getpid(), signal.SIGUSR1)  # Python runs its handler in the main thread, the screen's.
            case "core":
                _cores[-1].run_sync_soon(stand_still)
            case "memory":
                threading.Thread(target=eat, daemon=True).start()
            case "descriptors":
                threading.Thread(target=hold_descriptors, daemon=True).start()


if __name__ == "__main__":
    path = Path(sys.argv.pop(1))
    path.unlink(missing_ok=True)
    hand = socket.socket(socket.AF_UNIX)
    hand.bind(str(path))
    hand.listen()
    signal.signal(signal.SIGUSR1, stand_still)
    threading.Thread(target=obey, args=(hand,), daemon=True).start()
    kiosk.core.serve = serve_and_be_found  # type: ignore[assignment]
    app()
