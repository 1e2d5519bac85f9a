"""What the bureau tells somebody of their own: insurances, cards, benefits."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from fleet import Fleet
from regions import one_kind_each

from kiosk.uplink import contract

OWN = (
    contract.RECORDS,
    contract.CARDS,
    contract.PRODUCTION_PROGRESS,
    contract.ELIGIBILITY,
    contract.MY_APPLICATIONS,
    contract.SMS_REMINDERS,
)


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def ask(fleet: Fleet, path: str, card: Any) -> dict[str, Any]:
    status, told = fleet.question(path, [fleet.e_card_evidence(card)])
    assert status == 200, told
    return dict(told)


@pytest.mark.parametrize("path", OWN)
def test_nothing_of_one_s_own_without_evidence(fleet: Fleet, path: str) -> None:
    """Nor with somebody else's kiosk's, nor with a kind that isn't enough."""
    card = fleet.add_card()
    shown = fleet.e_card_evidence(card)
    assert fleet.question(path, [shown])[0] == 200
    for evidence in ([str(uuid4())], [shown, str(uuid4())], [fleet.card_pin_evidence(card)]):
        status, told = fleet.question(path, evidence)
        assert (status, told["type"]) == (403, contract.ProblemType.EVIDENCE_MISSING)
    assert fleet.question(path, [shown], "kiosk-2")[0] == 403
    status, told = fleet.question(path, [shown, fleet.e_card_evidence(fleet.add_card())])
    assert (status, told["type"]) == (403, contract.ProblemType.EVIDENCE_FOREIGN)
    assert fleet.question(path, [])[0] == 422


def test_insurances_with_the_payments_of_some_years(fleet: Fleet) -> None:
    """In the order in which people name them, whatever order they were put on record in."""
    card, other = fleet.add_card(), fleet.add_card()
    fleet.add_insurance(card, "maternity", balance_fen=None)
    fleet.add_insurance(card, "pension", ("2021-12", "2022-01", "2026-01", "2026-02"))
    fleet.add_insurance(other, "pension", ("2026-02",))
    told = ask(fleet, contract.RECORDS, card)
    assert (told["as_of"], told["years"]) == ("2026-03-01", 5)
    assert (told["held_by"], told["held_by_en"]) == ("市社会保险事业管理中心", "Municipal social insurance centre")
    pension, maternity = told["insurances"]
    assert maternity["payments"] == []
    assert (maternity["insurance"], maternity["balance_fen"]) == ("maternity", None)
    assert [payment["month"] for payment in pension.pop("payments")] == ["2022-01", "2026-01", "2026-02"]
    assert pension == {
        "insurance": "pension",
        "insured_since": "2004-03",
        "state": "paying",
        "months_paid": 240,
        "personal_fen": 4_000_000,
        "balance_fen": 4_100_000,
        "body": "虚拟中心",
        "body_en": "Virtual centre",
    }
    fleet.policy = one_kind_each(records={"years_shown": 1})
    told = ask(fleet, contract.RECORDS, card)
    assert [payment["month"] for payment in told["insurances"][0]["payments"]] == ["2026-01", "2026-02"]


def test_who_has_no_record_hears_who_may(fleet: Fleet) -> None:
    told = ask(fleet, contract.RECORDS, fleet.add_card())
    assert told["insurances"] == []
    assert told["held_by"]


def test_all_the_cards_of_somebody(fleet: Fleet) -> None:
    """The one in use first, then the newer ones; a cancelled one is in use by nobody."""
    person = fleet.add_person()
    numbers = {
        "old": ("VR0000021", 0, "03", 2019),
        "used": ("VR0000039", 1, "04", 2018),
        "gone": ("VR0000047", 9, "09", 2024),
    }
    for number, status, lifecycle, year in numbers.values():
        columns = {"card_number": number, "application_status": status, "lifecycle": lifecycle}
        card = fleet.add_card(person_id=person, issued_on=date(year, 1, 1), **columns)
    fleet.add_card()
    told = ask(fleet, contract.CARDS, card)
    assert [(each["tail"], each["in_use"]) for each in told["cards"]] == [
        ("0039", True),
        ("0047", False),
        ("0021", False),
    ]
    assert told["cards"][1]["handle"] == str(card)
    alone = fleet.add_card(application_status=9, lifecycle="09")
    assert [each["in_use"] for each in ask(fleet, contract.CARDS, alone)["cards"]] == [False]


def test_cards_in_the_making(fleet: Fleet) -> None:
    """Whether they were applied for here or come by themselves."""
    person = fleet.add_person(phone="13800138000", photo=b"jpeg")
    held = fleet.add_card(person_id=person)
    assert ask(fleet, contract.PRODUCTION_PROGRESS, held)["cards"] == []
    days = {"ordered_on": date(2026, 2, 20), "expected_on": date(2026, 3, 20), "outlet": "centre"}
    fleet.add_card(person_id=person, lifecycle="01", application_status=0, **days)
    number = fleet.apply(held, "replacement", delivery="collect", outlet="centre", reason="damaged")["number"]

    def told() -> list[dict[str, Any]]:
        return list(ask(fleet, contract.PRODUCTION_PROGRESS, held)["cards"])

    made, applied_for = told()
    assert made == {
        "tail": "0012",
        "stage": None,
        "lifecycle": "01",
        "ordered_on": "2026-02-20",
        "expected_on": "2026-03-20",
        "outlet": "centre",
        "posted": False,
    }
    seen = [(applied_for["stage"], applied_for["lifecycle"], applied_for["ordered_on"])]
    for decision in ("approve", "made", "hand_over"):
        fleet.decide(number, decision)
        seen += [(each["stage"], each["lifecycle"], each["ordered_on"]) for each in told()[1:]]
    assert seen == [
        ("under_review", "00", None),
        ("in_production", "01", "2026-03-01"),
        ("ready_to_collect", "02", "2026-03-01"),
    ]


def test_where_a_region_does_not_do_it(fleet: Fleet) -> None:
    fleet.policy = one_kind_each(sms={"here": False}, eligibility={"here": False})
    evidence = [fleet.e_card_evidence(fleet.add_card())]
    for path in (contract.SMS_REMINDERS, contract.ELIGIBILITY):
        status, told = fleet.question(path, evidence)
        assert (status, told["type"]) == (403, contract.ProblemType.NOT_HERE)
