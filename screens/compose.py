"""From a view to a scene: which layout draws which page."""

from dataclasses import replace

from kiosk import pages
from kiosk.language import say
from kiosk.screen import View
from screens import frame, overlays
from screens.draft import Draft, canvas
from screens.pages import (
    article,
    choose,
    decide,
    done,
    face_view,
    home,
    instruct,
    menu,
    number_entry,
    out_of_service,
    pin_entry,
    receipt_code,
    refusal,
    status,
    table,
    working,
)
from screens.scene import Scene
from screens.spoken import spoken


class NoLayout(TypeError):
    """A page of a class that the screens don't know."""


def _draw(draft: Draft, page: pages.Page, tab: int, tick: int, typed: str) -> None:
    match page:
        case pages.Home():
            home.draw(draft, page, tab)
        case pages.Menu():
            menu.draw(draft, page, tab)
        case pages.Article():
            article.draw(draft, page, tab)
        case pages.Table():
            table.draw(draft, page, tab)
        case pages.Instruct():
            instruct.draw(draft, page)
        case pages.Choose():
            choose.draw(draft, page)
        case pages.FaceView():
            face_view.draw(draft, page)
        case pages.NumberEntry():
            number_entry.draw(draft, page, typed)
        case pages.PinEntry():
            pin_entry.draw(draft, page)
        case pages.Working():
            working.draw(draft, page, tick)
        case pages.Done():
            done.draw(draft, page)
        case pages.Refusal():
            refusal.draw(draft, page)
        case pages.Status():
            status.draw(draft, page)
        case pages.Decide():
            decide.draw(draft, page)
        case pages.ReceiptCode():
            receipt_code.draw(draft, page)
        case pages.OutOfService():
            out_of_service.draw(draft, page)
        case pages.StaffPage():
            from screens.pages import staff  # Late: no citizen ever needs it.

            staff.draw(draft, page)
        case _:
            raise NoLayout(page.__class__.__name__)


def compose(view: View, size: tuple[int, int], *, tab: int = 0, tick: int = 0, typed: str = "") -> Scene:
    """Lay a view out for a screen of `size` pixels.

    Args:
        view: What the kiosk shows.
        size: Width and height in pixels.
        tab: Which group of the home page is shown where one stands alone; which page of long content.
        tick: Seconds that the page has been shown; moves the working dots.
        typed: The digits typed so far where the page takes a number.

    Raises:
        NoLayout: the page is of a class that the screens don't know.
    """
    measures = canvas(size)
    staff = isinstance(view.page, pages.StaffPage)
    # The staff's pages have one size of type, and stand where a hand on the machine is.
    preferences = replace(view.preferences, large=False, low_reach=False) if staff else view.preferences
    draft = Draft(measures, preferences)
    _draw(draft, view.page, tab, tick, typed)
    dialog = overlays.draw(draft, view.overlay) if view.overlay is not None else None
    if not staff:
        frame.footer(draft, view.page)
    return Scene(
        w=measures.w,
        h=measures.h,
        scale=measures.scale,
        contrast=view.preferences.contrast,
        stage=draft.stage,
        items=tuple(draft.items),
        touches=tuple(draft.touches),
        speech=tuple(say(text, view.preferences.language) for text in spoken(view)),
        ticking=isinstance(view.page, pages.Working) and view.overlay is None,
        dialog=dialog,
        live=draft.live if view.overlay is None else None,
    )
