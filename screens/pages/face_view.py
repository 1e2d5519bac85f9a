"""Somebody before the camera: their own picture with a frame for the face, one hint below it, and what becomes of it.

The picture itself is the window's to draw (`screens.preview`), over the drawing that stands here until it comes.
"""

from kiosk.pages import FaceView, Panel, Sign
from screens import frame, widgets
from screens.draft import Draft
from screens.scene import Box, Drawing, Item, Live, Rect

_W, _H = 720, 688
_FACE = 600
"""Side of the drawing of a face and of the frame around it, in a picture of full size."""
_RADIUS = 48
_BEHIND = "#1B5A7D"
"""Where no picture is yet: the stage, a little lighter."""
_HINT = 96
_ICON = "eye-off"

_BRACKETS = (
    ("M14 80V48A34 34 0 0 1 48 14H80", 26, 12),
    ("M14 14H46A34 34 0 0 1 80 48V80", 280, 12),
    ("M80 14V46A34 34 0 0 1 46 80H14", 280, 298),
    ("M80 80H48A34 34 0 0 1 14 46V14", 26, 298),
)
"""The corners of the frame in the drawing of 400, each with the place of its own square of 94."""
_OUTSIDE = (
    "M0 0H48A48 48 0 0 0 0 48Z",
    "M48 0H0A48 48 0 0 1 48 48Z",
    "M48 48V0A48 48 0 0 1 0 48Z",
    "M0 48V0A48 48 0 0 0 48 48Z",
)


def draw(draft: Draft, page: FaceView) -> None:
    """Draw the page."""
    canvas = draft.canvas
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    privacy = Panel(sign=Sign.INFORMATION, heading=page.privacy)
    has_actions = frame.any_action(page.actions)
    bottom = frame.actions_top(canvas) - 40 if has_actions else canvas.footer_top - 48
    if canvas.landscape:
        frame.backdrop(draft, 0)
        draft.take(stage)
        area = frame.content_area(canvas, 0, bottom=bottom)
        panel_high = widgets.panel_height(draft, privacy, area.w, _ICON)
        card = Rect(area.x, area.y, area.w, area.h - panel_high - 24)
        draft.box(card, "stage", radius=_RADIUS, border=4 if draft.theme.contrast else 0)
        _camera(draft, Rect(card.x, card.y + 24, card.w, card.h - 24 - _HINT - 8))
        _hint(draft, page, card.x + card.w / 2, card.bottom - _HINT - 4, card.w - 48)
        widgets.panel(draft, privacy, Rect(area.x, card.bottom + 24, area.w, 0), _ICON)
        frame.actions(draft, page.actions)
        return
    panel_high = widgets.panel_height(draft, privacy, 936, _ICON)
    sheet_top = min(1292.0, bottom - panel_high - 56)
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    end = sheet_top - 28 - _HINT
    top = opened.text_bottom + 24
    _camera(draft, Rect(72, top, 936, min(end - 16 - top, _H + 34)))
    _hint(draft, page, canvas.w / 2, end, 936)
    widgets.panel(draft, privacy, Rect(72, sheet_top + 56, 936, 0), _ICON)
    frame.actions(draft, page.actions)


def _hint(draft: Draft, page: FaceView, middle: float, y: float, w: float) -> None:
    if page.hint:
        frame.call(draft, draft.say(page.hint), middle, y, w)


def _camera(draft: Draft, room: Rect) -> None:
    """The largest picture of its proportions at the foot of `room`, with the drawing that it will cover."""
    size = min(1, room.w / _W, room.h / _H)
    rect = Rect(room.x + (room.w - _W * size) / 2, room.bottom - _H * size, _W * size, _H * size)
    contrast = draft.theme.contrast
    draft.box(rect, "stage" if contrast else _BEHIND, radius=_RADIUS)
    face = _FACE * size
    x, y = rect.x + (rect.w - face) / 2, rect.y + (rect.h - face) / 2
    draft.illustration("face-frame", x, y, face, "illus_on_stage")
    edge = Box(rect=rect, fill=None, radii=(_RADIUS,) * 4, border=4, edge="edge")
    if contrast:
        draft.items.append(edge)
    over: list[Item] = [*_corners(draft, rect), *_brackets(draft, x, y, face)]
    draft.live = Live(rect=rect, over=(*over, edge) if contrast else tuple(over))


def _corners(draft: Draft, rect: Rect) -> list[Item]:
    """What lies outside of the picture's round corners."""
    stage = draft.theme.hex("stage")
    right, low = rect.right - _RADIUS, rect.bottom - _RADIUS
    places = ((rect.x, rect.y), (right, rect.y), (right, low), (rect.x, low))
    return [
        Drawing(rect=Rect(x, y, _RADIUS, _RADIUS), svg=_svg(_RADIUS, f'<path d="{path}" fill="{stage}"/>'))
        for path, (x, y) in zip(_OUTSIDE, places, strict=True)
    ]


def _brackets(draft: Draft, x: float, y: float, face: float) -> list[Item]:
    """The golden corners between which the face belongs."""
    gold, unit = draft.theme.hex("gold"), face / 400
    stroke = f'fill="none" stroke="{gold}" stroke-width="13" stroke-linecap="round" stroke-linejoin="round"'
    return [
        Drawing(
            rect=Rect(x + left * unit, y + top * unit, 94 * unit, 94 * unit),
            svg=_svg(94, f'<path d="{path}" {stroke}/>'),
        )
        for path, left, top in _BRACKETS
    ]


def _svg(side: int, inside: str) -> str:
    size = f'width="{side}" height="{side}" viewBox="0 0 {side} {side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'
