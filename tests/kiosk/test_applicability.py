"""What a card that is put in is told: the same as the services themselves would say."""

import datetime
from collections.abc import Callable, Iterator
from itertools import product
from uuid import UUID

import pytest
from cards_on_record import put
from kiosk_under_test import KioskUnderTest
from regions import changed
from trio.testing import MockClock

from central.application_stages import Situation, Wish, ineligible
from central.transitions import forbids
from kiosk.applicability import why_not
from kiosk.card_facts import CardFacts
from kiosk.catalogue import SERVICES
from kiosk.home import OFFERS
from kiosk.pages import Answer, Choose, Instruct, Menu, MenuTile, NumberEntry, Page, Picture, PinEntry, Refusal, Status
from kiosk.refusals import Refused
from kiosk.services import enable, formal_loss, release_loss, replace_card, report_loss
from kiosk.steps.card import refuse_expired, refuse_unusable
from kiosk.uplink.contract import (
    ApplicationKind,
    ApplicationReason,
    ApplicationStatus,
    CardRecord,
    Delivery,
    Lifecycle,
    LossReason,
    OperationKind,
)
from kiosk.uplink.contract.policy import RegionPolicy

TODAY = datetime.date(2026, 3, 8)
LAST_DAYS = (None, datetime.date(2026, 3, 7), TODAY, datetime.date(2026, 4, 1), datetime.date(2031, 5, 1))


def every_card() -> Iterator[CardFacts]:
    """Each status with each part of a card's life, each last day, and a PIN that is blocked or isn't."""
    for status, lifecycle, reason, last, tries in product(
        ApplicationStatus, Lifecycle, (None, *LossReason), LAST_DAYS, (0, 6)
    ):
        record = CardRecord.model_construct(
            handle=UUID(int=1),
            as_of=TODAY,
            application_status=status,
            lifecycle=lifecycle,
            loss_reason=reason,
            valid_until=last,
            bank="北京银行",
            pin_blocked=False,
            open_operation=None,
            loss_until=None,
        )
        yield CardFacts(record=record, proven=False, with_card=True, tries_left=tries, valid_until=last)


def refuses(rule: Callable[[], object]) -> bool:
    """Whether a service's own rule stops."""
    try:
        return bool(rule())
    except Refused:
        return True


def _enable(facts: CardFacts) -> None:
    enable._refuse_unless_collected(facts.record)
    refuse_expired(facts.record, facts.valid_until)


def _renewal(facts: CardFacts) -> bool:
    """The server's rule, where the kiosk's has nothing to say."""
    replace_card._refuse_needless(facts.record)
    now = Situation(
        today=TODAY,
        pending=frozenset(),
        phone_on_record=None,
        texts_go_to=None,
        has_photo=True,
        has_address=True,
        status=facts.record.application_status,
        lifecycle=facts.record.lifecycle,
        valid_until=facts.record.valid_until,
        collecting=frozenset(),
    )
    wish = Wish(kind=ApplicationKind.RENEWAL, delivery=Delivery.POST, reason=ApplicationReason.EXPIRING)
    return ineligible(wish, now, RegionPolicy()) is not None


RULES: dict[str, Callable[[CardFacts], object]] = {
    "reset_pin": lambda facts: refuse_unusable(facts.record, facts.valid_until),
    "report_loss": lambda facts: report_loss._refuse_needless(facts.record),
    "release_loss": lambda facts: release_loss._refuse_elsewhere(facts.record, lifted=False),
    "formal_loss": lambda facts: formal_loss.refuse_needless(facts.record),
    "replace_card": lambda facts: replace_card._refuse_needless(facts.record),
    "renew_card": _renewal,
}


@pytest.mark.parametrize("service", RULES)
def test_told_beforehand_as_the_service_says(service: str) -> None:
    """For every card there can be."""
    told = {facts: why_not(service, facts, RegionPolicy()) is not None for facts in every_card()}

    assert told == {facts: refuses(lambda facts=facts: RULES[service](facts)) for facts in every_card()}
    assert set(told.values()) == {True, False}


def test_a_loss_that_can_be_lifted_is_as_the_service_and_the_server_say() -> None:
    """A formal one, too; but none for want of a visit to the bank."""
    region = changed(RegionPolicy(), loss={"formal_can_be_lifted": True})
    for facts in every_card():
        told = why_not("release_loss", facts, region) is not None
        assert told is refuses(lambda facts=facts: release_loss._refuse_elsewhere(facts.record, lifted=True))
        if facts.record.loss_reason is not None:  # Whose isn't known is nobody's at a machine: the server says so.
            assert told is forbids(OperationKind.LOSS_RELEASE, facts.record, TODAY, formal_can_be_lifted=True)


def test_enabling_stops_at_a_blocked_pin_as_well() -> None:
    """Whose initial PIN is blocked can't prove it; everything else is the service's own rule."""
    for facts in every_card():
        told = why_not("enable", facts, RegionPolicy())
        assert (told is not None) == (refuses(lambda facts=facts: _enable(facts)) or facts.pin_blocked)


@pytest.mark.parametrize(
    ("service", "policy"),
    [
        ("formal_loss", {"loss": {"formal_here": False}}),
        ("replace_card", {"replacement": {"here": False}}),
        ("renew_card", {"replacement": {"here": False}}),
    ],
)
def test_what_the_region_does_elsewhere(service: str, policy: dict[str, dict[str, object]]) -> None:
    """Whatever the card is."""
    region = changed(RegionPolicy(), **policy)
    assert all(why_not(service, facts, region) is not None for facts in every_card())


def test_only_services_that_there_are() -> None:
    """A rule of a service by another name would never be asked."""
    from kiosk import applicability

    assert applicability._RULES.keys() <= SERVICES.keys()


LOST = {"application_status": int(ApplicationStatus.TEMPORARY_LOSS), "lifecycle": "06", "loss_reason": "reported"}
STATES: dict[str, tuple[str, dict[str, object]]] = {
    "normal": ("normal", {}),
    "initial PIN": ("initial_pin", {}),
    "archived": ("archived", {}),
    "not collected": ("archived", {"lifecycle": "02"}),
    "blocked": ("blocked", {}),
    "expired": ("expired", {}),
    "lost": ("normal", LOST),
    "locked": ("normal", {"application_status": int(ApplicationStatus.APPLICATION_LOCKED)}),
    "cancelled": ("normal", {"application_status": int(ApplicationStatus.CANCELLED), "lifecycle": "09"}),
}


def tiles_of(page: Menu) -> dict[str, MenuTile]:
    return {tile.service: tile for group in page.groups for tile in group.tiles}


@pytest.mark.parametrize("state", STATES)
async def test_the_card_s_own_menu(autojump_clock: MockClock, kiosk: KioskUnderTest, state: str) -> None:
    """Whatever the menu says of the services that work on the chip, the service says too; nothing is left out."""
    persona, columns = STATES[state]
    if columns:
        put(kiosk, persona, **columns)
    for service in ("enable", "change_pin", "unlock", "reset_pin", "card_status"):
        await kiosk.at_home()
        kiosk.insert(persona)
        tiles = tiles_of(await kiosk.until(Menu))
        assert tiles.keys() >= {offer.tile.service for offer in OFFERS if offer.of_card}
        kiosk.choose(service)
        page = await kiosk.until(
            Page, lambda page: isinstance(page, PinEntry | Choose | NumberEntry | Refusal | Status) or asks_for_id(page)
        )
        assert isinstance(page, Refusal) == (tiles[service].why_not is not None), service
        kiosk.pull()
        await kiosk.until(Page, lambda shown, page=page: shown is not page)
        await kiosk.go_home()


def asks_for_id(page: Page) -> bool:
    return isinstance(page, Instruct) and page.picture is Picture.ID_ON_PLATE


async def test_what_fits_stands_first(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """What this card needs before all else, then the rest; what doesn't apply in a group of its own."""
    await kiosk.at_home()
    kiosk.insert("blocked")
    page = await kiosk.until(Menu)

    can, cannot = page.groups
    assert [tile.service for tile in can.tiles][:2] == ["unlock", "reset_pin"]
    assert not [tile for tile in can.tiles if tile.why_not]
    assert all(tile.why_not for tile in cannot.tiles)
    assert page.title.message == "您的卡密码被锁住了"


@pytest.mark.parametrize(("lifecycle", "said"), [("04", "还有 {n} 天到期，可以换卡了"), ("08", "各项功能都正常。")])
async def test_a_card_that_ends_soon(
    autojump_clock: MockClock, kiosk: KioskUnderTest, lifecycle: str, said: str
) -> None:
    """Its menu says so, until another is applied for."""
    put(kiosk, "expiring", lifecycle=lifecycle)
    await kiosk.at_home()
    kiosk.insert("expiring")
    page = await kiosk.until(Menu)
    assert page.subtitle is not None
    assert page.subtitle.message == said


async def test_back_to_the_menu_that_led_here(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """From a service to the menu behind the home page, from there to the card's own, from there to the empty slot."""
    await kiosk.at_home()
    kiosk.insert("normal")
    own = await kiosk.until(Menu)
    kiosk.choose("change_pin")
    await kiosk.until(PinEntry)
    kiosk.press(Answer.BACK)
    assert await kiosk.until(Menu) == own
    kiosk.choose("more")
    behind = await kiosk.until(Menu, lambda page: page != own)
    kiosk.choose("replace_card")
    await kiosk.until(Page, lambda page: not isinstance(page, Menu))
    kiosk.press(Answer.BACK)
    assert await kiosk.until(Menu) == behind
    kiosk.press(Answer.BACK)
    assert await kiosk.until(Menu, lambda page: page != behind) == own
    await kiosk.go_home()
