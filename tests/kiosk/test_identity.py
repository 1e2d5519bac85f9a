"""Evidence of who somebody is: asked for in one place, judged by the server, and somebody else's is of no use."""

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from drivers.camera.protocol import CameraState
from kiosk.pages import Answer, Done, Instruct, Refusal
from kiosk.uplink.contract import CARD_PIN_EVIDENCE, E_CARD_EVIDENCE

SCAN = "请出示电子社保卡"


async def asked_for_a_code(kiosk: KioskUnderTest) -> None:
    """Somebody with a blocked card is to prove who they are."""
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.until(Instruct, lambda page: page.title.message == SCAN)


async def test_somebody_elses_code(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """A card that was found can't be unlocked with one's own phone; nothing reaches the card."""
    await asked_for_a_code(stand)
    before = len(stand.slot.commands)
    stand.phone.hold_up(stand.e_card_code("normal"))
    assert await stand.refused() == "identity.foreign"
    assert len(stand.slot.commands) == before
    assert stand.outcomes() == []
    stand.press(Answer.AGAIN)  # With the right one.
    await stand.hold_up("blocked")
    await stand.until(Done)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda kiosk: kiosk.expired_code("blocked"), "e_card.expired"),
        (lambda kiosk: "https://example.com/pay", "e_card.foreign"),
        (lambda kiosk: "x" * 2000, "e_card.foreign"),
        (lambda kiosk: "0" * 28, "e_card.medical"),
    ],
)
async def test_codes_that_are_not_taken(autojump_clock: MockClock, stand: KioskUnderTest, make, refusal: str) -> None:  # type: ignore[no-untyped-def]
    """Told apart as where a status is asked for; trying again goes on with the same card."""
    await asked_for_a_code(stand)
    stand.phone.hold_up(make(stand))
    assert await stand.refused() == refusal
    stand.press(Answer.AGAIN)
    await stand.until(Instruct, lambda page: page.title.message == SCAN)


async def test_the_camera_goes(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """What needs a code goes from the home page with it; the rest stays."""
    await asked_for_a_code(stand)
    stand.phone.become(CameraState.NO_DEVICE)
    assert await stand.refused() == "camera.gone"
    await stand.go_home()
    await stand.home_offers("enable", "change_pin", "card_status")


async def test_back_from_the_code(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Home, without a word, and nothing begun."""
    await asked_for_a_code(stand)
    stand.press(Answer.BACK)
    await stand.until(Instruct, lambda page: page.title.message == "请拔卡")
    stand.pull()
    await stand.at_home()
    assert stand.outcomes() == []


async def test_no_code_is_kept(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """It is in no view that was shown, and it is shown to the server once."""
    await asked_for_a_code(stand)
    code = stand.expired_code("blocked")
    stand.phone.hold_up(code)
    await stand.until(Refusal)
    assert not [view for view in stand.screen.views if code in repr(view)]
    assert [path for _, path in stand.network.seen].count(E_CARD_EVIDENCE) == 1


@pytest.mark.parametrize("service", ["enable", "unlock", "reset_pin", "report_loss", "release_loss"])
async def test_where_nothing_proves_who_somebody_is(
    autojump_clock: MockClock, kiosk: KioskUnderTest, service: str
) -> None:
    """As shipped, no tile; and nothing is asked of the server for whoever gets there all the same."""
    home = await kiosk.at_home()
    assert service not in {tile.service for group in home.groups for tile in group.tiles}
    kiosk.choose(service)
    await trio.sleep(5)
    assert kiosk.page == await kiosk.at_home()
    assert not {CARD_PIN_EVIDENCE, E_CARD_EVIDENCE} & {path for _, path in kiosk.network.seen}
