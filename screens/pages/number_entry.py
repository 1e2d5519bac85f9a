"""A number on the screen's own keys: the field, what is said about it, the keypad. Never for a PIN."""

from kiosk.pages import Entered, NumberEntry, Sign
from kiosk.text import T, Tn
from screens import frame, type, widgets
from screens.draft import Draft
from screens.scene import CLEAR, DELETE, Key, Part, Rect
from screens.tokens import Role

_FIELD, _FIELD_LANDSCAPE, _FIELD_LEAST = 160, 152, 128
_KEY, _KEY_LEAST = 164, 120
_GAP_X, _GAP_Y = 24, 16
_CELL, _CELL_SPACE, _GROUP_SPACE = 54, 8, 36
_ROWS: tuple[tuple[str | Key, ...], ...] = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), (CLEAR, "0", DELETE))
_TIGHT = 24
"""Least room between the keypad and the actions."""
_SIDE = 336
"""Width of the actions where they stand beside the keypad."""


def draw(draft: Draft, page: NumberEntry, typed: str) -> None:
    """Draw the page with the digits `typed` so far."""
    canvas = draft.canvas
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    sheet_top = frame.form_sheet_top(draft, opened)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = frame.content_area(canvas, sheet_top + (64 if sheet_top <= 484 else 48))
    foot = frame.actions_top(canvas) - (42 if canvas.landscape else 56)
    if draft.preferences.low_reach and canvas.landscape:
        _low(draft, page, typed)
        return
    least = 4 * _KEY_LEAST + 3 * _GAP_Y
    top = _field_and_note(draft, page, typed, area, frame.actions_top(canvas) - _TIGHT - least)
    _keypad(draft, Rect(area.x, top, area.w, max(foot - top, least)))
    _actions(draft, page, typed, [Rect(area.x, frame.actions_top(canvas), area.w, frame.ACTION_HEIGHT)])


def _low(draft: Draft, page: NumberEntry, typed: str) -> None:
    """In landscape for somebody who sits: all keys in the lower part, the actions at their right."""
    canvas = draft.canvas
    inner = Rect(canvas.stage_width + canvas.margin, 0, canvas.w - canvas.stage_width - 2 * canvas.margin, 0)
    w = min(1040.0, inner.w - _SIDE - _GAP_X)
    x = inner.x + (inner.w - w - _SIDE - _GAP_X) / 2
    bottom = frame.actions_top(canvas) + frame.ACTION_HEIGHT
    top = max(canvas.low_reach_top, bottom - 4 * _KEY - 3 * _GAP_Y)
    needed = _field_and_note(draft.again(0), page, typed, Rect(x, 0, w, 0), top - 48)
    _field_and_note(draft, page, typed, Rect(x, max(48, top - needed), w, 0), top)
    high = _keypad(draft, Rect(x, top, w, bottom - top))
    side = [Rect(x + w + _GAP_X, top + row * (high + _GAP_Y), _SIDE, high) for row in range(4)]
    _actions(draft, page, typed, side)


def _field_and_note(draft: Draft, page: NumberEntry, typed: str, area: Rect, lowest: float) -> float:
    """The field and what is said below it; returns where the keypad begins, at `lowest` or above."""
    usual = _FIELD_LANDSCAPE if draft.canvas.landscape else _FIELD
    for ease, high in ((0, usual), (0.5, usual), (1, usual), (1, _FIELD_LEAST)):
        trial = draft.again(ease)
        _field(trial, page, typed, Rect(area.x, area.y, area.w, high))
        below = _note(trial, page, typed, Rect(area.x, area.y + high + 11, area.w, 0))
        end = max(below + 24, area.y + high + (84 if draft.canvas.landscape else 92) * (1 - ease / 2))
        if end <= lowest:
            break
    draft.take(trial)
    return end


def _field(draft: Draft, page: NumberEntry, typed: str, rect: Rect) -> None:
    """A cell for each digit: a line where one is missing, a thick one where the next comes."""
    edge = "refuse" if page.problem and not typed else "action"
    draft.box(rect, "surface", radius=widgets.CONTROL_RADIUS, border=6, edge=edge)
    role = draft.role("digits")
    groups = page.groups or (page.length,)
    gaps = _GROUP_SPACE * (len(groups) - 1)
    cell = max(_CELL, type.width("0", role.size, True) + 4)
    each = min(cell + _CELL_SPACE, (rect.w - 48 - gaps) / page.length)
    if page.length <= 8:
        each = min(each * 1.5, (rect.w - 48 - gaps) / page.length)
    cell = each - _CELL_SPACE
    size = role.size * min(1, (cell - 4) / type.width("0", role.size, True))
    x = rect.x + (rect.w - page.length * each + _CELL_SPACE - gaps) / 2
    middle = rect.y + rect.h / 2
    starts = {sum(groups[:index]) for index in range(1, len(groups))}
    for index in range(page.length):
        if index in starts:
            x += _GROUP_SPACE
        if index >= len(typed):
            current = index == len(typed)
            thick = 8 if current else 4
            draft.box(Rect(x, middle + 40 - thick, cell, thick), "action" if current else "edge")
        elif page.hidden:
            draft.circle(x + cell / 2, middle, 44, "ink")
        else:
            digit, line = typed[index], Role(size, 116, True)
            at = x + cell / 2
            draft.line(
                digit, at, middle - 54.5, line, "ink", on="surface", align="middle", limit=at + 60, personal=True
            )
        x += each


def _note(draft: Draft, page: NumberEntry, typed: str, rect: Rect) -> float:
    """What was wrong; or that it is complete; or the note, and how many digits there are. Returns where it ends."""
    small = draft.role("small")
    bold = Role(small.size, small.line, True)
    x, limit = rect.x + 52, rect.w - 52
    if page.problem and len(typed) < page.length:
        widgets.sign(draft, Sign.REFUSED, rect.x, rect.y + (small.line - 40) / 2, 40)
        return draft.paragraph(draft.say(page.problem), x, rect.y, limit, bold, "refuse_text")
    if len(typed) == page.length:
        widgets.sign(draft, Sign.DONE, rect.x, rect.y + (small.line - 40) / 2, 40)
        return draft.paragraph(draft.say(T("{n} 位，填好了", n=page.length)), x, rect.y, limit, bold, "ok")
    count = draft.say(T("共 {n} 位", n=page.length))
    draft.line(count, rect.right, rect.y, small, "ink_2", align="right", limit=rect.right + 1)
    if page.note is None:
        return rect.y + small.line
    room = rect.w - type.width(count, small.size, False) - 32
    return draft.paragraph(draft.say(page.note), rect.x, rect.y, room, small, "ink_2")


def _keypad(draft: Draft, rect: Rect) -> float:
    """Four rows of three keys, as high as `rect` lets them be; returns how high each is."""
    w, high = (rect.w - 2 * _GAP_X) / 3, min(_KEY, (rect.h - 3 * _GAP_Y) / 4)
    if draft.canvas.landscape:
        high = min(high, 164 if draft.preferences.low_reach else 160)
    for row, keys in enumerate(_ROWS):
        for column, key in enumerate(keys):
            place = Rect(rect.x + column * (w + _GAP_X), rect.y + row * (high + _GAP_Y), w, high)
            if isinstance(key, Key):
                _edit(draft, place, key)
            else:
                _digit(draft, place, key)
    return high


def _digit(draft: Draft, rect: Rect, digit: str) -> None:
    def inside(draft: Draft) -> None:
        size = draft.role("key").size
        top = rect.y + (rect.h - widgets.LIP) / 2 - 46
        role = Role(size, 92, True)
        draft.line(digit, rect.x + rect.w / 2, top, role, "ink", on="surface", align="middle", limit=rect.right)

    widgets.touchable(draft, rect, Key(digit), digit, Part.CONTENT, inside, radius=20)


def _edit(draft: Draft, rect: Rect, key: Key) -> None:
    label, icon = (T("清空"), None) if key == CLEAR else (T("删一位"), "delete")
    widgets.labelled(draft, rect, draft.say(label), icon, key, part=Part.CONTENT, tinted=True, icon_size=64, radius=20)


def _actions(draft: Draft, page: NumberEntry, typed: str, places: list[Rect]) -> None:
    """Back, what else there is, and the primary button, which says how many digits are missing until none is.

    `places`: one row for all, or one place each from below.
    """
    missing = page.length - len(typed)
    label = draft.say(page.enter) if not missing else draft.say(Tn("还差 {n} 位", missing))
    answer = Entered(typed) if not missing else None
    others = [button for button in (page.actions.secondary, page.actions.other) if button is not None]
    if len(places) == 1:
        row = places[0]
        narrow = round((row.w - 2 * _GAP_X) / 3)
        places = [Rect(row.x + index * (narrow + _GAP_X), row.y, narrow, row.h) for index in range(len(others))]
        left = row.x + len(others) * (narrow + _GAP_X)
        places.append(Rect(left, row.y, row.right - left, row.h))
    else:
        places = places[-1 : -len(others) - 2 : -1]
    for button, place in zip(others, places, strict=False):
        widgets.button(draft, place, button)
    widgets.labelled(draft, places[-1], label, "next" if answer else None, answer, primary=answer is not None)
