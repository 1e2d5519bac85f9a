"""Rows that the printer's own font can't draw, drawn here from font files, dot by dot on the printer's grid."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from uniseg.graphemecluster import grapheme_clusters  # type: ignore[import-untyped]

from drivers.receipt_printer.fonts import Font

if TYPE_CHECKING:  # Pillow costs the idle kiosk memory: it comes with the first rare character.
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

CELL_DOTS: Final = 24
"""A Chinese character of the printer's font: 24 by 24; an ASCII one 12 by 24."""
_BASE_LINE: Final = 0.88
"""Of the em box, from above: where CJK faces have it."""
_GETA: Final = "〓"  # The typesetter's mark for a character that he hasn't got.
_NOBODY_HAS: Final = "\U0010ffff"  # Not a character (Unicode, 23.7): what a font draws for it is its tofu.


def is_rare(text: str) -> bool:
    """Whether a printer's Chinese font can't be trusted with `text`: four bytes in GB 18030, or private use."""
    return any(len(c.encode("gb18030", "replace")) == 4 or "\ue000" <= c <= "\uf8ff" for c in text)


def draw(text: str, *, scale: int, fonts: Sequence[Font]) -> tuple["Image", int]:
    """Draw one row of text as black on white.

    Returns:
        The picture, and how many characters no font has: they stand as 〓, never as nothing.
    """
    from PIL import Image, ImageDraw

    clusters = list(grapheme_clusters(text))
    columns = sum(1 if cluster.isascii() else 2 for cluster in clusters)
    side = CELL_DOTS * scale
    image = Image.new("1", (columns * side // 2, side), 1)
    canvas = ImageDraw.Draw(image)
    missing = x = 0
    for cluster in clusters:
        font = next((face for f in fonts if (face := _face(f, side)) and _has(face, cluster)), None)
        drawn = cluster
        if font is None:
            missing += 1
            drawn = _GETA
            font = next((face for f in fonts if (face := _face(f, side)) and _has(face, _GETA)), None)
        cell = side // 2 if cluster.isascii() else side
        if font is None:
            canvas.rectangle((x + 2, 2, x + cell - 3, side - 3), outline=0, width=2 * scale)
        else:
            canvas.text((x + cell / 2, side * _BASE_LINE), drawn, font=font, fill=0, anchor="ms")
        x += cell
    return image, missing


@lru_cache(maxsize=16)
def _face(font: Font, size: int) -> "FreeTypeFont | None":
    from PIL import ImageFont

    if not font.path.exists():
        return None
    return ImageFont.truetype(font.path, size, index=font.index)


@lru_cache(maxsize=512)
def _has(face: "FreeTypeFont", cluster: str) -> bool:
    """Whether each character has a glyph of its own: neither tofu nor, if it should show, nothing."""
    return all(c == " " or _picture(face, c) not in (_picture(face, _NOBODY_HAS), b"") for c in cluster if not _mark(c))


def _picture(face: "FreeTypeFont", character: str) -> bytes:
    mask = face.getmask(character, mode="1")
    return bytes(mask) if mask.getbbox() else b""


def _mark(character: str) -> bool:
    """A variation selector or joiner: draws nothing, and may do without a glyph."""
    return character == "\u200d" or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
