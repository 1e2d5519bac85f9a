"""Pages to read: the card's status, an answer to a question, figures."""

from dataclasses import dataclass

from kiosk.pages.parts import Button, Page, Panel, Sign
from kiosk.text import Masked, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One fact about the card: its sign, what it is, and what that means."""

    label: Text
    sign: Sign
    value: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Page):
    """The answer in the title, the details below, the next services as buttons."""

    name: Masked
    number: Masked
    card: Text
    rows: tuple[StatusRow, ...]
    further_title: Text
    further: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of an article: a heading, what there is to say, and points.

    Attributes:
        points: Short sentences, each with a dot before it; or with its number, where `numbered`: steps in their order.
    """

    heading: Text | None = None
    paragraphs: tuple[Text, ...] = ()
    points: tuple[Text, ...] = ()
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Page):
    """The answer to a question that stands in the title; what doesn't fit is behind 下一页, by the screens themselves.

    Attributes:
        short: The answer in a sentence, or what to take care of: stands first, in a panel.
        further_title: Over `further`.
        further: What can be done about it here; at most two, on the last page.
    """

    sections: tuple[Section, ...]
    short: Panel | None = None
    further_title: Text | None = None
    further: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One line of a table.

    Attributes:
        value: Drawn, never spoken.
        note: More about the value, below it.
        sign: Before the value, where it is good or bad.
    """

    label: Text
    value: Text | Masked
    note: Text | None = None
    sign: Sign | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGroup:
    """Rows under a heading of their own."""

    rows: tuple[TableRow, ...]
    heading: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart.

    Attributes:
        label: Below it: a year or a month; 5 digits or 3 Han characters at most.
        value: The value in words, over it: 7 digits at most.
        height: 0 to 1: its share of the highest.
        hollow: Something is missing: drawn as an outline.
    """

    label: Text
    value: Text
    height: float
    hollow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars for who would rather look than read; at most 8.

    Attributes:
        title: What is shown, with its unit.
        note: What a hollow bar means.
    """

    title: Text
    bars: tuple[Bar, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Page):
    """Figures and facts, line by line. What doesn't fit is behind 下一页, by the screens themselves.

    Attributes:
        whose: Whose it is, masked: stands where a subtitle would, and is never spoken.
        chart: Stands over the rows of the first page.
    """

    groups: tuple[TableGroup, ...]
    whose: Text | None = None
    chart: Chart | None = None
