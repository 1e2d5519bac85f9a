"""The kiosk's questions and reports to the central server, in the words of the contract."""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

import trio
from pydantic import BaseModel, ValidationError

from kiosk.uplink import contract
from kiosk.uplink.body import write_body
from kiosk.uplink.contract import (
    Acknowledged,
    ApplicationDraft,
    Applications,
    Authentication,
    AuthenticationRequest,
    CardPinEvidence,
    CardRecord,
    CardReference,
    CertificateIssued,
    CertificateRequest,
    CommandRequest,
    ConditionReport,
    DraftCodeRequest,
    DraftCodeShown,
    DraftHeld,
    ECardEvidence,
    EligibilityState,
    EvidenceAccepted,
    FaceCheckOpened,
    FaceCheckRequest,
    FaceEvidence,
    Heartbeat,
    HeartbeatTaken,
    HeldHead,
    IdCardEvidence,
    InsuranceRecords,
    OneTimeCodeEvidence,
    OneTimeCodeRequest,
    OneTimeCodeSent,
    Outlets,
    PersonalQuestion,
    PersonCards,
    Problem,
    ProductionProgress,
    SecuredCommand,
    SmsState,
    StaffCall,
)
from kiosk.uplink.errors import BY_PROBLEM, Cause, CentralError
from kiosk.uplink.transport import Transport

_Answer = TypeVar("_Answer", bound=BaseModel)


class Central:
    """The central server, as the kiosk sees it. Every verb raises `CentralError` or one of its kinds.

    Args:
        transport: What carries the requests.
        deadline_seconds: How long a verb may take in all, attempts to connect included.
    """

    def __init__(self, transport: Transport, *, deadline_seconds: float = 10.0) -> None:
        self._transport = transport
        self._deadline_seconds = deadline_seconds
        self.clock_offset_seconds: float | None = None
        """How far the server's clock was ahead of this machine's at its last answer, to a second; None: not known."""
        self.failed: Callable[[CentralError], None] = lambda error: None
        """Told when somebody's question isn't answered, or not sensibly: the link learns so that the server is away."""

    async def card_status(self, card: CardReference) -> CardRecord:
        """Ask for the record of the card that someone holds.

        Raises:
            CardUnknown: No such card on record.
            CentralError: No answer, or none that can be used.
        """
        return await self._ask("POST", contract.CARD_STATUS_BY_CARD, card, CardRecord)

    async def e_card_evidence(self, evidence: ECardEvidence) -> EvidenceAccepted:
        """Show the server a code that somebody held up.

        Raises:
            CodeExpired: It is too old.
            CodeForeign: Not a code of the e-card service.
            MedicalCode: A medical-insurance code.
            CardUnknown: Its holder has no card in use.
            CentralError: No answer, or none that can be used.
        """
        return await self._ask("POST", contract.E_CARD_EVIDENCE, evidence, EvidenceAccepted)

    async def card_pin_evidence(self, evidence: CardPinEvidence) -> EvidenceAccepted:
        """Tell the server that the card here has just accepted its PIN."""
        return await self._ask("POST", contract.CARD_PIN_EVIDENCE, evidence, EvidenceAccepted)

    async def id_card_evidence(self, evidence: IdCardEvidence) -> EvidenceAccepted:
        """Show the server what an ID document said.

        Raises:
            IdUnknown: Nobody on record has its number.
            IdNameDiffers: Its number is on record under another name.
            IdExpired: It isn't valid today.
            EvidenceForeign: It isn't the holder's of the card that was named.
            CardUnknown: No such card, or the person has none.
            LimitReached: Too many were refused at this kiosk.
            CentralError: No answer, or none that can be used.
        """
        return await self._ask("POST", contract.ID_CARD_EVIDENCE, evidence, EvidenceAccepted)

    async def face_check(self, request: FaceCheckRequest) -> FaceCheckOpened:
        """Get the photo on record for one comparison. Safe to repeat.

        Raises:
            PhotoMissing: There is none.
            LimitReached: The person, or this kiosk, has had as many checks as may be for now.
            EvidenceMissing: What they have shown before no longer counts, or a guardian has to agree.
            CentralError: No answer, or none that can be used.
        """
        answer = await self._ask("POST", contract.FACE_CHECKS, request, FaceCheckOpened)
        _require(answer.check_id == request.check_id)
        return answer

    async def face_evidence(self, evidence: FaceEvidence) -> EvidenceAccepted:
        """Have the server judge what a comparison came to. Each check is judged once.

        Raises:
            FaceDiffers: By its rules this isn't the face on record; it says how many more checks there may be.
            EvidenceMissing: There is no such check here, or it is over.
            CentralError: No answer, or none that can be used.
        """
        return await self._ask("POST", contract.FACE_EVIDENCE, evidence, EvidenceAccepted)

    async def send_one_time_code(self, request: OneTimeCodeRequest) -> OneTimeCodeSent:
        """Have a code sent to the phone on record. A repeat sends nothing.

        Raises:
            PhoneMissing: There is none.
            LimitReached: Too soon, or too many; it says when there may be another.
            SmsAway: No text can be sent now.
            CardUnknown: No such card.
            CentralError: No answer, or none that can be used.
        """
        path = contract.ONE_TIME_CODE.format(code_id=request.code_id)
        answer = await self._ask("PUT", path, request, OneTimeCodeSent)
        _require(answer.code_id == request.code_id)
        return answer

    async def one_time_code_evidence(self, evidence: OneTimeCodeEvidence) -> EvidenceAccepted:
        """Show the server the digits that somebody read off their phone. Each wrong try counts.

        Raises:
            OneTimeCodeWrong: It says how many tries are left; with 0 this code is spent.
            OneTimeCodeExpired: Its minutes are over, or it was used before.
            CentralError: No answer, or none that can be used.
        """
        return await self._ask("POST", contract.ONE_TIME_CODE_EVIDENCE, evidence, EvidenceAccepted)

    async def draft_application(self, draft: ApplicationDraft) -> DraftHeld:
        """Have the server keep what somebody has entered, and say what would come of it. Nothing is applied for.

        Raises:
            PhoneInvalid: No texts can be sent to that number.
            NotHere: The region doesn't take this at kiosks.
            NotEligible: The rules don't allow it; `reason` says which.
            EvidenceMissing: What was shown isn't enough for this.
            CentralError: No answer, or none that can be used.
        """
        return await self._ask("POST", contract.APPLICATION_DRAFTS, draft, DraftHeld)

    async def send_draft_code(self, request: DraftCodeRequest) -> OneTimeCodeSent:
        """Have a code sent to the number in a draft. A repeat sends nothing.

        Raises:
            DraftExpired: The draft isn't kept any more.
            LimitReached: Too soon, or too many; it says when there may be another.
            SmsAway: No text can be sent now.
            CentralError: No answer, or none that can be used.
        """
        path = contract.DRAFT_CODE.format(draft=request.draft, code_id=request.code_id)
        answer = await self._ask("PUT", path, request, OneTimeCodeSent)
        _require(answer.code_id == request.code_id)
        return answer

    async def draft_code_shown(self, shown: DraftCodeShown) -> DraftHeld:
        """Show the digits that came to the number in a draft: from then on it is proved. Each wrong try counts.

        Raises:
            OneTimeCodeWrong: It says how many tries are left; with 0 this code is spent.
            OneTimeCodeExpired: Its minutes are over, or it was used before.
            DraftExpired: The draft isn't kept any more.
            CentralError: No answer, or none that can be used.
        """
        path = contract.DRAFT_CODE_SHOWN.format(draft=shown.draft)
        answer = await self._ask("POST", path, shown, DraftHeld)
        _require(answer.draft == shown.draft)
        return answer

    async def my_applications(self, question: PersonalQuestion) -> Applications:
        """What somebody has applied for. Like every question of their own below, it may raise `EvidenceMissing`."""
        return await self._ask("POST", contract.MY_APPLICATIONS, question, Applications)

    async def sms_state(self, question: PersonalQuestion) -> SmsState:
        """Whether they get texts about their account."""
        return await self._ask("POST", contract.SMS_REMINDERS, question, SmsState)

    async def records(self, question: PersonalQuestion) -> InsuranceRecords:
        """Their insurances."""
        return await self._ask("POST", contract.RECORDS, question, InsuranceRecords)

    async def production_progress(self, question: PersonalQuestion) -> ProductionProgress:
        """Their cards in the making."""
        return await self._ask("POST", contract.PRODUCTION_PROGRESS, question, ProductionProgress)

    async def cards(self, question: PersonalQuestion) -> PersonCards:
        """All their cards."""
        return await self._ask("POST", contract.CARDS, question, PersonCards)

    async def eligibility(self, question: PersonalQuestion) -> EligibilityState:
        """Until when they have proved that they may go on receiving benefits."""
        return await self._ask("POST", contract.ELIGIBILITY, question, EligibilityState)

    async def certificate(self, request: CertificateRequest) -> CertificateIssued:
        """Have a certificate issued. Safe to repeat.

        Raises:
            NotEligible: There is nothing on record to certify.
            EvidenceMissing: What was shown isn't enough for this.
            CentralError: No answer, or none that can be used.
        """
        path = contract.CERTIFICATE.format(certificate_id=request.certificate_id)
        answer = await self._ask("PUT", path, request, CertificateIssued)
        _require(answer.certificate_id == request.certificate_id)
        return answer

    async def outlets(self) -> Outlets:
        """The outlets near here."""
        return await self._ask("GET", contract.OUTLETS, b"", Outlets)

    async def deliver(self, path: str, body: bytes, expected: type[_Answer]) -> _Answer:
        """PUT a message as it was written down. Safe to repeat: its id makes the server take it once.

        A failure alone doesn't mean that the server is away: a message that it breaks on is tried in the background.

        Args:
            path: Of the contract, with the message's id in it.
            body: The same bytes each time: another payload under one id is refused.
            expected: What answers it.

        Raises:
            OperationConflict: The server holds another payload under this id.
            CentralError: No answer, a refusal, or an answer that can't be used.
        """
        return await self._answer("PUT", path, body, expected)

    async def authenticate(self, request: AuthenticationRequest) -> Authentication:
        """Have the issuer prove itself to the card whose challenge this is. Safe to repeat."""
        path = contract.AUTHENTICATION.format(operation_id=request.operation_id, attempt=request.attempt)
        answer = await self._ask("PUT", path, request, Authentication)
        _require((answer.operation_id, answer.attempt) == (request.operation_id, request.attempt))
        return answer

    async def secure(self, request: CommandRequest) -> SecuredCommand:
        """Have the issuer build its command for the card whose challenge this is. Safe to repeat."""
        path = contract.COMMAND.format(operation_id=request.operation_id, attempt=request.attempt)
        answer = await self._ask("PUT", path, request, SecuredCommand)
        _require((answer.operation_id, answer.attempt) == (request.operation_id, request.attempt))
        return answer

    async def journal_head(self, kiosk: str) -> HeldHead:
        """The head of this kiosk's journal as the server last heard of it."""
        return await self._ask("GET", contract.JOURNAL_HEAD.format(kiosk=kiosk), b"", HeldHead)

    async def heartbeat(self, beat: Heartbeat) -> HeartbeatTaken:
        """Say that this kiosk lives."""
        return await self._ask("PUT", contract.HEARTBEAT.format(kiosk=beat.kiosk), beat, HeartbeatTaken)

    async def report_conditions(self, report: ConditionReport) -> None:
        """Say which conditions stand, when one came or went."""
        await self._ask("PUT", contract.CONDITIONS.format(kiosk=report.kiosk), report, Acknowledged)

    async def call_staff(self, call: StaffCall) -> None:
        """Ask for a person to come. Safe to repeat."""
        await self._ask("PUT", contract.STAFF_CALL.format(call_id=call.call_id), call, Acknowledged)

    async def _ask(self, method: str, path: str, message: BaseModel | bytes, expected: type[_Answer]) -> _Answer:
        try:
            return await self._answer(method, path, message, expected)
        except CentralError as error:
            if error.cause is not Cause.REFUSED:
                self.failed(error)
            raise

    async def _answer(self, method: str, path: str, message: BaseModel | bytes, expected: type[_Answer]) -> _Answer:
        content = message if isinstance(message, bytes) else write_body(message)
        status, body = 0, b""
        headers: Mapping[str, str] = {}
        with trio.move_on_after(self._deadline_seconds) as deadline:
            status, headers, body = await self._transport.request(method, path, content)
        if deadline.cancelled_caught:
            raise CentralError(Cause.SLOW, f"no answer in {self._deadline_seconds:g} s")
        if (time := _date(headers)) is not None:
            self.clock_offset_seconds = (time - datetime.datetime.now(datetime.UTC)).total_seconds()
        if status != 200:
            raise _refusal(status, headers, body)
        try:
            return expected.model_validate_json(body)
        except ValidationError:
            raise CentralError(Cause.BROKEN, "the answer isn't of the contract", status=status) from None


def _require(answers: bool) -> None:
    """That an answer is for what was asked."""
    if not answers:
        raise CentralError(Cause.BROKEN, "the answer is for another request", status=200)


def _refusal(status: int, headers: Mapping[str, str], body: bytes) -> CentralError:
    patience = _retry_after(headers)
    if not 400 <= status < 500:
        return CentralError(Cause.BROKEN, f"status {status}", status=status, retry_after_seconds=patience)
    try:
        problem = Problem.model_validate_json(body)
    except ValidationError:
        what = f"status {status} without a reason"
        return CentralError(Cause.BROKEN, what, status=status, retry_after_seconds=patience)
    kind = BY_PROBLEM.get(problem.type, CentralError)
    return kind(
        Cause.REFUSED,
        problem.title,
        status=status,
        problem=problem.type,
        retry_after_seconds=problem.retry_after_seconds if patience is None else patience,
        tries_left=problem.tries_left,
        reason=problem.reason,
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds (RFC 9110, 10.2.3). A date is passed over: it would have to be held against this machine's clock."""
    value = headers.get("retry-after", "")
    return float(value) if re.fullmatch(r"[0-9]{1,9}", value) else None


def _date(headers: Mapping[str, str]) -> datetime.datetime | None:
    """When the server says that it answered (RFC 9110, 6.6.1)."""
    from email.utils import parsedate_to_datetime  # Imported late: the HTTP client brings it along.

    try:
        time = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None
    return time if time.tzinfo is not None else None
