"""What is on the paper: marks, line by line, as the print head put them there."""

from dataclasses import dataclass, field

WIDTH_DOTS = 576
"""72 mm at 8 dots a millimetre, in the middle of 80 mm paper."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character. `missing`: the printer's font hasn't got it, and a box is printed."""

    character: str
    x: int
    width: int
    height: int
    bold: bool = False
    underline: int = 0
    inverse: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """Characters standing on one base line."""

    glyphs: tuple[Glyph, ...]
    height: int

    @property
    def text(self) -> str:
        """What a person reads; □ where a box is printed."""
        return "".join("□" if glyph.missing else glyph.character for glyph in self.glyphs)


@dataclass(frozen=True, slots=True)
class Picture:
    """Dots, eight a byte, the leftmost in the highest bit; 1 is black."""

    x: int
    row_bytes: int
    height: int
    bits: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code that the printer drew itself; `rows` holds a 1 or 0 for each module."""

    x: int
    module: int
    rows: tuple[tuple[int, ...], ...] = field(repr=False)

    @property
    def height(self) -> int:
        """In dots."""
        return len(self.rows) * self.module


@dataclass(frozen=True, slots=True)
class Blank:
    """Paper fed without a mark."""

    height: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the cutter went through."""

    height: int = 0


Mark = TextLine | Picture | Code | Blank | Cut


@dataclass(frozen=True, slots=True)
class Receipt:
    """Paper between two cuts, and the bytes that made it."""

    marks: tuple[Mark, ...]
    data: bytes = field(repr=False)

    @property
    def cut(self) -> bool:
        """Whether the cutter ended it; otherwise it was torn off."""
        return any(isinstance(mark, Cut) for mark in self.marks)

    @property
    def text(self) -> str:
        """The text lines; pictures and codes are not read."""
        return "\n".join(mark.text for mark in self.marks if isinstance(mark, TextLine))
