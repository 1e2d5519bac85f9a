"""A fact in a white card: its label, its sign, its value and a note. Large text stacks the label over the value."""

from kiosk.pages import StatusRow, TableRow
from kiosk.text import Text
from screens import type, widgets
from screens.draft import Draft
from screens.scene import Rect

_COLUMN = 0.387
"""Where the second column begins, of the width."""


def fact(draft: Draft, row: StatusRow | TableRow, area: Rect, y: float, *, least: float) -> float:
    """Draw a row across `area` from `y`, `least` high where the text isn't large; returns where it ends."""
    return _stacked(draft, row, area, y) if draft.large else _beside(draft, row, area, y, least)


def _value(draft: Draft, row: StatusRow | TableRow) -> str:
    return draft.say(row.value) if isinstance(row.value, Text) else row.value


def _beside(draft: Draft, row: StatusRow | TableRow, area: Rect, y: float, least: float) -> float:
    """Label left, sign and value in the second column."""
    label, roles = draft.role("label"), widgets.bold_row(draft)
    column = area.x + round(area.w * _COLUMN)
    label_lines = type.lines(draft.say(row.label), column - 24 - area.x - 38, label.size, True)
    value, note = _value(draft, row), draft.say(row.note) if row.note else None
    left = column + 76 if row.sign else column
    limit = area.right - 24 - left
    high = max(least, widgets.texts_height(value, note, limit, roles) + 16, len(label_lines) * label.line + 16)
    middle = y + (high - 2) / 2
    line_y = middle - len(label_lines) * label.line / 2
    for line in label_lines:
        draft.line(line, area.x + 38, line_y, label, "ink", on="surface", limit=column - 8)
        line_y += label.line
    if row.sign:
        widgets.sign(draft, row.sign, column, middle - 26, 52)
    widgets.two_texts(draft, value, note, left, middle, limit, roles, personal=isinstance(row.value, str))
    return y + high


def _stacked(draft: Draft, row: StatusRow | TableRow, area: Rect, y: float) -> float:
    """Large: the label over its value; both beside the sign."""
    small, label = draft.role("small"), draft.role("label")
    left = area.x + (120 if row.sign else 38)
    limit = area.right - 32 - left
    pad = draft.gap(14)
    title, value = draft.say(row.label), _value(draft, row)
    note = draft.say(row.note) if row.note else None
    beside = type.width(title, small.size, False) + 24 + type.width(value, label.size, True) <= limit
    inner, mine = draft.again(draft.ease), isinstance(row.value, str)
    top = y + pad
    if beside and draft.ease > 0:
        inner.line(title, left, top + (label.line - small.line) / 2, small, "ink_2", on="surface", limit=area.right)
        end = top + label.line
        inner.line(
            value, area.right - 32, top, label, "ink", on="surface", align="right", limit=area.right, personal=mine
        )
    else:
        end = inner.paragraph(title, left, top, limit, small, "ink_2", on="surface")
        end = inner.paragraph(value, left, end, limit, label, "ink", on="surface", personal=mine)
    if note:
        end = inner.paragraph(note, left, end, limit, small, "ink_2", on="surface")
    bottom = end + pad
    if row.sign:
        widgets.sign(inner, row.sign, area.x + 36, (y + bottom - 60) / 2, 60)
    draft.take(inner)
    return bottom
