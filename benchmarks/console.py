"""`kiosk console` in a terminal of 80 by 24: from the process's start to the board, beside a bare Textual program."""

import fcntl
import os
import pty
import pwd
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.glass import NothingSeen
from benchmarks.programs import kiosk
from benchmarks.table import Figure
from simulator.machine import Machine

_BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("In service")
Bare().run()
"""
"""One line of words: what Textual itself takes."""
_SHOWN = b"In service"
"""Stands on the board, and on the bare program."""
_SECONDS = 20.0


def measure(machine: Machine, rounds: int) -> list[Figure]:
    """Open both in turn, as another user of this computer: the kiosk's own has no role."""
    what = "`kiosk console`: the board stands there"
    if os.getuid() != 0:
        return [Figure(what, "ms", None, limit=500).noting("only root can be another user")]
    config = machine.console.parent / "kiosk.toml"
    config.write_text(f'[console]\nsocket = "{machine.console}"\n', encoding="utf-8")
    console = [str(Path(sys.executable).with_name("kiosk")), "console", "--config", str(config), "--language", "en"]
    bare = [sys.executable, "-c", _BARE]
    took: dict[str, list[tuple[float, float]]] = {"console": [], "bare": []}
    with kiosk(machine):
        _wait_for(machine.console)
        for _ in range(rounds + 1):
            took["console"].append(_opened(console))
            took["bare"].append(_opened(bare))
    first, *times = [seconds for seconds, _ in took["console"]]  # The first compiles what nobody has compiled yet.
    figure = Figure(what, "ms", median(times) * 1e3, limit=500)
    figure = figure.beside("bare Textual", median(seconds for seconds, _ in took["bare"][1:]) * 1e3)
    cpu, bare_cpu = (median(cpu for _, cpu in took[name][1:]) * 1e3 for name in ("console", "bare"))
    note = f"median of {rounds}, worst {max(times) * 1e3:.0f}, the first {first * 1e3:.0f}"
    return [figure.noting(f"{note}; processor time {cpu:.0f}, bare {bare_cpu:.0f}")]


def _opened(command: Sequence[str]) -> tuple[float, float]:
    """Seconds until the words stand on the terminal, and seconds of processor time until it was ended then."""
    began = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setuid(pwd.getpwnam("nobody").pw_uid)
            os.execve(command[0], command, {**os.environ, "TERM": "xterm-256color", "HOME": "/tmp", "LANG": "C.UTF-8"})
        finally:
            os._exit(127)
    try:
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        _read_until(terminal, began + _SECONDS)
        took = time.monotonic() - began
    finally:
        os.kill(pid, signal.SIGKILL)
        os.close(terminal)
        _, _, used = os.wait4(pid, 0)
    return took, used.ru_utime + used.ru_stime


def _read_until(terminal: int, end: float) -> None:
    shown = b""
    while _SHOWN not in shown:
        readable, _, _ = select.select([terminal], [], [], max(0.0, end - time.monotonic()))
        if not readable:
            raise NothingSeen(f"the board on the terminal: {shown[-300:]!r}")
        shown += os.read(terminal, 65536)


def _wait_for(socket: Path) -> None:
    end = time.monotonic() + _SECONDS
    while not socket.exists():
        if time.monotonic() > end:
            raise NothingSeen("the console's socket")
        time.sleep(0.05)
    time.sleep(1)  # The kiosk has done what its start still had to do.
