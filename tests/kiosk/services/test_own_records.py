"""What is told of somebody's own: progress, cards, insurances. Nothing is changed by any of it."""

import datetime

import pytest
from kiosk_under_test import KioskUnderTest
from regions import regional
from sqlalchemy import delete
from sqlalchemy.orm import Session
from trio.testing import MockClock

from central.outlets import Directory
from central.service_tables import HeldInsurance, HeldPayment
from kiosk.language import say
from kiosk.pages import Answer, Chosen, Done, Home, Instruct, Menu, Sign, Table
from kiosk.services import insurance_records
from kiosk.settings import Settings
from kiosk.text import Text
from kiosk.uplink.contract import ApplicationStatus, Lifecycle, Payment

DIRECTORY = Directory.model_validate(
    {
        "outlet": [
            {
                "id": "city-hall",
                "name": "市民中心",
                "name_en": "Civic centre",
                "address": "和平路 1 号",
                "address_en": "1 Heping Road",
                "hours": "周一到周五 9:00-17:00",
                "hours_en": "Mon-Fri 9:00-17:00",
                "phone": "12333",
                "does": ["collect"],
            }
        ]
    }
)


def labels(page: Table) -> dict[str, Text | str]:
    return {row.label.message: row.value for group in page.groups for row in group.rows}


def said(value: Text | str) -> str:
    return value.message if isinstance(value, Text) else value


async def with_id_card(kiosk: KioskUnderTest, service: str, persona: str) -> None:
    """An ID card alone names somebody."""
    await kiosk.choose_more(service)
    await kiosk.choose_way(Answer.ID_CARD)
    await kiosk.lay(persona)


async def with_card(kiosk: KioskUnderTest, service: str, persona: str) -> None:
    """The card and its PIN."""
    await kiosk.choose_more(service)
    await kiosk.until(Instruct)
    kiosk.insert(persona)
    await kiosk.type_pin(kiosk.people[persona].pin)


class TestProductionProgress:
    """查制卡进度."""

    async def test_a_card_in_the_making(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """Where it is, until when, and where it will wait."""
        stand.registry.outlets = DIRECTORY
        today = stand.record("second_card").as_of
        due = today + datetime.timedelta(days=9)
        stand.set_record("second_card", lifecycle=Lifecycle.IN_PRODUCTION.value, expected_on=due, outlet="city-hall")
        await with_id_card(stand, "production_progress", "unreadable_item")
        page = await stand.until(Table)
        assert page.title.message == "卡正在制作"
        told = labels(page)
        assert said(told["到哪一步了"]) == "正在制作"
        assert ("day", due) in told["预计做好"].arguments  # type: ignore[union-attr]
        assert "在哪里领" in told
        stand.press(Answer.PRINT)
        await stand.until(Table, lambda page: page.subtitle is not None)
        assert stand.receipts() == 1
        await stand.go_home()

    async def test_later_than_said(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """It says so, and what can be done."""
        yesterday = stand.record("second_card").as_of - datetime.timedelta(days=1)
        stand.set_record("second_card", lifecycle=Lifecycle.IN_PRODUCTION.value, expected_on=yesterday)
        await with_id_card(stand, "production_progress", "unreadable_item")
        page = await stand.until(Table)
        row = page.groups[0].rows[0]
        assert (row.sign, row.note is not None) == (Sign.CARE, True)

    async def test_ready(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        stand.set_record("second_card", lifecycle=Lifecycle.AWAITING_COLLECTION.value)
        await with_id_card(stand, "production_progress", "unreadable_item")
        assert (await stand.until(Table)).title.message == "卡做好了，可以去领"

    async def test_none(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        await with_id_card(stand, "production_progress", "normal")
        assert await stand.refused() == "records.no_card_in_production"


class TestCards:
    """查名下的卡."""

    async def test_two(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """Which is in use, and how to be rid of the other: the bank first."""
        await with_id_card(stand, "cards", "unreadable_item")
        page = await stand.until(Table)
        assert ("n", 2) in page.title.arguments
        assert [group.heading is not None and "在用" in group.heading.message for group in page.groups] == [
            True,
            False,
            False,
        ]
        assert "第一步" in labels(page)
        stand.press(Answer.PRINT)
        await stand.until(Table, lambda page: page.subtitle is not None)
        assert stand.receipts() == 1

    async def test_one(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """Nobody is told to cancel the only one that they have."""
        await with_id_card(stand, "cards", "normal")
        page = await stand.until(Table)
        assert len(page.groups) == 1
        assert said(labels(page)["状态"]) == "正常"

    async def test_a_cancelled_one_needs_nothing_more(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        stand.set_status("normal", int(ApplicationStatus.CANCELLED))
        await with_id_card(stand, "cards", "normal")
        assert "第一步" not in labels(await stand.until(Table))


class TestInsuranceRecords:
    """查五险."""

    async def test_read_with_the_card(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """Five insurances; one of them by month, with a chart; a slip of the totals; the card back."""
        await with_card(stand, "insurance_records", "archived")
        menu = await stand.until(Menu, lambda page: page.whose is not None)
        [group] = menu.groups
        assert [tile.service for tile in group.tiles] == [
            "pension",
            "medical",
            "unemployment",
            "work_injury",
            "maternity",
        ]
        stand.press(Chosen("pension"))
        page = await stand.until(Table)
        assert page.title.message == "养老保险"
        assert page.chart is not None
        assert max(bar.height for bar in page.chart.bars) == 1
        assert len(page.chart.bars) == stand.settings.policy.records.years_shown
        headings = [group.heading.arguments for group in page.groups if group.heading is not None]
        assert headings == sorted(headings, reverse=True)
        stand.press(Answer.BACK)
        await stand.until(Menu, lambda page: page.whose is not None)
        stand.press(Answer.PRINT)
        await stand.until(Done)
        assert stand.receipts() == 1
        assert stand.outcomes() == []
        await stand.go_home()

    async def test_months_that_are_owed(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """Told as such, by sign and in the chart."""
        await with_card(stand, "insurance_records", "initial_pin")
        await stand.until(Menu, lambda page: page.whose is not None)
        stand.press(Chosen("medical"))
        page = await stand.until(Table)
        owed = [row for group in page.groups for row in group.rows if said(row.value) == "没有交"]
        assert len(owed) == 2
        assert all(row.sign is Sign.CARE for row in owed)
        assert page.chart is not None
        assert any(bar.hollow for bar in page.chart.bars)
        assert page.chart.note is not None

    def test_months_in_a_row(self) -> None:
        """The same in each: one row. Another amount, a month that is missing, one that is owed: a row of its own."""

        def paid(month: int, base: int = 5000, *, paid: bool = True) -> Payment:
            return Payment(month=f"2026-{month:02}", base_fen=base, personal_fen=400, employer_fen=800, paid=paid)

        year = [paid(1), paid(2), paid(3, 6000), paid(5, 6000), paid(6, paid=False), paid(7, paid=False), paid(8)]
        runs = insurance_records._alike(year)
        assert [[int(each.month[-2:]) for each in run] for run in runs] == [[8], [7], [6], [5], [3], [2, 1]]
        row = insurance_records._row_of_months(runs[-1])
        assert isinstance(row.value, Text)
        assert (say(row.label, "zh"), say(row.value, "zh")) == ("1 到 2 月", "每月 12.00 元")
        assert (say(row.label, "en"), say(row.value, "en")) == ("Months 1 to 2", "¥12.00 a month")

    async def test_nothing_paid_of_late(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """Who retired long ago has no chart; the page says why."""
        await with_card(stand, "insurance_records", "normal")
        await stand.until(Menu, lambda page: page.whose is not None)
        stand.press(Chosen("pension"))
        page = await stand.until(Table)
        assert page.chart is None
        [group] = page.groups
        assert said(group.rows[-1].value) == "没有缴费"

    async def test_some_are_held_elsewhere(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """A child has one insurance; the tiles of the others can't be chosen, and say whom to ask."""
        await with_card(stand, "insurance_records", "child")
        menu = await stand.until(Menu, lambda page: page.whose is not None)
        flat = {tile.service for tile in menu.groups[0].tiles if tile.why_not is not None}
        assert flat == {"pension", "unemployment", "work_injury", "maternity"}
        stand.press(Answer.FINISH)
        await stand.until(Instruct)
        stand.pull()
        await stand.at_home()

    async def test_nothing_on_record(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """Which body holds it."""
        with Session(stand.registry.engine) as session, session.begin():
            session.execute(delete(HeldPayment))
            session.execute(delete(HeldInsurance))
        await with_card(stand, "insurance_records", "normal")
        assert await stand.refused() == "records.not_insured"

    async def test_the_card_is_taken_while_somebody_reads(
        self, autojump_clock: MockClock, stand: KioskUnderTest
    ) -> None:
        """Nothing personal stays on the screen."""
        await with_card(stand, "insurance_records", "archived")
        await stand.until(Menu, lambda page: page.whose is not None)
        stand.pull()
        assert await stand.refused() == "card.removed"


class TestWithoutWays:
    """A region that wants none of it at kiosks."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        nothing = dict.fromkeys(("records", "certificate", "cards", "production_progress"), ())
        return regional(settings, evidence=nothing)

    async def test_not_offered(self, autojump_clock: MockClock, stand: KioskUnderTest) -> None:
        """A service that nobody can prove anything for isn't in the menu."""
        await stand.at_home()
        stand.choose("more")
        menu = await stand.until(Menu)
        offered = {tile.service for group in menu.groups for tile in group.tiles}
        assert not offered & {"insurance_records", "insured_certificate", "cards", "production_progress"}
        stand.press(Answer.BACK)
        await stand.until(Home)
