"""Words that a page shows, kept untranslated until they are drawn, so that the language can change at any time.

The source language is Simplified Chinese: a message is its own key, other languages come from the gettext
catalogues in `config/locale`. Babel extracts messages by the names `T` and `Tn`.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import NewType, Protocol

Masked = NewType("Masked", str)
"""Personal data with all but its permitted part starred out (`kiosk.masking`)."""


class Month(datetime.date):
    """A date known to its month: put into words without its day."""


@dataclass(frozen=True, slots=True)
class Local:
    """Words that a bureau configured in each language, such as the name of a hall."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Text:
    """A message with the values that its `{names}` stand for.

    Attributes:
        message: The words in Simplified Chinese, and the key in the catalogues.
        arguments: Values by name; dates and further texts are put into words only when drawn.
        count: What English plurals depend on, or None for a message without plural.
    """

    message: str
    arguments: tuple[tuple[str, "Argument"], ...] = ()
    count: int | None = None


Argument = str | int | datetime.date | Local | Text


def T(message: str, **arguments: "Argument") -> Text:
    """A message to translate."""
    return Text(message, tuple(arguments.items()))


def Tn(message: str, n: int, **arguments: "Argument") -> Text:
    """A message whose other languages have a plural that depends on `n`; `{n}` stands for it."""
    return Text(message, (("n", n), *arguments.items()), count=n)


class Catalogue(Protocol):
    """The part of `gettext.NullTranslations` that translation needs."""

    def gettext(self, message: str) -> str:
        """The message in the catalogue's language."""
        ...

    def info(self) -> dict[str, str]:
        """The header of the catalogue; `language` is missing for the source language."""
        ...

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The plural form for `n`."""
        ...


def translate(text: Text, catalogue: Catalogue, say_date: Callable[[datetime.date], str]) -> str:
    """Put `text` into the catalogue's language; dates into words by `say_date`."""
    if text.count is None:
        words = catalogue.gettext(text.message)
    else:
        words = catalogue.ngettext(text.message, text.message, text.count)
    if not text.arguments:
        return words
    values: dict[str, str | int] = {}
    for name, value in text.arguments:
        if isinstance(value, Text):
            values[name] = translate(value, catalogue, say_date)
        elif isinstance(value, datetime.date):
            values[name] = say_date(value)
        elif isinstance(value, Local):
            values[name] = value.en if catalogue.info().get("language") == "en" else value.zh
        else:
            values[name] = value
    return words.format(**values)
