"""What a program costs the machine, with its children: from Linux's own books, without disturbing it."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

_PROC = Path("/proc")
_CPU_CLOCK = 2
"""CPUCLOCK_SCHED of Linux's posix-timers.h: nanoseconds, where /proc/PID/stat counts hundredths of a second."""


@dataclass
class Meter:
    """Counts what process `pid` and everything below it costs from now on.

    Threads that end take their wake-ups along: call `look` every few seconds.
    """

    pid: int
    _began: float = field(default_factory=time.monotonic)
    _cpu: dict[int, tuple[float, float]] = field(default_factory=dict)
    _wakeups: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.look()
        self._cpu = {pid: (now, now) for pid, (_, now) in self._cpu.items()}
        self._wakeups = {key: (now, now) for key, (_, now) in self._wakeups.items()}
        self._began = time.monotonic()

    def look(self) -> None:
        """Read the books once more."""
        for pid in tree(self.pid):
            try:
                first, _ = self._cpu.get(pid, (0.0, 0.0))
                self._cpu[pid] = (first, cpu_seconds(pid))
                for task in (_PROC / str(pid) / "task").iterdir():
                    key = (pid, int(task.name))
                    before, _ = self._wakeups.get(key, (0, 0))
                    self._wakeups[key] = (before, _voluntary_switches(task))
            except OSError:
                continue  # It ended just now: what was read last counts.

    @property
    def seconds(self) -> float:
        """How long it has been counting."""
        return time.monotonic() - self._began

    @property
    def cpu(self) -> float:
        """CPU time used, in seconds."""
        return sum(now - first for first, now in self._cpu.values())

    @property
    def wakeups(self) -> int:
        """How often a thread slept and was woken."""
        return sum(now - first for first, now in self._wakeups.values())


def tree(pid: int) -> list[int]:
    """`pid` and every process below it."""
    return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]


def cpu_seconds(pid: int) -> float:
    """CPU time of all threads of a process since it began, ended threads included."""
    return time.clock_gettime((~pid << 3) | _CPU_CLOCK)


def pss_megabytes(pid: int) -> float:
    """Memory of a process and everything below it; a page that several share counts in parts (10**6 bytes)."""
    total = 0
    for each in tree(pid):
        for line in (_PROC / str(each) / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total / 1e6


def drop_page_cache() -> bool:
    """Have the kernel forget every file that it keeps in memory; False where this isn't permitted."""
    try:
        (_PROC / "sys/vm/drop_caches").write_text("3\n")
    except OSError:
        return False
    return True


def _voluntary_switches(task: Path) -> int:
    for line in (task / "status").read_text().splitlines():
        if line.startswith("voluntary_ctxt_switches:"):
            return int(line.split()[1])
    raise ProcessLookupError(task)
