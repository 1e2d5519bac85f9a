from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trio
from console_thread import ConsoleThread
from kiosk_under_test import KioskUnderTest

from central.registry import Registry
from kiosk.console.roles import Role
from kiosk.settings import Settings


@pytest.fixture
def kiosk_thread(
    settings: Settings, tmp_path: Path, make_registry: Callable[[], Registry], request: pytest.FixtureRequest
) -> Iterator[ConsoleThread]:
    """A whole kiosk with its console's socket; whoever connects is a technician, or what the test asks for."""
    console = settings.console.model_copy(update={"socket": tmp_path / "console.socket"})
    settings = settings.model_copy(update={"console": console})

    def make(nursery: trio.Nursery) -> KioskUnderTest:
        return KioskUnderTest(settings, make_registry(), nursery)

    with ConsoleThread(settings, make, getattr(request, "param", Role.TECHNICIAN)) as running:
        yield running
