"""The home page: inserting the card is the answer to "I don't know what I need"; below it the services."""

from kiosk.pages import Chosen, Home, Panel, Tile, TileGroup
from screens import frame, type, widgets
from screens.draft import Draft
from screens.scene import Part, Rect, Tab
from screens.tokens import Role

_GAP = 24
_MANY = 6
"""From so many tiles on they have the look's fixed heights; fewer grow, so that the sheet is well filled."""
_TALLEST, _TALLEST_ALONE = 480, 280
_COLUMN_HEADING = 84
_TIGHT = (16, 64, 16)
"""Between rows, for a heading, between groups: where a notice takes room from many tiles."""


def draw(draft: Draft, page: Home, tab: int) -> None:
    """Draw the page. `tab` is the group shown where text is large and one group stands alone."""
    canvas = draft.canvas
    # Low reach keeps what is touched low; a notice isn't touched, and stands above it.
    low = draft.preferences.low_reach and not page.notice
    sheet_top = 716 if low else 544 if draft.large else 572
    frame.backdrop(draft, sheet_top)
    clock = page.clock if canvas.landscape or draft.large else f"{draft.say(page.machine)}　{page.clock}"
    frame.header(draft, draft.say(frame.NAME), clock)
    _call(draft, page, sheet_top, low=low)
    area = _area(draft, sheet_top, low=low)
    groups = [group for group in page.groups if group.tiles]
    many = sum(len(group.tiles) for group in groups) >= _MANY
    if page.notice:
        area = _under_notice(draft, page.notice, area, many=many)
    if draft.large:
        _one_group(draft, groups, min(tab, len(groups) - 1), area)
    elif canvas.landscape and (draft.preferences.low_reach or many):
        _columns(draft, groups, area)
    else:
        _stacked(draft, groups, area)


def _area(draft: Draft, sheet_top: float, *, low: bool) -> Rect:
    """The part of the sheet for the services."""
    canvas = draft.canvas
    if canvas.landscape:
        area = Rect(canvas.stage_width + 56, 44, canvas.w - canvas.stage_width - 112, canvas.footer_top - 48 - 44)
        if low:
            top = canvas.low_reach_top - (0 if draft.large else _COLUMN_HEADING)
            area = Rect(area.x, top, area.w, area.bottom - top)
        return area
    if draft.large and low:
        return Rect(72, 776, 936, canvas.footer_top - 24 - 776)
    gap = (32 if low else 36) if not draft.large else 48
    return Rect(72, sheet_top + gap, 936, canvas.footer_top - 44 - sheet_top - gap)


def _under_notice(draft: Draft, notice: Panel, area: Rect, *, many: bool) -> Rect:
    """Draw the notice on top; what is left of the area."""
    panel = draft.again(1 if many else 0)
    bottom = widgets.panel(panel, notice, Rect(area.x, area.y + (0 if many else 12), area.w, 0)) + 24
    draft.take(panel)
    if draft.preferences.low_reach:
        canvas = draft.canvas
        heading = 0 if draft.large else _COLUMN_HEADING if canvas.landscape else _TIGHT[1]
        bottom = max(bottom, canvas.low_reach_top - heading)
    return Rect(area.x, bottom, area.w, area.bottom - bottom)


def _call(draft: Draft, page: Home, sheet_top: float, *, low: bool) -> None:
    """Title, subtitle, the gold call and the picture of the card."""
    canvas = draft.canvas
    x, w = frame.stage_text_area(canvas)
    display, body = draft.role("display"), draft.role("body")
    title, where = draft.say(page.title), draft.say(page.where) if page.where else None
    subtitle = draft.say(page.subtitle) if page.subtitle else None
    arrow = 52 if draft.large else 44
    if canvas.landscape:
        room = canvas.footer_top - 24
        y = draft.paragraph(title, x, 176.0, w, display, "on_stage", on="stage", balance=True)
        if subtitle:
            y = draft.paragraph(subtitle, x, y + 16, min(w, 620), body, "on_stage_2", on="stage")
        y = _where(draft, where, x, y + 27, arrow, w) if where else y
        if page.where:
            size = min(w, room - y - 72)
            middle = (y + 3 + canvas.footer_top) / 2
            draft.illustration("card-insert", x + (w - size) / 2, middle - size / 2, size, "illus_on_stage")
        return
    # The picture stands right; the title beside it, the call over the sheet.
    size = 360.0 if draft.large else 404 if low else 376
    top = 136 if draft.large else 196 if low else 148
    left = 680 if draft.large else 640 if low else 666
    narrow = 568.0 if draft.large else 420.0 if low and subtitle else 602
    first = (200.0 if low else 152.0) if draft.large else (216.0 if low else 168.0)
    if page.where is None:
        narrow = w
    room = narrow if draft.large or page.where is None else 602
    if type.width(title, 76, True) <= room - 2 < type.width(title, display.size, True):
        # A little too long for one line: smaller, rather than two lines on this crowded stage.
        display = Role((room - 2) / type.width(title, 1, True), display.line, True)
    y = draft.paragraph(title, x, first, room, display, "on_stage", on="stage", balance=True)
    if subtitle and not draft.large:
        y = draft.paragraph(subtitle, x, y + 16, narrow, body, "on_stage_2", on="stage", sentences=True)
    if where:
        if draft.large:
            _where(draft, where, x, max(y + 24, 520) if low else 432, arrow, 600)
        else:
            _where(draft, where, x, max(447, y + 33), arrow, left - x - 40)
        if low and draft.large:
            top, size, left = 196, 404, 640
        draft.illustration("card-insert", left, top, size, "illus_on_stage")


def _where(draft: Draft, where: str, x: float, y: float, arrow: float, w: float) -> float:
    """The gold call, with an arrow down."""
    role = draft.role("body")
    size = role.size
    while size > 34 and type.width(where, size, True) > w - arrow - 16:
        size -= 1
    draft.icon("next", x, y + (role.line - arrow) / 2, arrow, "icon_gold", turn=90)
    text = Role(size, role.line, True)
    draft.line(where, x + arrow + 16, y, text, "gold_text", on="stage", limit=x + w)
    return y + role.line


def _group_heading(draft: Draft, group: TileGroup, x: float, y: float, w: float) -> None:
    label, small = draft.role("label"), draft.role("small")
    name, note = draft.say(group.name), draft.say(group.note)
    rect = draft.line(name, x, y, Role(label.size, 64, True), "ink", limit=x + w)
    if rect.right + 20 + type.width(note, small.size, False) <= x + w:
        draft.line(note, rect.right + 20, y + 7, Role(small.size, 49, False), "ink_2", limit=x + w)


def _stacked(draft: Draft, groups: list[TileGroup], area: Rect) -> None:
    """Portrait: one group over the other, two tiles a row."""
    rows = sum((len(group.tiles) + 1) // 2 for group in groups)

    def spare(gap: float, heading: float, between: float) -> float:
        used = len(groups) * heading + (len(groups) - 1) * between + (rows - len(groups)) * gap
        return (area.h - used) / max(rows, 1)

    low = draft.preferences.low_reach
    spaces = (16, 72, 20) if low else (20, 76, 40)
    if sum(len(group.tiles) for group in groups) >= _MANY:
        most = 144 if low else 168
        if spare(*spaces) < most:
            spaces = _TIGHT
    else:
        most = _TALLEST
    gap, heading, between = spaces
    high = min(most, spare(*spaces))
    y = area.y
    for group in groups:
        _group_heading(draft, group, area.x, y, area.w)
        y += heading
        for index in range(0, len(group.tiles), 2):
            pair = group.tiles[index : index + 2]
            w = (area.w - _GAP) / 2 if len(group.tiles) > 1 else area.w
            tall = high if len(group.tiles) > 1 else min(high, _TALLEST_ALONE)
            for column, tile in enumerate(pair):
                _tile(draft, tile, Rect(area.x + column * (w + _GAP), y, w, tall))
            y += tall + gap
        y += between - gap


def _columns(draft: Draft, groups: list[TileGroup], area: Rect) -> None:
    """Landscape: the first group in two columns, the others in one each, all of the same total height."""
    counts = [2 if len(group.tiles) > 4 or (len(groups) == 1 and len(group.tiles) > 1) else 1 for group in groups]
    w = (area.w - (sum(counts) - 1) * _GAP) / max(sum(counts), 1)
    top = area.y + _COLUMN_HEADING
    x = area.x
    for group, columns in zip(groups, counts, strict=True):
        rows = (len(group.tiles) + columns - 1) // columns
        wide = columns * w + (columns - 1) * _GAP
        _group_heading(draft, group, x, area.y, wide)
        gap = _GAP if area.h > 900 else 16
        high = min((area.bottom - top - (rows - 1) * gap) / rows, 480)
        for index, tile in enumerate(group.tiles):
            row, column = divmod(index, columns)
            _tile(draft, tile, Rect(x + column * (w + _GAP), top + row * (high + gap), w, high))
        x += wide + _GAP


def _one_group(draft: Draft, groups: list[TileGroup], tab: int, area: Rect) -> None:
    """Large text: one group at a time behind tabs; each service is a row."""
    y = area.y
    low = draft.preferences.low_reach
    if len(groups) > 1:
        w = (area.w - (len(groups) - 1) * _GAP) / len(groups)
        high: float = 120 if low else 128
        for index, group in enumerate(groups):
            _tab(draft, draft.say(group.name), index, index == tab, Rect(area.x + index * (w + _GAP), y, w, high))
        y += high + (16 if low else 32)
    tiles = groups[tab].tiles if groups else ()
    most_rows = int((area.bottom - y + 16) // 136)
    columns = 2 if (draft.canvas.landscape and (area.w > 1300 or low)) or len(tiles) > most_rows else 1
    rows = (len(tiles) + columns - 1) // columns
    room = area.bottom - y - (rows - 1) * 16
    most = 120.0 if low and not draft.canvas.landscape else 144.0 if rows > 3 else 208.0
    row_high = max(120, min(most, room / max(rows, 1)))
    wide = (area.w - (columns - 1) * _GAP) / columns
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        rect = Rect(area.x + column * (wide + _GAP), y + row * (row_high + 16), wide, row_high)
        _large_tile(draft, tile, rect)


def _tab(draft: Draft, name: str, index: int, chosen: bool, rect: Rect) -> None:
    """A tab; the chosen one has no lip and a check."""
    role = draft.role("label")
    size = role.size
    room = rect.w - 40 - (64 if chosen else 0)
    while size > 40 and type.width(name, size, True) > room:
        size -= 1
    role = Role(size, 72, True)
    if not chosen:

        def inside(draft: Draft) -> None:
            y = rect.y + (rect.h - widgets.LIP - 72) / 2
            draft.line(name, rect.x + rect.w / 2, y, role, "ink", on="surface", align="middle", limit=rect.right)

        widgets.touchable(draft, rect, Tab(index), name, Part.CONTENT, inside)
        return
    draft.box(rect, "action", radius=widgets.CONTROL_RADIUS)
    wide = type.width(name, size, True) + 64
    x = rect.x + (rect.w - wide) / 2
    draft.icon("check", x, rect.y + (rect.h - 48) / 2, 48, "icon_on_action")
    y = rect.y + (rect.h - 72) / 2
    draft.line(name, x + 64, y, role, "on_action", on="action", limit=rect.right)


def _large_tile(draft: Draft, tile: Tile, rect: Rect) -> None:
    name = draft.say(tile.name)

    def inside(draft: Draft) -> None:
        role = draft.role("label")
        middle = rect.y + (rect.h - widgets.LIP) / 2
        narrow = rect.w < 600
        icon, pad = (72, 24) if narrow else (84, 36)
        draft.icon(tile.icon, rect.x + pad, middle - icon / 2, icon)
        left, limit = rect.x + pad + icon + (20 if narrow else 32), rect.right - (20 if narrow else 100)
        size = role.size
        while size > 40 and type.width(name, size, True) > limit - left:
            size -= 1
        draft.line(name, left, middle - role.line / 2, Role(size, role.line, True), "ink", on="surface", limit=limit)
        if not narrow:
            draft.icon("chevron", rect.right - 84, middle - 26, 52)

    widgets.touchable(draft, rect, Chosen(tile.service), name, Part.CONTENT, inside)


def _tile(draft: Draft, tile: Tile, rect: Rect) -> None:
    """A service: icon, name, the situation it is for. The icon stands left, or above where the tile is tall."""
    name, situation = draft.say(tile.name), draft.say(tile.situation)
    label, small = draft.role("label"), draft.role("small")

    def across(size: float) -> float:
        return rect.w - 28 - size - 24 - 20

    def inside(draft: Draft) -> None:
        face = rect.h - widgets.LIP
        widest = max(type.width(name, label.size, True), type.width(situation, small.size, False))
        tall = rect.h >= 300
        if tall or widest > across(76):
            _icon_above(draft, tile, name, situation, rect, face)
            return
        size = 80.0 if rect.h < 160 else 84.0
        if rect.w > 700:
            size = min(160, face - 64) if rect.h > 200 else 84
        if face >= 120 + 4 and size > face - 20:
            size = face - 20
        draft.icon(tile.icon, rect.x + 28, rect.y + face / 2 - size / 2, size)
        x = rect.x + 28 + size + 24
        note = situation if rect.h >= 140 else None
        roles = (label, small)
        widgets.two_texts(draft, name, note, x, rect.y + face / 2, rect.right - 16 - x, roles)

    widgets.touchable(draft, rect, Chosen(tile.service), name, Part.CONTENT, inside)


def _icon_above(draft: Draft, tile: Tile, name: str, situation: str, rect: Rect, face: float) -> None:
    label, small = draft.role("label"), draft.role("small")
    x, limit = rect.x + 30, rect.w - 60
    roles = (label, small)
    note: str | None = situation
    words = widgets.texts_height(name, note, limit, roles)
    size: float = 96 if rect.h >= 300 else 76
    if rect.h >= 380:
        size = 120
    if size + 16 + words > face - 24:
        size = max(0, face - 24 - 16 - words)
    if size < 48:
        # Too flat for a picture above: beside the name, without the situation.
        side = min(84.0, face - 24)
        draft.icon(tile.icon, rect.x + 20, rect.y + (face - side) / 2, side)
        left = rect.x + 20 + side + 20
        widgets.two_texts(draft, name, None, left, rect.y + face / 2, rect.right - 16 - left, roles)
        return
    top = rect.y + (face - size - 16 - words) / 2
    draft.icon(tile.icon, x, top, size)
    widgets.two_texts(draft, name, note, x, top + size + 16 + words / 2, limit, roles)
