"""What a slip is, as data: titles, lines, pairs, rules, codes. 80 mm paper, 576 dots, 48 columns; Chinese takes two.

No part shows its text in `repr`: a slip carries what a citizen may see and a log may not.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

COLUMNS: Final = 48
WIDTH_DOTS: Final = 576


class Align(IntEnum):
    """As ESC a counts them."""

    LEFT = 0
    CENTER = 1
    RIGHT = 2


@dataclass(frozen=True, slots=True, repr=False)
class Title:
    """One centred heading in double size, bold."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """A paragraph, broken by Unicode's rules."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    large: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Pair:
    """A label at the left, its value at the right edge; a long value goes on below itself."""

    label: str
    value: str
    bold: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class Numbered:
    """One step of several, its further lines hanging under its text."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Gap:
    """White space, in dots (8 to a millimetre).

    Raises:
        ValueError: Not 0 to 255.
    """

    dots: int = 16

    def __post_init__(self) -> None:
        if not 0 <= self.dots <= 255:
            raise ValueError("a gap is 0 to 255 dots")


@dataclass(frozen=True, slots=True, repr=False)
class QrCode:
    """A QR code, centred, drawn by the printer.

    Raises:
        ValueError: Something other than printable ASCII, of which every decoder makes the same text; or modules that
            are not 1 to 16 dots.
    """

    content: str
    module_dots: int = 6

    def __post_init__(self) -> None:
        if not (self.content.isascii() and self.content.isprintable() and self.content):
            raise ValueError("the content of a QR code is printable ASCII")
        if not 1 <= self.module_dots <= 16:
            raise ValueError("a module is 1 to 16 dots")


Part = Title | Line | Pair | Numbered | Rule | Gap | QrCode


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """One slip; the printer cuts after it."""

    parts: tuple[Part, ...]
