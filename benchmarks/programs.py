"""The two programs that are compared, on the same display: the kiosk on its machine, and the Qt page."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.glass import Glass, Point
from simulator.machine import Machine
from simulator.x_screen import WINDOW_CLASS

CHECKOUT = Path(__file__).parent.parent
QT_PYTHON = CHECKOUT / "build" / "bench-venv" / "bin" / "python"

TILE: Point = (300, 950)
"""In the first tile, where neither program draws a letter; both have it there in 1080x1920."""
SHOW_CODE: Point = (700, 1380)
"""In the tile of the service that reads an e-card code."""
EXIT: Point = (100, 1800)
"""In the footer's exit button."""
LANGUAGE: Point = (590, 1800)
"""In the footer's language button."""
TITLE = (72, 176, 560, 110)
"""Where the title stands: it changes with the language and with the page."""


@dataclass(frozen=True)
class Running:
    """A program that was started.

    Attributes:
        began: When its process was made, on the monotonic clock.
    """

    pid: int
    began: float


@contextmanager
def kiosk(machine: Machine, configuration: Path | None = None) -> Iterator[Running]:
    """The kiosk on the stand's devices, as `kiosk run` starts it; the stand's own must not run."""
    configuration = configuration or machine.folder / "kiosk.toml"
    program = [str(Path(sys.executable).with_name("kiosk")), "run", "--config", str(configuration)]
    environment = {"PCSCLITE_CSOCK_NAME": str(machine.pcscd.socket), "SDL_VIDEO_X11_WMCLASS": WINDOW_CLASS}
    with _program(program, machine, "kiosk", environment) as running:
        yield running


@contextmanager
def qt_page(machine: Machine) -> Iterator[Running]:
    """The baseline."""
    program = [str(QT_PYTHON), str(CHECKOUT / "benchmarks" / "qt_page.py")]
    with _program(program, machine, "qt", {"QT_QPA_PLATFORM": "xcb"}) as running:
        yield running


@contextmanager
def _program(command: Sequence[str], machine: Machine, name: str, environment: dict[str, str]) -> Iterator[Running]:
    with (machine.logs / f"{name}.log").open("ab") as log:
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            env={**os.environ, "DISPLAY": machine.display, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield Running(process.pid, began)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def settle(glass: Glass, seconds: float = 3.0) -> None:
    """Wait for the program's window, and until nothing of its start is left to do."""
    glass.find_window(20)
    glass.rest(seconds)
