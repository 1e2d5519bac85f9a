"""What can go wrong on the way to the central server, and there."""

from enum import Enum

from kiosk.uplink.contract import ProblemType


class Cause(Enum):
    """Why there was no good answer."""

    UNREACHABLE = "unreachable"
    """No connection: the server never saw the request."""
    HUNG_UP = "hung up"
    """The connection broke: the server may have done what it was asked."""
    SLOW = "slow"
    """No answer in time: the server may have done what it was asked."""
    REFUSED = "refused"
    """The server understood and said no (4xx); nothing changed."""
    BROKEN = "broken"
    """A failure of the server (5xx), or an answer that isn't of the contract."""


class CentralError(Exception):
    """The central server did not do what it was asked.

    Args:
        cause: Why, in one word.
        what: What happened, for a technician. Never a value that was sent or received.
        status: The HTTP status; None: there was no answer.
        problem: What the server named as the problem, where it did.
        retry_after_seconds: When asking again may help, where the server said so.
    """

    def __init__(
        self,
        cause: Cause,
        what: str,
        *,
        status: int | None = None,
        problem: ProblemType | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(f"{cause.value}: {what}")
        self.cause = cause
        self.status = status
        self.problem = problem
        self.retry_after_seconds = retry_after_seconds
        self.may_have_arrived = cause in (Cause.HUNG_UP, Cause.SLOW, Cause.BROKEN)
        """Whether the server may have done what it was asked all the same; of several tries, at any of them."""


class CardUnknown(CentralError):
    """No card on record answers to what was asked."""


class CodeRefused(CentralError):
    """The e-card code is not taken."""


class CodeExpired(CodeRefused):
    """Its minute is over; the phone shows a new one."""


class CodeForeign(CodeRefused):
    """It isn't a code of the e-card service."""


class MedicalCode(CodeRefused):
    """It is a medical-insurance code (医保码), which looks much the same to a citizen."""


class OperationConflict(CentralError):
    """The same id with another payload: an error of this program, for a person to look at."""


BY_PROBLEM: dict[ProblemType, type[CentralError]] = {
    ProblemType.CARD_UNKNOWN: CardUnknown,
    ProblemType.CODE_EXPIRED: CodeExpired,
    ProblemType.CODE_FOREIGN: CodeForeign,
    ProblemType.MEDICAL_CODE: MedicalCode,
    ProblemType.OPERATION_CONFLICT: OperationConflict,
}
"""The error of each problem that a caller can do something about; the others are plain `CentralError`."""
