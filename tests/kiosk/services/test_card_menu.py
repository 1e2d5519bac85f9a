"""The card's own menu: what a card needs stands first, what makes no sense for it can't be chosen."""

import pytest
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk.pages import Menu


@pytest.mark.parametrize(
    ("persona", "answer", "first", "closed"),
    [
        ("normal", "您的卡可以看病买药", "change_pin", "unlock"),
        ("archived", "您的卡还没有启用", "enable", "change_pin"),
        ("temporary_loss", "您的卡在临时挂失", "release_loss", "change_pin"),
        ("formal_loss", "您的卡已经正式挂失", "replace_card", "release_loss"),
        ("bank_loss", "卡因为没激活，已经停用", "financial_function", "release_loss"),
        ("blocked", "您的卡密码被锁住了", "unlock", "change_pin"),
        ("expired", "您的卡过期了", "renew_card", "change_pin"),
    ],
)
async def test_what_a_card_needs_comes_first(
    autojump_clock: MockClock, kiosk: KioskUnderTest, persona: str, answer: str, first: str, closed: str
) -> None:
    await kiosk.at_home()
    kiosk.insert(persona)
    menu = await kiosk.until(Menu)
    fitting, others = menu.groups

    assert menu.title.message == answer
    assert fitting.tiles[0].service == first
    assert all(tile.why_not is None for tile in fitting.tiles)
    assert closed in {tile.service for tile in others.tiles}
    assert all(tile.why_not is not None for tile in others.tiles)
