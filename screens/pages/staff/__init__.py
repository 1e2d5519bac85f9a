"""The staff's pages: one layout a class of `kiosk.console.pages`. Imported when the first of them is drawn."""

from kiosk.console import pages
from kiosk.pages import StaffPage
from screens.draft import Draft
from screens.pages.staff import board, corners, listing, menu, task


def draw(draft: Draft, page: StaffPage) -> None:
    """Draw the page.

    Raises:
        TypeError: there is no layout for it.
    """
    match page:
        case pages.Board():
            board.draw(draft, page)
        case pages.Menu():
            menu.draw(draft, page)
        case pages.Task():
            task.draw(draft, page)
        case pages.Listing():
            listing.draw(draft, page)
        case pages.Corners():
            corners.draw(draft, page)
        case _:
            raise TypeError(f"no layout for {page.__class__.__name__}")
