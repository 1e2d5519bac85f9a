"""The eligibility check: once a year, also when it is overdue; who isn't recognised goes elsewhere."""

import datetime

import pytest
from kiosk_under_test import KioskUnderTest
from regions import regional
from sqlalchemy import select
from sqlalchemy.orm import Session
from trio.testing import MockClock

from central.service_tables import HeldBenefit
from central.tables import Person
from kiosk.pages import Answer, Choose, Chosen, Decide, Done, Menu, Refusal, Sign
from kiosk.settings import Settings
from kiosk.text import Text
from kiosk.uplink.errors import Cause, CentralError


def benefit(kiosk: KioskUnderTest, persona: str) -> HeldBenefit:
    number = kiosk.record(persona).social_security_number.get_secret_value()
    with Session(kiosk.registry.engine) as session:
        person = session.scalars(select(Person.id).where(Person.social_security_number == number)).one()
        held = session.scalars(select(HeldBenefit).where(HeldBenefit.person_id == person)).one()
        session.expunge(held)
    return held


def days_in(text: Text) -> list[object]:
    return [value for _, value in text.arguments if isinstance(value, datetime.date)]


async def decision(kiosk: KioskUnderTest, persona: str) -> Decide:
    await kiosk.choose_more("eligibility_check")
    await kiosk.prove(persona)
    return await kiosk.until(Decide)


async def test_a_year_more(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Until when the last one is good, is told first; then it is good for a year from today."""
    before = benefit(kiosk, "normal").good_until
    page = await decision(kiosk, "normal")
    assert days_in(page.panel.heading) == [before]
    assert page.panel.sign is Sign.INFORMATION
    kiosk.press(Answer.NEXT)
    done = await kiosk.until(Done)
    held, today = benefit(kiosk, "normal"), kiosk.record("normal").as_of
    assert (held.checked_on, (held.good_until - today).days in (365, 366)) == (today, True)
    assert done.subtitle is not None
    assert days_in(done.subtitle) == [held.good_until]
    assert kiosk.receipts() == 1
    await kiosk.go_home()


async def test_overdue(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Paying stopped: said so, with the day; checked now, it goes on."""
    stopped = benefit(kiosk, "expired").paid_until
    page = await decision(kiosk, "expired")
    assert page.panel.sign is Sign.CARE
    assert page.panel.body is not None
    assert days_in(page.panel.body) == [stopped]
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    assert benefit(kiosk, "expired").paid_until is None
    assert "补发" in kiosk.printer.receipts[0].text


async def test_nothing_to_check(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Who gets no benefits is told that there is nothing to do."""
    await kiosk.choose_more("eligibility_check")
    await kiosk.prove("archived")
    assert await kiosk.refused() == "eligibility.no_benefits"
    assert kiosk.outcomes() == []


@pytest.mark.parametrize("how", [Answer.STOP, Answer.EXIT, None])
async def test_thought_better_of_it(autojump_clock: MockClock, kiosk: KioskUnderTest, how: Answer | None) -> None:
    before = benefit(kiosk, "normal").good_until
    await decision(kiosk, "normal")
    if how is not None:
        kiosk.press(how)
    await kiosk.at_home()
    assert benefit(kiosk, "normal").good_until == before
    assert kiosk.outcomes() == []


async def test_no_answer_is_never_success(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    await decision(kiosk, "normal")
    request = kiosk.network.request

    async def lose_answers(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        answer = await request(method, path, body)
        if path.startswith("/v1/operations/"):
            raise CentralError(Cause.HUNG_UP, "lost by the test")
        return answer

    kiosk.network.request = lose_answers  # type: ignore[method-assign]
    kiosk.press(Answer.NEXT)
    assert await kiosk.refused() == "eligibility.check_unknown"
    assert kiosk.receipts() == 0


class TestNotRecognised:
    """Neither the face nor the phone says who somebody is."""

    @pytest.mark.parametrize("home_visit", [True, False])
    async def test_window_bank_home(
        self, autojump_clock: MockClock, settings: Settings, kiosk: KioskUnderTest, home_visit: bool
    ) -> None:
        """Three ways that need no machine; a visit at home where the region makes them."""
        kiosk.settings.__dict__["policy"] = regional(settings, eligibility={"home_visit": home_visit}).policy
        kiosk.put_person("normal", phone=None, photo=None)
        await kiosk.choose_more("eligibility_check")
        await kiosk.lay("normal")
        page = await kiosk.until(Decide)
        assert not isinstance(page, Choose)
        kiosk.press(Answer.FACE)
        await kiosk.until(Refusal)
        code = "eligibility.not_proven" if home_visit else "eligibility.not_proven_no_visit"
        assert await kiosk.refused() == code
        assert len((await kiosk.until(Refusal)).ways) == 3


class TestWhereItIsNotDone:
    """A region that wants it at a window."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return regional(settings, eligibility={"here": False})

    async def test_refused(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        await kiosk.at_home()
        kiosk.choose("more")
        await kiosk.until(Menu)
        kiosk.press(Chosen("eligibility_check"))
        assert await kiosk.refused() == "eligibility.not_here"
