"""Certificates: what they say, and who may ask whether it is so."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fleet import Fleet

from central import certificates
from central.settings import Settings
from kiosk.uplink import contract


@pytest.fixture
def fleet() -> Fleet:
    return Fleet(settings=Settings(certificates_per_person_and_day=2))


def issue(fleet: Fleet, card: Any, kind: str = "insured_certificate", id: str | None = None) -> tuple[int, Any]:
    id = id or str(uuid4())
    fields = {"certificate_id": id, "kiosk": "kiosk-1", "evidence": [fleet.e_card_evidence(card)], "kind": kind}
    return fleet.ask("kiosk-1", "PUT", contract.CERTIFICATE.format(certificate_id=id), fields)


def found(fleet: Fleet, code: str) -> Any:
    with fleet.registry.transaction() as transaction:
        return certificates.by_code(transaction, code)


def insured(fleet: Fleet) -> Any:
    card = fleet.add_card()
    fleet.add_insurance(card, "pension", ("2026-01", "2026-02"))
    return card


@pytest.mark.parametrize(("kind", "payments"), [("insured_certificate", 0), ("rights_record", 2)])
def test_a_certificate_says_what_is_on_record(fleet: Fleet, kind: str, payments: int) -> None:
    card = insured(fleet)
    status, told = issue(fleet, card, kind)
    assert status == 200
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", told["code"])
    assert (told["number"], told["issued_on"], told["verifiable_until"]) == ("202600000001", "2026-03-01", "2026-05-30")
    assert (told["name"], told["social_security_number"]) == ("虚拟人", fleet.person(card).social_security_number)
    assert len(told["insurances"][0]["payments"]) == payments
    held = found(fleet, told["code"])
    assert (held.kind, held.name, certificates.number_of(held)) == (kind, "虚拟人", told["number"])
    assert held.facts == [{"insurance": "pension", "insured_since": "2004-03", "state": "paying", "months_paid": 240}]


def test_a_repeat_issues_no_second_one(fleet: Fleet) -> None:
    card, id = insured(fleet), str(uuid4())
    evidence = [fleet.e_card_evidence(card)]
    fields = {"certificate_id": id, "kiosk": "kiosk-1", "evidence": evidence, "kind": "rights_record"}
    path = contract.CERTIFICATE.format(certificate_id=id)
    assert fleet.ask("kiosk-1", "PUT", path, fields) == fleet.ask("kiosk-1", "PUT", path, fields)
    assert issue(fleet, card)[1]["number"] == "202600000002"


def test_nothing_is_certified_of_nothing(fleet: Fleet) -> None:
    status, told = issue(fleet, fleet.add_card())
    assert (status, told["type"], told["reason"]) == (409, contract.ProblemType.NOT_ELIGIBLE, "no_records")


def test_so_many_a_day(fleet: Fleet) -> None:
    card, other = insured(fleet), insured(fleet)
    assert [issue(fleet, card)[0] for _ in range(3)] == [200, 200, 429]
    assert issue(fleet, other)[0] == 200
    fleet.now += timedelta(days=1, seconds=1)
    assert issue(fleet, card)[0] == 200


def test_a_code_is_read_as_people_write_it(fleet: Fleet) -> None:
    code = issue(fleet, insured(fleet))[1]["code"]
    spoken = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert found(fleet, spoken).code == found(fleet, code.replace("-", "")).code == code
    for wrong in ("", "-", code[:-1], code + "A", "A" * 1000, "\ud800", "' OR 1=1 --"):
        assert found(fleet, wrong) is None


def test_a_code_is_answered_for_some_days(fleet: Fleet) -> None:
    code = issue(fleet, insured(fleet))[1]["code"]
    fleet.now += timedelta(days=90)
    assert found(fleet, code) is not None
    fleet.now += timedelta(days=1)
    assert found(fleet, code) is None


def test_every_bit_of_a_code_is_random(fleet: Fleet) -> None:
    """80 of them: each random byte is to be found in it."""
    drawn: list[bytes] = []

    def ones(count: int) -> bytes:
        drawn.append(b"\xff" * count)
        return drawn[-1]

    fleet.registry._random = ones
    with fleet.registry.transaction() as transaction:
        assert certificates._new_code(transaction) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ"
    assert len(drawn[-1]) * 8 == 80
