"""A document as ESC/POS bytes. python-escpos writes the commands; Chinese goes out as GB 18030 by our own hand.

Not left to python-escpos: it sends Chinese without FS & and turns what it can't encode into `?`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from drivers.receipt_printer.columns import width
from drivers.receipt_printer.document import COLUMNS, WIDTH_DOTS, Align, Document, Gap, QrCode
from drivers.receipt_printer.fonts import DEBIAN_FONTS, Font
from drivers.receipt_printer.layout import Row, lay_out
from drivers.receipt_printer.raster import CELL_DOTS, draw, is_rare

if TYPE_CHECKING:  # Importing escpos takes 180 ms and 20 MB, which a kiosk at home does without.
    from escpos.printer import Dummy  # type: ignore[import-untyped]

CHINESE_MODE: Final = b"\x1c&"
_LEADING_DOTS: Final = 10
_REAL_TIME: Final = re.compile(rb"\x10(?=[\x04\x05\x14])")


@dataclass(frozen=True, slots=True, repr=False)
class Encoded:
    """What to send after the printer was initialised."""

    data: bytes
    missing_glyphs: int
    """Characters that no font has; each is printed as 〓."""


def encode(document: Document, fonts: Sequence[Font] = DEBIAN_FONTS) -> Encoded:
    """Turn a document into bytes: text, pictures of rows with rare characters, codes, and the cut."""
    from escpos.printer import Dummy

    printer = Dummy()
    printer._raw(CHINESE_MODE)
    missing = 0
    for row in lay_out(document):
        match row:
            case Gap(dots):
                printer._raw(b"\x1bJ" + bytes((dots,)))
            case QrCode(content, module_dots):
                quiet = b"\x1bJ" + bytes((4 * module_dots,))  # Four modules (ISO/IEC 18004); the sides have plenty.
                printer._raw(quiet)
                printer.set(align="center")
                printer.qr(content, ec=1, size=module_dots, native=True)
                printer._raw(quiet)
            case Row():
                missing += _row(printer, row, fonts)
    printer.set(align="left")
    printer.cut(mode="PART", feed=False)  # GS V 66: feeds to the cutter by itself.
    return Encoded(printer.output, missing)


def _row(printer: "Dummy", row: Row, fonts: Sequence[Font]) -> int:
    if is_rare(row.text):
        return _drawn_row(printer, row, fonts)
    printer.line_spacing(CELL_DOTS * row.scale + _LEADING_DOTS)
    printer.set(align=row.align.name.lower(), bold=row.bold, custom_size=True, width=row.scale, height=row.scale)
    printer._raw(row.text.encode("gb18030") + b"\n")
    return 0


def _drawn_row(printer: "Dummy", row: Row, fonts: Sequence[Font]) -> int:
    from PIL import Image, ImageChops

    text, missing = draw(row.text, scale=row.scale, fonts=fonts)
    free = (COLUMNS - width(row.text) * row.scale) * WIDTH_DOTS // COLUMNS
    left = {Align.LEFT: 0, Align.CENTER: free // 2, Align.RIGHT: free}[row.align]
    image = Image.new("1", (WIDTH_DOTS, text.height + _LEADING_DOTS), 1)
    again = image.copy()
    image.paste(text, (left, 0))
    if row.bold:  # As the printer itself does: once more, a little to the right.
        again.paste(text, (left + row.scale, 0))
        image = ImageChops.logical_and(image, again)
    bits = bytes(byte ^ 0xFF for byte in image.tobytes())
    # A picture must not hold what a printer obeys at once wherever it stands (DLE EOT, ENQ, DC4): one dot less.
    bits = _REAL_TIME.sub(b"\x00", bits)
    size = (WIDTH_DOTS // 8).to_bytes(2, "little") + image.height.to_bytes(2, "little")
    printer.set(align="left")
    printer._raw(b"\x1dv0\x00" + size + bits)
    return missing
