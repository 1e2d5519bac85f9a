"""Several ways to the same end, a row each; the recommended one is filled."""

from kiosk.pages import Choose, Option
from screens import frame, type, widgets
from screens.draft import Draft
from screens.scene import Part, Rect
from screens.tokens import Role

_ROW, _GAP = 272, 32
_LOW_ROW, _LOW_GAP, _LOW_TOP = 240, 16, 776
_INSET = 34
_PLATE = 208
_TIGHT = 24
"""Least free height of a row; with less, its note is left out."""
_TAG_INK = "#14232C"
"""On gold in every theme."""


def draw(draft: Draft, page: Choose) -> None:
    """Draw the page."""
    canvas = draft.canvas
    low = draft.preferences.low_reach
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    sheet_top = frame.form_sheet_top(draft, opened)
    if low:
        sheet_top = max(sheet_top, _LOW_TOP - 64.0)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = frame.content_area(canvas, sheet_top + (64 if sheet_top <= 484 or low else 56))
    if low and canvas.landscape:
        area = Rect(area.x, canvas.low_reach_top, area.w, area.bottom - canvas.low_reach_top)
    most, gap = (_LOW_ROW, _LOW_GAP) if low else (_ROW, _GAP)
    count = len(page.options)
    if count * most + (count - 1) * gap > area.h:
        gap = _LOW_GAP
    high = min(most, (area.h - (count - 1) * gap) / count)
    plate = _PLATE if high >= _LOW_ROW else high - 24
    left = _INSET if plate == _PLATE else 24
    x = area.x + left + plate + 36
    room = Rect(x, 0, area.right - 110 - x, high - _TIGHT)
    words = _fitting(draft, page.options, room)
    for index, option in enumerate(page.options):
        rect = Rect(area.x, area.y + index * (high + gap), area.w, high)
        _row(draft, option, rect, Rect(area.x + left, 0, plate, plate), room, words)
    frame.actions(draft, page.actions)


def _fitting(draft: Draft, options: tuple[Option, ...], room: Rect) -> tuple[float, bool]:
    """How far all the words are drawn together so that each row holds its own, and whether the notes fit at all."""
    for ease in (0, 0.25, 0.5, 0.75, 1):
        roles = _roles(draft.again(ease))
        high = max(widgets.texts_height(draft.say(o.name), draft.say(o.note), room.w, roles) for o in options)
        if high <= room.h:
            return ease, True
    return 0.5, False


def _row(draft: Draft, option: Option, rect: Rect, plate: Rect, room: Rect, words: tuple[float, bool]) -> None:
    """The picture on its plate, name and tag over the note, and an arrow."""
    filled = option.recommended
    ease, noted = words
    middle = rect.y + (rect.h - widgets.LIP) / 2

    def inside(draft: Draft) -> None:
        draft.box(Rect(plate.x, middle - plate.h / 2, plate.w, plate.h), "info_tint", radius=20)
        size = plate.w - (32 if plate.w == _PLATE else 16)
        x, y = plate.x + (plate.w - size) / 2, middle - size / 2
        draft.illustration(option.picture.value, x, y, size, "illus_on_light")
        draft.icon("chevron", rect.right - 86, middle - 28, 56, "icon_on_action" if filled else "icon_on_light")
        eased = draft.again(ease)
        _words(eased, option, Rect(room.x, middle - 3, room.w, 0), noted=noted)
        draft.take(eased)

    widgets.touchable(draft, rect, option.answer, draft.say(option.name), Part.CONTENT, inside, primary=filled)


def _words(draft: Draft, option: Option, at: Rect, *, noted: bool) -> None:
    """Name and note around a height; the tag beside the name where it has room."""
    filled, roles = option.recommended, _roles(draft)
    name, note = draft.say(option.name), draft.say(option.note) if noted else None
    colours, on = (("on_action", "on_action"), "action") if filled else (("ink", "ink_2"), "surface")
    high = widgets.two_texts(draft, name, note, at.x, at.y, at.w, roles, colours, on)
    if not option.tag:
        return
    tag, size = draft.say(option.tag), 40.0 if draft.large else 34.0
    lines = type.lines(name, at.w, roles[0].size, True)
    wide = type.width(tag, size, True) + 32
    left = at.x + type.width(lines[0], roles[0].size, True) + 20
    if len(lines) > 1 or left + wide > at.right:
        return
    top = at.y - high / 2 + roles[0].line / 2 - 26
    contrast = draft.theme.contrast
    draft.box(Rect(left, top, wide, 52), "stage" if contrast else "gold", radius=12)
    ink, behind = ("gold", "stage") if contrast else (_TAG_INK, "gold")
    draft.line(tag, left + 16, top + 1.5, Role(size, 49, True), ink, on=behind, limit=left + wide)


def _roles(draft: Draft) -> tuple[Role, Role]:
    """The look's 52 Bold over its body; large: as headings."""
    heading, body = draft.role("heading"), draft.role("body")
    if draft.large:
        return heading, body
    size = 52 - 8 * draft.ease
    return Role(size, size + 28 - 12 * draft.ease, True), body
