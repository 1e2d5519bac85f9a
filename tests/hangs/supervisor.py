"""Stands in for systemd where it doesn't run: its notify protocol, and the unit's own numbers.

From systemd/kiosk.service: the kiosk is killed when it hasn't fed the watchdog for WatchdogSec, or holds more memory
than MemoryMax; however it ended, it is started again after RestartSec.
"""

import os
import re
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from simulator.machine import Machine, Wishes
from simulator.stand import Stand

UNIT = (Path(__file__).parents[2] / "systemd" / "kiosk.service").read_text()
PROGRAM = str(Path(__file__).with_name("hung_kiosk.py"))
_CREDENTIALS = struct.Struct("3i")
_LOOK_SECONDS = 0.1


def number(key: str) -> int:
    """A number of the unit's; memory in bytes."""
    found = re.search(rf"^{key}=(\d+)(G?)$", UNIT, re.MULTILINE)
    assert found, key
    return int(found[1]) << (30 if found[2] else 0)


@dataclass
class Life:
    """One run of the kiosk."""

    pid: int
    ready_at: float | None = None
    fed_at: float | None = None
    ended_by: str | None = None
    """`watchdog`, `memory`, or `itself`."""


@dataclass
class Supervisor:
    """Looks after the kiosk of `machine`; `watch` runs in a thread.

    Attributes:
        lives: The runs, oldest first.
    """

    machine: Machine
    manager: socket.socket
    watchdog_seconds: float
    memory_bytes: int
    lives: list[Life] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        """Until told to stop."""
        self.lives.append(Life(self.machine.children["kiosk"].pid))
        while not self.stopping.is_set():
            self._hear()
            kiosk, life = self.machine.children["kiosk"], self.lives[-1]
            if kiosk.status is not None:
                life.ended_by = life.ended_by or "itself"
                if not self.stopping.wait(number("RestartSec")):
                    self.machine.start_kiosk()
                    self.lives.append(Life(self.machine.children["kiosk"].pid))
            elif life.fed_at is not None and time.monotonic() - life.fed_at > self.watchdog_seconds:
                life.ended_by = "watchdog"
                kiosk.kill()
            elif self._memory(life.pid) > self.memory_bytes:
                life.ended_by = "memory"
                kiosk.kill()

    def waits_for_ready(self, seconds: float) -> Life:
        """Wait until the newest run has said that it serves."""
        return self.waits_for_next(len(self.lives) - 1, seconds)

    def waits_for_next(self, lives: int, seconds: float) -> Life:
        """Wait until a run after the first `lives` has said that it serves."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if len(self.lives) > lives and self.lives[-1].ready_at is not None:
                return self.lives[-1]
            time.sleep(_LOOK_SECONDS / 10)
        raise AssertionError(f"not ready after {seconds:g} s: {self.lives}")

    def stops(self, what: str) -> None:
        """Have the hand in the kiosk stop one of its parts."""
        with socket.socket(socket.AF_UNIX) as way:
            way.connect(str(self.machine.folder / "hand"))
            way.send(what.encode())

    def _hear(self) -> None:
        try:
            said, extra, _, _ = self.manager.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
        except TimeoutError:
            return
        sender = next(_CREDENTIALS.unpack(data)[0] for _, kind, data in extra if kind == socket.SCM_CREDENTIALS)
        life = self.lives[-1]
        if sender != life.pid:  # NotifyAccess=main; the card service speaks too.
            return
        lines = said.decode().splitlines()
        if "READY=1" in lines:
            life.ready_at = time.monotonic()
        if {"READY=1", "WATCHDOG=1"} & set(lines):
            life.fed_at = time.monotonic()

    def _memory(self, pid: int) -> int:
        try:
            return int(psutil.Process(pid).memory_info().rss)
        except psutil.NoSuchProcess:
            return 0


@contextmanager
def supervised(
    folder: Path, *, watchdog_seconds: float | None = None, memory_bytes: int | None = None
) -> Iterator[tuple[Stand, Supervisor]]:
    """The whole product, its kiosk looked after.

    Args:
        folder: For the notify socket.
        watchdog_seconds: None: the unit's.
        memory_bytes: None: the unit's.
    """
    seconds = watchdog_seconds or number("WatchdogSec")
    address = folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, Stand(Wishes()) as stand:
        manager.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        manager.settimeout(_LOOK_SECONDS)
        manager.bind(str(address))
        machine = stand.first
        machine.stop_kiosk()
        machine.program = (sys.executable, PROGRAM, str(machine.folder / "hand"))
        before = {name: os.environ.get(name) for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC")}
        os.environ |= {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": str(round(seconds * 1e6))}
        try:
            machine.start_kiosk()
            supervisor = Supervisor(machine, manager, seconds, memory_bytes or number("MemoryMax"))
            thread = threading.Thread(target=supervisor.watch)
            thread.start()
            try:
                yield stand, supervisor
            finally:
                supervisor.stopping.set()
                thread.join()
                machine.children["kiosk"].send(signal.SIGCONT)
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value
