"""The e-card code, where it proves who somebody is."""

from collections.abc import Callable

import pytest
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk.pages import Answer, Instruct, Refusal
from kiosk.uplink.contract import E_CARD_EVIDENCE


async def asked(kiosk: KioskUnderTest) -> None:
    """Somebody wants to report a loss."""
    await kiosk.at_home()
    kiosk.choose("report_loss")
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.until(Instruct, lambda page: page.title.message == "请出示电子社保卡")


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda kiosk: kiosk.expired_code("normal"), "e_card.expired"),
        (lambda kiosk: "https://example.com/pay", "e_card.foreign"),
        (lambda kiosk: "x" * 2000, "e_card.foreign"),
        (lambda kiosk: "0" * 28, "e_card.medical"),
    ],
)
async def test_codes_that_are_not_taken(
    autojump_clock: MockClock, kiosk: KioskUnderTest, make: Callable[[KioskUnderTest], str], refusal: str
) -> None:
    """Told apart as where a status is asked for; trying again goes on with the same service."""
    await asked(kiosk)
    kiosk.phone.hold_up(make(kiosk))
    assert await kiosk.refused() == refusal
    kiosk.press(Answer.AGAIN)
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.hold_up("normal")
    await kiosk.code_asked()


async def test_no_code_is_kept(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It is in no view that was shown, and it is shown to the server once."""
    await asked(kiosk)
    code = kiosk.expired_code("normal")
    kiosk.phone.hold_up(code)
    await kiosk.until(Refusal)
    assert not [view for view in kiosk.screen.views if code in repr(view)]
    assert [path for _, path in kiosk.network.seen].count(E_CARD_EVIDENCE) == 1
