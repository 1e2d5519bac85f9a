"""Every message has its translations, with the same placeholders; dates and plurals are put into words."""

import datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from kiosk.language import say
from kiosk.text import Month, T, Tn
from screens import catalogues


@pytest.mark.parametrize("path", catalogues.catalogue_files(), ids=lambda path: path.parent.parent.name)
def test_catalogue_is_whole(path: Path) -> None:
    """`python -m screens.catalogues update` names what is missing."""
    assert list(catalogues.faults(catalogues.read(path))) == []


def test_faults_are_found() -> None:
    """A missing translation, and one that lost its placeholder."""
    source = next(m for m in catalogues.sources() if m.id == "第 {n} 步，共 {total} 步")
    catalogue = Catalog(locale="en")
    catalogue.add(source.id, "Step {n}")
    catalogue.add("返回", "Back", flags=["fuzzy"])
    found = list(catalogues.faults(catalogue))

    assert f"placeholders differ: {source.id}" in found
    assert "untranslated: 退出" in found
    assert "untranslated: 返回" in found


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (T("到 {day}", day=Month(2031, 5, 1)), "到 2031 年 5 月", "Until May 2031"),
        (T("到 {day}", day=datetime.date(2026, 3, 8)), "到 2026 年 3 月 8 日", "Until 8 March 2026"),
        (Tn("还可以输 {n} 次", 1), "还可以输 1 次", "1 try left"),
        (Tn("还可以输 {n} 次", 3), "还可以输 3 次", "3 tries left"),
    ],
)
def test_words(text, zh: str, en: str) -> None:
    """In both languages."""
    assert (say(text, "zh"), say(text, "en")) == (zh, en)
