"""An article: the short answer in a panel, then sections to read, in pages; at the end what can be done here."""

from collections.abc import Sequence
from dataclasses import replace

from kiosk.pages import Article, Section
from screens import frame, paging, type, widgets
from screens.draft import Draft
from screens.pages.status import further_button
from screens.paging import Block
from screens.scene import Rect
from screens.tokens import Role

_INDENT, _NUMBERED = 44, 92
_FURTHER = 128


def draw(draft: Draft, page: Article, at: int) -> None:
    """Draw the page. `at` is which part of it is shown where it doesn't fit at once."""
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    sheet_top = frame.reading_sheet_top(draft, opened, page)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = paging.area_above(draft, sheet_top + 56, page.actions)
    paging.draw(draft, area, at, lambda trial: _blocks(trial, page, area))
    frame.actions(draft, page.actions)


def _blocks(draft: Draft, page: Article, area: Rect) -> Sequence[Block]:
    blocks: list[Block] = []
    if page.short is not None:
        short = page.short

        def panel(draft: Draft, y: float) -> None:
            widgets.panel(draft, short, Rect(area.x, y, area.w, 0))

        blocks.append(Block(high=widgets.panel_height(draft, short, area.w), draw=panel))
    for section in page.sections:
        blocks += _section(draft, section, area, above=draft.gap(40) if blocks else 0)
    if page.further:
        blocks.append(_further(draft, page, area))
    return blocks


def _section(draft: Draft, section: Section, area: Rect, above: float) -> list[Block]:
    body = draft.role("body")
    blocks: list[Block] = []
    if section.heading is not None:
        blocks.append(_heading(draft, draft.say(section.heading), area, above))
        above = 8
    for paragraph in section.paragraphs:
        blocks += _lines(draft.say(paragraph), area.x, area.w, body, above)
        above = draft.gap(20)
    for number, point in enumerate(section.points):
        left = _NUMBERED if section.numbered else _INDENT
        first, *rest = _lines(draft.say(point), area.x + left, area.w - left, body, max(above, draft.gap(20)))
        blocks += [_marked(first, body, area.x, number + 1 if section.numbered else None), *rest]
        above = draft.gap(20)
    if section.heading is None:
        return blocks
    heading, *under = blocks
    return [heading, *(replace(block, under=heading) for block in under)]


def _heading(draft: Draft, words: str, area: Rect, above: float) -> Block:
    """A section's; what goes on on the next page stands under it there, too."""
    role = draft.role("heading")
    lines = type.lines(words, area.w, role.size, True, balance=True)

    def at(draft: Draft, y: float) -> None:
        for index, line in enumerate(lines):
            draft.line(line, area.x, y + index * role.line, role, "ink")

    return Block(high=len(lines) * role.line, draw=at, above=above, keep=True)


def _line(words: str, x: float, role: Role, colour: str, above: float, *, keep: bool) -> Block:
    def at(draft: Draft, y: float) -> None:
        draft.line(words, x, y, role, colour)

    return Block(high=role.line, draw=at, above=above, keep=keep)


def _lines(words: str, x: float, w: float, role: Role, above: float) -> list[Block]:
    """A paragraph, line by line, so that it can go on on the next page: never a single line on either."""
    lines = type.lines(words, w, role.size, role.bold)
    last = len(lines) - 1
    return [
        _line(line, x, role, "ink", above if not index else 0, keep=index < last and index in (0, last - 1))
        for index, line in enumerate(lines)
    ]


def _marked(block: Block, role: Role, x: float, number: int | None) -> Block:
    """A point's first line with its dot or number."""
    words = block.draw

    def at(draft: Draft, y: float) -> None:
        if number is None:
            draft.circle(x + 16, y + role.line / 2, 16, "action")
        else:
            widgets.number(draft, number, x, y + role.line / 2 - 32, filled=False)
        words(draft, y)

    return replace(block, draw=at)


def _further(draft: Draft, page: Article, area: Rect) -> Block:
    """What can be done about it here, side by side, under its title; nothing else follows on the page."""
    body, canvas = draft.role("body"), draft.canvas
    title = None if page.further_title is None else draft.say(page.further_title)
    titled = 0 if title is None else body.line + draft.gap(10)

    def at(draft: Draft, y: float) -> None:
        if draft.preferences.low_reach:
            y = max(y, canvas.low_reach_top - titled)
        if title is not None:
            draft.line(title, area.x, y, body, "ink_2", limit=area.right)
        w = (area.w - 24) / 2
        for index, what in enumerate(page.further):
            further_button(draft, Rect(area.x + index * (w + 24), y + titled, w, _FURTHER), what)

    return Block(high=titled + _FURTHER, draw=at, above=draft.gap(32))
