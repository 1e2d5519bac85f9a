"""A slip as a QR code: as large as the sheet lets it be, since an old phone has to read it."""

from kiosk.pages import ReceiptCode
from screens import frame, type
from screens.draft import Draft
from screens.scene import Modules, Rect

_LARGEST = 880
_QUIET = 4
"""Modules of white around the symbol (ISO/IEC 18004, 6.3.8)."""


def draw(draft: Draft, page: ReceiptCode) -> None:
    """Draw the page."""
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    sheet_top = frame.form_sheet_top(draft, opened)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = frame.content_area(draft.canvas, sheet_top + 48)
    body, note = draft.role("body"), draft.say(page.note)
    lines = type.lines(note, area.w, body.size, False, balance=True)
    room = area.h - len(lines) * body.line - 24
    side = min(_LARGEST, area.w, room)
    top = area.y + (room - side) / 2
    rect = Rect(area.x + (area.w - side) / 2, top, side, side)
    draft.items.append(Modules(rect=rect, rows=modules(page.content)))
    y = top + side + 24
    for line in lines:
        draft.line(line, area.x + area.w / 2, y, body, "ink_2", align="middle", limit=area.right)
        y += body.line
    frame.actions(draft, page.actions)


def modules(text: str) -> tuple[bytes, ...]:
    """The symbol for `text` with its white margin, row by row, 1 for black.

    UTF-8 in byte mode, as phones take Chinese; the lowest level of correction, whose squares are the largest: a
    screen has neither folds nor stains.
    """
    # Imported late: only a printer that fails needs it.
    from qrcode import constants
    from qrcode.main import QRCode

    code = QRCode(error_correction=constants.ERROR_CORRECT_L, border=_QUIET)
    code.add_data(text.encode(), optimize=0)
    return tuple(bytes(map(int, row)) for row in code.get_matrix())
