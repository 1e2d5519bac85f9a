"""The status page: the answer in the title, the details below, the next services as buttons."""

from kiosk.pages import Button, Status, StatusRow
from screens import frame, type, widgets
from screens.draft import Draft
from screens.rows import fact
from screens.scene import Part, Rect
from screens.tokens import Role


def draw(draft: Draft, page: Status) -> None:
    """Draw the page."""
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    sheet_top = frame.form_sheet_top(draft, opened)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = frame.content_area(draft.canvas, sheet_top + 56, bottom=frame.actions_top(draft.canvas) - 32)
    frame.fit(draft, area, lambda trial, room: _content(trial, page, room))
    frame.actions(draft, page.actions)


def _content(draft: Draft, page: Status, area: Rect) -> float:
    y = _who(draft, page, area)
    y = _rows(draft, page.rows, Rect(area.x, y, area.w, area.bottom - y))
    if not page.further:
        return y
    y += draft.gap(28)
    body = draft.role("body")
    y = draft.paragraph(draft.say(page.further_title), area.x, y, area.w, body, "ink_2") + draft.gap(10)
    return _further(draft, page.further, area, y)


def _who(draft: Draft, page: Status, area: Rect) -> float:
    """The holder's masked name and number, and the card: only for whoever stands here, never spoken."""
    body = draft.role("body")
    role = body if not draft.large else Role(max(40, body.size - 8), body.line - 8, False)
    who, card = f"{page.name}　{page.number}", draft.say(page.card)
    both = type.width(who, role.size, False) + 32 + type.width(card, role.size, False)
    draft.line(who, area.x, area.y, role, "ink_2", limit=area.right, personal=True)
    if both <= area.w:
        draft.line(card, area.right, area.y, role, "ink_2", align="right", limit=area.right + 1, personal=True)
        return area.y + role.line + draft.gap(18)
    draft.line(card, area.x, area.y + role.line, role, "ink_2", limit=area.right, personal=True)
    return area.y + 2 * role.line + draft.gap(12)


def _rows(draft: Draft, rows: tuple[StatusRow, ...], area: Rect) -> float:
    contents = draft.again(draft.ease)
    least = draft.gap(128) if not draft.large else 0
    y = area.y + 2
    for index, row in enumerate(rows):
        if index:
            widgets.rule(contents, area.x, y, area.w)
        y = fact(contents, row, area, y, least=max(104, least))
    widgets.card(draft, Rect(area.x, area.y, area.w, y + 2 - area.y))
    draft.take(contents)
    return y + 2


def _further(draft: Draft, buttons: tuple[Button, ...], area: Rect, y: float) -> float:
    """The next services, two a row."""
    columns = 2
    high = 128 if not draft.large else 120
    w = (area.w - 24) / columns
    for index, what in enumerate(buttons):
        row, column = divmod(index, columns)
        rect = Rect(area.x + column * (w + 24), y + row * (high + 16), w, high)
        further_button(draft, rect, what)
    rows = (len(buttons) + columns - 1) // columns
    return y + rows * high + (rows - 1) * 16


def further_button(draft: Draft, rect: Rect, what: Button) -> None:
    """One next service."""
    label = draft.say(what.label)

    def inside(draft: Draft) -> None:
        role = draft.role("label")
        middle = rect.y + (rect.h - widgets.LIP) / 2
        x = rect.x + 30
        room = rect.w - 54
        if type.width(label, role.size, True) + 72 + 24 + 50 <= room and what.icon:
            draft.icon(what.icon, x, middle - 36, 72)
            x += 96
        if x - rect.x + type.width(label, role.size, True) + 24 + 70 <= rect.w:
            draft.icon("chevron", rect.right - 70, middle - 22, 44)
        size = min(role.size, role.size * (rect.right - 20 - x) / type.width(label, role.size, True))
        draft.line(label, x, middle - role.line / 2, Role(size, role.line, True), "ink", on="surface", limit=rect.right)

    widgets.touchable(draft, rect, what.answer, label, Part.CONTENT, inside)
