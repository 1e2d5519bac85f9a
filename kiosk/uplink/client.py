"""The kiosk's questions and reports to the central server, in the words of the contract."""

from typing import TypeVar

import trio
from pydantic import BaseModel, ValidationError

from kiosk.uplink import contract
from kiosk.uplink.contract import (
    Acknowledged,
    CardPinEvidence,
    CardQuery,
    CardRecord,
    ConditionReport,
    ECardEvidence,
    ECardQuery,
    EvidenceAccepted,
    FormerAcknowledged,
    Heartbeat,
    PinChangeReport,
    Problem,
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

    async def report(self, report: PinChangeReport) -> FormerAcknowledged:
        """Report what became of a PIN change. Safe to repeat: the report's id makes the server take it once.

        Raises:
            OperationConflict: The id was used for another report.
            CentralError: No answer, or none that can be used; report again.
        """
        path = contract.FORMER_OPERATION.format(operation_id=report.operation_id)
        answer = await self._ask("PUT", path, report, FormerAcknowledged)
        if (answer.operation_id, answer.outcome) != (report.operation_id, report.outcome):
            raise CentralError(Cause.BROKEN, "the answer is for another report", status=200)
        return answer

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

    async def heartbeat(self, beat: Heartbeat) -> None:
        """Say that this kiosk lives."""
        await self._ask("PUT", contract.HEARTBEAT.format(kiosk=beat.kiosk), beat, Acknowledged)

    async def report_conditions(self, report: ConditionReport) -> None:
        """Say which conditions stand, when one came or went."""
        await self._ask("PUT", contract.CONDITIONS.format(kiosk=report.kiosk), report, Acknowledged)

    async def call_staff(self, call: StaffCall) -> None:
        """Ask for a person to come. Safe to repeat."""
        await self._ask("PUT", contract.STAFF_CALL.format(call_id=call.call_id), call, Acknowledged)

    async def _ask(self, method: str, path: str, message: BaseModel, expected: type[_Answer]) -> _Answer:
        status, body = 0, b""
        with trio.move_on_after(self._deadline_seconds) as deadline:
            status, body = await self._transport.request(method, path, message.model_dump_json().encode())
        if deadline.cancelled_caught:
            raise CentralError(Cause.SLOW, f"no answer in {self._deadline_seconds:g} s")
        if status != 200:
            raise _refusal(status, body)
        try:
            return expected.model_validate_json(body)
        except ValidationError:
            raise CentralError(Cause.BROKEN, "the answer isn't of the contract", status=status) from None


def _refusal(status: int, body: bytes) -> CentralError:
    if not 400 <= status < 500:
        return CentralError(Cause.BROKEN, f"status {status}", status=status)
    try:
        problem = Problem.model_validate_json(body)
    except ValidationError:
        return CentralError(Cause.BROKEN, f"status {status} without a reason", status=status)
    kind = BY_PROBLEM.get(problem.type, CentralError)
    return kind(
        Cause.REFUSED,
        problem.title,
        status=status,
        problem=problem.type,
        retry_after_seconds=problem.retry_after_seconds,
    )
