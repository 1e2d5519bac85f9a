"""Enabling, and settling what was interrupted, where the reader's own keypad takes the PIN (PC/SC part 10)."""

import pytest
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from drivers.pin import Pin
from kiosk.pages import Chosen, Done, PinEntry
from kiosk.settings import Settings
from kiosk.uplink.contract import ApplicationStatus

INITIAL, OLD, NEW, OTHER = "123456", "358269", "746108", "961742"


@pytest.fixture
def settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    def never(self: Pin, digits: bytearray) -> None:
        raise AssertionError("a PIN entered this program")

    monkeypatch.setattr(Pin, "__init__", never)
    return settings.model_copy(update={"pin_pad": settings.pin_pad.model_copy(update={"path": "reader", "port": None})})


async def typed(stand: KioskUnderTest, *pins: str) -> None:
    for pin in pins:
        await stand.type_pin(pin)


async def test_a_card_is_enabled(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The initial PIN proves who it is; then the reader asks for it again and twice for the new one."""
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    page = await stand.until(PinEntry, lambda page: bool(page.rounds))
    assert page.subtitle is not None
    assert "再问一次" in page.subtitle.message
    assert page.rounds[0].state.message == "刚才那个密码"
    assert (page.privacy, page.exit_waits and page.exit_waits.message) == (None, "按取消键")
    assert page.stop is not None
    await typed(stand, INITIAL, NEW, NEW)
    await stand.until(Done)
    assert stand.pin_is("archived", NEW)
    assert stand.record("archived").application_status is ApplicationStatus.NORMAL
    assert stand.outcomes() == ["done"]
    await stand.go_home()


async def test_each_attempt_is_an_operation(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Two new PINs that differ end one; the next goes on with the same evidence, which the first gave back."""
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    await stand.until(PinEntry, lambda page: bool(page.rounds))
    await typed(stand, INITIAL, NEW, OTHER)
    await stand.until(PinEntry, lambda page: page.problem is not None)
    await typed(stand, INITIAL, NEW, NEW)
    await stand.until(Done)
    assert stand.outcomes() == ["not_done", "done"]
    assert stand.record("archived").application_status is ApplicationStatus.NORMAL
    await stand.go_home()


@pytest.mark.parametrize("at", ["proof", "change"])
async def test_cancel(autojump_clock: MockClock, stand: KioskUnderTest, at: str) -> None:
    """The red key is the way out; nothing is changed."""
    await stand.ask_for("enable", "archived")
    if at == "change":
        await stand.type_pin(INITIAL)
        await stand.prove("archived")
        await stand.until(PinEntry, lambda page: bool(page.rounds))
    await stand.type_pin("12", last="cancel")
    assert await stand.refused() == "pin.cancelled"
    assert stand.pin_is("archived", INITIAL)
    await stand.go_home()
    await stand.reported()
    assert stand.record("archived").open_operation is None


@pytest.mark.parametrize("how", ["tear", "nothing"])
async def test_settled_on_the_reader(autojump_clock: MockClock, stand: KioskUnderTest, how: str) -> None:
    """The new PIN, then the old one, each one VERIFY and one try at most."""
    await stand.ask_for("change_pin", "normal")
    stand.slot.fail_at_change(how)
    await typed(stand, OLD, NEW, NEW)
    assert await stand.refused() == "pin.change_unknown"
    await stand.go_home()
    await stand.reported()
    await stand.ask_for("change_pin", "normal")
    page = await stand.until(PinEntry)
    assert page.title.message == "请输上次设的新密码"
    assert not page.can_exit
    await stand.type_pin("74")  # Too few digits: no try, and once more.
    await stand.until(PinEntry, lambda page: page.problem is not None and page.problem.heading.message == "位数不对")
    await stand.type_pin(NEW)
    if how == "nothing":
        await stand.until(PinEntry, lambda page: page.title.message == "请输原来的密码")
        assert stand.tries("normal") == 5
        await stand.type_pin(OLD)
        await stand.until(PinEntry, lambda page: bool(page.rounds))
        await typed(stand, OLD, OTHER, OTHER)
    page = await stand.until(Done)
    assert page.title.message == {"tear": "上次的密码已经改好", "nothing": "办好了"}[how]
    assert stand.pin_is("normal", {"tear": NEW, "nothing": OTHER}[how])
    await stand.go_home()
    await stand.reported()
    assert stand.record("normal").open_operation is None


async def test_cancel_while_settling(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """It stays open, and no try is gone."""
    await stand.ask_for("change_pin", "normal")
    stand.slot.fail_at_change("tear")
    await typed(stand, OLD, NEW, NEW)
    assert await stand.refused() == "pin.change_unknown"
    await stand.go_home()
    await stand.reported()
    await stand.ask_for("change_pin", "normal")
    await stand.type_pin("", last="cancel")
    assert await stand.refused() == "pin.cancelled"
    assert stand.tries("normal") == 6
    assert stand.record("normal").open_operation is not None
    await stand.go_home()


async def test_unlocking_needs_no_keys(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """No PIN is entered for it."""
    await stand.ask_for("unlock", "blocked")
    await stand.prove("blocked")
    await stand.until(Done)
    assert stand.tries("blocked") == 6
    await stand.go_home()


async def test_a_reset_needs_a_pad(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The reader hands nothing over, enciphered or not: the outlet can do it."""
    await stand.ask_for("change_pin", "archived")
    assert await stand.refused() == "card.archived"
    stand.press(Chosen("reset_pin"))  # Not on the page, and not on the home page either.
    assert await stand.refused() == "operation.needs_pad"
    await stand.go_home()
    assert not any(tile.service == "reset_pin" for group in (await stand.at_home()).groups for tile in group.tiles)


class TestWithAPadBeside:
    """The reader takes PINs for the card, and a pad of its own enciphers for the issuer."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        beside = settings.pin_pad.model_copy(update={"port": "/dev/pad"})
        return settings.model_copy(update={"pin_pad": beside})

    async def test_a_pin_is_reset(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """Entered twice on the pad."""
        await stand.ask_for("reset_pin", "blocked")
        await stand.prove("blocked")
        for done in (False, True):
            await stand.until(PinEntry, lambda page, done=done: page.rounds[0].done is done)
            await stand.pad.answer(NEW)
        await stand.until(Done)
        assert stand.pin_is("blocked", NEW)
        await stand.go_home()
