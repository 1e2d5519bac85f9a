"""One step of something that the staff do: where the hand goes, what was found, and how it goes on."""

from kiosk.console.pages import Line, Task
from screens import frame, type, widgets
from screens.draft import Draft
from screens.pages.staff import shell
from screens.scene import Rect
from screens.tokens import Role

_ROW = 96
_SHEET_TOP = 420
_PICTURE = 480


def draw(draft: Draft, page: Task) -> None:
    """Draw the page."""
    area = shell.open_page(draft, page, sheet_top=_SHEET_TOP)
    y = area.y
    if page.panel is not None:
        y = widgets.panel(draft, page.panel, Rect(area.x, y, area.w, 0)) + 24
    if page.lines:
        y = _lines(draft, page.lines, Rect(area.x, y, area.w, area.bottom - y)) + 24
    if page.picture is not None:
        _picture(draft, page, page.picture.value, area, y)
    shell.below(draft, page.below, filled=page.filled)


def _picture(draft: Draft, page: Task, name: str, area: Rect, y: float) -> None:
    """Where a hand has to go: on the sheet, or on the stage where that has the room."""
    canvas = draft.canvas
    if canvas.landscape:
        x, w = frame.stage_text_area(canvas)
        top = max(460, shell.title(draft.again(0), page) + 32)
        size = min(w, _PICTURE, canvas.footer_top - 48 - top)
        draft.illustration(name, x + (w - size) / 2, top, size, "illus_on_stage")
        return
    size = min(_PICTURE, area.bottom - y)
    draft.illustration(name, area.x + (area.w - size) / 2, y, size, "illus_on_light")


def _lines(draft: Draft, lines: tuple[Line, ...], area: Rect) -> float:
    heading = Role(38, 54, True)
    value_role = Role(34, 48, False)
    row = min(_ROW, (area.h - 2) / len(lines))
    high = row * len(lines)
    contents = draft.again(0)
    for index, line in enumerate(lines):
        y = area.y + index * row
        if index:
            widgets.rule(contents, area.x, y, area.w)
        middle = y + row / 2
        if line.sign is not None:
            widgets.sign(contents, line.sign, area.x + 30, middle - 26, 52)
        else:
            contents.circle(area.x + 56, middle, 40, "surface", border=4)
        left, edge = area.x + 110, area.right - 28
        label = draft.say(line.label)
        value = draft.say(line.value) if line.value is not None else ""
        room = edge - left - (24 if value else 0)
        label_role = shell.fitted(label, room * (0.5 if value else 1), heading)
        contents.line(label, left, middle - label_role.line / 2, label_role, "ink", on="surface", limit=edge)
        if value:
            rest = room - type.width(label, label_role.size, True)
            words, kind = _two_lines(value, rest, value_role)
            top = middle - kind.line * len(words) / 2
            for word in words:
                contents.line(word, edge, top, kind, "ink_2", on="surface", align="right", limit=edge + 1)
                top += kind.line
    widgets.card(draft, Rect(area.x, area.y, area.w, high + 2))
    draft.take(contents)
    return area.y + high + 2


def _two_lines(words: str, room: float, kind: Role) -> tuple[list[str], Role]:
    """In one line where it has the room, else smaller and in two."""
    if type.width(words, kind.size, False) <= room:
        return [words], kind
    small = shell.role("small")
    return type.lines(words, room, small.size, False), Role(small.size, 40, False)
