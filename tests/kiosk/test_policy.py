"""The rules as a machine has them: the day on which they change, and the same service in two regions."""

import datetime

import kiosk_under_test
import pytest
import trio
from kiosk_under_test import KioskUnderTest
from regions import in_region
from trio.testing import MockClock

from kiosk.pages import Home
from kiosk.settings import Settings
from kiosk.uplink.contract.policy_file import read_policies

NEW_YEAR = datetime.date(2027, 1, 1)
SECTION = '[[region]]\ncode = "default"\nname = "x"\nname_en = "x"\n'
RULES = f"""
{SECTION}valid_from = 2020-01-01
{SECTION}valid_from = {NEW_YEAR}
[region.evidence]
enable = []
"""


class TestANewYear:
    """A region that no longer wants cards enabled at kiosks, from New Year on."""

    @pytest.fixture
    def settings(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
        eve = datetime.datetime(2026, 12, 31, 23, 58).astimezone()
        monkeypatch.setattr(
            kiosk_under_test, "now", lambda: eve + datetime.timedelta(seconds=trio.current_time() % 3600)
        )
        return in_region(settings, "default", read_policies(RULES), eve.date())

    async def test_holds_without_a_restart(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """The home page that stood there all night goes by the new rules from midnight on."""

        def offers_enabling(page: Home) -> bool:
            return "enable" in {tile.service for group in page.groups for tile in group.tiles}

        began = trio.current_time()
        await kiosk.until(Home, offers_enabling)
        await kiosk.until(Home, lambda page: not offers_enabling(page))
        assert 60 < trio.current_time() - began <= 121


def test_a_clock_that_is_put_right_brings_back_the_days_rules(settings: Settings) -> None:
    """However wrong it was: nothing that was said of another day stays."""
    right = in_region(settings, "default", read_policies(RULES), datetime.date(2026, 3, 1))
    ahead = right.on(datetime.date(2046, 3, 1))
    assert right.policy.evidence.enable
    assert (ahead.policy.evidence.enable, ahead.policy_since) == ((), NEW_YEAR)
    assert ahead.on(datetime.date(2026, 3, 1)) == right
    assert right.on(datetime.date(2026, 12, 31)) is right
