"""The contract: exact, and silent about persons."""

import pickle
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, SecretStr, ValidationError

from kiosk.uplink import contract
from kiosk.uplink.contract import (
    ApplicationStatus,
    CardRecord,
    CardReference,
    Lifecycle,
    OutcomeReport,
    Problem,
    StaffCall,
)

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
RECORD = CardRecord.model_validate(
    {
        "handle": "11111111-1111-4111-8111-111111111111",
        "as_of": date(2026, 3, 1),
        "name": "张建国",
        "social_security_number": "990100195810010153",
        "card_number": "VR0000012",
        "birth_date": date(1958, 10, 1),
        "phone_tail": "8765",
        "region": "990100",
        "application_status": ApplicationStatus.NORMAL,
        "lifecycle": Lifecycle.ENABLED,
        "issued_on": None,
        "collected_on": None,
        "valid_until": date(2032, 3, 12),
        "bank": "虚拟银行",
        "financial_activated": True,
        "initial_pin": False,
        "pin_blocked": False,
        "version": 7,
    }
)


def test_a_record_shows_nobody() -> None:
    for shown in (repr(RECORD), str(RECORD), f"{RECORD}", str(RECORD.model_dump())):
        for secret in ("张建国", "990100195810010153", "VR0000012"):
            assert secret not in shown
    for secret in ("1958", "8765"):
        assert secret not in repr(RECORD)


def test_the_wire_shows_all() -> None:
    again = CardRecord.model_validate_json(RECORD.model_dump_json())
    assert again == RECORD
    assert contract.to_wire(RECORD)["name"] == "张建国"


def test_nothing_changes_after_it_was_made() -> None:
    with pytest.raises(ValidationError):
        RECORD.bank = "x"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (CardReference, {"card_number": "SECRET"}),
        (CardReference, {"card_number": "VR0000012\n"}),
        (CardReference, {"card_identification_code": "SECRET"}),
        (CardReference, {"region": "990100"}),
        (CardReference, {"card_number": "VR0000012", "region": "SECRET"}),
        (CardReference, {"card_number": "VR0000012", "surprise": "SECRET"}),
        (contract.ECardEvidence, {"e_card_code": ""}),
        (contract.ECardEvidence, {"e_card_code": "SECRET" * 200}),
        (StaffCall, {"kiosk": "SECRET"}),
        (OutcomeReport, {"status_word": "SECRET", "tries_left": 16, "sequence": -1}),
        (OutcomeReport, {"boot": 2**53}),
        (contract.IdCardEvidence, {"number": "SECRET-SECRET-1", "name": "SECRET" * 20, "english_name": 7}),
        (contract.FaceCheckRequest, {"consent_version": "SECRET TEXT"}),
        (contract.FaceCheckOpened, {"photo": "SECRET" * 40_000}),
        (contract.OneTimeCodeEvidence, {"code": "SECRET"}),
        (contract.ApplicationDraft, {"phone": "SECRET", "outlet": "SECRET!", "reason": "SECRET"}),
        (contract.DraftCodeShown, {"code": "SECRET"}),
        (contract.DraftHeld, {"phone_tail": "SECRET"}),
        (contract.CertificateIssued, {"code": "SECRET", "name": 7, "number": "SECRET"}),
    ],
)
def test_what_is_wrong_is_refused_in_silence(model: type[BaseModel], fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(fields)
    assert "SECRET" not in str(refused.value)


HIDDEN = [
    contract.IdCardEvidence(
        kiosk="k",
        document=contract.DocumentKind.RESIDENT,
        number=SecretStr("990100195810010153"),
        name=SecretStr("张建国"),
        english_name=SecretStr("ZHANG"),
        valid_from=date(2020, 1, 1),
    ),
    contract.FaceCheckOpened(check_id=UUID(int=1), photo=SecretStr("/9j/canary"), expires_in_seconds=9, checks_left=1),
    contract.OneTimeCodeEvidence(kiosk="k", code_id=UUID(int=1), code=SecretStr("654321")),
    contract.ApplicationDraft(
        kiosk="k",
        evidence=(UUID(int=1),),
        card=UUID(int=2),
        kind=contract.ApplicationKind.PHONE_CHANGE,
        phone=SecretStr("13900139000"),
    ),
    contract.DraftCodeShown(kiosk="k", draft=UUID(int=1), code_id=UUID(int=2), code=SecretStr("654321")),
]

TOLD = [
    contract.DraftHeld(draft=UUID(int=1), expires_in_seconds=9, phone_tail="8765"),
    contract.ApplicationState(
        number="202600000001",
        kind=contract.ApplicationKind.SMS_SUBSCRIBE,
        state=contract.ApplicationStage.APPROVED,
        applied_on=date(2026, 3, 1),
        phone_tail="8765",
    ),
    contract.SmsState(subscribed=True, phone_tail="8765"),
    contract.ProducedCard(tail="8765", lifecycle=Lifecycle.IN_PRODUCTION),
    contract.PersonCard(
        handle=UUID(int=1),
        tail="8765",
        region="990100",
        application_status=ApplicationStatus.NORMAL,
        lifecycle=Lifecycle.ENABLED,
        bank="虚拟银行",
        in_use=True,
    ),
    contract.InsuranceRecord(
        insurance=contract.Insurance.PENSION,
        insured_since="2004-03",
        state=contract.InsuredState.PAYING,
        months_paid=1,
        personal_fen=1,
        balance_fen=8765,
        body="",
        body_en="",
        payments=(contract.Payment(month="2026-01", base_fen=1, personal_fen=8765, employer_fen=1, paid=True),),
    ),
]


@pytest.mark.parametrize("message", TOLD, ids=lambda message: type(message).__name__)
def test_what_is_told_of_somebody_does_not_show_itself(message: contract.Message) -> None:
    assert "8765" not in repr(message)
    assert type(message).model_validate_json(message.model_dump_json()) == message


@pytest.mark.parametrize("message", HIDDEN, ids=lambda message: type(message).__name__)
def test_what_proves_who_somebody_is_shows_on_the_wire_alone(message: contract.Message) -> None:
    canaries = ("990100195810010153", "张建国", "ZHANG", "/9j/canary", "654321", "13900139000")
    for shown in (repr(message), str(message), str(message.model_dump())):
        assert not any(canary in shown for canary in canaries)
    assert any(canary in message.model_dump_json() for canary in canaries)
    assert type(message).model_validate_json(message.model_dump_json()) == message


def test_a_time_has_a_zone() -> None:
    fields = {"call_id": "00000000-0000-4000-8000-000000000001", "kiosk": "k", "boot": 1, "sequence": 1}
    StaffCall.model_validate(fields | {"at": AT})
    with pytest.raises(ValidationError):
        StaffCall.model_validate(fields | {"at": datetime(2026, 3, 1)})


def test_a_problem_may_say_more_than_this_kiosk_knows() -> None:
    """RFC 9457, section 3.2: extension members are ignored."""
    text = '{"type": "urn:kiosk:problem:code-expired", "title": "t", "status": 410, "balance": 30}'
    assert Problem.model_validate_json(text).type is contract.ProblemType.CODE_EXPIRED


def test_every_status_and_stage_has_its_published_number() -> None:
    assert {s.name: s.value for s in ApplicationStatus} == {
        "ARCHIVED": 0,
        "NORMAL": 1,
        "FORMAL_LOSS": 2,
        "APPLICATION_LOCKED": 3,
        "TEMPORARY_LOSS": 4,
        "CANCELLED": 9,
    }
    assert [stage.value for stage in Lifecycle] == [f"{n:02}" for n in range(10)]


MODELS = [m for m in vars(contract).values() if isinstance(m, type) and issubclass(m, BaseModel) and m is not BaseModel]
JSON = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([]) | st.just({})


@given(data=st.binary() | st.text().map(lambda t: t.encode("utf-8", "surrogatepass")), which=st.sampled_from(MODELS))
def test_fuzz_bytes_are_a_message_or_an_error(data: bytes, which: type[BaseModel]) -> None:
    """Whatever comes from the network."""
    with suppress(ValidationError):
        which.model_validate_json(data)


@given(record=st.fixed_dictionaries(dict.fromkeys(CardRecord.model_fields, JSON)))
def test_fuzz_a_record_of_nonsense_is_an_error_or_a_record(record: dict[str, Any]) -> None:
    try:
        read = CardRecord.model_validate(record)
    except ValidationError:
        return
    assert CardRecord.model_validate_json(read.model_dump_json()) == read


@given(
    code=st.none() | st.from_regex(r"[0-9A-F]{32}", fullmatch=True),
    number=st.none() | st.from_regex(r"[0-9A-Z]{9}", fullmatch=True),
)
def test_a_reference_survives_the_wire(code: str | None, number: str | None) -> None:
    fields = {"card_identification_code": code, "card_number": number}
    if code is None and number is None:
        with pytest.raises(ValidationError):
            CardReference.model_validate(fields)
        return
    reference = CardReference.model_validate(fields)
    assert CardReference.model_validate_json(reference.model_dump_json()) == reference
    assert isinstance(pickle.loads(pickle.dumps(reference)).card_number, SecretStr | None)
