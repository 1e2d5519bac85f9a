"""The kiosk's questions and reports to the central server, in the words of the contract."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

import trio
from pydantic import BaseModel, ValidationError

from kiosk.uplink import contract
from kiosk.uplink.contract import (
    Acknowledged,
    Authentication,
    AuthenticationRequest,
    CardPinEvidence,
    CardQuery,
    CardRecord,
    CommandRequest,
    ConditionReport,
    ECardEvidence,
    ECardQuery,
    EvidenceAccepted,
    Heartbeat,
    HeldHead,
    Problem,
    SecuredCommand,
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
        self.failed: Callable[[CentralError], None] = lambda error: None
        """Told when somebody's question isn't answered, or not sensibly: the link learns so that the server is away."""

    async def card_status(self, query: CardQuery) -> CardRecord:
        """Ask for the record of the card that someone holds, or whose e-card code they show.

        Raises:
            CardUnknown: No such card on record.
            CodeExpired: The e-card code is too old.
            CodeForeign: Not a code of the e-card service.
            MedicalCode: A medical-insurance code.
            CentralError: No answer, or none that can be used.
        """
        by_code = isinstance(query, ECardQuery)
        path = contract.CARD_STATUS_BY_E_CARD if by_code else contract.CARD_STATUS_BY_CARD
        return await self._ask("POST", path, query, CardRecord)

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
        _require_answer_to(request.operation_id, request.attempt, answer)
        return answer

    async def secure(self, request: CommandRequest) -> SecuredCommand:
        """Have the issuer build its command for the card whose challenge this is. Safe to repeat."""
        path = contract.COMMAND.format(operation_id=request.operation_id, attempt=request.attempt)
        answer = await self._ask("PUT", path, request, SecuredCommand)
        _require_answer_to(request.operation_id, request.attempt, answer)
        return answer

    async def journal_head(self, kiosk: str) -> HeldHead:
        """The head of this kiosk's journal as the server last heard of it."""
        return await self._ask("GET", contract.JOURNAL_HEAD.format(kiosk=kiosk), b"", HeldHead)

    async def heartbeat(self, beat: Heartbeat) -> None:
        """Say that this kiosk lives."""
        await self._ask("PUT", contract.HEARTBEAT.format(kiosk=beat.kiosk), beat, Acknowledged)

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
        content = message if isinstance(message, bytes) else message.model_dump_json().encode()
        status, body = 0, b""
        headers: Mapping[str, str] = {}
        with trio.move_on_after(self._deadline_seconds) as deadline:
            status, headers, body = await self._transport.request(method, path, content)
        if deadline.cancelled_caught:
            raise CentralError(Cause.SLOW, f"no answer in {self._deadline_seconds:g} s")
        if status != 200:
            raise _refusal(status, headers, body)
        try:
            return expected.model_validate_json(body)
        except ValidationError:
            raise CentralError(Cause.BROKEN, "the answer isn't of the contract", status=status) from None


def _require_answer_to(operation_id: UUID, attempt: int, answer: Authentication | SecuredCommand) -> None:
    if (answer.operation_id, answer.attempt) != (operation_id, attempt):
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
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds (RFC 9110, 10.2.3). A date is passed over: it would have to be held against this machine's clock."""
    value = headers.get("retry-after", "")
    return float(value) if re.fullmatch(r"[0-9]{1,9}", value) else None
