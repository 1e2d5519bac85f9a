"""What the staff's pages share: night stage, header, title, buttons below, and a footer of words."""

from kiosk.pages import Button, StaffPage
from screens import frame, tokens, type, widgets
from screens.draft import Draft
from screens.scene import Part, Rect
from screens.tokens import Role

STAGE = "night"
SHEET_TOP = 548
LEAST = 30.0
"""The smallest size of type on these pages, in u."""
_GAP = 24
_FOOT = Role(32, 46, False)


def role(name: str) -> Role:
    """A kind of text of the staff's own set: `heading`, `body` or `small`."""
    size, line, weight = tokens.load()["type"]["technician"][name]
    return Role(size, line, weight == "Bold")


def open_page(draft: Draft, page: StaffPage, *, sheet_top: float = SHEET_TOP) -> Rect:
    """Backdrop, header, title and footer; returns the area for content, above the buttons. `sheet_top`: portrait."""
    canvas, stage = draft.canvas, draft.again(0)
    who = draft.say(page.who)
    _, w = frame.stage_text_area(canvas)
    name = f"{draft.say(page.machine)} · {draft.say(page.place)}"
    if type.width(name, 34, True) > w - 124 - type.width(who, 34, False):  # Where it stands gives way to who is here.
        name = draft.say(page.machine)
    frame.header(stage, name, who, STAGE)
    sheet_top = max(sheet_top, title(stage, page) + 40)
    frame.backdrop(draft, sheet_top, STAGE)
    draft.take(stage)
    _footer(draft, page)
    bottom = frame.actions_top(canvas) - 40
    if canvas.landscape:
        return frame.content_area(canvas, 0, bottom=frame.actions_top(canvas) - 24)
    return Rect(canvas.margin, sheet_top + 40, 936, bottom - sheet_top - 40)


def title(draft: Draft, page: StaffPage) -> float:
    """Draw title and subtitle; where they end."""
    subtitle = draft.say(page.subtitle) if page.subtitle is not None else None
    top = 140 if draft.canvas.landscape else 136
    return frame.title_block(draft, draft.say(page.title), subtitle, top, stage=STAGE)


def below(draft: Draft, buttons: tuple[Button, ...], *, filled: bool = False) -> None:
    """Up to three buttons of the same width above the footer; the last one filled where it is the one to press."""
    if not buttons:
        return
    area = frame.content_area(draft.canvas, 0)
    w = (area.w - _GAP * (len(buttons) - 1)) / len(buttons)
    y = frame.actions_top(draft.canvas)
    for index, what in enumerate(buttons):
        rect = Rect(area.x + index * (w + _GAP), y, w, frame.ACTION_HEIGHT)
        widgets.button(draft, rect, what, primary=filled and index == len(buttons) - 1)


def _footer(draft: Draft, page: StaffPage) -> None:
    """Words where citizens have buttons: the program, and when this ends by itself."""
    canvas = draft.canvas
    top = canvas.footer_top
    draft.box(Rect(0, top, canvas.w, canvas.h - top), "foot")
    if draft.theme.contrast:
        draft.box(Rect(0, top, canvas.w, 4), "edge")
    left, right = draft.say(page.about), draft.say(page.leaving)
    room = canvas.w - 2 * canvas.margin - 32
    size = max(LEAST, min(_FOOT.size, _FOOT.size * room / (type.width(left + right, _FOOT.size, False))))
    line = Role(size, _FOOT.line, False)
    y = top + (canvas.h - top - line.line) / 2
    if type.width(left + right, size, False) > room:  # One over the other.
        draft.line(left, canvas.margin, y - 24, line, "ink_2", on="foot", limit=canvas.w - canvas.margin)
        draft.line(right, canvas.margin, y + 24, line, "ink_2", on="foot", limit=canvas.w - canvas.margin)
        return
    draft.line(left, canvas.margin, y, line, "ink_2", on="foot", limit=canvas.w - canvas.margin)
    edge = canvas.w - canvas.margin
    draft.line(right, edge, y, line, "ink_2", on="foot", align="right", limit=edge + 1)


def fitted(words: str, room: float, kind: Role, least: float = LEAST) -> Role:
    """The role, smaller where `words` would be wider than `room`, never under `least`."""
    wide = type.width(words, kind.size, kind.bold)
    return kind if wide <= room else Role(max(least, kind.size * room / wide - 0.1), kind.line, kind.bold)


def row_button(draft: Draft, rect: Rect, what: Button, *, primary: bool = False) -> None:
    """The button at the end of a row: its words in the heading's size, in two lines where they are long."""
    label = draft.say(what.label)
    kind = role("heading")

    def inside(draft: Draft) -> None:
        lines, size = [label], kind.size
        room = rect.w - 28
        if type.width(label, size, True) > room:
            size = max(LEAST, size * room / type.width(label, size, True))
            if type.width(label, size, True) > room:
                size = 32.0
                lines = type.lines(label, room, size, True, balance=True)
                while size > LEAST and max(type.width(line, size, True) for line in lines) > room:
                    size -= 1
                    lines = type.lines(label, room, size, True, balance=True)
        line = Role(size, max(40.0, size * 1.3), True)
        middle = rect.y + (rect.h - widgets.LIP) / 2
        y = middle - line.line * len(lines) / 2
        colour, on = ("on_action", "action") if primary else ("action", "surface")
        for words in lines:
            draft.line(words, rect.x + rect.w / 2, y, line, colour, on=on, align="middle", limit=rect.right - 8)
            y += line.line

    widgets.touchable(draft, rect, what.answer, label, Part.CONTENT, inside, primary=primary)
