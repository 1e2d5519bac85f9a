"""The kiosk with one line too many: it logs the PIN. `python leaky_kiosk.py run --config FILE`, as `kiosk run`."""

import structlog

import kiosk.steps.pin as steps
from drivers.pin import Pin
from kiosk.console.cli import app

_enter = steps.enter


async def enter_and_tell(visit, page):  # type: ignore[no-untyped-def]
    entered = await _enter(visit, page)
    if isinstance(entered, Pin):
        structlog.get_logger().debug("pin.entered", block=bytes(entered.to_bcd()).hex(" "))
    return entered


if __name__ == "__main__":
    steps.enter = enter_and_tell
    app()
