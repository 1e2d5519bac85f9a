from pathlib import Path

import pytest
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk.console.console import Console


@pytest.fixture
async def console(autojump_clock: MockClock, kiosk: KioskUnderTest) -> Console:
    """The console of a running kiosk."""
    await kiosk.ready.wait()
    return Console(machine=kiosk.machine, config=Path("kiosk.toml"), stop=lambda: None)
