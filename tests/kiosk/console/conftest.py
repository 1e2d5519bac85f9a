from pathlib import Path

import pytest
from kiosk_under_test import KioskUnderTest

from kiosk.console.console import Console


@pytest.fixture
async def console(kiosk: KioskUnderTest) -> Console:
    """The console of a running kiosk."""
    await kiosk.ready.wait()
    return Console(machine=kiosk.machine, config=Path("kiosk.toml"), stop=lambda: None)
