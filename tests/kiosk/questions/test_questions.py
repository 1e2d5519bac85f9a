"""The answers as content: in every region they are whole, unambiguous, and short enough to be read standing."""

import datetime
import re
from itertools import chain
from pathlib import Path

import pytest
from regions import in_region

from kiosk import refusals
from kiosk.catalogue import SERVICES
from kiosk.home import OFFERS
from kiosk.language import say
from kiosk.policy import load_policies
from kiosk.questions import QUESTIONS, Question, Step, Subject, laws
from kiosk.questions.facts import facts, fill, listed, yuan
from kiosk.questions.rules import LEGAL_BASIS, PUBLISHED_RULES, basis
from kiosk.settings import load
from kiosk.text import T, Text

CONFIG = Path(__file__).parents[3] / "config"
SETTINGS = load(CONFIG / "kiosk.toml")
POLICIES = load_policies(CONFIG / "policy.toml")
REGIONS = {code: POLICIES.of(code, datetime.date(2026, 11, 1)) for code in ("default", "110000", "330100")}
ALL = (*QUESTIONS, PUBLISHED_RULES, LEGAL_BASIS)
HAN = re.compile(r"[\u4e00-\u9fff]")


def every_step(question: Question) -> list[Text]:
    """Of all regions."""
    return [step.text if isinstance(step, Step) else step for step in question.steps]


def messages(question: Question) -> list[str]:
    """All that it may say."""
    own = chain.from_iterable((part.heading, *part.points) for part in question.parts)
    return [text.message for text in (question.label, question.title, question.answer, *own, *every_step(question))]


def test_names() -> None:
    """None twice, and none that a law shares."""
    assert len({question.name for question in ALL}) == len(ALL) > 25
    assert {question.subject for question in ALL} == set(Subject)
    assert len({law.name for law in laws.ALL}) == len(laws.ALL)


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.name)
def test_a_question_is_one_and_is_answered(question: Question) -> None:
    """A title that asks, an answer in a sentence, steps for the slip, a service here that there is."""
    assert question.title.message.endswith("？")
    assert 4 <= len(HAN.findall(question.title.message)) <= 14
    assert len(HAN.findall(question.label.message)) <= 8
    assert len(HAN.findall(question.answer.message)) <= 30
    assert all(1 <= len(question.steps_for(policy)) <= 3 for policy in REGIONS.values())
    assert set(question.here) <= SERVICES.keys()


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.name)
def test_what_it_names_is_known(question: Question) -> None:
    """Days, fees and places come from the policy and the settings; a wrong name would be a fault on the page."""
    known = facts(SETTINGS).keys()
    assert {name for message in messages(question) for name in re.findall(r"{(\w+)}", message)} <= known
    assert not any(re.search(r"系统|操作失败|异常", message) for message in messages(question))


@pytest.mark.parametrize("question", ALL, ids=lambda question: question.name)
def test_texts_come_with_a_warning(question: Question) -> None:
    """Wherever a text message is spoken of: real ones have no link."""
    said = " ".join(messages(question))
    assert ("短信" in said) <= ("链接" in said)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_one_answer_a_region(question: Question, region: str) -> None:
    """What differs by region is said once, not in two ways."""
    headings = [part.heading for part in question.parts_for(REGIONS[region])]
    assert len(set(headings)) == len(headings) > 0
    without = {part.heading for part in question.parts} - set(headings)
    assert all(part.when is not None for part in question.parts if part.heading in without)


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("question", ALL, ids=lambda question: question.name)
def test_nobody_is_sent_to_what_the_region_does_not_do(question: Question, region: str) -> None:
    """A button that is named in a region's answer is offered there."""
    policy = REGIONS[region]
    gone = {offer.tile.name.message for offer in OFFERS if offer.identity and not policy.ways_of(offer.identity)}
    said = [text for part in question.parts_for(policy) for text in part.points] + list(question.steps_for(policy))
    assert not gone & {name for text in said for name in PRESSED["zh"].findall(text.message)}


@pytest.mark.parametrize("region", REGIONS)
def test_no_region_waits_for_nothing(region: str) -> None:
    """Neither for a review of no days, nor for a text that isn't sent there."""
    settings = in_region(SETTINGS, region, POLICIES)
    names = facts(settings)
    for question in QUESTIONS:
        parts, steps = question.parts_for(settings.policy), question.steps_for(settings.policy)
        said = [say(fill(text, names), "zh") for text in chain(steps, *(part.points for part in parts))]
        assert not [sentence for sentence in said if re.search(r"(?<![0-9.])0 (?:个|天)", sentence)]
        awaited = [sentence for sentence in said if re.search(r"发短信通知|收到短信再", sentence)]
        assert settings.policy.sms.confirmation or not awaited


def test_regions_differ() -> None:
    """The two shaped after real ones are told different things."""
    told = {
        region: {(q.name, part) for q in QUESTIONS for part in q.parts_for(policy)}
        for region, policy in REGIONS.items()
    }
    assert len(told["110000"] ^ told["330100"]) >= 6


def test_the_law_is_cited() -> None:
    """Every law is the basis of something."""
    cited = {law for question in QUESTIONS for law in question.laws}
    assert cited == set(laws.ALL)
    named = {text.arguments[0][1] for section in basis() for text in section.points}
    assert named == {law.name for law in laws.ALL}


@pytest.mark.parametrize(("fen", "said"), [(0, "0"), (2000, "20"), (750, "7.50"), (1605, "16.05")])
def test_money(fen: int, said: str) -> None:
    """In yuan, exactly."""
    assert yuan(fen) == said


def test_an_enumeration() -> None:
    """Of one, and of more."""
    assert listed([T("缴费")]) == T("缴费")
    two = listed([T("缴费"), T("余额")])
    assert isinstance(two, Text)
    assert two.message == "{first}、{rest}"


PRESSED = {"zh": re.compile("点“([^”]+)”"), "en": re.compile('[Pp]ress "([^"]+)"')}
ON_A_PHONE = {"我的", "设置", "Me", "Settings"}
BUTTONS = {"再来一次", "再扫一次"}


@pytest.mark.parametrize("language", PRESSED)
def test_what_is_to_be_pressed_is_there(language: str) -> None:
    """A page that sends somebody to a button names it as it stands on the home page or in a menu."""
    tiles = {say(offer.tile.name, language) for offer in OFFERS} | ON_A_PHONE
    tiles |= {say(T(name), language) for name in BUTTONS}
    said = [text for question in ALL for part in question.parts for text in part.points]
    said += [text for question in ALL for text in every_step(question)]
    said += [
        text
        for kind in refusals.ALL
        for way in (kind.here, *kind.ways)
        if way
        for text in (way.title, way.note)
        if text
    ]
    named = {name for text in said for name in PRESSED[language].findall(say(Text(text.message), language))}
    assert named <= tiles
