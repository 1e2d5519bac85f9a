"""From a view to a scene: which layout draws which page."""

from collections.abc import Callable
from typing import Any

from kiosk.pages import Home, Page, PinEntry, Status
from kiosk.screen import View
from screens import frame
from screens.draft import Draft, canvas
from screens.pages import home, pin_entry, status
from screens.scene import Rect, Scene

Layout = Callable[[Draft, Any, int], None]

LAYOUTS: dict[type[Page], Layout] = {Home: home.draw, PinEntry: pin_entry.draw, Status: status.draw}


def compose(view: View, size: tuple[int, int], *, tab: int = 0, tick: int = 0) -> Scene:
    """Lay a view out for a screen of `size` pixels.

    Args:
        view: What the kiosk shows.
        size: Width and height in pixels.
        tab: Which group of the home page is shown where one stands alone.
        tick: Seconds that the page has been shown; moves the working dots.
    """
    measures = canvas(size)
    draft = Draft(measures, view.preferences)
    LAYOUTS[type(view.page)](draft, view.page, tab)
    frame.footer(draft, can_exit=view.page.can_exit)
    return Scene(
        w=measures.w,
        h=measures.h,
        scale=measures.scale,
        contrast=view.preferences.contrast,
        stage=Rect(0, 0, measures.stage_width, measures.footer_top if measures.landscape else 484),
        items=tuple(draft.items),
        touches=tuple(draft.touches),
        speech=(),
    )
