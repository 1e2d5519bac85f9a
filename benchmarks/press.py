"""From the finger to the first changed pixel."""

import random

from benchmarks.glass import Glass
from benchmarks.programs import TILE, kiosk, qt_page, settle
from benchmarks.table import Figure
from simulator.machine import Machine

_ROUNDS = 4


def measure(machine: Machine, glass: Glass, presses: int) -> list[Figure]:
    """Press a tile of both programs in turns, sliding off each time so that nothing is chosen."""
    times: dict[str, list[float]] = {"kiosk": [], "qt": []}
    for _ in range(_ROUNDS):
        for name, program in (("kiosk", kiosk), ("qt", qt_page)):
            with program(machine):
                settle(glass)
                times[name] += [_press(glass) for _ in range(presses // _ROUNDS)]
            glass.lose_window()
    ours, theirs = times["kiosk"], times["qt"]
    note = (
        f"{len(ours)} presses of a tile, in {_ROUNDS} turns; p90 {_share(ours, 0.9):.2f}, Qt {_share(theirs, 0.9):.2f}"
    )
    return [
        Figure("press to changed pixel, p50", "ms", _share(ours, 0.5), limit_ratio=0.8)
        .beside("Qt page", _share(theirs, 0.5))
        .noting(note),
        Figure("press to changed pixel, p99", "ms", _share(ours, 0.99), limit=4).beside(
            "Qt page", _share(theirs, 0.99)
        ),
    ]


def _press(glass: Glass) -> float:
    seconds = glass.press(TILE)
    glass.rest(0.1)
    glass.release_outside()
    glass.rest(random.uniform(0.12, 0.2))
    return seconds


def _share(times: list[float], share: float) -> float:
    """In milliseconds, the value that this share stays below."""
    return sorted(times)[min(len(times) - 1, round(share * (len(times) - 1)))] * 1e3
