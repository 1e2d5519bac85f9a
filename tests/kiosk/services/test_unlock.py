from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk.pages import Chosen, Done

PIN, NEW = "915384", "746108"


async def test_a_locked_pin_is_unlocked(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """All tries again under the same PIN, and a change of it is offered."""
    await stand.ask_for("unlock", "blocked")
    await stand.hold_up("blocked")
    page = await stand.until(Done)

    assert stand.tries("blocked") == 6
    assert stand.pin_is("blocked", PIN)
    assert stand.outcomes() == ["done"]
    assert stand.receipts() == 1
    assert page.subtitle is not None
    await stand.reported()
    assert not stand.record("blocked").pin_blocked
    stand.press(Chosen("change_pin"))
    await stand.type_pin(PIN)
    await stand.new_pin(NEW)
    await stand.until(Done)
    await stand.go_home()
