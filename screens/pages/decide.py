"""A decision with consequences: what follows from it, point by point; then two buttons of the same width."""

from kiosk.pages import Decide
from kiosk.text import Text
from screens import frame, type, widgets
from screens.draft import Draft
from screens.scene import Rect


def draw(draft: Draft, page: Decide) -> None:
    """Draw the page."""
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    sheet_top = frame.form_sheet_top(draft, opened)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = frame.content_area(draft.canvas, sheet_top + (64 if sheet_top <= 484 else 56))
    frame.fit(draft, area, lambda trial, room: _content(trial, page, room))
    frame.actions(draft, page.actions)


def _content(draft: Draft, page: Decide, area: Rect) -> float:
    y = widgets.panel(draft, page.panel, Rect(area.x, area.y, area.w, 0))
    return _points(draft, page.points, area, y + draft.gap(32)) if page.points else y


def _points(draft: Draft, points: tuple[Text, ...], area: Rect, top: float) -> float:
    contents = draft.again(draft.ease)
    role, _ = widgets.bold_row(draft)
    left, limit = area.x + 130, area.w - 130 - 28
    y = top + 2
    for index, point in enumerate(points):
        if index:
            widgets.rule(contents, area.x, y, area.w)
        lines = type.lines(draft.say(point), limit, role.size, True)
        high = max(draft.gap(128), len(lines) * role.line + draft.gap(36))
        middle = y + (high - 2) / 2
        contents.circle(area.x + 70, middle, 20, "action")
        line_y = middle - len(lines) * role.line / 2
        for line in lines:
            contents.line(line, left, line_y, role, "ink", on="surface", limit=left + limit)
            line_y += role.line
        y += high
    widgets.card(draft, Rect(area.x, top, area.w, y + 2 - top))
    draft.take(contents)
    return y + 2
