"""The code by text: tries, time, limits, and another way."""

from datetime import timedelta

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from shown_texts import all_texts
from trio.testing import MockClock

from central.sms import VirtualPhones
from kiosk import conditions
from kiosk.pages import Answer, Choose, Decide, Done, Entered, NumberEntry, Working

WRONG = {"000000", "111111"}


async def asked(kiosk: KioskUnderTest) -> NumberEntry:
    """Up to where the code is typed."""
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.choose_way(Answer.ONE_TIME_CODE)
    return await kiosk.code_asked()


def texts(kiosk: KioskUnderTest) -> int:
    """How many texts have come."""
    phones, record = kiosk.registry.sms, kiosk.people["blocked"].server_record
    assert isinstance(phones, VirtualPhones)
    assert record is not None
    return len(phones.texts(record["phone"]))


def wrong(kiosk: KioskUnderTest) -> Entered:
    return Entered(next(iter(WRONG - {kiosk.sent_to("blocked")})))


async def test_where_it_went(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The tail of the number alone, dots for digits, and how long it is good for."""
    page = await asked(kiosk)
    assert page.hidden
    assert page.length == 6
    assert page.subtitle is not None
    record = kiosk.people["blocked"].server_record
    assert record is not None
    assert dict(page.subtitle.arguments) == {"tail": record["phone"][-4:]}
    assert record["phone"] not in all_texts(kiosk.screen)
    assert texts(kiosk) == 1


async def test_mistyped(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """How often it may be tried is said; the right one still does."""
    await asked(kiosk)
    kiosk.press(wrong(kiosk))
    page = await kiosk.until(NumberEntry, lambda page: page.problem is not None)
    assert page.problem is not None
    assert page.problem.count == 4
    await kiosk.type_code("blocked")
    await kiosk.until(Done)
    assert texts(kiosk) == 1


async def mistyped_to_the_end(kiosk: KioskUnderTest) -> Decide:
    await asked(kiosk)
    for left in (4, 3, 2, 1):
        kiosk.press(wrong(kiosk))
        await kiosk.until(NumberEntry, lambda page, left=left: page.problem is not None and page.problem.count == left)
    kiosk.press(wrong(kiosk))
    return await kiosk.until(Decide)


async def test_mistyped_to_the_end(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Another is sent as soon as there may be one, and the waiting is said."""
    page = await mistyped_to_the_end(kiosk)
    assert page.actions.equal
    kiosk.press(Answer.NEXT)
    await kiosk.until(Working, lambda page: page.title.message == "正在发短信，请稍等")
    assert texts(kiosk) == 1
    page = await kiosk.until(NumberEntry)
    assert page.problem is None
    assert texts(kiosk) == 2
    await kiosk.type_code("blocked")
    await kiosk.until(Done)


async def test_mistyped_to_the_end_and_another_way(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The button names it."""
    page = await mistyped_to_the_end(kiosk)
    assert page.actions.secondary is not None
    assert page.actions.secondary.label.message == "换成刷脸"
    kiosk.press(Answer.ANOTHER)
    await kiosk.until(Decide, lambda page: page.title.message == "可以看一下您的脸吗？")
    kiosk.press(Answer.FACE)
    await kiosk.until(Done)


async def test_mistyped_to_the_end_and_no_other_way(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Told what to do."""
    kiosk.board.set(conditions.FACE_FAILED, stands=True)
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.code_asked()
    for _ in range(5):
        kiosk.press(wrong(kiosk))
        await trio.sleep(1)
    await kiosk.until(Decide)
    kiosk.press(Answer.ANOTHER)
    assert await kiosk.refused() == "identity.code_declined"


async def test_too_late(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Its minutes are over by the server's clock: said so, and another is sent."""
    await asked(kiosk)
    now = kiosk.registry.now
    kiosk.registry.now = lambda: now() + timedelta(seconds=280)
    await trio.sleep(30)
    await kiosk.type_code("blocked")
    page = await kiosk.until(Decide)
    assert "时间过了" in page.panel.heading.message
    kiosk.registry.now = now


async def test_no_text_comes(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """At first one may wait, or take another way; after a minute another can be sent."""
    await asked(kiosk)
    kiosk.press(Answer.AGAIN)
    page = await kiosk.until(Decide)
    assert page.actions.other is not None
    assert page.actions.other.answer is Answer.BACK
    kiosk.press(Answer.BACK)
    await kiosk.code_asked()
    for _ in range(2):
        await trio.sleep(31)
        kiosk.press(Answer.CLOSE)  # Somebody is there.
    kiosk.press(Answer.AGAIN)
    page = await kiosk.until(Decide)
    assert page.actions.other is not None
    assert page.actions.other.answer is Answer.NEXT
    kiosk.press(Answer.NEXT)
    await kiosk.code_asked()
    assert texts(kiosk) == 2
    await kiosk.type_code("blocked")
    await kiosk.until(Done)


async def test_no_text_comes_and_another_way(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Chosen on the same page."""
    await asked(kiosk)
    kiosk.press(Answer.AGAIN)
    await kiosk.until(Decide)
    kiosk.press(Answer.ANOTHER)
    await kiosk.until(Decide, lambda page: page.title.message == "可以看一下您的脸吗？")


async def test_texts_can_not_be_sent(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The other way, with the reason; where there is none, when to come back."""
    assert isinstance(kiosk.registry.sms, VirtualPhones)
    kiosk.registry.sms.away = True
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.choose_way(Answer.ONE_TIME_CODE)
    page = await kiosk.until(Decide)
    assert page.subtitle is not None
    assert page.subtitle.message == "短信现在发不出去"
    kiosk.press(Answer.ANOTHER)
    assert await kiosk.refused() == "identity.face_declined"
    await kiosk.go_home()
    kiosk.board.set(conditions.FACE_FAILED, stands=True)
    await trio.sleep(61)
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    assert await kiosk.refused() == "identity.code_away"


async def test_a_phone_that_went_meanwhile(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The record was another when it was looked at."""
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.until(Choose)
    kiosk.put_person("blocked", phone=None)
    kiosk.press(Answer.ONE_TIME_CODE)
    page = await kiosk.until(Decide)
    assert page.subtitle is not None
    assert page.subtitle.message == "没有登记手机号"


async def test_soon_after_another(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Who had one sent a moment ago waits the rest of the minute here."""
    await asked(kiosk)
    kiosk.pull()
    assert await kiosk.refused() == "card.removed"
    await kiosk.go_home()
    began = trio.current_time()
    await asked(kiosk)
    assert 30 < trio.current_time() - began < 61
    said = [view.page.subtitle for view in kiosk.screen.views if isinstance(view.page, Working)]
    assert any(words is not None and words.message.startswith("刚给您发过一条") for words in said)
    assert texts(kiosk) == 2


async def test_too_many_texts(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The day's limit isn't waited for."""
    few = {"one_time_codes_per_person_and_day": 1}
    kiosk.registry.settings = kiosk.registry.settings.model_copy(update=few)
    await asked(kiosk)
    kiosk.pull()
    await kiosk.refused()
    await kiosk.go_home()
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.choose_way(Answer.ONE_TIME_CODE)
    page = await kiosk.until(Decide)
    assert page.subtitle is not None
    assert page.subtitle.message == "短信发得太多了"


async def test_the_code_is_told_nowhere(
    autojump_clock: MockClock, kiosk: KioskUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not on a page, not in a log, not in the store, not in a `repr`."""
    await asked(kiosk)
    code = kiosk.sent_to("blocked")
    assert code not in repr(Entered(code))
    await kiosk.type_code("blocked")
    await kiosk.until(Done)
    told = capsys.readouterr()
    assert code not in told.out + told.err
    assert code not in all_texts(kiosk.screen)
    assert not [view for view in kiosk.screen.views if code in repr(view)]
    stored = b"".join(path.read_bytes() for path in kiosk.settings.storage.directory.iterdir() if path.is_file())
    assert code.encode() not in stored
