from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trio
from console_thread import ConsoleThread
from kiosk_under_test import KioskUnderTest

from central.registry import Registry
from kiosk.settings import Settings


@pytest.fixture
def kiosk_thread(settings: Settings, tmp_path: Path, make_registry: Callable[[], Registry]) -> Iterator[ConsoleThread]:
    """A whole kiosk with its console's socket; whoever connects is a technician."""
    console = settings.console.model_copy(update={"socket": tmp_path / "console.socket"})
    settings = settings.model_copy(update={"console": console})

    def make(nursery: trio.Nursery) -> KioskUnderTest:
        return KioskUnderTest(settings, make_registry(), nursery)

    with ConsoleThread(settings, make) as running:
        yield running
