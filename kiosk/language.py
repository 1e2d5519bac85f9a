"""Languages: messages from the catalogues in `config/locale`, and dates in words.

The source language is Simplified Chinese, whose messages are their own keys and need no catalogue.
"""

import datetime
from functools import cache
from pathlib import Path

from kiosk.text import Catalogue, Month, Text, translate

LOCALE = Path(__file__).parent.parent / "config" / "locale"
SOURCE = "zh"
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class _Chinese:
    """The source language: every message stands for itself."""

    def gettext(self, message: str) -> str:
        return message

    def info(self) -> dict[str, str]:
        return {}

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return msgid1


@cache
def catalogue(language: str) -> Catalogue:
    """The messages of one language.

    Raises:
        FileNotFoundError: its catalogue wasn't compiled (`set-up does that`).
    """
    if language == SOURCE:
        return _Chinese()
    # Imported late: the home page in Chinese needs no catalogue.
    import gettext

    return gettext.translation("kiosk", LOCALE, [language])


def say_date(date: datetime.date, language: str) -> str:
    """`date` in words: 2026 年 3 月 8 日, 8 March 2026; a `Month` without its day."""
    if language == SOURCE:
        words = f"{date.year} 年 {date.month} 月"
        return words if isinstance(date, Month) else f"{words} {date.day} 日"
    words = f"{MONTHS[date.month - 1]} {date.year}"
    return words if isinstance(date, Month) else f"{date.day} {words}"


def say(text: Text, language: str) -> str:
    """`text` in `language`, with its values put in."""
    return translate(text, catalogue(language), lambda date: say_date(date, language))
