"""The camera's picture on the screen: `python -m benchmarks.preview` shows 25 a second and presses buttons meanwhile.

The kiosk's own display, alone in a process, on the X server of DISPLAY or an Xvfb of its own. The pictures come from a
thread through the memory that the camera's process writes (`drivers.face.frames`), each a little early or late. Prints
JSON; `drops` are pictures that were taken and never shown.
"""

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from benchmarks.programs import CHECKOUT
from benchmarks.table import Figure

SECONDS = 20.0
_EACH = 1 / 25
_UNEVEN = _EACH / 4
_W, _H = 739, 415
"""What the camera's process delivers of 1280 x 720."""


def measure(display: str) -> list[Figure]:
    """Pictures shown of those taken, and how soon a press counts while they are."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.preview"],
        env={**os.environ, "DISPLAY": display},
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return [
        Figure("camera's picture: taken and not shown", "", float(found["drops"]), limit=0).noting(
            f"{found['shown']} of {found['taken']} in {SECONDS:.0f} s, {found['presses']} presses meanwhile"
        ),
        Figure("camera's picture: work a picture, p99", "ms", found["work_p99_ms"]).noting(
            f"p50 {found['work_p50_ms']:.1f}; CPU {found['cpu_percent']:.0f} % of one core"
        ),
        Figure("camera's picture: press to answer, p99", "ms", found["press_p99_ms"]).noting(
            f"p50 {found['press_p50_ms']:.1f}"
        ),
    ]


def main() -> None:
    """Show, press, and print what came of it."""
    with _x_server():
        print(json.dumps(_show()))


@contextmanager
def _x_server() -> Iterator[None]:
    if os.environ.get("DISPLAY"):
        yield
        return
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1080x1920x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as line:
            os.environ["DISPLAY"] = f":{line.readline().strip()}"
        try:
            yield
        finally:
            server.terminate()


def _show() -> dict[str, float]:
    from drivers.face import frames
    from drivers.face.session import Preview as Picture
    from kiosk.screen import Preferences, Press, View
    from screens import samples
    from screens.compose import compose
    from screens.display import Display
    from screens.preview import Preview

    heard = threading.Event()
    work: list[float] = []

    class Watched(Display):
        """Times each picture, and hears each press."""

        def _look(self, preview: Preview, now: float) -> None:
            shown, began = preview.shown, time.monotonic()
            super()._look(preview, now)
            if preview.shown > shown:
                work.append(time.monotonic() - began)

        def _deliver(self, press: Press) -> None:
            heard.set()

    descriptor = frames.create()
    pictures, room, newest = frames.Pictures(descriptor), memoryview(bytearray(frames.SLOT_BYTES)), 0

    def live() -> Picture | None:
        nonlocal newest
        frame = pictures.read(room, after=newest)
        if frame is None:
            return None
        newest = frame.number
        return Picture(frame.number, frame.width, frame.height, room[: frame.size])

    display = Watched((1080, 1920))
    page = replace(samples.identity.FACE, live=live)
    view = View(serial=1, page=page, preferences=Preferences())
    button = next(touch for touch in compose(view, (1080, 1920)).touches if touch.label == "返回").rect
    display.show(view)
    pressed: list[float] = []
    found: dict[str, float] = {}

    def take(ended: threading.Event) -> None:
        texture = memoryview(random.Random(1).randbytes(_W * _H * 3 + 3000))
        uneven, began, number = random.Random(2), time.monotonic(), 0
        while not ended.is_set():
            number += 1
            due = began + number * _EACH + uneven.uniform(-_UNEVEN, _UNEVEN)
            time.sleep(max(0.0, due - time.monotonic()))
            start = number * 3 % 3000
            pictures.write(texture[start : start + _W * _H * 3], _W, _H)

    def drive() -> None:
        from Xlib import X  # type: ignore[import-untyped]
        from Xlib import display as xdisplay
        from Xlib.ext import xtest  # type: ignore[import-untyped]

        x, ended = xdisplay.Display(), threading.Event()
        xtest.fake_input(x, X.MotionNotify, x=round(button.x + 40), y=round(button.y + 40))
        time.sleep(1)
        camera = threading.Thread(target=take, args=(ended,))
        camera.start()
        cpu, began = time.process_time(), time.monotonic()
        uneven = random.Random(3)
        while time.monotonic() < began + SECONDS:
            xtest.fake_input(x, X.ButtonPress, 1)
            x.sync()
            time.sleep(0.1)
            heard.clear()
            released = time.monotonic()
            xtest.fake_input(x, X.ButtonRelease, 1)
            x.sync()
            assert heard.wait(5)
            pressed.append(time.monotonic() - released)
            time.sleep(uneven.uniform(0.15, 0.25))
        found["cpu_percent"] = (time.process_time() - cpu) / (time.monotonic() - began) * 100
        ended.set()
        camera.join()
        time.sleep(0.2)
        x.close()
        display.stop()

    threading.Thread(target=drive, daemon=True).start()
    display.run()
    taken, shown = pictures.newest, len(work)
    return {
        "taken": taken,
        "shown": shown,
        "drops": taken - shown,
        "ratio": shown / taken,
        "presses": len(pressed),
        "work_p50_ms": _share(work, 0.5),
        "work_p99_ms": _share(work, 0.99),
        "press_p50_ms": _share(pressed, 0.5),
        "press_p99_ms": _share(pressed, 0.99),
    } | found


def _share(times: list[float], share: float) -> float:
    return sorted(times)[round(share * (len(times) - 1))] * 1e3


if __name__ == "__main__":
    main()
