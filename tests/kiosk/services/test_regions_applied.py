"""What is applied for in two regions that differ in much: taken, or refused by name, by the region's own conditions."""

import pytest
from applicant import begin, type_new_number
from kiosk_under_test import KioskUnderTest
from regions import BOTH
from trio.testing import MockClock

from kiosk.language import say
from kiosk.pages import Answer, Article, Choose, Decide, Done, Menu, Page, Refusal, Table

pytestmark = pytest.mark.parametrize("region", BOTH)


async def test_texts(autojump_clock: MockClock, kiosk: KioskUnderTest, region: str) -> None:
    """Face to face in one; in effect at once in the other, which reviews nothing."""
    await begin(kiosk, "sms_reminders", "expiring")
    if region == "110000":
        assert await kiosk.refused() == "application.sms_face_to_face"
        return
    kiosk.choose("this number")
    asked = await kiosk.until(Decide)
    assert asked.panel.body is not None
    assert "审核" not in say(asked.panel.body, "zh")
    assert "社保卡的变动" in say(asked.points[0].text, "zh")
    kiosk.press(Answer.NEXT)
    done = await kiosk.until(Done)
    assert done.title.message == "办好了"


async def test_another_number(autojump_clock: MockClock, kiosk: KioskUnderTest, region: str) -> None:
    """Reviewed in one, with the old number in use until then; in the other it is on record at once."""
    await begin(kiosk, "phone_number")
    await type_new_number(kiosk)
    asked = await kiosk.until(Decide)
    assert asked.panel.body is not None
    reviewed = region == "110000"
    assert ("审核" in say(asked.panel.body, "zh")) == reviewed
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    assert ("审核通过以前" in "".join(kiosk.printer.receipts[0].text.split())) == reviewed


async def test_a_lost_card(autojump_clock: MockClock, kiosk: KioskUnderTest, region: str) -> None:
    """One wants a formal loss first; the other posts the new card, for money."""
    await begin(kiosk, "replace_card")
    reasons = await kiosk.until(Choose)
    kiosk.choose("lost")
    if region == "110000":
        assert reasons.options[0].note.message == "要先正式挂失"
        assert await kiosk.refused() == "application.formal_loss_first"
        return
    assert reasons.options[0].note.message == "没挂失的，也请马上挂失"
    asked = await kiosk.until(Decide)
    assert say(asked.points[0].text, "zh") == "工本费 25 元，领取新卡时交"
    assert "寄到" in say(asked.points[1].text, "zh")
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    assert "请马上挂失" in kiosk.printer.receipts[0].text


async def test_a_broken_card(autojump_clock: MockClock, kiosk: KioskUnderTest, region: str) -> None:
    """Collected and free in one, with a temporary card meanwhile; posted in the other."""
    await begin(kiosk, "replace_card")
    await kiosk.until(Choose)
    kiosk.choose("damaged")
    if region == "110000":
        outlets = await kiosk.until(Menu, lambda menu: menu.title.message == "到哪里领卡？")
        kiosk.choose(outlets.groups[0].tiles[0].service)
    asked = await kiosk.until(Decide)
    assert say(asked.points[0].text, "zh").startswith("这次不收" if region == "110000" else "工本费 25 元")
    kiosk.press(Answer.NEXT)
    done = await kiosk.until(Done)
    assert ("临时卡" in kiosk.printer.receipts[0].text) is (region == "110000")

    by_text = kiosk.settings.policy.sms.confirmation
    assert by_text == (region == "110000")
    assert done.subtitle is not None
    assert ("短信" in say(done.subtitle, "zh")) == by_text, "nobody waits for a text that doesn't come"
    await kiosk.go_home()
    await begin(kiosk, "my_applications")
    table = await kiosk.until(Table)
    note = table.groups[0].rows[0].note
    assert note is not None
    assert ("短信" in say(note, "zh")) == by_text


async def test_renewal_begins_when_the_region_says(
    autojump_clock: MockClock, kiosk: KioskUnderTest, region: str
) -> None:
    """The window is told in the answer to what to do about expiry."""
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("questions")
    await kiosk.until(Menu)
    kiosk.choose("CARD")
    await kiosk.until(Menu, lambda menu: menu.title.message == "点一个问题，看答案")
    kiosk.choose("expiry")
    page = await kiosk.until(Page, lambda page: isinstance(page, Article | Refusal))
    assert isinstance(page, Article)
    assert page.short is not None
    assert ("90 天" if region == "110000" else "60 天") in say(page.short.heading, "zh")
