"""It is durably done: the malachite stage, and the things to take in the order in which the machine gives them."""

from kiosk.pages import Done, TakeItem
from screens import frame, type, widgets
from screens.draft import Draft
from screens.scene import Rect
from screens.tokens import Role

_STAGE = "stage_good"
_SIGN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96">'
    '<circle cx="48" cy="48" r="46" fill="{gold}"/><path d="M27 50 L42 65 L70 34" fill="none" stroke="{stage}"'
    ' stroke-width="9" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


def draw(draft: Draft, page: Done) -> None:
    """Draw the page."""
    stage = draft.again(0)
    frame.heading(stage, page, _STAGE)
    text_bottom = _answer(stage, page)
    sheet_top = max(616.0, text_bottom + 72)
    frame.backdrop(draft, sheet_top, _STAGE)
    draft.take(stage)
    area = frame.content_area(draft.canvas, sheet_top + 64, bottom=frame.actions_top(draft.canvas) - 40)
    frame.fit(draft, area, lambda trial, room: _content(trial, page, room))
    frame.actions(draft, page.actions)


def _answer(draft: Draft, page: Done) -> float:
    """The large sign beside the title; the subtitle below both."""
    canvas = draft.canvas
    x, w = frame.stage_text_area(canvas)
    top = 276 if canvas.landscape else 252
    side = 136
    svg = _SIGN.format(gold=draft.theme.hex("gold"), stage=draft.theme.hex(_STAGE))
    draft.drawing(Rect(x, top, side, side), svg)
    display = draft.role("display")
    title = draft.say(page.title)
    room = w - side - 32
    size = display.size
    while size > 64 and type.width(title, size, True) > room:
        size -= 2
    lines = type.lines(title, room, size, True, balance=True)
    line = size * 1.22
    y = top + side / 2 - len(lines) * line / 2
    for text in lines:
        draft.line(text, x + side + 32, y, Role(size, line, True), "on_stage", on=_STAGE, limit=x + w)
        y += line
    y = max(y, top + side) + 36
    if page.subtitle:
        limit, body = (min(w, 640) if canvas.landscape else w), draft.role("body")
        text = draft.say(page.subtitle)
        y = draft.paragraph(text, x, y, limit, body, "on_stage_2", on=_STAGE, sentences=not canvas.landscape)
    return y


def _content(draft: Draft, page: Done, area: Rect) -> float:
    body = draft.role("body")
    note = draft.say(page.note) if page.note else None
    note_lines = type.lines(note, area.w, body.size, False, balance=True) if note else []
    note_high = len(note_lines) * body.line + (draft.gap(59) if note else 0)
    count = len(page.take)
    y = area.y
    if count:
        high = min(704.0, area.bottom - y - note_high)
        w = (area.w - 24 * (count - 1)) / count
        need = [_take(draft.again(draft.ease), item, n, Rect(0, 0, w, high)) for n, item in enumerate(page.take)]
        high = max(high, *need)
        for n, item in enumerate(page.take):
            _take(draft, item, n, Rect(area.x + n * (w + 24), y, w, high))
        y += high
    if note:
        y += draft.gap(59)
        for line in note_lines:
            draft.line(line, area.x + area.w / 2, y, body, "ink_2", align="middle", limit=area.right)
            y += body.line
    return y


def _take(draft: Draft, item: TakeItem, index: int, rect: Rect) -> float:
    """One thing to take; the picture has what the words leave. Returns how high the card must be."""
    heading, body = draft.role("heading"), draft.role("body")
    pad = 42
    widgets.card(draft, rect)
    wide = rect.w > 700
    left = rect.x + pad + 84
    title, note = draft.say(item.label), draft.say(item.note)
    size = heading.size
    while size > 44 and type.width(title, size, True) > rect.right - 24 - left:
        size -= 1
    lines = type.lines(title, rect.right - 24 - left, size, True)
    y = rect.y + 41
    widgets.number(draft, index + 1, rect.x + pad, y, filled=True)
    first = y + 32 - heading.line / 2
    for line in lines:
        draft.line(line, left, first, Role(size, heading.line, True), "ink", on="surface", limit=rect.right - 16)
        first += heading.line
    y = max(y + 64, first)
    note_lines = type.lines(note, rect.w - 2 * pad, body.size, False)
    foot = draft.gap(64) if not wide else 40
    note_y = rect.bottom - foot - len(note_lines) * body.line
    room = note_y - draft.gap(28) - (y + draft.gap(35))
    picture = min(356.0, room, rect.w - 2 * 30)
    if picture >= 96:
        middle = y + draft.gap(35) + room / 2
        draft.illustration(
            item.picture.value, rect.x + (rect.w - picture) / 2, middle - picture / 2, picture, "illus_on_light"
        )
    for line in note_lines:
        x = rect.x + rect.w / 2 if wide else rect.x + pad
        align = "middle" if wide else "left"
        draft.line(line, x, note_y, body, "ink_2", on="surface", align=align, limit=rect.right - 16)
        note_y += body.line
    words = 41 + 64 + draft.gap(63) + len(note_lines) * body.line + foot + (len(lines) - 1) * heading.line
    return words + 96
