"""Pages with realistic content, for the gallery and the layout audit. Virtual people only."""

from collections.abc import Iterator

from kiosk.pages import Overlay, Page
from screens.samples import card, home, identity, loss, outcome, overlays, pins, reading, staff

PAGES: dict[str, Page] = {
    **home.PAGES,
    **card.PAGES,
    **pins.PAGES,
    **outcome.PAGES,
    **loss.PAGES,
    **identity.PAGES,
    **reading.PAGES,
    **staff.PAGES,
}
OVERLAYS: dict[str, tuple[Page, Overlay]] = {
    "still-there": (card.STATUS, overlays.STILL_THERE),
    "access": (card.INSERT, overlays.ACCESS),
    "staff-called": (home.HOME_FULL, overlays.STAFF_CALLED),
}


def every() -> Iterator[tuple[str, Page, Overlay | None]]:
    """Each sample by name."""
    for name, page in PAGES.items():
        yield name, page, None
    for name, (page, overlay) in OVERLAYS.items():
        yield name, page, overlay
