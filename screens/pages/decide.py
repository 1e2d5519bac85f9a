"""A decision with consequences: what follows from it, point by point; then two buttons of the same width."""

from kiosk.pages import Decide, OnPaper, Point
from screens import frame, widgets
from screens.draft import Draft
from screens.scene import Rect


def draw(draft: Draft, page: Decide) -> None:
    """Draw the page."""
    stage = draft.again(0)
    opened = frame.opening(stage, page, page.whose)
    sheet_top = frame.form_sheet_top(draft, opened)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = frame.content_area(draft.canvas, sheet_top + (64 if sheet_top <= 484 else 56))
    frame.fit(draft, area, lambda trial, room: _content(trial, page, room))
    frame.actions(draft, page.actions)


def _content(draft: Draft, page: Decide, area: Rect) -> float:
    y = widgets.panel(draft, page.panel, Rect(area.x, area.y, area.w, 0))
    if page.points:
        y = _points(draft, page.points, area, y + draft.gap(36))
    if page.on_paper:
        y = _on_paper(draft, page.on_paper, area, y + draft.gap(40))
    return y


def _points(draft: Draft, points: tuple[Point, ...], area: Rect, top: float) -> float:
    contents = draft.again(draft.ease)
    roles = widgets.bold_row(draft)
    left, limit = area.x + 126, area.w - 126 - 28
    y = top + 2
    for index, point in enumerate(points):
        if index:
            widgets.rule(contents, area.x, y, area.w)
        text, note = draft.say(point.text), draft.say(point.note) if point.note else None
        high = max(draft.gap(140), 92, widgets.texts_height(text, note, limit, roles) + draft.gap(30))
        middle = y + (high - 2) / 2
        widgets.sign(contents, point.sign, area.x + 38, middle - 30, 60)
        widgets.two_texts(contents, text, note, left, middle, limit, roles)
        y += high
    widgets.card(draft, Rect(area.x, top, area.w, y + 2 - top))
    draft.take(contents)
    return y + 2


def _on_paper(draft: Draft, what: OnPaper, area: Rect, top: float) -> float:
    """What the receipt will say, beside the printer's sign."""
    contents = draft.again(draft.ease)
    label, body = draft.role("label"), draft.role("body")
    left, pad = area.x + 138, draft.gap(32)
    limit = area.right - 36 - left
    contents.icon("print", area.x + 38, top + pad + 2, 72)
    end = contents.paragraph(draft.say(what.heading), left, top + pad + 3, limit, label, "ink", on="surface")
    end = contents.paragraph(draft.say(what.body), left, end + 10, limit, body, "ink", on="surface")
    bottom = max(end + pad - 8, top + 2 * pad + 72)
    widgets.card(draft, Rect(area.x, top, area.w, bottom - top))
    draft.take(contents)
    return bottom
