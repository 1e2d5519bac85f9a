"""How a scripted citizen reads what takes more than one page, and finds a service in the menu."""

import time

from PIL import Image

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen
from simulator.scenarios.eye import LABEL, Seen

_NEXT_PAGE = "下一页"
_MOST_PAGES = 20
_LOOKED_SECONDS = 0.4
"""For one page, until what is looked for isn't on it."""
_TURN_SECONDS = 0.5
"""A page that was turned is there by then."""
_GOES_ON = "-goes-on"


def chooses_in_menu(citizen: Citizen, service: str) -> None:
    """From the home page: open the menu of everything else, and press a service in it."""
    citizen.touches("更多业务")
    citizen.sees(pages.MENU)
    turns_to(citizen, service)
    citizen.touches(service)


def turns_to(citizen: Citizen, words: str) -> Seen:
    """Turn pages until `words` stand there; where."""
    while True:
        began = time.monotonic()

        def look(picture: Image.Image, began: float = began) -> tuple[Seen, bool] | None:
            if (seen := citizen.finds(words, picture, LABEL)) is not None:
                return seen, True
            after = citizen.finds(_NEXT_PAGE, picture, LABEL)
            return (after, False) if after is not None and time.monotonic() - began > _LOOKED_SECONDS else None

        seen, found = citizen.waits_for(look, 5.0, repr(words))
        if found:
            return seen
        _turns_page(citizen)


def reads_to_the_end(citizen: Citizen) -> None:
    """Turn pages until there is no next one."""
    for _ in range(_MOST_PAGES):
        if not citizen.has_seen(_NEXT_PAGE):
            return
        _turns_page(citizen)
    raise AssertionError("a page that never ends")


def _turns_page(citizen: Citizen) -> None:
    citizen.touches(_NEXT_PAGE)
    while citizen.screen.wait_for_change(_TURN_SECONDS) is not None:
        pass
    citizen.report.see(f"{citizen.report.page.removesuffix(_GOES_ON)}{_GOES_ON}", citizen.screen.picture())
