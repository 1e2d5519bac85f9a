"""A menu: tiles to press, group by group; what can't be chosen stands in a white card, with the reason."""

from collections.abc import Sequence

from kiosk.pages import Chosen, Menu, MenuGroup, MenuTile
from screens import frame, paging, type, widgets
from screens.draft import Draft
from screens.paging import Block
from screens.scene import Part, Rect
from screens.tokens import Role

_GAP = 24
_HEADING = 76
_TILE, _TILE_LOW, _TILE_LARGE = 168, 134, 160
_ROW = 104
_LOW_TOP = 776
_WIDE = 1300
"""From this width on three tiles stand side by side."""


def draw(draft: Draft, page: Menu, at: int) -> None:
    """Draw the page. `at` is which part of it is shown where it doesn't fit at once."""
    canvas, low = draft.canvas, draft.preferences.low_reach
    stage = draft.again(0)
    opened = frame.opening(stage, page, page.whose)
    sheet_top = frame.reading_sheet_top(draft, opened, page)
    if low:
        sheet_top = max(sheet_top, _LOW_TOP - _HEADING - 32.0)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    area = paging.area_above(draft, sheet_top + (32 if low else 48), page.actions)
    if canvas.landscape:
        wide = canvas.w - canvas.stage_width - 2 * canvas.margin
        # What is only read, a heading, may stand above the reach.
        top = canvas.low_reach_top - _HEADING if low else area.y
        area = Rect(canvas.stage_width + canvas.margin, top, wide, area.bottom - top)
    paging.draw(draft, area, at, lambda trial: _blocks(trial, page.groups, area))
    frame.actions(draft, page.actions)


def _blocks(draft: Draft, groups: Sequence[MenuGroup], area: Rect) -> list[Block]:
    columns = 1 if draft.large and area.w < _WIDE else 3 if area.w >= _WIDE and not draft.large else 2
    blocks: list[Block] = []
    for group in groups:
        heading = _heading(draft, group, area, above=draft.gap(36) if blocks else 0)
        blocks.append(heading)
        open_tiles = [tile for tile in group.tiles if tile.why_not is None]
        for index in range(0, len(open_tiles), columns):
            blocks.append(_tiles(draft, open_tiles[index : index + columns], area, columns, index > 0, heading))
        closed = [tile for tile in group.tiles if tile.why_not is not None]
        for index, tile in enumerate(closed):
            above = 20 if open_tiles and not index else 0
            blocks.append(_reason(draft, tile, area, above, heading))
    return blocks


def _heading(draft: Draft, group: MenuGroup, area: Rect, above: float) -> Block:
    """The group's name; its note beside it where there is room."""
    label, small = draft.role("label"), draft.role("small")
    name, note = draft.say(group.name), draft.say(group.note) if group.note else None

    def at(draft: Draft, y: float) -> None:
        size = min(label.size, label.size * area.w / type.width(name, label.size, True))
        rect = draft.line(name, area.x, y, Role(size, 64, True), "ink", limit=area.right)
        if note and rect.right + 20 + type.width(note, small.size, False) <= area.right:
            draft.line(note, rect.right + 20, y + 7, Role(small.size, 49, False), "ink_2", limit=area.right)

    return Block(high=_HEADING, draw=at, above=above, keep=True)


def _tiles(draft: Draft, tiles: Sequence[MenuTile], area: Rect, columns: int, again: bool, heading: Block) -> Block:
    """One row of tiles, all as high as the one with the most words."""
    w = (area.w - (columns - 1) * _GAP) / columns
    low = draft.preferences.low_reach and draft.canvas.landscape
    least = _TILE_LOW if low else _TILE_LARGE if draft.large else _TILE
    words = max(_words(draft, tile, Rect(0, 0, w, 0), measure=True) for tile in tiles)
    high = max(least, words + widgets.LIP + 20)

    def at(draft: Draft, y: float) -> None:
        for column, tile in enumerate(tiles):
            _tile(draft, tile, Rect(area.x + column * (w + _GAP), y, w, high))

    return Block(high=high, draw=at, above=max(16, draft.gap(20)) if again else 0, under=heading)


def _tile(draft: Draft, tile: MenuTile, rect: Rect) -> None:
    def inside(draft: Draft) -> None:
        left, size = (36, 84) if rect.w > 600 else (28, 84)
        middle = rect.y + (rect.h - widgets.LIP) / 2
        draft.icon(tile.icon, rect.x + left, middle - size / 2, size)
        if rect.w > 600:
            draft.icon("chevron", rect.right - 84, middle - 26, 52)
        _words(draft, tile, rect)

    widgets.touchable(draft, rect, Chosen(tile.service), draft.say(tile.name), Part.CONTENT, inside)


def _words(draft: Draft, tile: MenuTile, rect: Rect, *, measure: bool = False) -> float:
    """Name over situation, beside the icon; returns how high they are together. Low in landscape: the name alone."""
    roles = (draft.role("label"), draft.role("small"))
    name = draft.say(tile.name)
    alone = draft.preferences.low_reach and draft.canvas.landscape
    note = None if alone else draft.say(tile.situation)
    left, right = (152, 100) if rect.w > 600 else (136, 16)
    limit = rect.w - left - right
    if measure:
        first = widgets.fitting(draft, name, limit, roles[0])
        return widgets.texts_height(name, note, limit, (first, roles[1]))
    middle = rect.y + (rect.h - widgets.LIP) / 2
    return widgets.two_texts(draft, name, note, rect.x + left, middle, limit, roles)


def _reason(draft: Draft, tile: MenuTile, area: Rect, above: float, heading: Block) -> Block:
    """A line of the card: what it would be, and why not. Large: one over the other."""
    assert tile.why_not is not None, "only what can't be chosen has a reason"
    name, reason = draft.say(tile.name), draft.say(tile.why_not)
    label, small = draft.role("label"), draft.role("small")
    name_role = Role(label.size - 4, label.line, True)
    left = area.x + 112
    if draft.large:
        limit = area.right - 32 - left
        words = widgets.texts_height(name, reason, limit, (name_role, small))
        high = max(_ROW, words + draft.gap(28))
    else:
        column = area.x + round(area.w * 0.42)
        name_lines = type.lines(name, column - 20 - left, name_role.size, True)
        reason_lines = type.lines(reason, area.right - 32 - column, small.size, False)
        high = max(_ROW, max(len(name_lines) * name_role.line, len(reason_lines) * small.line) + draft.gap(28))

    def at(draft: Draft, y: float) -> None:
        middle = y + (high - 2) / 2
        draft.icon(tile.icon, area.x + 32, middle - 28, 56, "icon_muted")
        if draft.large:
            widgets.two_texts(draft, name, reason, left, middle, limit, (name_role, small))
            return
        top = middle - len(name_lines) * name_role.line / 2
        for line in name_lines:
            draft.line(line, left, top, name_role, "ink", on="surface", limit=column - 8)
            top += name_role.line
        top = middle - len(reason_lines) * small.line / 2
        for line in reason_lines:
            draft.line(line, column, top, small, "ink_2", on="surface", limit=area.right - 20)
            top += small.line

    return Block(high=high, draw=at, above=above, under=heading, row=True)
