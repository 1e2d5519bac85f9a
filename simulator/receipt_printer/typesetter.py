"""Builds lines out of characters and settings, as the printer does between two line feeds."""

from dataclasses import dataclass

from simulator.receipt_printer.roll import WIDTH_DOTS, Glyph, TextLine

_CELL = 24
_DEFAULT_SPACING = 30  # 1/6 inch at 180 dpi, which Epson's printers start with.
_TAB = 8


@dataclass(slots=True)
class Typesetter:
    """Settings of one print job; ESC @ makes a new one."""

    chinese: bool = False
    align: int = 0
    bold: bool = False
    underline: int = 0
    inverse: bool = False
    wide: int = 1
    high: int = 1
    chinese_wide: int = 1
    chinese_high: int = 1
    spacing: int = _DEFAULT_SPACING
    extra: int = 0
    left: int = 0
    x: int = 0
    glyphs: tuple[Glyph, ...] = ()

    def add(self, raw: bytes) -> list[TextLine]:
        """Set one character; returns the line that it pushed out, if it found no room."""
        character = raw.decode("gb18030" if self.chinese else "cp437", "replace")
        is_chinese = len(raw) > 1
        wide = max(self.wide, self.chinese_wide) if is_chinese else self.wide
        high = max(self.high, self.chinese_high) if is_chinese else self.high
        width = _CELL * wide if is_chinese else _CELL // 2 * wide
        # A printer's font ends where two bytes do.
        missing = len(raw) == 4 or character == "\ufffd" or "\ue000" <= character <= "\uf8ff"
        pushed = self.line() if self.x + width > WIDTH_DOTS - self.left else []
        glyph = Glyph(character, self.x, width, _CELL * high, self.bold, self.underline, self.inverse, missing)
        self.glyphs += (glyph,)
        self.x += width + self.extra
        return pushed

    def tab(self) -> None:
        """HT: to the next column that 8 divides."""
        stop = _TAB * _CELL // 2
        self.x = min((self.x // stop + 1) * stop, WIDTH_DOTS - self.left)

    def line(self, feed: int | None = None) -> list[TextLine]:
        """End the line, if one was begun. `feed`: dots to advance instead of the line spacing."""
        if not self.glyphs:
            self.x = 0
            return []
        shift = self.shift(self.glyphs[-1].x + self.glyphs[-1].width)
        tallest = max(glyph.height for glyph in self.glyphs)
        placed = tuple(
            Glyph(g.character, g.x + shift, g.width, g.height, g.bold, g.underline, g.inverse, g.missing)
            for g in self.glyphs
        )
        self.glyphs, self.x = (), 0
        return [TextLine(placed, max(tallest, self.spacing if feed is None else feed))]

    def shift(self, width: int) -> int:
        """Where something `width` dots wide begins under the present alignment."""
        free = max(WIDTH_DOTS - self.left - width, 0)
        return self.left + (0, free // 2, free)[self.align]
