"""What the tests of the screens share: compiled catalogues, and an X server with the real window in it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from Xlib import X, display
from Xlib.ext import xtest

from screens import catalogues

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

HERE = Path(__file__).parent


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Compile the catalogues, as set-up does."""
    catalogues.main([])


@pytest.fixture(scope="session", autouse=True)
def no_screen() -> None:
    """Pictures are drawn here without a screen; the window under test has a process of its own."""
    import pygame

    with pytest.MonkeyPatch.context() as environment:  # No other test's process is to inherit it.
        environment.setenv("SDL_VIDEODRIVER", "dummy")
        pygame.display.init()
    pygame.display.set_mode((8, 8), 0, 32)


@pytest.fixture(scope="module")
def x_server() -> Iterator[str]:
    """An Xvfb of its own; gives its display's name."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1080x1920x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as line:
        name = f":{line.readline().strip()}"
    yield name
    server.terminate()
    server.wait(10)


class Window:
    """The real window in a process of its own, touched through the X server."""

    def __init__(self, x_server: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "window.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"DISPLAY": x_server, "SDL_VIDEODRIVER": "x11"},
        )
        self.x = display.Display(x_server)
        assert self.heard() == {"ready": True}

    def heard(self) -> dict[str, object]:
        """The next line that the process says."""
        assert self.process.stdout is not None
        line: dict[str, object] = json.loads(self.process.stdout.readline())
        return line

    def order(self, **order: object) -> None:
        """Give an order."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()

    def tell(self, **order: object) -> dict[str, object]:
        """Give an order and wait until it is carried out."""
        self.order(**order)
        return self.heard()

    def picture(self) -> bytes:
        """The pixels that the X server shows: blue, green, red and one more byte each."""
        self.x.sync()
        image = self.x.screen().root.get_image(0, 0, 1080, 1920, X.ZPixmap, 0xFFFFFFFF)
        return bytes(image.data)

    def move(self, x: float, y: float) -> None:
        """Move the finger."""
        xtest.fake_input(self.x, X.MotionNotify, x=round(x), y=round(y))
        self.x.sync()

    def press(self, x: float, y: float) -> None:
        """Put the finger down."""
        self.move(x, y)
        xtest.fake_input(self.x, X.ButtonPress, 1)
        self.x.sync()

    def release(self) -> None:
        """Lift it."""
        xtest.fake_input(self.x, X.ButtonRelease, 1)
        self.x.sync()

    def key(self, name: int) -> None:
        """Press and release a key by its X symbol."""
        code = self.x.keysym_to_keycode(name)
        xtest.fake_input(self.x, X.KeyPress, code)
        xtest.fake_input(self.x, X.KeyRelease, code)
        self.x.sync()
        time.sleep(0.02)  # A press within 2 ms of a release is a held key's repetition to SDL.

    def close(self) -> int:
        """Ask it to end as the system does; its exit status."""
        self.x.close()
        with self.process as process:
            process.send_signal(signal.SIGTERM)
            return process.wait(10)


@pytest.fixture
def window(x_server: str) -> Iterator[Window]:
    """A window that shows the home page."""
    opened = Window(x_server)
    yield opened
    if opened.process.poll() is None:
        assert opened.close() == 0
