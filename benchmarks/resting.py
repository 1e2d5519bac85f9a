"""What a home page costs that nobody touches: CPU, wake-ups, memory."""

import time
from statistics import median

from benchmarks.glass import Glass
from benchmarks.processes import Meter, pss_megabytes
from benchmarks.programs import SHOW_CODE, TITLE, kiosk, qt_page, settle
from benchmarks.table import Figure
from simulator.machine import Machine

_LOOK_SECONDS = 5.0
_CAMERA_SECONDS = 4.0
"""After which the camera's process has loaded everything and looks at pictures."""


def measure(machine: Machine, glass: Glass, seconds: float) -> list[Figure]:
    """Leave both alone for a while, the kiosk with its heartbeats and its clock; then begin a visit by e-card."""
    with kiosk(machine) as running:
        settle(glass, 5)  # The first heartbeat, two seconds after the start, loads the HTTP client.
        meter = _rest(running.pid, seconds)
        home = pss_megabytes(running.pid)
        visit = _in_a_visit(running.pid, glass)
    glass.lose_window()
    with qt_page(machine) as running:
        settle(glass, 5)
        bare = _rest(running.pid, seconds)
        bare_memory = pss_megabytes(running.pid)
    glass.lose_window()
    share, wakeups = meter.cpu / meter.seconds * 100, meter.wakeups / meter.seconds
    return [
        Figure("idle home page: CPU", "%", share, limit=0.02)
        .beside("Qt page", bare.cpu / bare.seconds * 100)
        .noting(f"{seconds:.0f} s, heartbeats and clock included"),
        Figure("idle home page: wake-ups", "/s", wakeups, limit=1)
        .beside("Qt page", bare.wakeups / bare.seconds)
        .noting("voluntary switches of all threads"),
        Figure("memory (PSS) at home", "MB", home, limit=80).beside("Qt page", bare_memory),
        Figure("memory (PSS) in a visit", "MB", visit, limit=120).noting("e-card page, camera's process included"),
    ]


def _rest(pid: int, seconds: float) -> Meter:
    meter = Meter(pid)
    while (left := seconds - meter.seconds) > 0:
        time.sleep(min(left, _LOOK_SECONDS))
        meter.look()
    return meter


def _in_a_visit(pid: int, glass: Glass) -> float:
    title = glass.pixels(*TITLE)
    glass.press(SHOW_CODE)
    glass.release()
    glass.wait_until(lambda: glass.pixels(*TITLE) != title, 5, "the page that asks for a code")
    glass.rest(_CAMERA_SECONDS)
    sizes = []
    for _ in range(5):
        sizes.append(pss_megabytes(pid))
        time.sleep(0.3)
    return median(sizes)
