"""The machine works: twelve dots on the stage, one step a second, and below what is done already."""

import math

from kiosk.pages import Work, Working, WorkItem
from kiosk.text import T
from screens import frame, type, widgets
from screens.draft import Draft
from screens.scene import Rect
from screens.tokens import Role

_DOTS = 12
_STATES = {Work.DONE: T("好了"), Work.RUNNING: T("正在办"), Work.WAITING: T("等一下")}


def draw(draft: Draft, page: Working, tick: int) -> None:
    """Draw the page; `tick` counts its seconds up."""
    canvas = draft.canvas
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    rows = len(page.items)
    if not rows and not frame.any_action(page.actions):
        frame.whole_stage(draft)
        draft.take(stage)
        left = canvas.stage_width if canvas.landscape else 0
        top = 64 if canvas.landscape else opened.text_bottom
        size = min(800, canvas.footer_top - top - 96, canvas.w - left - 96)
        _dots(draft, page, (left + canvas.w) / 2, (top + canvas.footer_top) / 2, size, tick)
        return
    if canvas.landscape:
        frame.backdrop(draft, 0)
        draft.take(stage)
        room = canvas.footer_top - 24 - opened.text_bottom - 24
        size = min(640, room, opened.w)
        _dots(draft, page, opened.x + opened.w / 2, opened.text_bottom + 24 + room / 2, size, tick)
        if rows:
            area = frame.content_area(canvas, 0, bottom=canvas.footer_top - 48)
            high = _list_height(draft, page.items, area.w)
            _list(draft, page.items, Rect(area.x, area.y + (area.h - high) / 2, area.w, high))
        frame.actions(draft, page.actions)
        return
    has_actions = frame.any_action(page.actions)
    bottom = frame.actions_top(canvas) - 40 if has_actions else canvas.footer_top - 92
    high = _list_height(draft, page.items, 936)
    sheet_top = min(1200.0, bottom - high - 64)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    room = sheet_top - 24 - opened.text_bottom
    size = min(640, room - 24)
    middle = opened.text_bottom + max(12, min(70, room - size)) + size / 2
    _dots(draft, page, canvas.w / 2, middle, size, tick)
    if rows:
        _list(draft, page.items, Rect(72, sheet_top + 64, 936, high))
    frame.actions(draft, page.actions)


def _dots(draft: Draft, page: Working, x: float, y: float, size: float, tick: int) -> None:
    """A clock face of dots: lit ones gold and larger. After twelve seconds it begins anew."""
    lit = tick % _DOTS + 1
    radius = size * 290 / 640
    for index in range(_DOTS):
        angle = math.tau * index / _DOTS
        on = index < lit
        diameter = (40 if on else 26) * size / 640
        dot_x, dot_y = x + radius * math.sin(angle), y - radius * math.cos(angle)
        draft.circle(round(dot_x, 1), round(dot_y, 1), diameter, "gold" if on else "step_todo")
    inner = size * 400 / 640
    draft.illustration(page.picture.value, x - inner / 2, y - inner / 2, inner, "illus_on_stage")


def _row_height(draft: Draft) -> float:
    return 144 if draft.large else 128


def _list_height(draft: Draft, items: tuple[WorkItem, ...], w: float) -> float:
    if not items:
        return 0
    trial = draft.again(draft.ease)
    return _list(trial, items, Rect(0, 0, w, 0))


def _list(draft: Draft, items: tuple[WorkItem, ...], rect: Rect) -> float:
    contents = draft.again(draft.ease)
    label, body = draft.role("label"), draft.role("body")
    y = rect.y + 2
    for index, item in enumerate(items):
        if index:
            widgets.rule(contents, rect.x, y, rect.w)
        state = draft.say(_STATES[item.state])
        taken = type.width(state, body.size, False)
        left = rect.x + 126
        limit = rect.w - 126 - taken - 24 - 38
        running = item.state is Work.RUNNING
        lines = type.lines(draft.say(item.label), limit, label.size, running)
        high = max(_row_height(draft), len(lines) * label.line + 32)
        middle = y + (high - 2) / 2
        _state(contents, item.state, rect.x + 68, middle)
        line_y = middle - len(lines) * label.line / 2
        colour = "ink_2" if item.state is Work.WAITING else "ink"
        for line in lines:
            role = Role(label.size, label.line, running)
            contents.line(line, left, line_y, role, colour, on="surface", limit=left + limit)
            line_y += label.line
        contents.line(
            state, rect.right - 38, middle - body.line / 2, body, "ink_2", on="surface", align="right", limit=rect.right
        )
        y += high
    widgets.card(draft, Rect(rect.x, rect.y, rect.w, y + 2 - rect.y))
    draft.take(contents)
    return y + 2 - rect.y


def _state(draft: Draft, state: Work, x: float, y: float) -> None:
    """Done: the circle with a check; running: a ring with a dot; waiting: a thin ring."""
    if state is Work.DONE:
        draft.icon("ok", x - 28, y - 30, 60, "sign")
    elif state is Work.RUNNING:
        draft.circle(x + 2, y, 58, "surface", border=8, edge="action")
        draft.circle(x + 2, y, 22, "action")
    else:
        draft.circle(x + 2, y, 54, "surface", border=4, edge="edge")
