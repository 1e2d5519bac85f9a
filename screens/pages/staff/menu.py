"""What the staff can do: a row each, with the button that begins it."""

from kiosk.console.pages import Menu, MenuItem
from screens import type, widgets
from screens.draft import Draft
from screens.pages.staff import shell
from screens.scene import Rect
from screens.tokens import Role

_ROW, _GAP = 148, 12
_BUTTON = (200, 120)
_SHEET_TOP = 380


def draw(draft: Draft, page: Menu) -> None:
    """Draw the page."""
    area = shell.open_page(draft, page, sheet_top=_SHEET_TOP)
    y = area.y
    for item in page.items:
        _item(draft, item, Rect(area.x, y, area.w, _ROW))
        y += _ROW + _GAP
    shell.below(draft, page.below)


def _item(draft: Draft, item: MenuItem, rect: Rect) -> None:
    widgets.card(draft, rect)
    middle = rect.y + rect.h / 2
    draft.icon(item.icon, rect.x + 34, middle - 34, 68)
    w, h = _BUTTON
    left, edge = rect.x + 130, rect.right - 24 - (w + 16 if item.button is not None else 0)
    name, note = draft.say(item.name), draft.say(item.note)
    heading, small = shell.role("heading"), shell.role("small")
    line = shell.fitted(name, edge - left, Role(heading.size, heading.line, True), 34)
    lines = type.lines(note, edge - left, small.size, False)
    y = middle - (line.line + small.line * len(lines)) / 2
    draft.line(name, left, y, line, "ink", on="surface", limit=edge)
    y += line.line
    for words in lines:
        draft.line(words, left, y, small, "ink_2", on="surface", limit=edge)
        y += small.line
    if item.button is not None:
        shell.row_button(draft, Rect(rect.right - 24 - w, middle - h / 2, w, h), item.button)
