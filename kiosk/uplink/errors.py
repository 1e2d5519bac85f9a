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
        tries_left: How often what was refused may be tried again, where the server counts that.
        reason: Which rule doesn't allow it, where the server names one (`Ineligible`, or a newer one).
    """

    def __init__(
        self,
        cause: Cause,
        what: str,
        *,
        status: int | None = None,
        problem: ProblemType | None = None,
        retry_after_seconds: float | None = None,
        tries_left: int | None = None,
        reason: str | None = None,
    ) -> None:
        super().__init__(f"{cause.value}: {what}")
        self.cause = cause
        self.status = status
        self.problem = problem
        self.retry_after_seconds = retry_after_seconds
        self.tries_left = tries_left
        self.reason = reason
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


class EvidenceMissing(CentralError):
    """What was shown isn't enough for this, or no longer counts: it is shown anew."""


class EvidenceForeign(CentralError):
    """What was shown is somebody else's than the card's holder."""


class LimitReached(CentralError):
    """There were as many as may be for now; `retry_after_seconds` says when there may be more."""


class IdRefused(CentralError):
    """The ID document is not taken."""


class IdUnknown(IdRefused):
    """Nobody on record has its number."""


class IdNameDiffers(IdRefused):
    """Its number is on record under another name."""


class IdExpired(IdRefused):
    """It isn't valid today, by the server's date."""


class PhotoMissing(CentralError):
    """There is no photo on record to compare a face with."""


class FaceDiffers(CentralError):
    """The face isn't taken for the one on record; `tries_left` more checks may be made today."""


class PhoneMissing(CentralError):
    """There is no phone on record to send a code to."""


class SmsAway(CentralError):
    """No text can be sent now."""


class OneTimeCodeRefused(CentralError):
    """The digits are not taken."""


class OneTimeCodeWrong(OneTimeCodeRefused):
    """They aren't those that were sent; at `tries_left` 0 this code is spent."""


class OneTimeCodeExpired(OneTimeCodeRefused):
    """Its minutes are over, or it was used before."""


class DraftExpired(CentralError):
    """What was entered isn't kept any more, or its number wasn't proved: it is entered anew."""


class PhoneInvalid(CentralError):
    """No texts can be sent to that number."""


class NotHere(CentralError):
    """The region doesn't do this at kiosks."""


class NotEligible(CentralError):
    """The rules don't allow it for this person or card; `reason` says which."""


class OperationConflict(CentralError):
    """The same id with another payload: an error of this program, for a person to look at."""


BY_PROBLEM: dict[ProblemType, type[CentralError]] = {
    ProblemType.CARD_UNKNOWN: CardUnknown,
    ProblemType.CODE_EXPIRED: CodeExpired,
    ProblemType.CODE_FOREIGN: CodeForeign,
    ProblemType.MEDICAL_CODE: MedicalCode,
    ProblemType.EVIDENCE_MISSING: EvidenceMissing,
    ProblemType.EVIDENCE_FOREIGN: EvidenceForeign,
    ProblemType.LIMIT_REACHED: LimitReached,
    ProblemType.ID_UNKNOWN: IdUnknown,
    ProblemType.ID_NAME_DIFFERS: IdNameDiffers,
    ProblemType.ID_EXPIRED: IdExpired,
    ProblemType.PHOTO_MISSING: PhotoMissing,
    ProblemType.FACE_DIFFERS: FaceDiffers,
    ProblemType.PHONE_MISSING: PhoneMissing,
    ProblemType.SMS_AWAY: SmsAway,
    ProblemType.ONE_TIME_CODE_WRONG: OneTimeCodeWrong,
    ProblemType.ONE_TIME_CODE_EXPIRED: OneTimeCodeExpired,
    ProblemType.DRAFT_EXPIRED: DraftExpired,
    ProblemType.PHONE_INVALID: PhoneInvalid,
    ProblemType.NOT_HERE: NotHere,
    ProblemType.NOT_ELIGIBLE: NotEligible,
    ProblemType.OPERATION_CONFLICT: OperationConflict,
}
"""The error of each problem that a caller can do something about; the others are plain `CentralError`."""
