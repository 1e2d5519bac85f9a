"""The A4 printer at the console: its self-test, and a sheet that went wrong."""

import pytest
from kiosk_under_test import KioskUnderTest
from silent_dialogue import Silent
from trio.testing import MockClock

from kiosk import conditions
from kiosk.console.console import Console
from kiosk.console.roles import Caller, Face, Role
from kiosk.settings import DocumentPrinterSettings, Settings

TECHNICIAN = Caller(who="li", roles=frozenset({Role.TECHNICIAN}), face=Face.SOCKET)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A machine with an A4 printer."""
    sheets = DocumentPrinterSettings(queue="ipp://localhost/printers/a4")
    return settings.model_copy(update={"document_printer": sheets})


async def tried(console: Console) -> tuple[str, str]:
    """What its test comes to, and its words."""
    told = await console.perform(
        TECHNICIAN, "self_test", {"device": "document_printer"}, language="en", dialogue=Silent()
    )
    result = told.model_dump()
    return result["result"], result["words"]


async def test_how_its_queue_is(autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest) -> None:
    """The queue is asked anew: one that went away while nobody printed is noticed."""
    await kiosk.at_home()
    assert (await tried(console))[0] == "passed"
    kiosk.queue_wire.plugged = False
    assert await tried(console) == ("failed", "A4 queue doesn't answer")
    kiosk.queue_wire.plugged = True
    kiosk.queue.stopped = True
    assert await tried(console) == ("failed", "A4 printer prints nothing")


async def test_a_sheet_that_went_wrong(autojump_clock: MockClock, console: Console, kiosk: KioskUnderTest) -> None:
    """It stands until a technician has seen to it, and the test fails as long."""
    await kiosk.at_home()
    kiosk.board.set(conditions.DOCUMENT_NOT_PRINTED, stands=True)
    assert await tried(console) == ("failed", "An A4 sheet was not printed")
    await console.perform(TECHNICIAN, "clear", {"condition": conditions.DOCUMENT_NOT_PRINTED.id}, dialogue=Silent())
    assert (await tried(console))[0] == "passed"
