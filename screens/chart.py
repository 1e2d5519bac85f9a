"""A bar chart: a white card with a title, bars with their values over them and their labels below."""

from kiosk.pages import Chart
from screens import type, widgets
from screens.draft import Draft
from screens.paging import Block
from screens.scene import Rect
from screens.tokens import Role

_TALLEST, _LOWEST = 180, 12
_GAP = 16
_WIDEST = 96
_PAD = 32


def block(draft: Draft, chart: Chart, area: Rect) -> Block:
    """The chart as wide as `area`; the last bars of it, as many as there is room for."""
    label, small = draft.role("label"), draft.role("small")
    title, note = draft.say(chart.title), draft.say(chart.note) if chart.note else None
    inside = Rect(area.x + _PAD, 0, area.w - 2 * _PAD, 0)
    titled = type.lines(title, inside.w, label.size, True)
    noted = type.lines(note, inside.w - 60, small.size, False) if note else []
    figure = Role(small.size, small.line, True)
    words = [(draft.say(bar.label), draft.say(bar.value)) for bar in chart.bars]
    widest = max(max(type.width(w, small.size, True) for w in pair) for pair in words)
    shown = min(len(words), max(1, int((inside.w + _GAP) // (widest + _GAP))))
    first = len(words) - shown
    each = (inside.w + _GAP) / shown
    over = len(titled) * label.line + 20 + figure.line
    high = _PAD + over + _TALLEST + 8 + small.line + (len(noted) * small.line + 12 if noted else 0) + 20

    def at(draft: Draft, y: float) -> None:
        widgets.card(draft, Rect(area.x, y, area.w, high))
        draft.paragraph(title, inside.x, y + _PAD - 8, inside.w, label, "ink", on="surface")
        floor = y + _PAD + over + _TALLEST
        for index, bar in enumerate(chart.bars[first:]):
            name, value = words[first + index]
            wide = min(_WIDEST, each - _GAP)
            middle = inside.x + index * each + (each - _GAP) / 2
            tall = max(_LOWEST, _TALLEST * bar.height)
            fill = "surface" if bar.hollow else "action"
            rect = Rect(middle - wide / 2, floor - tall, wide, tall)
            draft.box(rect, fill, radii=(8, 8, 0, 0), border=4 if bar.hollow else 0, edge="action", dashed=False)
            draft.line(value, middle, rect.y - figure.line - 2, figure, "ink", on="surface", align="middle")
            draft.line(name, middle, floor + 8, small, "ink_2", on="surface", align="middle")
        draft.box(Rect(inside.x, floor, inside.w, 4), "edge")
        top = floor + 8 + small.line + 12
        if noted:
            swatch = Rect(inside.x, top + (small.line - 36) / 2, 36, 36)
            draft.box(swatch, "surface", radius=8, border=4, edge="action")
        for line in noted:
            draft.line(line, inside.x + 56, top, small, "ink_2", on="surface", limit=inside.right)
            top += small.line

    return Block(high=high, draw=at)
