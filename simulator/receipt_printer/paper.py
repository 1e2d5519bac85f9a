"""Draws what is on the paper as a picture, dot for dot: 576 dots of print on 640 of paper."""

import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from simulator.receipt_printer.roll import WIDTH_DOTS, Blank, Code, Cut, Glyph, Mark, Picture, Receipt, TextLine

_MARGIN: Final = 32
_PAPER: Final = (252, 251, 247)
_INK: Final = (38, 36, 40)  # Thermal paper is never quite black.
_TOOTH: Final = 8
_FONTS: Final = {
    bold: Path(f"/usr/share/fonts/opentype/noto/NotoSansCJK-{'Bold' if bold else 'Regular'}.ttc")
    for bold in (False, True)
}
_SIMPLIFIED_MONO: Final = 7  # The face of the collection whose ASCII is half as wide as its Chinese.


def draw_receipt(receipt: Receipt) -> Image.Image:
    """One receipt, torn teeth below."""
    return _draw([receipt.marks])


def draw_roll(receipts: Sequence[Receipt], hanging: Sequence[Mark]) -> Image.Image:
    """Everything printed, one receipt under the other, with what still hangs in the printer last."""
    return _draw([receipt.marks for receipt in receipts] + ([tuple(hanging)] if hanging else []))


def png(image: Image.Image) -> bytes:
    """As a PNG that says 203 dots an inch, so that a print of it has the true size."""
    data = io.BytesIO()
    image.save(data, "PNG", dpi=(203, 203), optimize=True)
    return data.getvalue()


def _draw(pieces: Iterable[Sequence[Mark]]) -> Image.Image:
    pieces = list(pieces) or [()]
    heights = [sum(mark.height for mark in marks) + 2 * _MARGIN for marks in pieces]
    image = Image.new("RGB", (WIDTH_DOTS + 2 * _MARGIN, max(sum(heights), 2 * _MARGIN)), _PAPER)
    canvas = ImageDraw.Draw(image)
    top = 0
    for marks, height in zip(pieces, heights, strict=True):
        y = top + _MARGIN
        for mark in marks:
            _mark(image, canvas, mark, y)
            y += mark.height
        top += height
        if any(isinstance(mark, Cut) for mark in marks):
            _teeth(canvas, image.width, top)
    return image


def _mark(image: Image.Image, canvas: ImageDraw.ImageDraw, mark: Mark, y: int) -> None:
    match mark:
        case TextLine(glyphs, _):
            tallest = max(glyph.height for glyph in glyphs)
            for glyph in glyphs:
                _glyph(image, canvas, glyph, y + tallest)
        case Picture(x, row_bytes, height, bits):
            dots = Image.frombytes("1", (row_bytes * 8, height), bits).convert("L")
            image.paste(_INK, (_MARGIN + x, y), dots)
        case Code(x, module, rows):
            for i, row in enumerate(rows):
                for j, dark in enumerate(row):
                    if dark:
                        at = (_MARGIN + x + j * module, y + i * module)
                        canvas.rectangle((*at, at[0] + module - 1, at[1] + module - 1), fill=_INK)
        case Blank() | Cut():
            pass


def _glyph(image: Image.Image, canvas: ImageDraw.ImageDraw, glyph: Glyph, bottom: int) -> None:
    x, y = _MARGIN + glyph.x, bottom - glyph.height
    ink, paper = (_PAPER, _INK) if glyph.inverse else (_INK, _PAPER)
    if glyph.inverse:
        canvas.rectangle((x, y, x + glyph.width - 1, bottom - 1), fill=paper)
    if glyph.missing:
        canvas.rectangle((x + 2, y + 2, x + glyph.width - 3, bottom - 3), outline=ink, width=2)
    elif glyph.character != " ":
        cell = Image.new("L", (glyph.width, glyph.height), 0)
        across = glyph.width * (1 if len(glyph.character.encode("gb18030")) > 1 else 2)
        if across == glyph.height:
            _write(cell, glyph)
        else:  # Wide but not high, or the other way: the printer repeats dots, so stretch.
            side = min(across, glyph.height)
            narrow = Image.new("L", (glyph.width * side // across, side), 0)
            _write(narrow, glyph)
            cell = narrow.resize(cell.size)
        image.paste(ink, (x, y), cell)
    if glyph.underline:
        canvas.rectangle((x, bottom - glyph.underline, x + glyph.width - 1, bottom - 1), fill=ink)


def _write(cell: Image.Image, glyph: Glyph) -> None:
    # Chinese fills its cell; letters need room below the base line.
    size, base = (0.92, 0.8) if glyph.character.isascii() else (1.0, 0.88)
    font = _font(glyph.bold, round(cell.height * size))
    at = (cell.width / 2, cell.height * base)
    ImageDraw.Draw(cell).text(at, glyph.character, font=font, fill=255, anchor="ms")


@lru_cache(maxsize=8)
def _font(bold: bool, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_FONTS[bold], size, index=_SIMPLIFIED_MONO)


def _teeth(canvas: ImageDraw.ImageDraw, width: int, bottom: int) -> None:
    for x in range(0, width, 2 * _TOOTH):
        canvas.polygon([(x, bottom), (x + _TOOTH, bottom - _TOOTH), (x + 2 * _TOOTH, bottom)], fill=(196, 196, 200))
