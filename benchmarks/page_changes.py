"""What a page change costs: `python -m benchmarks.page_changes` works the kiosk's own display, alone in a process.

Two pages take turns in a real window; each change fades for 160 ms. Prints JSON.
"""

import json
import os
import subprocess
import sys
import threading
import time
from typing import Any

from benchmarks.programs import CHECKOUT, QT_PYTHON
from benchmarks.table import Figure

CHANGES = 40
_LATE_SECONDS = 1 / 60
"""A frame that begins so long after its time is one that the eye missed."""


def measure(display: str) -> list[Figure]:
    """The display's page changes, and Qt fading two finished pictures."""
    environment = {**os.environ, "DISPLAY": display}
    ours = _run([sys.executable, "-m", "benchmarks.page_changes"], environment)
    theirs = _run([str(QT_PYTHON), "benchmarks/qt_page.py", "change"], {**environment, "QT_QPA_PLATFORM": "xcb"})
    late, their_late = (sum(late > _LATE_SECONDS for late in each["late"]) for each in (ours, theirs))
    return [
        Figure("page change: work a frame, p50", "ms", _share(ours["work"], 0.5)).beside(
            "Qt fade", _share(theirs["work"], 0.5)
        ),
        Figure("page change: work a frame, p99", "ms", _share(ours["work"], 0.99), limit=3)
        .beside("Qt fade", _share(theirs["work"], 0.99))
        .noting(f"{len(ours['work'])} frames of {CHANGES} changes; CPU alone {_share(ours['cpu_work'], 0.99):.1f}"),
        Figure("page change: late frames", "", float(late), limit=0).beside("Qt fade", float(their_late)),
        Figure("page change: CPU while it moves", "%", _cpu(ours["cpu"]), limit=12).beside(
            "Qt fade", _cpu(theirs["cpu"])
        ),
        Figure("page change: shown to first frame, p50", "ms", _share(ours["first"], 0.5)).noting(
            "the new page is laid out and drawn; no goal"
        ),
    ]


def _run(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(command, env=environment, cwd=CHECKOUT, stdout=subprocess.PIPE, check=True, timeout=120)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _cpu(spans: list[tuple[float, float]]) -> float:
    """Percent of one core, from pairs of CPU and wall time."""
    return sum(cpu for cpu, _ in spans) / sum(wall for _, wall in spans) * 100


def _share(times: list[float], share: float) -> float:
    return sorted(times)[round(share * (len(times) - 1))] * 1e3


def main() -> None:
    """Change pages and print what it cost."""
    from kiosk.screen import Preferences, View
    from screens import samples
    from screens.display import Display

    class Watched(Display):
        """Reads the CPU's clock around each motion."""

        shown_at = 0.0
        began: tuple[float, float] | None = None
        spans: list[tuple[float, float]]
        first: list[float]
        cpu_work: list[float]

        def _step(self, now: float) -> None:
            if self.began is None:
                self.began = (time.process_time(), time.monotonic())
                self.first.append(now - self.shown_at)
            cpu, wall = self.began
            before = time.thread_time()
            super()._step(now)
            self.cpu_work.append(time.thread_time() - before)
            if self._motion is None:
                self.spans.append((time.process_time() - cpu, time.monotonic() - wall))
                self.began = None

    display = Watched((1080, 1920))
    display.spans, display.first, display.cpu_work = [], [], []
    pages = (samples.home.HOME_FEW, samples.card.STATUS, samples.card.INSERT, samples.outcome.DONE)
    display.show(View(serial=0, page=pages[0], preferences=Preferences()))

    def drive() -> None:
        time.sleep(1)
        for serial in range(1, CHANGES + 1 + len(pages)):
            if serial == 1 + len(pages):  # Every page has been drawn once, as on a machine that has served someone.
                display.frames.clear()
                display.spans.clear()
                display.first.clear()
                display.cpu_work.clear()
            display.shown_at = time.monotonic()
            display.show(View(serial=serial, page=pages[serial % len(pages)], preferences=Preferences()))
            time.sleep(0.5)
        display.stop()

    threading.Thread(target=drive, daemon=True).start()
    display.run()
    work, late = zip(*display.frames, strict=True)
    print(
        json.dumps(
            {"work": work, "late": late, "cpu": display.spans, "first": display.first, "cpu_work": display.cpu_work}
        )
    )


if __name__ == "__main__":
    main()
