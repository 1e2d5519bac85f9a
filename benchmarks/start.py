"""From the process's start to a home page that can be touched, and to a visit."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from statistics import median

from benchmarks.glass import Glass, NothingSeen
from benchmarks.processes import drop_page_cache
from benchmarks.programs import LANGUAGE, TITLE, Running, kiosk, qt_page
from benchmarks.table import Figure
from simulator.machine import Machine

_PATIENCE_SECONDS = 0.15
"""A press whose effect doesn't show within this time is made again."""
Program = Callable[[Machine], AbstractContextManager[Running]]


def measure(machine: Machine, glass: Glass, rounds: int) -> list[Figure]:
    """Start both in turn, warm and with files that must be read from the disk; put a card in as early as can be."""
    warm: dict[Program, list[float]] = {kiosk: [], qt_page: []}
    cold: dict[Program, list[float]] = {kiosk: [], qt_page: []}
    ready: list[float] = []
    for program in warm:  # Once for nothing: whatever is compiled or cached at a first start.
        _touchable(program, machine, glass)
    for _ in range(rounds):
        for program, times in warm.items():
            times.append(_touchable(program, machine, glass))
        ready.append(_ready(machine, glass))
    permitted = drop_page_cache()
    for _ in range(rounds if permitted else 0):
        for program, times in cold.items():
            drop_page_cache()
            times.append(_touchable(program, machine, glass))
    figures = [
        Figure("start, warm: home can be touched", "ms", median(warm[kiosk]) * 1e3, limit=300)
        .beside("Qt page", median(warm[qt_page]) * 1e3)
        .noting(f"median of {rounds}, worst {max(warm[kiosk]) * 1e3:.0f}"),
        Figure("start to the first page of a visit", "ms", median(ready) * 1e3, limit=1000).noting(
            f"card put in at the first frame; median of {rounds}, worst {max(ready) * 1e3:.0f}"
        ),
    ]
    if permitted:
        cold_figure = Figure("start, cold: home can be touched", "ms", median(cold[kiosk]) * 1e3, limit=600)
        cold_figure = cold_figure.beside("Qt page", median(cold[qt_page]) * 1e3)
        figures.insert(1, cold_figure.noting(f"page cache dropped; median of {rounds}"))
    else:
        cold_figure = Figure("start, cold: home can be touched", "ms", None, limit=600)
        figures.insert(1, cold_figure.noting("the page cache may not be dropped here"))
    return figures


def _touchable(program: Program, machine: Machine, glass: Glass) -> float:
    """Seconds until the first press that had an effect was seen to be taken."""
    with program(machine) as running:
        glass.find_window(20)
        empty = glass.pixels(*TITLE)
        glass.wait_until(lambda: _drawn(glass), 20, "the home page")
        title = glass.pixels(*TITLE)
        assert title != empty or _drawn(glass)
        while True:
            seconds = glass.press(LANGUAGE)
            taken = time.monotonic()
            glass.release()
            try:
                glass.wait_until(lambda: glass.pixels(*TITLE) != title, _PATIENCE_SECONDS, "the other language")
            except NothingSeen:
                continue
            assert seconds < 1
            break
    glass.lose_window()
    return taken - running.began


def _ready(machine: Machine, glass: Glass) -> float:
    """Seconds until a card, put in at the home page's first frame, has led to the first page of its visit."""
    reader = machine.control("card_reader")
    with kiosk(machine) as running:
        glass.find_window(20)
        glass.wait_until(lambda: _drawn(glass), 20, "the home page")
        title = glass.pixels(*TITLE)
        reader("insert", card="normal")
        glass.wait_until(lambda: glass.pixels(*TITLE) != title, 20, "the first page of the visit")
        taken = time.monotonic()
        reader("pull")
    glass.lose_window()
    return taken - running.began


def _drawn(glass: Glass) -> bool:
    """Whether the title and the footer's last button stand on the screen."""
    return len(set(glass.pixels(*TITLE))) > 8 and len(set(glass.pixels(820, 1780, 180, 60))) > 8
