"""What happened, what it means for the card, why, and a numbered way out. The stage stays calm."""

from kiosk.pages import Panel, Refusal
from kiosk.text import T
from screens import frame, type, widgets
from screens.draft import Draft
from screens.scene import Rect
from screens.tokens import Role


def draw(draft: Draft, page: Refusal) -> None:
    """Draw the page."""
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    sheet_top = frame.form_sheet_top(draft, opened)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = frame.content_area(draft.canvas, sheet_top + (64 if sheet_top <= 484 else 56))
    frame.fit(draft, area, lambda trial, room: _content(trial, page, room))
    frame.actions(draft, page.actions)


def _content(draft: Draft, page: Refusal, area: Rect) -> float:
    panel = Panel(sign=page.sign, heading=page.heading, body=page.why)
    # Under a title of two lines everything stands a little closer.
    above, below = (40, 16) if draft.canvas.landscape or area.y <= 584 else (28, 12)
    y = widgets.panel(draft, panel, Rect(area.x, area.y, area.w, 0)) + draft.gap(above)
    if page.ways:
        heading = draft.role("heading")
        y = draft.paragraph(draft.say(page.ways_title), area.x, y, area.w, heading, "ink") + draft.gap(below)
        y = _ways(draft, page, area, y) + draft.gap(18)
    return _reference(draft, page, area, y)


def _ways(draft: Draft, page: Refusal, area: Rect, top: float) -> float:
    contents = draft.again(draft.ease)
    roles = widgets.bold_row(draft)
    y = top + 2
    left, limit = area.x + 130, area.w - 130 - 28
    for index, way in enumerate(page.ways):
        if index:
            widgets.rule(contents, area.x, y, area.w)
        title, note = draft.say(way.title), draft.say(way.note) if way.note else None
        high = max(draft.gap(148), 100, widgets.texts_height(title, note, limit, roles) + draft.gap(36))
        middle = y + (high - 2) / 2
        widgets.number(contents, index + 1, area.x + 38, middle - 32, filled=False)
        widgets.two_texts(contents, title, note, left, middle, limit, roles)
        y += high
    widgets.card(draft, Rect(area.x, top, area.w, y + 2 - top))
    draft.take(contents)
    return y + 2


def _reference(draft: Draft, page: Refusal, area: Rect, y: float) -> float:
    """Whom to ask, and the number to give them."""
    small = draft.role("small")
    role = Role(small.size, small.line, False)
    contact = draft.say(page.contact)
    if not page.reference:
        return draft.paragraph(contact, area.x, y, area.w, role, "ink_2")
    number = draft.say(T("编号 {number}", number=page.reference))
    wide = type.width(contact, role.size, False) + 32 + type.width(number, role.size, False)
    if wide <= area.w:
        draft.line(contact, area.x, y, role, "ink_2", limit=area.right)
        draft.line(number, area.right, y, role, "ink_2", align="right", limit=area.right + 1)
        return y + role.line
    y = draft.paragraph(contact, area.x, y, area.w, role, "ink_2")
    return draft.paragraph(number, area.x, y, area.w, role, "ink_2")
