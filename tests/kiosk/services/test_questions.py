"""Questions and answers as a citizen meets them: the list, the page, the slip, and on to what can be done here."""

import datetime

import pytest
import trio
from cards_on_record import put
from kiosk_under_test import KioskUnderTest
from regions import regional
from trio.testing import MockClock

from central.outlets import Directory
from kiosk.language import say
from kiosk.pages import Answer, Article, Chosen, Home, Instruct, Menu, Page, PinEntry, Refusal, Sign, StillThere
from kiosk.questions import QUESTIONS
from kiosk.questions.rules import LEGAL_BASIS, PUBLISHED_RULES
from kiosk.settings import Settings
from kiosk.text import Text
from simulator.card_reader import bureau

ALL = (*QUESTIONS, PUBLISHED_RULES, LEGAL_BASIS)


async def ask(kiosk: KioskUnderTest, name: str) -> Article:
    """From the home page to one answer."""
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("questions")
    await open_subject(kiosk, name)
    kiosk.choose(name)
    return await kiosk.until(Article)


async def open_subject(kiosk: KioskUnderTest, name: str) -> Menu:
    """From the subjects to the questions about one."""
    await kiosk.until(Menu, lambda menu: menu.title.message == "您想问什么？")
    kiosk.choose(next(q for q in ALL if q.name == name).subject.name)
    return await kiosk.until(Menu, lambda menu: menu.title.message == "点一个问题，看答案")


def words(page: Page) -> str:
    """All that stands on it, in Chinese."""
    found: list[str] = []

    def collect(shown: object) -> None:
        if isinstance(shown, Text):
            found.append(say(shown, "zh"))
        elif isinstance(shown, tuple):
            for each in shown:
                collect(each)
        elif hasattr(shown, "__dataclass_fields__"):
            for name in shown.__dataclass_fields__:
                collect(getattr(shown, name))

    collect(page)
    return "\n".join(found)


async def test_every_question_is_listed_and_answered(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """One after another, without anybody proving anything; the page is titled with the question that was pressed."""
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("questions")
    for question in ALL:
        menu = await open_subject(kiosk, question.name)
        tile = next(tile for group in menu.groups for tile in group.tiles if tile.service == question.name)
        kiosk.choose(question.name)
        page = await kiosk.until(Article)
        assert page.title == tile.situation
        assert page.sections
        assert page.short is not None
        assert "{" not in words(page)
        assert Chosen("questions") in [button.answer for button in page.further]
        kiosk.press(Chosen("questions"))


async def test_back_from_a_subject(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """To the subjects first, and from there home."""
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("questions")
    await open_subject(kiosk, "fraud")
    kiosk.press(Answer.BACK)
    await kiosk.until(Menu, lambda menu: menu.title.message == "您想问什么？")
    kiosk.press(Answer.BACK)
    await kiosk.at_home()


async def test_an_answer_leads_on(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """What this machine can do about it is a button; the slip says the steps; whoever is done is home."""
    page = await ask(kiosk, "after_loss")
    assert [button.answer for button in page.further] == [Chosen("report_loss"), Chosen("questions")]
    kiosk.press(Answer.PRINT)
    await kiosk.until(Article, lambda shown: shown.subtitle is not None)
    printed = kiosk.printer.receipts[0].text
    assert "挂失以后还能用什么？" in printed
    assert "银行那边另外挂失" in printed
    kiosk.press(Answer.FINISH)
    await kiosk.at_home()


async def test_a_long_page_stays_while_somebody_reads(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It asks after a silence, and goes when nobody answers."""
    await ask(kiosk, "enabling")
    await trio.sleep(kiosk.settings.visit.success_seconds - 1)
    kiosk.press(Answer.LANGUAGE)  # Somebody is there.
    await trio.sleep(kiosk.settings.visit.idle_seconds - 1)
    assert isinstance(kiosk.page, Article)
    await trio.sleep(2)
    assert isinstance(kiosk.screen.view.overlay, StillThere)
    await trio.sleep(kiosk.settings.visit.still_there_seconds + 1)
    assert isinstance(kiosk.page, Home)


class TestRegion:
    """A region that says otherwise is told otherwise."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return regional(
            settings,
            financial={"consequence": "none", "home_visits": False, "deadline_days": 180},
            texts={"rules": [_RULE]},
        )

    async def test_its_days(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """Its deadline, its consequence, and no promise of a visit."""
        await kiosk.at_home()
        kiosk.choose("more")
        await kiosk.until(Menu)
        kiosk.choose("financial_function")
        await kiosk.until(Instruct)
        kiosk.press(Answer.WITHOUT_CARD)
        said = words(await kiosk.until(Article))
        assert "180 天以内" in said
        assert "本地不因此停用社保功能" in said
        assert "上门" not in said

    async def test_its_published_rules(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """The bureau's own words, in both languages."""
        page = await ask(kiosk, "published_rules")
        section = page.sections[1]
        assert section.heading is not None
        assert (say(section.heading, "zh"), say(section.heading, "en")) == (_RULE["title"], _RULE["title_en"])
        assert [say(each, "en") for each in section.paragraphs] == _RULE["paragraphs_en"]


_RULE = {
    "title": "卡怎么发",
    "title_en": "How cards are issued",
    "paragraphs": ["参保的人都发一张。"],
    "paragraphs_en": ["Everybody insured gets one."],
}


TODAY = bureau.today()
FINANCIAL = [
    ({"financial_activated": True}, Sign.DONE, "这张卡已经激活了"),
    ({"collected_on": TODAY - datetime.timedelta(days=291)}, Sign.CARE, "还有 9 天，请到"),
    ({"collected_on": TODAY - datetime.timedelta(days=301)}, Sign.CARE, "激活的期限过了"),
    ({"collected_on": None}, Sign.INFORMATION, "这张卡还没有激活"),
    ({"application_status": 4, "loss_reason": "financial_not_activated"}, Sign.CARE, "卡因为没激活，已经停用"),
]


@pytest.mark.parametrize(("columns", "sign", "answer"), FINANCIAL)
async def test_the_bank_side_of_a_card(
    autojump_clock: MockClock, kiosk: KioskUnderTest, columns: dict[str, object], sign: Sign, answer: str
) -> None:
    """Which bank, how many days are left, on the page and on the slip; no PIN of any kind, nothing of the person."""
    put(kiosk, "normal", **{"financial_activated": False, **columns})
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("financial_function")
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    page = await kiosk.until(Article)
    assert page.short is not None
    assert page.short.sign is sign
    assert answer in say(page.short.heading, "zh")
    record = kiosk.record("normal")
    assert record.bank in words(page)
    assert record.name.get_secret_value()[:1] + "*" not in words(page)
    assert not any(isinstance(view.page, PinEntry) for view in kiosk.screen.views)
    kiosk.press(Answer.PRINT)
    await kiosk.until(Article, lambda shown: shown.subtitle is not None)
    assert record.bank in kiosk.printer.receipts[0].text


async def test_the_bank_side_for_everybody_leads_to_that_of_a_card(
    autojump_clock: MockClock, kiosk: KioskUnderTest
) -> None:
    """Who only asks needs no card; who has one with them hears of its days, and isn't led round."""
    put(kiosk, "normal", financial_activated=False)
    page = await ask(kiosk, "bank_activation")
    assert [button.answer for button in page.further] == [Chosen("financial_function"), Chosen("questions")]
    kiosk.choose("financial_function")
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    page = await kiosk.until(Article, lambda shown: shown.short != page.short)
    assert [button.answer for button in page.further] == [Chosen("card_status"), Chosen("questions")]


async def test_back_leads_out_however_many_were_read(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """From the list of subjects to the menu, and home from there."""
    await ask(kiosk, "first_card")
    for name in ("enabling", "archived_card"):
        kiosk.choose("questions")
        await open_subject(kiosk, name)
        kiosk.choose(name)
        await kiosk.until(Article)
    kiosk.choose("questions")
    await kiosk.until(Menu, lambda menu: menu.title.message == "您想问什么？")
    kiosk.press(Answer.BACK)
    await kiosk.until(Menu, lambda menu: menu.title.message == "您想办哪一项？")
    kiosk.press(Answer.BACK)
    await kiosk.until(Home)


async def test_no_outlets(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """A bureau that entered none: said so, with where to ask."""
    kiosk.registry.outlets = Directory()
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("outlets")
    await kiosk.until(Refusal)
    assert await kiosk.refused() == "outlets.none_found"


async def test_outlets(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The nearest first, each with where, when, and what it does; the three nearest on the slip."""
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("outlets")
    page = await kiosk.until(Article)
    assert page.short is not None
    first = page.sections[0].heading
    assert first is not None
    assert say(page.short.heading, "zh").removeprefix("最近的：") in say(first, "zh")
    assert all(len(section.points) >= 3 for section in page.sections)
    kiosk.press(Answer.PRINT)
    await kiosk.until(Article, lambda shown: shown.subtitle is not None)
    assert kiosk.printer.receipts[0].text.count("地址") == min(3, len(page.sections))


async def test_outlets_that_nobody_measured(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """None is called the nearest."""
    entries = kiosk.registry.outlets.outlet
    kiosk.registry.outlets = Directory(outlet=tuple(each.model_copy(update={"metres": {}}) for each in entries))
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("outlets")
    page = await kiosk.until(Article)
    assert page.short is not None
    assert say(page.short.heading, "en") == f"{len(entries)} outlets"
