"""The staff's board: how many things want a hand now or soon, which they are, and what is in order."""

from kiosk.console.pages import Attention, Board, Fine
from kiosk.pages import Sign
from kiosk.text import T, Text
from screens import frame, type, widgets
from screens.draft import Draft
from screens.pages.staff import shell
from screens.scene import Rect
from screens.tokens import Role

_ROW, _ROW_GAP = 164, 16
_FINE = 76
_BUTTON = (200, 120)
_NUMBER = Role(96, 139, True)
_COUNT = Role(40, 58, True)


def draw(draft: Draft, page: Board) -> None:
    """Draw the page."""
    area = shell.open_page(draft, page)
    _counts(draft, page)
    y = area.y
    for index, what in enumerate(page.attention):
        _attention(draft, what, Rect(area.x, y, area.w, _ROW), primary=index == 0 and what.sign is Sign.REFUSED)
        y += _ROW + _ROW_GAP
    y = _fine(draft, page.fine, area, y)
    _today(draft, page.today, area, y + 21)
    shell.below(draft, page.below)


def _counts(draft: Draft, page: Board) -> None:
    """Octagon, triangle, circle, each with its number: side by side in portrait, in a column in landscape."""
    counts = (
        (Sign.REFUSED, page.now, T("现在处理")),
        (Sign.CARE, page.soon, T("尽快处理")),
        (Sign.DONE, len(page.fine), T("正常")),
    )
    x, w = frame.stage_text_area(draft.canvas)
    for index, (sign, n, label) in enumerate(counts):
        if draft.canvas.landscape:
            _count(draft, sign, n, label, Rect(x, 280 + index * 232, w, 0))
        else:
            _count(draft, sign, n, label, Rect(x + index * 320, 248, 296, 0))


def _count(draft: Draft, sign: Sign, n: int, label: Text, at: Rect) -> None:
    draft.icon(widgets.SIGN_ICONS[sign], at.x, at.y + 34, 72, "sign_on_night")
    draft.line(str(n), at.x + 92, at.y, _NUMBER, "on_stage", on=shell.STAGE, limit=at.right)
    words = draft.say(label)
    line = shell.fitted(words, at.w, _COUNT)
    draft.line(words, at.x, at.y + 139, line, "on_stage", on=shell.STAGE, limit=at.right)


def _attention(draft: Draft, what: Attention, rect: Rect, *, primary: bool) -> None:
    """Sign and device, name and tag over the note, and the button that leads on."""
    widgets.card(draft, rect)
    middle = rect.y + rect.h / 2
    widgets.sign(draft, what.sign, rect.x + 30, middle - 30, 60)
    draft.icon(what.icon, rect.x + 114, middle - 34, 68)
    w, h = _BUTTON
    left = rect.x + 206
    edge = rect.right - 24 - w - 16 if what.button is not None else rect.right - 24
    heading = shell.role("heading")
    name, when, note = draft.say(what.name), draft.say(what.when), draft.say(what.note)
    tag = shell.role("small")
    tag_wide = type.width(when, tag.size, True) + 28
    notes, body = _note(note, edge - left)
    above = 60.0 if len(notes) < 3 else 46.0
    top = middle - (above + body.line * len(notes)) / 2
    line = shell.fitted(name, edge - left - 16 - tag_wide, Role(heading.size, above - 2, True), 34)
    draft.line(name, left, top, line, "ink", on="surface", limit=edge)
    x = left + type.width(name, line.size, True) + 16
    if x + tag_wide <= edge + 1:
        _tag(draft, when, what.sign, Rect(x, top + (above - 42) / 2, tag_wide, 40))
    y = top + above
    for words in notes:
        draft.line(words, left, y, body, "ink_2", on="surface", limit=edge)
        y += body.line
    if what.button is not None:
        shell.row_button(draft, Rect(rect.right - 24 - w, middle - h / 2, w, h), what.button, primary=primary)


def _note(note: str, room: float) -> tuple[list[str], Role]:
    body, small = Role(32, 46, False), shell.role("small")
    lines = type.lines(note, room, body.size, False)
    if len(lines) <= 1:
        return lines, body
    lines = type.lines(note, room, small.size, False)
    return lines, Role(small.size, small.line if len(lines) < 3 else 36, False)


def _tag(draft: Draft, words: str, sign: Sign, rect: Rect) -> None:
    tint, ink = ("refuse_tint", "refuse_text") if sign is Sign.REFUSED else ("warn_tint", "warn_text")
    draft.box(rect, tint, radius=10)
    role = Role(30, 44, True)
    draft.line(words, rect.x + 14, rect.y - 2, role, ink, on=tint, limit=rect.right)


def _fine(draft: Draft, rows: tuple[Fine, ...], area: Rect, y: float) -> float:
    """Two columns of what is in order."""
    w = (area.w - 24) / 2
    for index, what in enumerate(rows):
        row, column = divmod(index, 2)
        _one_fine(draft, what, Rect(area.x + column * (w + 24), y + row * _FINE, w, _FINE))
    return y + _FINE * ((len(rows) + 1) // 2)


def _one_fine(draft: Draft, what: Fine, rect: Rect) -> None:
    widgets.sign(draft, Sign.DONE, rect.x, rect.y + 19, 36)
    draft.icon(what.icon, rect.x + 54, rect.y + 15, 44)
    name = draft.say(what.name)
    value = draft.say(what.value) if what.value is not None else ""
    room = rect.w - 116 - (type.width(value, shell.LEAST, False) + 12 if value else 0)
    line = shell.fitted(name, room, Role(34, 49, False))
    draft.line(name, rect.x + 116, rect.y + 12.5, line, "ink", limit=rect.right)
    if value:
        draft.line(value, rect.right, rect.y + 15, Role(30, 44, False), "ink_2", align="right", limit=rect.right + 1)
    draft.box(Rect(rect.x, rect.bottom - 2, rect.w, 2), "hairline")


def _today(draft: Draft, pieces: tuple[Text, ...], area: Rect, y: float) -> None:
    """What was done today, spread over the width; in two lines where one is too short."""
    words = [draft.say(piece) for piece in pieces]
    kind = Role(32, 46, False)
    wide = [type.width(word, kind.size, False) for word in words]
    if sum(wide) + 24 * (len(words) - 1) > area.w:
        kind = shell.role("small")
        wide = [type.width(word, kind.size, False) for word in words]
    if sum(wide) + 24 * (len(words) - 1) > area.w:
        for index, word in enumerate(words):
            row, column = divmod(index, 2)
            draft.line(word, area.x + column * (area.w / 2 + 12), y + row * 40 - 14, kind, "ink_2", limit=area.right)
        return
    between = (area.w - sum(wide)) / (len(words) - 1) if len(words) > 1 else 0
    x = area.x
    for word, w in zip(words, wide, strict=True):
        draft.line(word, x, y, kind, "ink_2", limit=area.right + 1)
        x += w + between
