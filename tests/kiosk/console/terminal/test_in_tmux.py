"""`kiosk console` in a real terminal of 80 by 24 characters."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from console_thread import ConsoleThread

from kiosk import conditions

CHECKOUT = Path(__file__).parents[4]
OPENS_SECONDS = 0.5


class Tmux:
    """A terminal in a tmux server of its own."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def __call__(self, *words: str) -> str:
        return subprocess.run(
            ["tmux", "-S", str(self._socket), "-f", "/dev/null", *words], check=True, capture_output=True, text=True
        ).stdout

    def open(self, *command: str) -> None:
        self("-u", "new-session", "-d", "-s", "console", "-x", "80", "-y", "24", *command)

    def shows(self, words: str, seconds: float = 10) -> str:
        """Wait until `words` stand on the terminal; all that stands there then."""
        end = time.monotonic() + seconds
        while words not in (screen := self("capture-pane", "-p", "-t", "console")):
            assert time.monotonic() < end, f"{words} didn't come:\n{screen}"
            time.sleep(0.03)  # Asking costs the console time too.
        return screen


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    terminal = Tmux(tmp_path / "tmux.socket")
    terminal("new-session", "-d", "-s", "other")  # Keeps the server while the console comes and goes.
    yield terminal
    terminal("kill-server")


@pytest.fixture
def config(tmp_path: Path, kiosk_thread: ConsoleThread) -> Path:
    shipped = (CHECKOUT / "config" / "kiosk.toml").read_text(encoding="utf-8")
    file = tmp_path / "kiosk.toml"
    file.write_text(re.sub(r'(?m)^socket = "[^"]*"', f'socket = "{kiosk_thread.socket}"', shipped), encoding="utf-8")
    return file


def command(config: Path, *more: str) -> list[str]:
    return [str(Path(sys.executable).parent / "kiosk"), "console", "--config", str(config), *more]


def test_board_menu_and_way_out(tmux: Tmux, kiosk_thread: ConsoleThread, config: Path) -> None:
    """By keys as they come from a terminal; when it has gone the shell's screen is as before."""
    kiosk_thread.set(conditions.CAMERA_GONE, stands=True)
    tmux.open("sh", "-c", " ".join(command(config)) + "; echo left; sleep 60")
    screen = tmux.shows("检查摄像头的线")
    assert "3 号机" in screen.splitlines()[0]
    assert max(len(line) for line in screen.splitlines()) <= 80
    tmux("send-keys", "-t", "console", "a")
    tmux.shows("暂停服务")
    tmux("send-keys", "-t", "console", "Escape")
    tmux.shows("摄像头没有画面")
    tmux("send-keys", "-t", "console", "q")
    assert "摄像头" not in tmux.shows("left")


@pytest.mark.deep
def test_opens_in_half_a_second(tmux: Tmux, kiosk_thread: ConsoleThread, config: Path) -> None:
    """From the command to the board with its conditions, the best of five: what else runs here doesn't count."""
    kiosk_thread.set(conditions.CAMERA_GONE, stands=True)
    took = []
    for _ in range(5):
        began = time.monotonic()
        tmux.open(*command(config))
        tmux.shows("摄像头没有画面")
        took.append(time.monotonic() - began)
        tmux("kill-session", "-t", "console")
    assert min(took) < OPENS_SECONDS, took
