"""Every service, for every state of a card, in every region, with whatever somebody has at hand: it ends well."""

import datetime
from collections import Counter
from itertools import product

import pytest
from kiosk_under_test import KioskUnderTest
from regions import BOTH
from sqlalchemy import delete
from sqlalchemy.orm import Session
from trio.testing import MockClock
from willing_citizen import BACK_AT, AtHand, to_the_end

from central.service_tables import Application, SmsSubscription
from central.settings import Settings as Bureau
from drivers.card_reader.slot import MediaState
from kiosk import refusals
from kiosk.home import MORE, OFFERS, Place
from kiosk.pages import Answer, Home, Instruct, Menu, Page, Refusal

PERSONA = "normal"
YESTERDAY = datetime.date.today() - datetime.timedelta(days=1)
USUAL: dict[str, object] = {
    "application_status": 1,
    "lifecycle": "04",
    "loss_reason": None,
    "loss_until": None,
    "valid_until": datetime.date.today() + datetime.timedelta(days=2000),
    "pin_blocked": False,
    "initial_pin": False,
}
STATES: dict[str, dict[str, object]] = {
    "enabled": {},
    "collected": {"application_status": 0, "lifecycle": "03", "initial_pin": True},
    "awaiting collection": {"application_status": 0, "lifecycle": "02"},
    "in production": {"application_status": 0, "lifecycle": "01"},
    "temporary loss": {"application_status": 4, "lifecycle": "06", "loss_reason": "reported"},
    "loss for the bank": {"application_status": 4, "lifecycle": "06", "loss_reason": "financial_not_activated"},
    "formal loss": {"application_status": 2, "lifecycle": "05", "loss_reason": "reported"},
    "locked": {"application_status": 3},
    "cancelled": {"application_status": 9, "lifecycle": "09"},
    "being replaced": {"lifecycle": "07"},
    "being renewed": {"lifecycle": "08"},
    "expiring": {"valid_until": datetime.date.today() + datetime.timedelta(days=20)},
    "expired": {"valid_until": YESTERDAY},
    "PIN blocked": {"pin_blocked": True},
}
AT_HAND = {
    "everything": AtHand(card=True, id_card=True, phone=True),
    "card": AtHand(card=True, id_card=False, phone=False),
    "ID card and phone": AtHand(card=False, id_card=True, phone=True),
    "nothing": AtHand(card=False, id_card=False, phone=False),
}
CELLS = list(product((offer.tile.service for offer in OFFERS), STATES, AT_HAND))
FEW = CELLS[::23]
"""Prime to all three: each service, each state and each thing at hand comes up."""
MANY = 10**6
LIMITS = Bureau(
    one_time_codes_per_person_and_day=MANY,
    one_time_codes_per_kiosk_and_hour=MANY,
    one_time_code_again_seconds=1,
    authorisations_per_card_and_day=MANY,
    authorisations_per_kiosk_and_hour=MANY,
    certificates_per_person_and_day=MANY,
)


def prepare(kiosk: KioskUnderTest, state: str) -> None:
    """A card as it was issued, in that state, of somebody who has applied for nothing."""
    with Session(kiosk.registry.engine) as session, session.begin():
        session.execute(delete(Application))
        session.execute(delete(SmsSubscription))
    record = kiosk.people[PERSONA].server_record
    assert record is not None
    kiosk.put_person(PERSONA, phone=record["phone"])
    kiosk.set_record(PERSONA, **USUAL | STATES[state])
    kiosk.cards.pop(PERSONA, None)
    if state == "PIN blocked":
        kiosk.card(PERSONA).tries_left = 0


async def choose(kiosk: KioskUnderTest, service: str) -> bool:
    """From the home page, or the menu behind it; whether it is offered here."""
    home = await kiosk.at_home()
    offer = next(offer for offer in OFFERS if offer.tile.service == service)
    tiles = {tile.service for group in home.groups for tile in group.tiles}
    if offer.place in (Place.WITH_CARD, Place.WITHOUT_CARD):
        if service in tiles:
            kiosk.choose(service)
        return service in tiles
    kiosk.choose(MORE)
    menu = await kiosk.until(Menu)
    offered = service in {tile.service for group in menu.groups for tile in group.tiles}
    kiosk.press(Answer.BACK) if not offered else kiosk.choose(service)
    return offered


async def ends(kiosk: KioskUnderTest, service: str, has: AtHand) -> str:
    """How it ends, in a word; a refusal by its code."""
    if not await choose(kiosk, service):
        return "not offered here"
    shown = kiosk.page
    await kiosk.until(Page, lambda page: page is not shown)
    page = await to_the_end(kiosk, PERSONA, has)
    if isinstance(page, Refusal):
        said = (page.title.message, page.why.message)
        end = next(kind.code for kind in refusals.ALL if (kind.title.message, kind.why.message) == said)
        assert page.ways, end
    else:
        end = "left" if isinstance(page, Home | Instruct) or page.title.message == BACK_AT else "done"
    if not isinstance(page, Home | Instruct):
        kiosk.press(Answer.BACK if page.title.message == BACK_AT else Answer.FINISH)
    await kiosk.until(Page, lambda page: isinstance(page, Home) or page.title.message == "请拔卡")
    if kiosk.slot.media.state is not MediaState.NOT_PRESENT:
        kiosk.pull()
    await kiosk.at_home()
    return end


@pytest.mark.parametrize("region", ["default", *BOTH])
@pytest.mark.parametrize("cells", [FEW, pytest.param(CELLS, marks=pytest.mark.deep)], ids=["few", "all"])
@pytest.mark.timeout(3600)
async def test_every_cell(
    autojump_clock: MockClock,
    kiosk: KioskUnderTest,
    cells: list[tuple[str, str, str]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Done, applied for, shown, or a named refusal with a way out; home without a word only with nothing to show."""
    kiosk.registry.settings = LIMITS
    found: Counter[str] = Counter()
    for service, state, hand in cells:
        prepare(kiosk, state)
        try:
            end = await ends(kiosk, service, AT_HAND[hand])
        except Exception as error:
            error.add_note(f"{service}, {state}, {hand}")
            raise
        where = f"{service}, {state}, {hand}: {end}"
        assert end not in ("kiosk.fault", "central.broken", "card.removed"), where
        assert end != "left" or hand != "everything", where
        found[end] += 1
        del kiosk.screen.views[:-1]
    with capsys.disabled():
        print(f"\n{len(cells)} cells, {found['done']} done, {len(found)} ways to end: {dict(found.most_common(6))}")
    assert found["done"] > len(cells) / 20
