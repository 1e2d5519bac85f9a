"""Records: how a card is found, and whose it is."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fleet import Fleet
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session

from central import cards, personas
from central.evidence import show_e_card
from central.registry import Registry
from central.settings import Settings
from central.tables import Card, Person
from central.transaction import Refused
from kiosk.uplink.contract import ApplicationStatus, CardRecord, CardReference, ECardEvidence, ProblemType

CODE = "990100D15600000500000001A55A0001"
E_CARD_CODE_SECONDS = Settings().e_card_code_seconds


def reference(code: str | None = None, number: str | None = None, region: str | None = None) -> CardReference:
    return CardReference.model_validate({"card_identification_code": code, "card_number": number, "region": region})


@pytest.mark.parametrize(
    "asked",
    [
        reference(code=CODE),
        reference(number="VR0000012"),
        reference(number="VR0000012", region="990100"),
        reference(CODE, "VR0000012", "990100"),
    ],
    ids=["code", "number", "number-region", "all"],
)
def test_a_card_is_found_by_what_was_readable(registry: Registry, asked: CardReference) -> None:
    record = registry.card_by_reference(asked)
    assert record.name.get_secret_value() == "张建国"
    assert record.application_status is ApplicationStatus.NORMAL
    assert record.phone_tail == "8000"
    assert record.as_of.isoformat() == "2026-03-01"
    assert str(record.financial_deadline) == "2023-01-26"  # 300 days after collection.


@pytest.mark.parametrize(
    "asked",
    [
        reference(number="VR0000099"),
        reference(number="VR0000012", region="110000"),
        reference(CODE, "VR0000099"),
        reference(CODE, region="110000"),
    ],
    ids=["number", "region", "code-but-number", "code-but-region"],
)
def test_a_card_that_disagrees_in_one_item_is_unknown(registry: Registry, asked: CardReference) -> None:
    with pytest.raises(Refused) as refused:
        registry.card_by_reference(asked)
    assert refused.value.type is ProblemType.CARD_UNKNOWN


def test_a_number_that_two_cards_share_names_neither(registry: Registry, people_file: Path) -> None:
    """A card number is unique only within its region."""
    (zhang, _) = json.loads(people_file.read_text())
    other = zhang["server_record"] | {
        "social_security_number": "110000195810010153",
        "card_identification_code": "110000D15600000500000001A55A0001",
        "handle": str(uuid4()),
        "region": "110000",
    }
    people_file.write_text(json.dumps([{"id": "other", "server_record": other}]))
    personas.seed(registry, people_file)
    with pytest.raises(Refused):
        registry.card_by_reference(reference(number="VR0000012"))
    assert registry.card_by_reference(reference(number="VR0000012", region="110000")).region == "110000"


def zhang_code(registry: Registry) -> str:
    with Session(registry.engine) as session:
        person = session.scalars(select(Person)).one()
    return registry.issue_e_card_code(person)


def shown(registry: Registry, code: str) -> CardRecord:
    with registry.transaction() as transaction:
        return show_e_card(transaction, ECardEvidence(kiosk="kiosk-1", e_card_code=SecretStr(code))).record


def test_an_e_card_code_lives_for_a_minute(registry: Registry, clock: Any) -> None:
    code = zhang_code(registry)
    clock.pass_seconds(E_CARD_CODE_SECONDS - 1)
    assert shown(registry, code).card_number.get_secret_value() == "VR0000012"
    clock.pass_seconds(1)
    with pytest.raises(Refused) as refused:
        shown(registry, code)
    assert refused.value.type is ProblemType.CODE_EXPIRED


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ecard:never-issued", ProblemType.CODE_FOREIGN),
        ("https://pay.example/x", ProblemType.CODE_FOREIGN),
        ("0" * 28, ProblemType.MEDICAL_CODE),
        ("0" * 29, ProblemType.CODE_FOREIGN),
    ],
)
def test_a_code_of_someone_else_is_told_apart(registry: Registry, text: str, problem: ProblemType) -> None:
    with pytest.raises(Refused) as refused:
        shown(registry, text)
    assert refused.value.type is problem


def test_no_code_is_kept(registry: Registry) -> None:
    """A copy of the database opens nobody's record."""
    code = zhang_code(registry)
    raw = registry.engine.raw_connection()
    dump = "\n".join(raw.iterdump())  # type: ignore[attr-defined]
    assert code not in dump


def test_a_code_shows_the_card_in_use(registry: Registry) -> None:
    code = zhang_code(registry)
    with Session(registry.engine) as session, session.begin():
        old = session.scalars(select(Card)).one()
        fields = {c.key: getattr(old, c.key) for c in Card.__mapper__.column_attrs if c.key != "id"}
        old.application_status = ApplicationStatus.CANCELLED
        second = CODE.replace("01A5", "02A5")
        changes = {"handle": str(uuid4()), "card_identification_code": second, "card_number": "VR0000020"}
        session.add(Card(**fields | changes))
    assert shown(registry, code).card_number.get_secret_value() == "VR0000020"


def test_a_person_without_a_card(registry: Registry) -> None:
    """The code is good; there is nothing that it shows."""
    with Session(registry.engine, expire_on_commit=False) as session, session.begin():
        person = Person(social_security_number="990100199001010000", name="虚拟人")
        session.add(person)
    code = registry.issue_e_card_code(person)
    with pytest.raises(Refused) as refused:
        shown(registry, code)
    assert refused.value.type is ProblemType.CARD_UNKNOWN


def test_every_code_can_be_ended(registry: Registry) -> None:
    code = zhang_code(registry)
    registry.expire_e_card_codes()
    with pytest.raises(Refused) as refused:
        shown(registry, code)
    assert refused.value.type is ProblemType.CODE_EXPIRED


def test_which_card_is_in_use() -> None:
    """A normal one; else one that isn't cancelled; else the newest."""
    fleet = Fleet()
    old, new = date(2020, 1, 1), date(2024, 1, 1)
    first = fleet.add_card(application_status=9, issued_on=new, card_number="VR0000001")
    person = fleet.card(first).person_id

    def in_use() -> str:
        with fleet.registry.transaction() as transaction:
            return str(cards.in_use(transaction, person).card_number)

    assert in_use() == "VR0000001"
    for status, issued_on, number in (
        (9, None, "VR0000001"),
        (2, old, "VR0000003"),
        (4, new, "VR0000004"),
        (1, old, "VR0000005"),
        (4, None, "VR0000005"),
    ):
        added = number if number != in_use() else "VR0000009"
        fleet.add_card(person_id=person, application_status=status, issued_on=issued_on, card_number=added)
        assert in_use() == number


def test_an_e_card_shows_a_loss_that_has_lapsed() -> None:
    """Whichever way the record is asked for."""
    fleet = Fleet()
    card = fleet.add_card(application_status=4, lifecycle="06", loss_reason="reported", loss_until=fleet.now.date())
    assert fleet.record(card)["application_status"] == 1
    fleet.set_card(card, application_status=4, loss_until=fleet.now.date())
    evidence = fleet.e_card_evidence(card)
    assert evidence
    assert fleet.card(card).application_status == 1
    fleet.set_card(card, application_status=4, loss_until=fleet.now.date())
    fleet.opened("pin_change", card)


def test_a_bank_is_named_in_english_where_the_bureau_says_how() -> None:
    """By its name on record; another stays in Chinese."""
    fleet = Fleet(settings=Settings(banks_en={"虚拟银行": "Virtual Bank"}))

    assert fleet.record(fleet.add_card())["bank_en"] == "Virtual Bank"
    assert fleet.record(fleet.add_card(bank="别的银行"))["bank_en"] == ""
