"""The page that says whether a certificate is genuine."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asgi import Answered, fetch
from fleet import Fleet

from central import verification
from central.web import build
from kiosk import insurances
from kiosk.uplink import contract

JSON = {"accept": "application/json"}


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.fixture
def issued(fleet: Fleet) -> dict[str, Any]:
    person = fleet.add_person(name="<b>张</b>建国", social_security_number="990100195810010153")
    card = fleet.add_card(person_id=person)
    fleet.add_insurance(card)
    id = str(uuid4())
    evidence = [fleet.e_card_evidence(card)]
    fields = {"certificate_id": id, "kiosk": "kiosk-1", "evidence": evidence, "kind": "rights_record"}
    return dict(fleet.ask("kiosk-1", "PUT", contract.CERTIFICATE.format(certificate_id=id), fields)[1])


async def get(fleet: Fleet, path: str, app: Any = None, **more: Any) -> Answered:
    return await fetch(app or build(fleet.registry), "GET", path, **more)


def test_the_page_speaks_as_the_paper_does() -> None:
    """Whoever compares item by item finds the same words."""
    for here, printed in (
        (verification._KINDS, insurances.CERTIFICATES),
        (verification._INSURANCES, insurances.NAMES),
        (verification._STATES, insurances.STATES),
    ):
        assert here == {what: text.message for what, text in printed.items()}


async def test_anybody_may_check_a_code(fleet: Fleet, issued: dict[str, Any]) -> None:
    """By its address, or by typing it; the page says no more of the person than who to recognise."""
    for path in (f"/verify/{issued['code']}", f"/verify?code={issued['code'].lower()}", f"/verify/{issued['code']}/"):
        answer = await get(fleet, path)
        assert answer.status == 200
        for shown in ("权益记录", issued["number"], "&lt;*", "990***********0153", "2026-03-01", "养老保险", "240"):
            assert shown in answer.text
        for hidden in ("建国", "<b>", "990100195810010153", issued["code"]):
            assert hidden not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src" not in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_a_program_gets_json(fleet: Fleet, issued: dict[str, Any]) -> None:
    answer = await get(fleet, f"/verify/{issued['code']}", headers=JSON)
    assert json.loads(answer.body) == {
        "found": True,
        "kind": "rights_record",
        "number": issued["number"],
        "name": "<*",
        "social_security_number": "990***********0153",
        "issued_on": "2026-03-01",
        "verifiable_until": "2026-05-30",
        "insurances": [{"insurance": "pension", "insured_since": "2004-03", "state": "paying", "months_paid": 240}],
    }


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "x", "%3Cscript%3E", "%00", "..%2Fstaff"])
async def test_what_nobody_issued_is_not_found(fleet: Fleet, code: str) -> None:
    answer = await get(fleet, f"/verify/{code}")
    assert answer.status == 404
    assert "<script" not in answer.text
    answer = await get(fleet, f"/verify?code={code}", headers=JSON)
    assert (answer.status, json.loads(answer.body)) == (404, {"found": False})


async def test_a_form_asks_for_the_code(fleet: Fleet) -> None:
    answer = await get(fleet, "/verify")
    assert answer.status == 200
    assert 'name="code"' in answer.text


async def test_an_address_has_so_many_checks(fleet: Fleet, issued: dict[str, Any]) -> None:
    app = build(fleet.registry)
    seen = [(await get(fleet, f"/verify/{issued['code']}", app)).status for _ in range(31)]
    assert seen == [200] * 30 + [429]
    refused = await get(fleet, "/verify/x", app, headers=JSON)
    assert (refused.status, refused.headers["retry-after"]) == (429, "600")
    assert (await get(fleet, "/verify/x", app, address="192.0.2.2")).status == 404
    fleet.now += timedelta(minutes=10)
    assert (await get(fleet, f"/verify/{issued['code']}", app)).status == 200


async def test_over_tls_only_and_only_to_look(fleet: Fleet) -> None:
    assert (await get(fleet, "/verify/x", scheme="http")).status == 403
    assert (await fetch(build(fleet.registry), "POST", "/verify/x")).status == 405
    assert (await get(fleet, "/verifyx")).status == 401, "another path: a kiosk's secret is wanted"
