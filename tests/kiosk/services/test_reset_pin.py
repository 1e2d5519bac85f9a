import pytest
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk.pages import Done

NEW = "746108"


@pytest.mark.parametrize("persona", ["blocked", "normal", "sm4"])
async def test_a_forgotten_pin_is_reset(autojump_clock: MockClock, stand: KioskUnderTest, persona: str) -> None:
    """A new PIN and all tries again, on cards of either algorithm; the pad's blocks stay closed here."""
    await stand.ask_for("reset_pin", persona)
    await stand.hold_up(persona)
    await stand.new_pin(NEW)
    await stand.until(Done)

    assert stand.pin_is(persona, NEW)
    assert stand.tries(persona) == 6
    assert stand.outcomes() == ["done"]
    assert stand.receipts() == 1
    await stand.go_home()
