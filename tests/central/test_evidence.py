"""What is shown, what it is good for, and how long."""

import re
import tomllib
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fleet import Fleet
from pydantic import ValidationError
from regions import NO_WAYS, changed
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.settings import Settings
from central.tables import ECardCode, Evidence, FaceCheck, OneTimeCode, RefusedIdCard
from kiosk.uplink import contract
from kiosk.uplink.contract import EvidenceKind, ProblemType
from kiosk.uplink.contract.policy import RegionPolicy


@pytest.fixture
def fleet(authority: Any) -> Fleet:
    return Fleet(authority=authority)


def verdict(fleet: Fleet, kind: str, card: Any, evidence: list[str], kiosk: str = "kiosk-1") -> str:
    """The end of the problem's name, or `ok`."""
    status, told = fleet.tell(fleet.intent(kind, card, kiosk=kiosk, evidence=evidence))
    return "ok" if status == 200 else told["type"].removeprefix("urn:kiosk:problem:")


def test_of_what_was_shown_nothing_is_kept_but_whom_it_proved(fleet: Fleet) -> None:
    card = fleet.add_card()
    evidence = fleet.e_card_evidence(card)
    with Session(fleet.registry.engine) as session:
        held = session.get_one(Evidence, evidence)
        assert (held.kiosk, held.kind, held.card_id, held.operation_id) == ("kiosk-1", "e_card", None, None)
        assert held.expires_at == fleet.now + timedelta(minutes=15)


STATES: dict[str, dict[str, Any]] = {
    "enable": {"application_status": 0, "lifecycle": "03"},
    "loss_release": {"application_status": 4, "lifecycle": "06", "loss_reason": "reported"},
}
WAYS = {
    "pin_change": [""],
    "enable": ["card_pin id_card face", "card_pin id_card one_time_code"],
    "unblock": ["id_card face", "id_card one_time_code"],
    "pin_reset": ["id_card face", "id_card one_time_code"],
    "temporary_loss": ["id_card face", "id_card one_time_code", "e_card one_time_code"],
    "loss_release": ["id_card face", "id_card one_time_code", "e_card one_time_code"],
    "formal_loss": ["id_card face", "id_card one_time_code"],
    "eligibility_check": ["id_card face", "id_card one_time_code"],
}
"""As shipped."""


@pytest.mark.parametrize("kind", list(WAYS))
def test_what_each_kind_needs_as_shipped(authority: Any, kind: str) -> None:
    """Every set of evidence that there is, for every kind of operation."""
    some = {"one_time_code_again_seconds": 1, "one_time_codes_per_person_and_day": 99}
    fleet = Fleet(authority=authority, policy=RegionPolicy(), settings=Settings(**some))
    person = {"phone": "13800138000", "photo": b"jpeg"}
    for count in range(len(EvidenceKind) + 1):
        for shown in combinations(EvidenceKind, count):
            card = fleet.add_card(person_id=fleet.add_person(**person), **STATES.get(kind, {}))
            fleet.add_benefit(card)
            evidence = [fleet.evidence(each, card) for each in shown]
            enough = any(set(way.split()) <= set(shown) for way in WAYS[kind])
            assert verdict(fleet, kind, card, evidence) == ("ok" if enough else "evidence-missing"), shown


def test_a_region_sets_the_ways(authority: Any) -> None:
    """What it doesn't name stays; what it leaves without a way isn't to be had; nor what it doesn't want at kiosks."""
    policy = changed(RegionPolicy(), evidence={"unlock": [["e_card"], ["id_card"]], "reset_pin": []})
    fleet = Fleet(authority=authority, policy=policy)
    card = fleet.add_card()
    assert verdict(fleet, "pin_reset", card, [fleet.evidence("e_card", card)]) == "not-here"
    for kind in ("e_card", "id_card"):
        card = fleet.add_card()
        assert verdict(fleet, "unblock", card, [fleet.evidence(kind, card)]) == "ok"
    fleet.policy = changed(policy, pin={"unlock_here": False})
    card = fleet.add_card()
    assert verdict(fleet, "unblock", card, [fleet.evidence("id_card", card)]) == "not-here"


def test_all_that_is_shown_is_of_one_person(authority: Any) -> None:
    fleet = Fleet(authority=authority, policy=RegionPolicy())
    card, other = (fleet.add_card(person_id=fleet.add_person(phone=f"1380013800{n}")) for n in range(2))
    shown = [fleet.evidence("id_card", card), fleet.evidence("one_time_code", other)]
    assert verdict(fleet, "unblock", card, shown) == "evidence-foreign"
    assert verdict(fleet, "unblock", other, shown) == "evidence-foreign"


def test_what_is_read_is_read_of_one_person(fleet: Fleet) -> None:
    """Nothing is to be had with another's evidence beside one's own."""
    shown = [fleet.e_card_evidence(fleet.add_card()) for _ in range(2)]
    assert fleet.question(contract.RECORDS, shown)[1]["type"] == ProblemType.EVIDENCE_FOREIGN
    assert fleet.question(contract.RECORDS, shown[:1])[0] == 200


def test_a_kiosk_is_judged_by_its_own_region(fleet: Fleet) -> None:
    """The same evidence, for something done and for something read."""
    usual, strict = fleet.policy, RegionPolicy()
    fleet.registry.policy_of = lambda kiosk, day: strict if kiosk == "kiosk-2" else usual
    for kiosk, said, status in (("kiosk-1", "ok", 200), ("kiosk-2", "evidence-missing", 403)):
        card = fleet.add_card()
        shown = [fleet.e_card_evidence(card, kiosk)]
        assert fleet.question(contract.RECORDS, shown, kiosk)[0] == status
        assert verdict(fleet, "temporary_loss", card, shown, kiosk) == said


def test_the_operation_keeps_the_kinds_that_it_was_opened_with(fleet: Fleet) -> None:
    card = fleet.add_card()
    evidence = [fleet.e_card_evidence(card), fleet.card_pin_evidence(card)]
    intent = fleet.intent("pin_change", card, evidence=evidence)
    fleet.tell(intent)
    assert fleet.operation(intent.fields["operation_id"]).evidence == "card_pin e_card"


def test_evidence_is_good_for_one_operation(fleet: Fleet) -> None:
    card = fleet.add_card()
    evidence = fleet.e_card_evidence(card)
    intent = fleet.intent("temporary_loss", card, evidence=[evidence])
    assert fleet.tell(intent)[0] == 200
    assert fleet.tell(intent)[0] == 200, "the same operation may be asked for again"
    assert verdict(fleet, "loss_release", card, [evidence]) == "evidence-missing"
    with Session(fleet.registry.engine) as session:
        assert session.get_one(Evidence, evidence).operation_id == intent.fields["operation_id"]


def test_a_refused_operation_uses_nothing_up(fleet: Fleet) -> None:
    card = fleet.add_card()
    first = fleet.opened("pin_change", card)
    evidence = fleet.e_card_evidence(card)
    assert verdict(fleet, "unblock", card, [evidence]) == "card-busy"
    fleet.tell(fleet.outcome(first, "done"))
    assert verdict(fleet, "unblock", card, [evidence]) == "ok"


@pytest.mark.parametrize("outcome", ["not_done", "in_doubt", "done"])
def test_what_changed_nothing_gives_it_back(fleet: Fleet, outcome: str) -> None:
    card = fleet.add_card()
    intent = fleet.opened("unblock", card)
    fleet.tell(fleet.outcome(intent, outcome))
    told = "ok" if outcome == "not_done" else "evidence-missing"
    assert verdict(fleet, "temporary_loss", card, intent.fields["evidence"]) == told


def test_all_that_an_intent_names_must_count(fleet: Fleet) -> None:
    card = fleet.add_card()
    assert verdict(fleet, "temporary_loss", card, [fleet.e_card_evidence(card), str(uuid4())]) == "evidence-missing"


@pytest.mark.parametrize(("seconds", "told"), [(899, "ok"), (900, "evidence-missing")])
def test_evidence_expires(fleet: Fleet, seconds: int, told: str) -> None:
    card = fleet.add_card()
    evidence = fleet.e_card_evidence(card)
    fleet.now += timedelta(seconds=seconds)
    assert verdict(fleet, "temporary_loss", card, [evidence]) == told


def test_the_bureau_sets_how_long(authority: Any) -> None:
    fleet = Fleet(authority=authority, settings=Settings(evidence_seconds=10))
    card = fleet.add_card()
    path, body = contract.CARD_PIN_EVIDENCE, {"kiosk": "kiosk-1", "card": str(card)}
    _, told = fleet.ask("kiosk-1", "POST", path, body)
    assert (told["kind"], told["expires_in_seconds"]) == ("card_pin", 10)
    assert told["record"] == fleet.record(card)
    evidence = fleet.e_card_evidence(card)
    fleet.now += timedelta(seconds=10)
    assert verdict(fleet, "temporary_loss", card, [evidence]) == "evidence-missing"


def test_evidence_stays_at_its_kiosk(fleet: Fleet) -> None:
    card = fleet.add_card()
    evidence = fleet.e_card_evidence(card, kiosk="kiosk-2")
    assert verdict(fleet, "temporary_loss", card, [evidence]) == "evidence-missing"
    assert verdict(fleet, "temporary_loss", card, [evidence], kiosk="kiosk-2") == "ok"


def test_evidence_proves_a_person_or_a_card(fleet: Fleet) -> None:
    card, stranger = fleet.add_card(), fleet.add_card()
    second = fleet.add_card(person_id=fleet.card(card).person_id)
    assert verdict(fleet, "temporary_loss", stranger, [fleet.e_card_evidence(card)]) == "evidence-foreign"
    assert verdict(fleet, "temporary_loss", second, [fleet.e_card_evidence(card)]) == "ok"
    new = {"application_status": 0, "lifecycle": "03"}
    one, other = fleet.add_card(**new), fleet.add_card(**new)
    twin = fleet.add_card(person_id=fleet.card(one).person_id, **new)
    assert verdict(fleet, "enable", other, [fleet.card_pin_evidence(one)]) == "evidence-foreign"
    assert verdict(fleet, "enable", twin, [fleet.card_pin_evidence(one)]) == "evidence-foreign"
    assert verdict(fleet, "enable", one, [fleet.card_pin_evidence(one)]) == "ok"


def test_what_is_not_taken_is_no_evidence(fleet: Fleet) -> None:
    for path, shown, refusal in (
        (contract.CARD_PIN_EVIDENCE, {"card": str(uuid4())}, ProblemType.CARD_UNKNOWN),
        (contract.E_CARD_EVIDENCE, {"e_card_code": "0" * 28}, ProblemType.MEDICAL_CODE),
        (contract.E_CARD_EVIDENCE, {"e_card_code": "https://pay.example/x"}, ProblemType.CODE_FOREIGN),
    ):
        _, told = fleet.ask("kiosk-1", "POST", path, {"kiosk": "kiosk-1", **shown})
        assert told["type"] == refusal
        _, told = fleet.ask("kiosk-1", "POST", path, {"kiosk": "kiosk-2", **shown})
        assert told["type"] == ProblemType.NOT_THIS_KIOSK
    with Session(fleet.registry.engine) as session:
        assert session.scalars(select(Evidence)).all() == []


def test_what_is_old_is_forgotten(fleet: Fleet) -> None:
    """A heartbeat does it; what a person may still ask about, or a limit still counts, stays for a day."""
    card = fleet.add_card(person_id=fleet.add_person(phone="13800138000", photo=b"jpeg"))
    evidence = fleet.e_card_evidence(card)
    check = fleet.open_check(evidence)[1]["check_id"]
    fleet.send_code(card)
    fleet.id_card(card, name="李四")
    beat = {"kiosk": "kiosk-1", "version": "1", "boot": 1, "sequence": 1, "outbox_length": 0}

    def left(table: Any) -> int:
        fleet.ask("kiosk-1", "PUT", "/v1/kiosks/kiosk-1/heartbeat", beat)
        with Session(fleet.registry.engine) as session:
            return session.scalars(select(func.count()).select_from(table)).one()

    began = fleet.now
    for tables, seconds in (([FaceCheck, OneTimeCode, RefusedIdCard], -1), ([ECardCode], 60), ([Evidence], 900)):
        fleet.now = began + timedelta(days=1, seconds=seconds)
        assert [left(table) for table in tables] == [1] * len(tables)
        fleet.now += timedelta(seconds=1)
        assert [left(table) for table in tables] == [0] * len(tables)
    assert verdict(fleet, "temporary_loss", card, [evidence]) == "evidence-missing"
    assert fleet.face(check)[1]["type"] == ProblemType.EVIDENCE_MISSING


def test_what_is_documented_is_what_is_shipped() -> None:
    """The settings in docs/identity.md are those that stand without a file."""
    (block,) = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    told = tomllib.loads(block)
    assert Settings.model_validate(told) == Settings()
    ours = ("face_", "one_time_code", "evidence", "refused_id_cards", "time_zone")
    assert {name for name in Settings.model_fields if name.startswith(ours)} == told.keys()


DOCUMENT = Path(__file__).parents[2] / "docs" / "identity.md"


def test_where_the_bureau_is_decides_what_day_it_is() -> None:
    assert str(Settings().zone) == "Asia/Shanghai"
    assert str(Settings(time_zone="Asia/Urumqi").zone) == "Asia/Urumqi"
    for nowhere in ("Asia/Nowhere", "../passwd", ""):
        with pytest.raises(ValidationError, match="tz database"):
            Settings(time_zone=nowhere)


def test_what_a_policy_does_not_name_can_not_be_had(authority: Any) -> None:
    fleet = Fleet(authority=authority, policy=changed(RegionPolicy(), evidence=NO_WAYS))
    card = fleet.add_card()
    assert verdict(fleet, "temporary_loss", card, [fleet.e_card_evidence(card)]) == "not-here"
