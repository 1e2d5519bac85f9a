"""The same services in two regions that differ in much: each ends well, or isn't offered where it isn't wanted."""

import datetime

import pytest
from kiosk_under_test import KioskUnderTest
from regions import BOTH
from trio.testing import MockClock

from kiosk.pages import Answer, Decide, Done
from kiosk.uplink.contract import ApplicationStatus
from kiosk.uplink.contract.policy import ServiceKind

pytestmark = pytest.mark.parametrize("region", BOTH)
NEW = "746108"


async def prove(kiosk: KioskUnderTest, service: ServiceKind, persona: str) -> None:
    """With ID card and one-time code, which every region takes; first the choice, where a phone would do."""
    if any("e_card" in way for way in kiosk.settings.policy.ways_of(service)):
        await kiosk.prove_without_card(persona)
    else:
        await kiosk.prove(persona)


async def test_a_loss_lapses_when_the_region_says(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """So much is told before and said by the server after; and it can be released in both."""
    days = kiosk.settings.policy.loss.lapses_after_days
    for service, kind in (("report_loss", ServiceKind.TEMPORARY_LOSS), ("release_loss", ServiceKind.LOSS_RELEASE)):
        await kiosk.at_home()
        kiosk.choose(service)
        await prove(kiosk, kind, "normal")
        question = await kiosk.until(Decide)
        if service == "report_loss":
            assert question.panel is not None
            assert question.panel.body is not None
            assert question.panel.body.count == days
        kiosk.press(Answer.NEXT)
        await kiosk.until(Done)
        record = kiosk.record("normal")
        if service == "report_loss":
            assert record.loss_until == record.as_of + datetime.timedelta(days=days)
        await kiosk.go_home()
    assert record.application_status is ApplicationStatus.NORMAL


async def test_a_blocked_pin_is_unlocked(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """By the region's ways."""
    await kiosk.ask_for("unlock", "blocked")
    await prove(kiosk, ServiceKind.UNLOCK, "blocked")
    await kiosk.until(Done)
    assert kiosk.tries("blocked") == 6


async def test_a_forgotten_pin_is_reset_where_the_region_wants_it(
    autojump_clock: MockClock, kiosk: KioskUnderTest, region: str
) -> None:
    """Elsewhere it isn't offered."""
    assert kiosk.settings.policy.pin.reset_here is (region == "330100")
    if region != "330100":
        home = await kiosk.at_home()
        offered = {tile.service for group in home.groups for tile in group.tiles}
        assert "unlock" in offered
        assert "reset_pin" not in offered
        return
    await kiosk.ask_for("reset_pin", "normal")
    await prove(kiosk, ServiceKind.RESET_PIN, "normal")
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)
    assert kiosk.pin_is("normal", NEW)
