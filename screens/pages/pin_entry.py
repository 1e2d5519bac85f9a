"""The PIN page: tries left before the first digit, then the metal pad. Never digits, never a pad on the screen."""

from kiosk.pages import PinEntry, Sign
from kiosk.text import T
from screens import frame, type, widgets
from screens.draft import Draft
from screens.scene import Rect
from screens.tokens import Role

_KEY = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">'
    '<rect x="{inset}" y="{inset}" width="{side}" height="{side}" rx="13" fill="{fill}"{outline}/>{mark}</svg>'
)
_LEGEND = (
    (
        "#0B5340",
        '<circle cx="32" cy="32" r="13" fill="none" stroke="#FFFFFF" stroke-width="7"/>',
        T("确认"),
        T("绿色，输完了按"),
    ),
    (
        "#EDB641",
        '<path d="M38 18 L24 32 L38 46" fill="none" stroke="#0B2C40" stroke-width="7"'
        ' stroke-linecap="round" stroke-linejoin="round"/>',
        T("更正"),
        T("黄色，按错了按"),
    ),
    (
        "#9B2A1A",
        '<path d="M22 22 L42 42 M42 22 L22 42" fill="none" stroke="#FFFFFF" stroke-width="7" stroke-linecap="round"/>',
        T("取消"),
        T("红色，不办了按"),
    ),
)


def draw(draft: Draft, page: PinEntry) -> None:
    """Draw the page."""
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    sheet_top = frame.form_sheet_top(draft, opened)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    # A reader that asks for everything itself leaves nothing to press here: the content has that room too.
    bottom = None if frame.any_action(page.actions) else draft.canvas.footer_top - 48
    area = frame.content_area(draft.canvas, sheet_top + (64 if sheet_top <= 484 else 56), bottom=bottom)
    frame.fit(draft, area, lambda trial, room: _content(trial, page, room))
    frame.actions(draft, page.actions)


def _content(draft: Draft, page: PinEntry, area: Rect) -> float:
    y = area.y
    if page.problem:
        y = widgets.panel(draft, page.problem, Rect(area.x, y, area.w, 0)) + draft.gap(32)
    if page.tries:
        y = _tries(draft, page, area, y)
    for index in range(len(page.rounds)):
        y = _round(draft, page, area, y - 4 if index == 0 else y, index)
    if page.rounds and page.dots is not None:
        y += draft.gap(16)
    if not page.rounds and page.dots is not None:
        y = _boxes(draft, area, y, page.length, page.dots) + draft.gap(44)
    if page.rules:
        y = _rules(draft, page, area, y) + draft.gap(40)
    last = page.privacy or page.stop
    whisper = 49 + draft.gap(28) if last else 0
    least = 464 if page.dots is not None and not page.rules else 0
    room = area.bottom - y - whisper
    if not page.rules or room >= draft.gap(300):
        y = _pad(draft, area, y, min(room, least) if least else min(room, 620)) + draft.gap(28)
    if last:
        y = _last(draft, draft.say(last), "eye-off" if page.privacy else "close", area, y)
    return y


def _tries(draft: Draft, page: PinEntry, area: Rect, y: float) -> float:
    """How many tries are left, and what follows."""
    assert page.tries is not None
    label, body = draft.role("label"), draft.role("body")
    draft.icon("info", area.x, y + 16, 64, "sign")
    x = area.x + 88
    tries, note = draft.say(page.tries), draft.say(page.tries_note) if page.tries_note else ""
    high = max(64.0, label.line)
    rect = draft.line(tries, x, y + 16, Role(label.size, high, True), "ink", limit=area.right)
    beside = rect.right + 24
    if beside + type.width(note, body.size, False) <= area.right:
        draft.line(note, beside, y + 16, Role(body.size, high, False), "ink_2", limit=area.right)
        return y + 16 + high + draft.gap(36)
    return draft.paragraph(note, x, y + 16 + high, area.right - x, body, "ink_2") + draft.gap(36)


def _boxes(draft: Draft, area: Rect, y: float, length: int, dots: int, done: bool = False) -> float:
    """One box a digit: dots for what is entered, a thick border on the next."""
    gap = 24.0
    w = (area.w - (length - 1) * gap) / length
    high = (96 if done else 152) if draft.ease < 0.75 else 96
    for index in range(length):
        x = area.x + index * (w + gap)
        current = index == dots and not done
        border = 6.0 if current else draft.theme.control_border
        draft.box(Rect(x, y, w, high), "surface", radius=20, border=border, edge="action" if current else "edge")
        if index < dots or done:
            draft.circle(x + w / 2, y + high / 2, 32 if done else 44, "ink_2" if done else "ink")
    return y + high


def _round(draft: Draft, page: PinEntry, area: Rect, y: float, index: int) -> float:
    """One of the two entries of a new PIN: done, or being entered."""
    entry = page.rounds[index]
    label, body = draft.role("label"), draft.role("body")
    high = max(64.0, label.line)
    rect = draft.line(draft.say(entry.label), area.x, y, Role(label.size, high, True), "ink", limit=area.right)
    x = rect.right + 16
    if entry.done:
        widgets.sign(draft, Sign.DONE, x, y + (high - 44) / 2, 44)
        x += 60
    draft.line(draft.say(entry.state), x, y, Role(body.size, high, False), "ink_2", limit=area.right)
    y += high + 12
    if page.dots is None:
        return y + draft.gap(8)
    current = not entry.done and all(earlier.done for earlier in page.rounds[:index])
    y = _boxes(draft, area, y, page.length, page.dots if current else 0, entry.done)
    return y + draft.gap(40)


def _rules(draft: Draft, page: PinEntry, area: Rect, y: float) -> float:
    """What makes a good PIN."""
    contents = draft.again(draft.ease)
    label, body = draft.role("label"), draft.role("body")
    pad = draft.gap(22)
    top = y
    y += pad
    if page.rules_title:
        title = draft.say(page.rules_title)
        y = contents.paragraph(
            title, area.x + 36, y, area.w - 72, Role(label.size, label.line + 8, True), "ink", on="surface"
        )
        y += draft.gap(9)
    for text in page.rules:
        if any(entry.done for entry in page.rounds):
            widgets.sign(contents, Sign.DONE, area.x + 36, y + (body.line - 44) / 2, 44)
        else:  # Nothing has been judged yet.
            contents.circle(area.x + 58, y + body.line / 2, 14, "ink_2")
        y = contents.paragraph(draft.say(text), area.x + 100, y, area.w - 136, body, "ink", on="surface")
        y += draft.gap(10)
    bottom = y + draft.gap(13)
    widgets.card(draft, Rect(area.x, top, area.w, bottom - top))
    draft.take(contents)
    return bottom


def _pad(draft: Draft, area: Rect, y: float, high: float) -> float:
    """The picture of the pad and what its three keys are for."""
    small, (title, note) = draft.role("small"), widgets.bold_row(draft)
    del small
    keys = [(fill, mark, draft.say(name), draft.say(use)) for fill, mark, name, use in _LEGEND]
    picture = min(392.0 if high < 520 else 520.0, high - 48, area.w * 0.56)
    key = 76.0
    words = max(max(type.width(name, title.size, True), type.width(use, note.size, False)) for _, _, name, use in keys)
    picture = min(picture, max(392, area.w - (56 + 40 + key + 24 + words + 56)))
    with_picture = 32 + picture + 40 + key + 24 + words + 24 <= area.w and picture >= 200
    if not with_picture:
        smaller = area.w - (32 + 40 + key + 24 + words + 24)
        if smaller >= 220:
            picture, with_picture = min(picture, smaller), True
    limit = words + 4 if with_picture else area.w - 36 - key - 24 - 24
    least = max(key + 16, *(widgets.texts_height(name, use, limit, (title, note)) for _, _, name, use in keys))
    inner = 3 * least + 2 * draft.gap(16)
    pitch = (max(high - 2 * 44, inner) - least) / 2 if with_picture else least + draft.gap(12)
    pitch = min(pitch, 148 if high < 520 else 172)
    block = 2 * pitch + least
    whole = max(picture + 56, block + 40) if with_picture else block + 40
    whole = max(whole, min(high, 464)) if with_picture else whole
    widgets.card(draft, Rect(area.x, y, area.w, whole))
    middle = y + whole / 2
    x = area.x + 36
    if with_picture:
        spare = area.w - (picture + 40 + key + 24 + words)
        x = area.x + min(spare / 2, 32 if high < 520 else 56)
        draft.illustration("pin-pad", x, middle - picture / 2, picture, "illus_on_light")
        x += picture + 40
    for index, (fill, mark, name, use) in enumerate(keys):
        centre = middle + (index - 1) * pitch
        contrast = draft.theme.contrast
        svg = _KEY.format(
            inset=2 if contrast else 0,
            side=60 if contrast else 64,
            fill=fill,
            outline=' stroke="#FFFFFF" stroke-width="4"' if contrast else "",
            mark=mark,
        )
        draft.drawing(Rect(x, centre - key / 2, key, key), svg)
        left = x + key + 24
        widgets.two_texts(draft, name, use, left, centre, limit, (title, note))
    return y + whole


def _last(draft: Draft, text: str, icon: str, area: Rect, y: float) -> float:
    small = draft.role("small")
    lines = type.lines(text, area.w - 56, small.size, False, balance=True)
    widest = max(type.width(line, small.size, False) for line in lines)
    x = area.x + (area.w - widest - 56) / 2
    draft.icon(icon, x, y + (small.line - 40) / 2, 40)
    for line in lines:
        draft.line(line, x + 56, y, small, "ink_2", limit=area.right)
        y += small.line
    return y
