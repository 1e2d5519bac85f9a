"""The same services in two regions that differ in much: each ends well, or isn't offered where it isn't wanted."""

import datetime

import pytest
from kiosk_under_test import KioskUnderTest
from regions import BOTH
from trio.testing import MockClock

from kiosk.language import say
from kiosk.pages import Answer, Chosen, Decide, Done, Instruct, Menu, Refusal, Table
from kiosk.uplink.contract import ApplicationStatus
from kiosk.uplink.contract.policy import ServiceKind

pytestmark = pytest.mark.parametrize("region", BOTH)
NEW = "746108"
ON_RECORD_YEARS = 5
"""Of payments, month by month, of anybody."""


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


async def test_what_is_said_of_the_bank(autojump_clock: MockClock, kiosk: KioskUnderTest, region: str) -> None:
    """On the receipt of an enabled card: whether somebody else may go, and what becomes of a deadline that passed."""
    await kiosk.ask_for("enable", "archived", "123456")
    await kiosk.prove("archived")
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)
    printed = "".join(kiosk.printer.receipts[-1].text.split())
    assert ("请人代办的" in printed) == kiosk.settings.policy.financial.agent_allowed == (region == "330100")
    assert ("用卡看病可能受限制" in printed) == (region == "110000")
    assert "社保功能会被挂失" not in printed


async def test_how_a_formal_loss_ends(autojump_clock: MockClock, kiosk: KioskUnderTest, region: str) -> None:
    """Nobody hears that there is a new card only, where the loss can be lifted; the menu of the card says the same."""
    kiosk.set_status("normal", int(ApplicationStatus.FORMAL_LOSS))
    await kiosk.ask_for("change_pin", "normal")
    assert await kiosk.refused() == "card.formal_loss"
    lifted = region == "330100"
    assert ("找到了可以解除" in say((await kiosk.until(Refusal)).why, "zh")) == lifted
    await kiosk.go_home()
    kiosk.insert("normal")
    menu = await kiosk.until(Menu)
    assert menu.subtitle is not None
    assert ("找到了可以解除" in say(menu.subtitle, "zh")) == lifted
    reasons = {tile.service: tile.why_not for group in menu.groups for tile in group.tiles}
    assert (reasons["release_loss"] is None) == lifted
    assert reasons["change_pin"] is not None
    assert ("要补新卡" in say(reasons["change_pin"], "zh")) != lifted


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


async def test_a_check_is_good_for_as_long_as_the_region_says(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Told before, printed after."""
    months = kiosk.settings.policy.eligibility.every_months
    await kiosk.choose_more("eligibility_check")
    await prove(kiosk, ServiceKind.ELIGIBILITY, "normal")
    question = await kiosk.until(Decide)
    assert question.points[0].text.count == months
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    text = kiosk.printer.receipts[0].text
    assert f"每 {months} 个月认证一次" in text
    today = kiosk.record("normal").as_of
    year, month = divmod(today.month - 1 + months, 12)
    assert f"{today.year + year} 年 {month + 1} 月" in text


async def test_records_of_the_years_that_the_region_shows(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """A bar and a heading for each."""
    await kiosk.choose_more("insurance_records")
    if any("card_pin" in way for way in kiosk.settings.policy.ways_of(ServiceKind.RECORDS)):
        await kiosk.until(Instruct)
        kiosk.insert("archived")
        await kiosk.type_pin(kiosk.people["archived"].pin)
    else:
        await kiosk.prove("archived")
    await kiosk.until(Menu, lambda page: page.whose is not None)
    kiosk.press(Chosen("pension"))
    page = await kiosk.until(Table)
    years = min(kiosk.settings.policy.records.years_shown, ON_RECORD_YEARS)
    assert page.chart is not None
    assert len(page.chart.bars) == len([group for group in page.groups if group.heading is not None]) == years


async def test_a_formal_loss_where_the_region_wants_it(
    autojump_clock: MockClock, kiosk: KioskUnderTest, region: str
) -> None:
    """Elsewhere it isn't on the menu."""
    if region == "110000":
        await kiosk.at_home()
        kiosk.choose("more")
        menu = await kiosk.until(Menu)
        assert "formal_loss" not in {tile.service for group in menu.groups for tile in group.tiles}
        return
    await kiosk.choose_more("formal_loss")
    await prove(kiosk, ServiceKind.FORMAL_LOSS, "normal")
    await kiosk.until(Decide)
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    assert kiosk.record("normal").application_status is ApplicationStatus.FORMAL_LOSS
