"""The benefit eligibility check: until when, overdue, and what a check does."""

from datetime import date
from typing import Any

import pytest
from fleet import Fleet
from regions import one_kind_each

from central.eligibility import months_after
from kiosk.uplink import contract


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def state(fleet: Fleet, card: Any) -> dict[str, Any]:
    return dict(fleet.question(contract.ELIGIBILITY, [fleet.e_card_evidence(card)])[1])


def test_who_receives_nothing_has_nothing_to_prove(fleet: Fleet) -> None:
    card = fleet.add_card()
    assert state(fleet, card) == {
        "as_of": "2026-03-01",
        "benefit": None,
        "checked_on": None,
        "good_until": None,
        "overdue": False,
        "paid_until": None,
    }
    intent = fleet.intent("eligibility_check", card, evidence=[fleet.e_card_evidence(card)])
    status, told = fleet.tell(intent)
    assert (status, told["type"], told["reason"]) == (409, contract.ProblemType.NOT_ELIGIBLE, "no_benefits")


@pytest.mark.parametrize(("until", "overdue"), [(date(2026, 3, 1), False), (date(2026, 2, 28), True)])
def test_the_last_day_still_counts(fleet: Fleet, until: date, overdue: bool) -> None:
    card = fleet.add_card()
    fleet.add_benefit(card, good_until=until, checked_on=date(2025, 2, 1))
    told = state(fleet, card)
    assert (told["benefit"], told["checked_on"], told["good_until"]) == ("pension", "2025-02-01", until.isoformat())
    assert told["overdue"] is overdue


def test_a_check_is_good_for_a_while_and_paying_goes_on(fleet: Fleet) -> None:
    """Whatever state the card is in: it is the person who is there."""
    card = fleet.add_card(application_status=4, lifecycle="06", loss_reason="reported")
    fleet.add_benefit(card, good_until=date(2025, 12, 31), paid_until=date(2026, 1, 31))
    assert state(fleet, card)["paid_until"] == "2026-01-31"
    before = fleet.record(card)
    intent = fleet.opened("eligibility_check", card)
    status, told = fleet.tell(intent)
    assert (status, told["state"], told["good_until"], told["lapses_on"]) == (200, "done", "2027-03-01", None)
    after = {"as_of": "2026-03-01", "benefit": "pension", "checked_on": "2026-03-01", "good_until": "2027-03-01"}
    assert state(fleet, card) == after | {"overdue": False, "paid_until": None}
    assert fleet.record(card) == before


def test_the_region_says_how_often_and_whether_here(fleet: Fleet) -> None:
    card = fleet.add_card()
    fleet.add_benefit(card)
    for rules, expected in ({"every_months": 6}, "2026-09-01"), ({"here": False}, None):
        fleet.policy = one_kind_each(eligibility=rules)
        intent = fleet.intent("eligibility_check", card, evidence=[fleet.e_card_evidence(card)])
        status, told = fleet.tell(intent)
        if expected is None:
            assert (status, told["type"]) == (403, contract.ProblemType.NOT_HERE)
        else:
            assert told["good_until"] == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 3, 1), 12, date(2027, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 10, 31), 4, date(2027, 2, 28)),
        (date(2026, 12, 31), 60, date(2031, 12, 31)),
    ],
)
def test_months_are_counted(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected
