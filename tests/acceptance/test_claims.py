"""No claim of what citizens are told is without a service, or a page that says it, and a test."""

import re
from pathlib import Path

import claims_document as document
import pytest
from claims import CLAIMS, Claim

from kiosk.catalogue import SERVICES
from kiosk.language import say
from kiosk.pages import Article
from kiosk.questions import BY_NAME
from kiosk.questions.rules import PUBLISHED_RULES, published
from kiosk.services.questions import article
from kiosk.settings import load
from kiosk.text import Text
from simulator.scenarios import SCENARIOS

TESTS = Path(__file__).parents[1]
SETTINGS = load(TESTS.parent / "config" / "kiosk.toml")
EXPECTED = [f"{source}{n}" for source, count in zip("RAQEF", (7, 4, 9, 6, 6), strict=True) for n in range(1, count + 1)]


def page(name: str) -> Article:
    if name == PUBLISHED_RULES.name:
        return article(PUBLISHED_RULES, SETTINGS, sections=published(SETTINGS.policy.texts.rules))
    return article(BY_NAME[name], SETTINGS)


def words(shown: object) -> str:
    """All that stands on a page, in Chinese."""
    if isinstance(shown, Text):
        return say(shown, "zh")
    if isinstance(shown, tuple):
        return "\n".join(map(words, shown))
    if hasattr(shown, "__dataclass_fields__"):
        return "\n".join(words(getattr(shown, name)) for name in shown.__dataclass_fields__)
    return ""


def test_none_is_missing() -> None:
    """All thirty-two, in their order."""
    assert [claim.id for claim in CLAIMS] == EXPECTED


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_it_is_covered(claim: Claim) -> None:
    """By services that there are, or a page; by scenarios and tests that there are."""
    assert claim.services or claim.pages
    assert set(claim.services) <= SERVICES.keys()
    assert set(claim.scenarios) <= set(SCENARIOS)
    assert claim.tests
    for test in claim.tests:
        file, _, function = test.partition("::")
        content = (TESTS / file).read_text(encoding="utf-8")
        assert re.search(rf"def {function or 'test_'}", content), test


@pytest.mark.parametrize("claim", [claim for claim in CLAIMS if claim.pages], ids=lambda claim: claim.id)
def test_the_words_stand_on_the_page(claim: Claim) -> None:
    """As the shipped policy has it."""
    for name, expected in claim.pages.items():
        said = words(page(name))
        assert [each for each in expected if each not in said] == []


def test_the_document_is_current() -> None:
    """`.venv/bin/python tests/acceptance/claims_document.py` writes it anew."""
    assert document.DOCUMENT.read_text(encoding="utf-8") == document.text()
