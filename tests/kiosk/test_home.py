import datetime
from pathlib import Path

from kiosk.catalogue import SERVICES
from kiosk.home import OFFERS, home_page
from kiosk.pages import Home
from kiosk.settings import load

NOW = datetime.datetime(2026, 3, 5, 9, 7)
MACHINE = load(Path(__file__).parents[2] / "config" / "kiosk.toml").machine


def offered(page: Home) -> list[str]:
    return [tile.service for group in page.groups for tile in group.tiles]


def test_what_is_offered_is_there() -> None:
    """The page is built before the services are imported: its names must be theirs."""
    assert {offer.tile.service for offer in OFFERS} == SERVICES.keys()


def test_a_service_goes_with_what_it_needs() -> None:
    """Each need that is closed takes along the services that have it, and no others."""
    for need in ("card", "pin", "e_card", "central"):
        page = home_page(MACHINE, closes=lambda what, need=need: what == need, now=NOW)

        assert offered(page) == [offer.tile.service for offer in OFFERS if need not in offer.needs]


def test_everything_works_at_first() -> None:
    """Before anything is known of the devices the whole page stands there, without a notice."""
    page = home_page(MACHINE, closes=lambda what: False, now=NOW)

    assert offered(page) == [offer.tile.service for offer in OFFERS]
    assert page.notice is None
    assert page.clock == "9:07"
