"""The status page: the answer in the title, the details below, the next services as buttons."""

from kiosk.pages import Button, Status, StatusRow
from screens import frame, type, widgets
from screens.draft import Draft
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
        y = _stacked_row(contents, row, area, y) if draft.large else _row(contents, row, area, y, max(104, least))
    widgets.card(draft, Rect(area.x, area.y, area.w, y + 2 - area.y))
    draft.take(contents)
    return y + 2


def _row(draft: Draft, row: StatusRow, area: Rect, y: float, least: float) -> float:
    """Label left, sign and value in the second column."""
    label, roles = draft.role("label"), widgets.bold_row(draft)
    column = area.x + round(area.w * 0.387)
    label_lines = type.lines(draft.say(row.label), column - 24 - area.x - 38, label.size, True)
    value, note = draft.say(row.value), draft.say(row.note) if row.note else None
    left = column + 76
    limit = area.right - 24 - left
    high = max(least, widgets.texts_height(value, note, limit, roles) + 16, len(label_lines) * label.line + 16)
    middle = y + (high - 2) / 2
    line_y = middle - len(label_lines) * label.line / 2
    for line in label_lines:
        draft.line(line, area.x + 38, line_y, label, "ink", on="surface", limit=column - 8)
        line_y += label.line
    widgets.sign(draft, row.sign, column, middle - 26, 52)
    widgets.two_texts(draft, value, note, left, middle, limit, roles)
    return y + high


def _stacked_row(draft: Draft, row: StatusRow, area: Rect, y: float) -> float:
    """Large: the label over its value; both beside the sign."""
    small, label = draft.role("small"), draft.role("label")
    left, limit = area.x + 120, area.w - 120 - 32
    pad = draft.gap(14)
    title, value = draft.say(row.label), draft.say(row.value)
    note = draft.say(row.note) if row.note else None
    beside = type.width(title, small.size, False) + 24 + type.width(value, label.size, True) <= limit
    inner = draft.again(draft.ease)
    top = y + pad
    if beside and draft.ease > 0:
        inner.line(title, left, top + (label.line - small.line) / 2, small, "ink_2", on="surface", limit=area.right)
        end = top + label.line
        inner.line(value, area.right - 32, top, label, "ink", on="surface", align="right", limit=area.right)
    else:
        end = inner.paragraph(title, left, top, limit, small, "ink_2", on="surface")
        end = inner.paragraph(value, left, end, limit, label, "ink", on="surface")
    if note:
        end = inner.paragraph(note, left, end, limit, small, "ink_2", on="surface")
    bottom = end + pad
    widgets.sign(inner, row.sign, area.x + 36, (y + bottom - 60) / 2, 60)
    draft.take(inner)
    return bottom


def _further(draft: Draft, buttons: tuple[Button, ...], area: Rect, y: float) -> float:
    """The next services, two a row."""
    columns = 2
    high = 128 if not draft.large else 120
    w = (area.w - 24) / columns
    for index, what in enumerate(buttons):
        row, column = divmod(index, columns)
        rect = Rect(area.x + column * (w + 24), y + row * (high + 16), w, high)
        _further_button(draft, rect, what)
    rows = (len(buttons) + columns - 1) // columns
    return y + rows * high + (rows - 1) * 16


def _further_button(draft: Draft, rect: Rect, what: Button) -> None:
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
