import datetime
from pathlib import Path

import pytest
from regions import NO_WAYS, regional

from kiosk.catalogue import SERVICES
from kiosk.home import MORE, OFFERS, Offer, Place, home_page, menu, offers
from kiosk.pages import Home, Menu
from kiosk.settings import Settings, load

NOW = datetime.datetime(2026, 3, 5, 9, 7)
SHIPPED = load(Path(__file__).parents[2] / "config" / "kiosk.toml")
ON_READER = SHIPPED.model_copy(update={"pin_pad": SHIPPED.pin_pad.model_copy(update={"path": "reader", "port": None})})
BESIDE_READER = SHIPPED.model_copy(update={"pin_pad": SHIPPED.pin_pad.model_copy(update={"path": "reader"})})
HOME = (Place.WITH_CARD, Place.WITHOUT_CARD)
EVERYTHING = [offer.tile.service for offer in OFFERS if offer.place in HOME]


def offered(page: Home | Menu) -> list[str]:
    return [tile.service for group in page.groups for tile in group.tiles if tile.service != MORE]


def test_what_is_offered_is_there() -> None:
    """The page is built before the services are imported: its names must be theirs."""
    names = [offer.tile.service for offer in OFFERS]
    assert set(names) <= SERVICES.keys()
    assert len(names) == len(set(names))
    assert MORE in SERVICES


def test_no_service_is_out_of_reach() -> None:
    """On the home page, which has room for six and four, or in the menu behind it."""
    page = home_page(SHIPPED, closes=lambda what: False, now=NOW)
    behind = menu(SHIPPED, lambda what: False)

    assert [len(group.tiles) for group in page.groups] <= [6, 4]
    assert page.groups[-1].tiles[-1].service == MORE
    assert sorted(offered(page) + offered(behind)) == sorted(offer.tile.service for offer in OFFERS)


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.tile.service)
def test_none_is_offered_without_what_it_needs(offer: Offer) -> None:
    """Each need by itself."""
    for need in offer.needs:
        working = offers(SHIPPED, lambda closed, need=need: closed == need)
        assert offer.tile.service not in {other.tile.service for other in working}


BY_ID_CARD = {"enable", "unlock", "reset_pin"}
CLOSED = {
    "card": {"enable", "change_pin", "unlock", "reset_pin", "card_status"},
    "pin": {"enable", "change_pin", "reset_pin"},
    "id_card": BY_ID_CARD,  # The others can be done with a code of the phone.
    "e_card": set(),
    "face": set(),
    "id_card e_card": BY_ID_CARD | {"report_loss", "release_loss", "card_status_without_card"},
    "id_card e_card face": BY_ID_CARD | {"report_loss", "release_loss", "card_status_without_card"},
    "change": {"enable", "change_pin", "unlock", "reset_pin", "report_loss", "release_loss"},
    "central": set(EVERYTHING),
    "receipt": set(),
}
UNTOLD = {"face"}
"""Nobody need know before they are asked: there is always another way."""


@pytest.mark.parametrize("what", CLOSED)
def test_a_service_goes_with_what_it_needs(what: str) -> None:
    """What is closed takes along the services that need it, and no others; and a notice says so."""
    page = home_page(SHIPPED, closes=lambda closed: closed in what.split(), now=NOW)

    assert offered(page) == [service for service in EVERYTHING if service not in CLOSED[what]]
    assert (page.notice is not None) is (what not in UNTOLD)


def test_everything_works_at_first() -> None:
    """Before anything is known of the devices the whole page stands there, without a notice."""
    page = home_page(SHIPPED, closes=lambda what: False, now=NOW)

    assert offered(page) == EVERYTHING
    assert page.notice is None
    assert page.clock == "9:07"


def without(**sections: dict[str, object]) -> Settings:
    """The shipped settings with some keys changed."""
    changed = {name: getattr(SHIPPED, name).model_copy(update=keys) for name, keys in sections.items()}
    return SHIPPED.model_copy(update=changed)


@pytest.mark.parametrize(
    ("settings", "gone"),
    [
        (regional(SHIPPED, evidence=NO_WAYS), CLOSED["id_card e_card"]),
        (without(id_reader={"port": None}), CLOSED["id_card"]),
        (without(face={"enabled": False}), set()),
    ],
    ids=["no ways", "no reader", "no faces"],
)
def test_where_identity_cannot_be_proven(settings: Settings, gone: set[str]) -> None:
    """What a bureau doesn't list, or has no device for, takes along what needs it."""
    page = home_page(settings, closes=lambda what: False, now=NOW)
    assert offered(page) == [service for service in EVERYTHING if service not in gone]


@pytest.mark.parametrize(
    ("closed", "note"), [("", "用身份证，或者电子社保卡"), ("e_card", "用身份证"), ("id_card", "用电子社保卡")]
)
def test_what_is_shown_in_place_of_the_card(closed: str, note: str) -> None:
    """Nobody gets out a phone before a dead camera."""
    page = home_page(SHIPPED, closes=lambda what: what == closed, now=NOW)
    assert page.groups[1].note is not None
    assert page.groups[1].note.message == note


def test_a_readers_keys_set_no_new_pin() -> None:
    """A reset wants an enciphered PIN, which only a pad of its own hands over."""
    assert "reset_pin" not in offered(home_page(ON_READER, closes=lambda what: False, now=NOW))


@pytest.mark.parametrize(("closed", "there"), [("", True), ("pin", True), ("enciphered_pin", False)])
def test_a_pad_beside_a_reader(closed: str, there: bool) -> None:
    """It serves resets, whatever becomes of the reader's own keys; and only they go with it."""
    page = home_page(BESIDE_READER, closes=lambda what: what == closed, now=NOW)
    assert ("reset_pin" in offered(page)) is there
    assert ("change_pin" in offered(page)) is (closed != "pin")
