"""A table: rows of facts, group by group, in pages; over them a chart, where one is worth more than figures."""

from collections.abc import Sequence

from kiosk.pages import Table, TableGroup, TableRow
from screens import chart, frame, paging
from screens.draft import Draft
from screens.paging import Block
from screens.rows import fact
from screens.scene import Rect

_HEADING = 76
_ROW = 104


def draw(draft: Draft, page: Table, at: int) -> None:
    """Draw the page. `at` is which part of it is shown where it doesn't fit at once."""
    stage = draft.again(0)
    opened = frame.opening(stage, page, page.whose)
    sheet_top = frame.reading_sheet_top(draft, opened, page)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = paging.area_above(draft, sheet_top + 48, page.actions)
    paging.draw(draft, area, at, lambda trial: _blocks(trial, page, area))
    frame.actions(draft, page.actions)


def _blocks(draft: Draft, page: Table, area: Rect) -> Sequence[Block]:
    blocks = [] if page.chart is None else [chart.block(draft, page.chart, area)]
    for group in page.groups:
        heading = None if group.heading is None else _heading(draft, group, area, above=32 if blocks else 0)
        if heading is not None:
            blocks.append(heading)
        for index, row in enumerate(group.rows):
            above = 28 if blocks and heading is None and not index else 0
            blocks.append(_row(draft, row, area, above, heading))
    return blocks


def _heading(draft: Draft, group: TableGroup, area: Rect, above: float) -> Block:
    assert group.heading is not None, "only a group with a heading has one"
    words, role = draft.say(group.heading), draft.role("label")
    lines = draft.again(draft.ease).paragraph(words, area.x, 0, area.w, role, "ink")

    def at(draft: Draft, y: float) -> None:
        draft.paragraph(words, area.x, y, area.w, role, "ink")

    return Block(high=lines + _HEADING - role.line, draw=at, above=above, keep=True)


def _row(draft: Draft, row: TableRow, area: Rect, above: float, heading: Block | None) -> Block:
    high = fact(draft.again(draft.ease), row, area, 0, least=_ROW)

    def at(draft: Draft, y: float) -> None:
        fact(draft, row, area, y, least=_ROW)

    return Block(high=high, draw=at, above=above, under=heading, row=True)
