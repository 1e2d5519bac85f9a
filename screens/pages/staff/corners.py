"""The screen's corners and its middle, to be touched one by one: all sheet, for nothing on the stage is touched."""

from kiosk.console.pages import Corners
from kiosk.pages import Chosen
from screens import frame, widgets
from screens.draft import Draft
from screens.pages.staff import shell
from screens.scene import Part, Rect
from screens.tokens import Role

_TARGET = 160
_FROM_EDGE = 8


def draw(draft: Draft, page: Corners) -> None:
    """Draw the page."""
    canvas = draft.canvas
    draft.box(Rect(0, 0, canvas.w, canvas.h), "paper")
    middle = canvas.w / 2
    title = shell.fitted(draft.say(page.title), canvas.w - 2 * canvas.margin, Role(64, 84, True), 40)
    top = canvas.h * 0.24
    draft.line(draft.say(page.title), middle, top, title, "ink", align="middle")
    if page.subtitle is not None:
        words = draft.say(page.subtitle)
        draft.paragraph(words, middle, top + 100, 880, Role(38, 54, False), "ink_2", align="middle", balance=True)
    for index in page.left:
        _target(draft, index, _where(canvas.w, canvas.h, index))
    half = 260
    y = canvas.h * 0.72
    widgets.button(draft, Rect(middle - half, y, 2 * half, frame.ACTION_HEIGHT), page.stop)


def _where(w: float, h: float, index: int) -> Rect:
    """Upper left, upper right, middle, lower left, lower right."""
    far = _FROM_EDGE + _TARGET
    x = (_FROM_EDGE, w - far, (w - _TARGET) / 2, _FROM_EDGE, w - far)[index]
    y = (_FROM_EDGE, _FROM_EDGE, (h - _TARGET) / 2, h - far, h - far)[index]
    return Rect(x, y, _TARGET, _TARGET)


def _target(draft: Draft, index: int, rect: Rect) -> None:
    def inside(draft: Draft) -> None:
        x, y = rect.x + rect.w / 2, rect.y + (rect.h - widgets.LIP) / 2
        draft.circle(x, y, 84, "surface", border=8, edge="action")
        draft.circle(x, y, 28, "action")

    widgets.touchable(draft, rect, Chosen(f"corner.{index}"), str(index + 1), Part.CONTENT, inside)
