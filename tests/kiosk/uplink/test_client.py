"""The client's verbs on the whole server, in this process: no thread, and a clock that jumps."""

import base64
import json
import re
import threading
from collections.abc import Awaitable, Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any
from unittest.mock import ANY
from uuid import UUID, uuid4

import pytest
import trio
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session
from trio.testing import MockClock

from central.in_process import InProcess
from central.registry import Registry
from central.sms import VirtualPhones
from central.tables import Event, Kiosk, Person
from kiosk.uplink import contract
from kiosk.uplink.client import Central
from kiosk.uplink.contract import (
    Authentication,
    AuthenticationRequest,
    CardReference,
    CommandRequest,
    ConditionReport,
    ECardEvidence,
    EvidenceKind,
    FaceCheckOpened,
    FaceCheckRequest,
    FaceEvidence,
    Heartbeat,
    HeldHead,
    IdCardEvidence,
    JournalHead,
    Liveness,
    OneTimeCodeEvidence,
    OneTimeCodeRequest,
    OneTimeCodeSent,
    OperationIntent,
    OperationKind,
    OperationOpened,
    ProblemType,
    ReportedCondition,
    SecuredCommand,
    StaffCall,
)
from kiosk.uplink.errors import (
    BY_PROBLEM,
    CardUnknown,
    Cause,
    CentralError,
    CodeExpired,
    CodeForeign,
    DraftExpired,
    EvidenceMissing,
    FaceDiffers,
    IdExpired,
    IdNameDiffers,
    IdUnknown,
    LimitReached,
    MedicalCode,
    NotEligible,
    OneTimeCodeExpired,
    OneTimeCodeWrong,
    OperationConflict,
    PhoneInvalid,
    PhoneMissing,
    PhotoMissing,
    SmsAway,
)

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
ZHANG = CardReference(card_number=SecretStr("VR0000012"), region="990100")


def code(text: str) -> ECardEvidence:
    return ECardEvidence(kiosk="kiosk-1", e_card_code=SecretStr(text))


CARD = UUID("11111111-1111-4111-8111-111111111111")


def intent(**changes: Any) -> OperationIntent:
    fields = {
        "operation_id": uuid4(),
        "kind": OperationKind.PIN_CHANGE,
        "kiosk": "kiosk-1",
        "boot": 1,
        "sequence": 1,
        "card": CARD,
        "at": AT,
    }
    return OperationIntent.model_validate(fields | changes)


async def begin(central: Central, message: OperationIntent) -> OperationOpened:
    path = contract.OPERATION.format(operation_id=message.operation_id)
    return await central.deliver(path, message.model_dump_json().encode(), OperationOpened)


async def test_a_record_comes_back_without_a_thread(central: Central, autojump_clock: MockClock) -> None:
    before = threading.active_count()
    record = await central.card_status(ZHANG)
    assert record.name.get_secret_value() == "张建国"
    assert threading.active_count() == before


async def test_each_refusal_has_its_own_error(central: Central, registry: Registry) -> None:
    with Session(registry.engine) as session:
        person = session.scalars(select(Person)).one()
    old = registry.issue_e_card_code(person)
    registry.expire_e_card_codes()
    refusals: list[tuple[Awaitable[Any], type[CentralError], int]] = [
        (central.card_status(CardReference(card_number=SecretStr("VR0000099"))), CardUnknown, 404),
        (central.e_card_evidence(code(old)), CodeExpired, 410),
        (central.e_card_evidence(code("https://pay.example/")), CodeForeign, 404),
        (central.e_card_evidence(code("1" * 28)), MedicalCode, 422),
    ]
    for asked, kind, status in refusals:
        with pytest.raises(kind) as refused:
            await asked
        assert refused.value.cause is Cause.REFUSED
        assert refused.value.status == status
        assert not refused.value.may_have_arrived
    accepted = await central.e_card_evidence(code(registry.issue_e_card_code(person)))
    assert accepted.record.card_number.get_secret_value() == "VR0000012"


async def test_a_message_that_was_written_down_counts_once(central: Central) -> None:
    said = intent()
    assert await begin(central, said) == await begin(central, said)
    with pytest.raises(OperationConflict):
        await begin(central, said.model_copy(update={"sequence": 2}))
    open_operation = (await central.card_status(ZHANG)).open_operation
    assert open_operation is not None
    assert open_operation.operation_id == said.operation_id


async def test_the_head_of_the_journal_comes_back_as_it_was_told(central: Central) -> None:
    assert await central.journal_head("kiosk-1") == HeldHead(head=None)
    head = JournalHead(boot=1, sequence=9, hash="ab" * 32)
    await central.heartbeat(Heartbeat(kiosk="kiosk-1", version="1", boot=1, sequence=1, outbox_length=0, journal=head))
    assert await central.journal_head("kiosk-1") == HeldHead(head=head)


async def test_the_bureau_sees_how_the_kiosk_does(central: Central, registry: Registry) -> None:
    standing = (ReportedCondition(id="camera.gone", since=AT),)
    await central.heartbeat(Heartbeat(kiosk="kiosk-1", version="1", boot=1, sequence=1, outbox_length=4))
    await central.report_conditions(ConditionReport(kiosk="kiosk-1", boot=1, sequence=2, conditions=standing))
    call = StaffCall(call_id=UUID(int=5), kiosk="kiosk-1", boot=1, sequence=3, page="home", at=AT)
    await central.call_staff(call)
    await central.call_staff(call)
    with Session(registry.engine) as session:
        assert session.get_one(Kiosk, "kiosk-1").outbox_length == 4
        kinds = [event.kind for event in session.scalars(select(Event).order_by(Event.id))]
    assert kinds == ["condition.raised", "staff.called"]


def document(**changes: Any) -> IdCardEvidence:
    fields = {
        "kiosk": "kiosk-1",
        "document": "resident",
        "number": "990100195810010153",
        "name": "张建国",
        "valid_from": date(2020, 1, 1),
    }
    return IdCardEvidence.model_validate(fields | changes)


def put_on_record(registry: Registry, **columns: Any) -> None:
    with Session(registry.engine) as session, session.begin():
        person = session.scalars(select(Person)).one()
        for name, value in columns.items():
            setattr(person, name, value)


async def test_an_id_card_and_a_face(central: Central, registry: Registry) -> None:
    put_on_record(registry, photo=b"jpeg")
    shown = await central.id_card_evidence(document(card=CARD))
    request = FaceCheckRequest(kiosk="kiosk-1", check_id=uuid4(), evidence=shown.evidence, consent_version="1")
    check = await central.face_check(request)
    assert base64.b64decode(check.photo.get_secret_value()) == b"jpeg"
    assert await central.face_check(request) == check.model_copy(update={"expires_in_seconds": ANY})
    score = FaceEvidence(
        kiosk="kiosk-1",
        check_id=check.check_id,
        distance=0.2,
        sharpness=40,
        liveness=Liveness.SEEN,
        consent_version="1",
    )
    face = await central.face_evidence(score)
    assert (shown.kind, face.kind, face.record.handle) == (EvidenceKind.ID_CARD, EvidenceKind.FACE, CARD)
    with pytest.raises(EvidenceMissing):
        await central.face_evidence(score)
    second = await central.face_check(request.model_copy(update={"check_id": uuid4()}))
    with pytest.raises(FaceDiffers) as differs:
        await central.face_evidence(score.model_copy(update={"check_id": second.check_id, "distance": 0.9}))
    assert differs.value.tries_left == second.checks_left == 3


async def test_a_one_time_code(central: Central, registry: Registry) -> None:
    request = OneTimeCodeRequest(kiosk="kiosk-1", code_id=uuid4(), card=CARD)
    with pytest.raises(PhoneMissing):
        await central.send_one_time_code(request)
    put_on_record(registry, phone="13800138000")
    with pytest.raises(SmsAway):
        await central.send_one_time_code(request)
    registry.sms = phones = VirtualPhones()
    sent = await central.send_one_time_code(request)
    assert (sent.phone_tail, sent.digits, sent) == ("8000", 6, await central.send_one_time_code(request))
    (digits,) = re.findall(r"[0-9]{6}", phones.texts("13800138000")[0])
    typed = OneTimeCodeEvidence(kiosk="kiosk-1", code_id=request.code_id, code=SecretStr(digits))
    with pytest.raises(OneTimeCodeWrong) as wrong:
        await central.one_time_code_evidence(
            typed.model_copy(update={"code": SecretStr(f"{(int(digits) + 1) % 10**6:06}")})
        )
    assert wrong.value.tries_left == 4
    assert (await central.one_time_code_evidence(typed)).kind is EvidenceKind.ONE_TIME_CODE
    with pytest.raises(OneTimeCodeExpired):
        await central.one_time_code_evidence(typed)
    with pytest.raises(LimitReached) as early:
        await central.send_one_time_code(request.model_copy(update={"code_id": uuid4()}))
    assert early.value.retry_after_seconds == pytest.approx(60, abs=30)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"number": "990100195810010154"}, IdUnknown),
        ({"name": "李四"}, IdNameDiffers),
        ({"valid_until": date(2020, 1, 1)}, IdExpired),
        ({"card": uuid4()}, CardUnknown),
    ],
)
async def test_an_id_card_that_is_not_taken(central: Central, changes: Any, kind: type[CentralError]) -> None:
    with pytest.raises(kind):
        await central.id_card_evidence(document(**changes))


async def test_a_face_without_a_photo_on_record(central: Central) -> None:
    shown = await central.id_card_evidence(document())
    with pytest.raises(PhotoMissing):
        await central.face_check(
            FaceCheckRequest(kiosk="kiosk-1", check_id=uuid4(), evidence=shown.evidence, consent_version="1")
        )


async def test_what_is_one_s_own(central: Central, registry: Registry) -> None:
    """Every question of somebody's own, with the evidence that is enough for all of them as shipped."""
    with Session(registry.engine) as session, session.begin():
        session.scalars(select(Person)).one().phone = "13800138000"
    registry.sms = phones = VirtualPhones()
    record = (await central.id_card_evidence(document())).record
    request = OneTimeCodeRequest(kiosk="kiosk-1", code_id=uuid4(), card=record.handle)
    await central.send_one_time_code(request)
    (digits,) = re.findall(r"[0-9]{6}", phones.texts("13800138000")[0])
    typed = OneTimeCodeEvidence(kiosk="kiosk-1", code_id=request.code_id, code=SecretStr(digits))
    shown = [await central.id_card_evidence(document()), await central.one_time_code_evidence(typed)]
    own = contract.PersonalQuestion(kiosk="kiosk-1", evidence=tuple(each.evidence for each in shown))
    assert (await central.my_applications(own)).applications == ()
    assert not (await central.sms_state(own)).subscribed
    assert (await central.records(own)).insurances == ()
    assert (await central.production_progress(own)).cards == ()
    assert [card.tail for card in (await central.cards(own)).cards] == ["0012"]
    assert (await central.eligibility(own)).benefit is None
    assert (await central.outlets()).outlets == ()
    certificate = contract.CertificateRequest(
        kiosk="kiosk-1", certificate_id=uuid4(), evidence=own.evidence, kind=contract.CertificateKind.INSURED
    )
    with pytest.raises(NotEligible) as refused:
        await central.certificate(certificate)
    assert refused.value.reason == contract.Ineligible.NO_RECORDS
    with pytest.raises(EvidenceMissing):
        await central.records(own.model_copy(update={"evidence": (uuid4(),)}))
    wish = {"kiosk": "kiosk-1", "evidence": own.evidence, "card": record.handle, "kind": "phone_change"}
    with pytest.raises(PhoneInvalid):
        await central.draft_application(contract.ApplicationDraft.model_validate(wish | {"phone": "23456"}))
    with pytest.raises(DraftExpired):
        await central.send_draft_code(contract.DraftCodeRequest(kiosk="kiosk-1", draft=uuid4(), code_id=uuid4()))


async def test_a_secret_that_is_no_longer_good(registry: Registry) -> None:
    central = Central(InProcess(registry, "kiosk-1.old"))
    with pytest.raises(CentralError) as refused:
        await central.card_status(ZHANG)
    assert (refused.value.cause, refused.value.problem) == (Cause.REFUSED, ProblemType.UNAUTHORISED)


class Answers:
    """A transport whose far end says one thing."""

    def __init__(
        self, status: int, body: bytes, seconds: float = 0, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        self._answer, self._seconds = (status, headers, body), seconds

    async def request(self, method: str, path: str, body: bytes | bytearray) -> tuple[int, Mapping[str, str], bytes]:
        """Answer."""
        await trio.sleep(self._seconds)
        return self._answer


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"\xff\x00"),
        (200, b"{}"),
        (200, '{"name": "张建国"}'.encode()),
        (204, b""),
        (302, b""),
        (404, b"<html>Not here</html>"),
        (404, b'{"type": "urn:else", "title": "t", "status": 404}'),
        (500, b"Internal Server Error"),
        (503, b'{"type": "urn:kiosk:problem:card-unknown", "title": "t", "status": 404}'),
    ],
)
async def test_nonsense_is_never_a_record_nor_a_refusal(status: int, body: bytes) -> None:
    with pytest.raises(CentralError) as broken:
        await Central(Answers(status, body)).card_status(ZHANG)
    assert type(broken.value) is CentralError
    assert broken.value.cause is Cause.BROKEN
    assert broken.value.may_have_arrived
    assert "张建国" not in str(broken.value)
    assert broken.value.__cause__ is None


async def test_an_answer_to_another_request_is_no_answer() -> None:
    """Neither to another operation nor to another try."""
    challenge = SecretStr("00" * 8)
    for identity, attempt in ((uuid4(), 1), (CARD, 2)):
        proof = Authentication(operation_id=identity, attempt=attempt, data=SecretStr("00" * 16), expires_in_seconds=9)
        asked = AuthenticationRequest(operation_id=CARD, kiosk="kiosk-1", attempt=1, challenge=challenge)
        with pytest.raises(CentralError, match="another request"):
            await Central(Answers(200, proof.model_dump_json().encode())).authenticate(asked)
        command = SecuredCommand(operation_id=identity, attempt=attempt, data=SecretStr("00" * 4), expires_in_seconds=9)
        wanted = CommandRequest(operation_id=CARD, kiosk="kiosk-1", attempt=1, challenge=challenge)
        with pytest.raises(CentralError, match="another request"):
            await Central(Answers(200, command.model_dump_json().encode())).secure(wanted)


async def test_a_photo_or_a_code_for_another_request_is_none() -> None:
    check = FaceCheckRequest(kiosk="kiosk-1", check_id=CARD, evidence=uuid4(), consent_version="1")
    photo = FaceCheckOpened(check_id=uuid4(), photo=SecretStr(""), expires_in_seconds=9, checks_left=1)
    with pytest.raises(CentralError, match="another request"):
        await Central(Answers(200, photo.model_dump_json().encode())).face_check(check)
    wanted = OneTimeCodeRequest(kiosk="kiosk-1", code_id=CARD, card=CARD)
    sent = OneTimeCodeSent(code_id=uuid4(), phone_tail="8000", digits=6, expires_in_seconds=9, again_in_seconds=9)
    with pytest.raises(CentralError, match="another request"):
        await Central(Answers(200, sent.model_dump_json().encode())).send_one_time_code(wanted)


@pytest.mark.parametrize("left", [0, 3, None])
@pytest.mark.parametrize("problem", [ProblemType.ONE_TIME_CODE_WRONG, ProblemType.FACE_DIFFERS])
async def test_how_many_tries_are_left(problem: ProblemType, left: int | None) -> None:
    body = json.dumps({"type": problem, "title": "t", "status": 422, "tries_left": left}).encode()
    digits = OneTimeCodeEvidence(kiosk="kiosk-1", code_id=CARD, code=SecretStr("123456"))
    with pytest.raises(BY_PROBLEM[problem]) as refused:
        await Central(Answers(422, body)).one_time_code_evidence(digits)
    assert refused.value.tries_left == left


def test_every_refusal_of_evidence_has_its_own_error() -> None:
    """The kiosk says something else for each."""
    words = ("evidence-", "id-", "photo-", "face-", "phone-", "sms-", "one-time-", "limit-")
    for problem in ProblemType:
        if problem.removeprefix("urn:kiosk:problem:").startswith(words):
            assert problem in BY_PROBLEM
    assert len(set(BY_PROBLEM.values())) == len(BY_PROBLEM)


PROBLEM = {"type": ProblemType.LIMIT_REACHED, "title": "t", "status": 429}


@pytest.mark.parametrize(
    ("status", "header", "problem", "seconds"),
    [
        (429, "120", PROBLEM | {"retry_after_seconds": 5.0}, 120.0),
        (429, None, PROBLEM | {"retry_after_seconds": 5.0}, 5.0),
        (429, None, PROBLEM, None),
        (503, "30", {}, 30.0),
        (404, "30", {}, 30.0),
        (503, "Wed, 21 Oct 2015 07:28:00 GMT", {}, None),
        (503, "-1", {}, None),
        (503, "9" * 400, {}, None),
    ],
)
async def test_how_long_the_server_wants_to_be_left_in_peace(
    status: int, header: str | None, problem: dict[str, Any], seconds: float | None
) -> None:
    """In seconds; a date would have to be held against this machine's clock."""
    headers = {} if header is None else {"retry-after": header}
    with pytest.raises(CentralError) as refused:
        await Central(Answers(status, json.dumps(problem).encode(), headers=headers)).card_status(ZHANG)
    assert refused.value.retry_after_seconds == seconds


async def test_what_nobody_waits_for_raises_no_alarm() -> None:
    """Only a question that somebody asked says that the server is away; a refusal never does."""
    told: list[CentralError] = []
    for answers, alarms in ((Answers(500, b""), 1), (Answers(404, json.dumps(PROBLEM).encode()), 0)):
        central = Central(answers)
        central.failed = told.append
        with pytest.raises(CentralError):
            await central.deliver("/", b"", OperationOpened)
        assert told == []
        with pytest.raises(CentralError):
            await central.card_status(ZHANG)
        assert len(told) == alarms
        told.clear()


async def test_no_verb_takes_longer_than_its_deadline(autojump_clock: MockClock) -> None:
    central = Central(Answers(200, b"", seconds=3600), deadline_seconds=10)
    with pytest.raises(CentralError) as slow:
        await central.card_status(ZHANG)
    assert slow.value.cause is Cause.SLOW
    assert trio.current_time() == pytest.approx(10)
