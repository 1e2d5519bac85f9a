"""Somebody with their card, whose PIN is one way of several: entered, passed over, blocked, or not to be had."""

import pytest
from kiosk_under_test import KioskUnderTest
from regions import regional
from trio.testing import MockClock

from kiosk import conditions
from kiosk.pages import Answer, Instruct, Menu, Page, Picture, PinEntry, Table
from kiosk.settings import Settings


async def begin(kiosk: KioskUnderTest) -> None:
    """A service that takes the card's PIN, the ID card or a code of the phone."""
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Menu)
    kiosk.choose("insurance_records")


def asked_for_a_pin(kiosk: KioskUnderTest) -> bool:
    return any(isinstance(view.page, PinEntry) for view in kiosk.screen.views)


async def test_the_pin_is_enough(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nothing else is asked for."""
    await begin(kiosk)
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await kiosk.type_pin("358269")
    await kiosk.until(Page, lambda page: isinstance(page, Table | Menu) and page.title.message == "您的社会保险")


async def test_passed_over(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Who knows no PIN shows something else, of the card's holder."""
    await begin(kiosk)
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await kiosk.until(PinEntry)
    kiosk.press(Answer.NEXT)
    await kiosk.choose_way(Answer.ID_CARD)
    await kiosk.lay("expiring")
    assert await kiosk.refused() == "identity.foreign"


async def test_a_blocked_pin_is_not_asked_for(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """There is something else to show."""
    await begin(kiosk)
    await kiosk.until(Instruct)
    kiosk.insert("blocked")
    await kiosk.choose_way(Answer.ID_CARD)
    assert not asked_for_a_pin(kiosk)


async def test_without_the_card(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It isn't at hand."""
    await begin(kiosk)
    await kiosk.until(Instruct, lambda page: page.picture is Picture.CARD_INSERT)
    kiosk.press(Answer.WITHOUT_CARD)
    await kiosk.choose_way(Answer.ID_CARD)
    await kiosk.until(Instruct, lambda page: page.picture is Picture.ID_ON_PLATE)


async def test_where_no_card_is_read(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nobody is asked to put one in."""
    await kiosk.at_home()
    kiosk.board.set(conditions.READER_GONE, stands=True)
    await begin(kiosk)
    await kiosk.choose_way(Answer.ID_CARD)
    assert not any(
        isinstance(view.page, Instruct) and view.page.picture is Picture.CARD_INSERT for view in kiosk.screen.views
    )


class TestByTheCardAlone:
    """A bureau that takes nothing else."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return regional(settings, evidence={"records": (("card_pin",),)})

    @pytest.mark.parametrize(("persona", "code"), [("normal", "pin.forgotten"), ("blocked", "pin.blocked")])
    async def test_no_pin(self, autojump_clock: MockClock, kiosk: KioskUnderTest, persona: str, code: str) -> None:
        """There is no other way: how to get a PIN that works."""
        await begin(kiosk)
        await kiosk.until(Instruct)
        kiosk.insert(persona)
        if persona == "normal":
            await kiosk.until(PinEntry)
            kiosk.press(Answer.FORGOTTEN)
        assert await kiosk.refused() == code
