"""What is kept, as a list to be read: entry under entry, none of which can be touched."""

from kiosk.console.pages import Entry, Listing
from screens import type, widgets
from screens.draft import Draft
from screens.pages.staff import shell
from screens.scene import Rect
from screens.tokens import Role

_ROW, _LEAST_ROW = 148, 132
_MOST = 7
_SHEET_TOP = 380
_WHAT = Role(34, 48, True)
_NOTES = 2


def draw(draft: Draft, page: Listing) -> None:
    """Draw the page."""
    area = shell.open_page(draft, page, sheet_top=_SHEET_TOP)
    row = max(_LEAST_ROW, min(_ROW, area.h // _MOST))
    if page.entries:
        contents = draft.again(0)
        for index, entry in enumerate(page.entries):
            if index:
                widgets.rule(contents, area.x, area.y + index * row, area.w)
            _entry(contents, entry, Rect(area.x, area.y + index * row, area.w, row))
        widgets.card(draft, Rect(area.x, area.y, area.w, row * len(page.entries) + 2))
        draft.take(contents)
    shell.below(draft, page.below, filled=page.filled)


def _entry(draft: Draft, entry: Entry, rect: Rect) -> None:
    """Sign, what and when in a line, and what there is to say of it below."""
    middle = rect.y + rect.h / 2
    widgets.sign(draft, entry.sign, rect.x + 30, middle - 26, 52)
    left, edge = rect.x + 110, rect.right - 28
    small = shell.role("small")
    when = draft.say(entry.when) if entry.when is not None else ""
    room = edge - left - (type.width(when, small.size, False) + 20 if when else 0)
    notes = _cut(draft.say(entry.note), edge - left, small) if entry.note is not None else []
    top = middle - (_WHAT.line + 38 * len(notes)) / 2
    what = draft.say(entry.what)
    line = shell.fitted(what, room, _WHAT)
    draft.line(_cut(what, room, line, lines=1)[0], left, top, line, "ink", on="surface", limit=left + room)
    if when:
        draft.line(when, edge, top + 5, small, "ink_2", on="surface", align="right", limit=edge + 1)
    for index, words in enumerate(notes):
        note = Role(small.size, 38, False)
        draft.line(words, left, top + _WHAT.line + index * 38, note, "ink_2", on="surface", limit=edge)


def _cut(words: str, room: float, kind: Role, lines: int = _NOTES) -> list[str]:
    """The first lines of `words`; what doesn't fit is seen to be missing."""
    found = type.lines(words, room, kind.size, kind.bold)
    last = len(found) > lines
    return [
        _fitting(f"{line}…" if last and index == lines - 1 else line, room, kind)
        for index, line in enumerate(found[:lines])
    ]


def _fitting(line: str, room: float, kind: Role) -> str:
    while type.width(line, kind.size, kind.bold) > room:
        line = f"{line.rstrip('…')[:-1]}…"
    return line
