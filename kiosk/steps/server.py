"""What a citizen is told where the central server gave no answer, or said no: nothing was changed on the card."""

import math

from kiosk import refusals
from kiosk.refusals import RefusalKind, Refused
from kiosk.text import T, Text, Tn
from kiosk.uplink.contract import Ineligible, ProblemType
from kiosk.uplink.errors import Cause, CentralError

_FOR_PROBLEM: dict[ProblemType, RefusalKind] = {
    ProblemType.CARD_UNKNOWN: refusals.card.UNKNOWN,
    ProblemType.CARD_BUSY: refusals.operation.CARD_BUSY,
    ProblemType.STATE_FORBIDS: refusals.operation.STATE_FORBIDS,
    ProblemType.EVIDENCE_MISSING: refusals.identity.NOT_ENOUGH,
    ProblemType.EVIDENCE_FOREIGN: refusals.identity.FOREIGN,
    ProblemType.LIMIT_REACHED: refusals.operation.LIMIT_REACHED,
    ProblemType.DRAFT_EXPIRED: refusals.application.DRAFT_EXPIRED,
    ProblemType.PHONE_INVALID: refusals.application.PHONE_INVALID,
    ProblemType.NOT_HERE: refusals.application.NOT_HERE,
    ProblemType.NOT_ELIGIBLE: refusals.application.NOT_ELIGIBLE,
}

_FOR_REASON: dict[str, RefusalKind] = {
    Ineligible.UNDER_REVIEW: refusals.application.UNDER_REVIEW,
    Ineligible.ALREADY_SUBSCRIBED: refusals.application.ALREADY_SUBSCRIBED,
    Ineligible.NOT_SUBSCRIBED: refusals.application.NOT_SUBSCRIBED,
    Ineligible.PHONE_UNCHANGED: refusals.application.PHONE_UNCHANGED,
    Ineligible.PHONE_MISSING: refusals.application.PHONE_MISSING,
    Ineligible.FORMAL_LOSS_FIRST: refusals.application.FORMAL_LOSS_FIRST,
    Ineligible.NOT_DUE: refusals.application.NOT_DUE,
    Ineligible.CARD_CANCELLED: refusals.card.CANCELLED,
    Ineligible.CARD_NOT_THERE: refusals.application.CARD_NOT_THERE,
    Ineligible.CARD_ON_LOSS: refusals.application.CARD_ON_LOSS,
    Ineligible.PHOTO_UNUSABLE: refusals.application.PHOTO_UNUSABLE,
    Ineligible.ADDRESS_MISSING: refusals.application.ADDRESS_MISSING,
    Ineligible.OUTLET_UNKNOWN: refusals.application.DELIVERY_CHANGED,
    Ineligible.DELIVERY_MISSING: refusals.application.DELIVERY_CHANGED,
}
"""Which rule doesn't allow it; one that isn't here, or is newer, is `NOT_ELIGIBLE` in general."""

_FOR_CAUSE = {
    Cause.UNREACHABLE: refusals.central.UNREACHABLE,
    Cause.HUNG_UP: refusals.central.UNREACHABLE,
    Cause.SLOW: refusals.central.SLOW,
}

_MINUTE = 60
_HOUR = 60 * _MINUTE


def refused_by_server(error: CentralError) -> Refused:
    """The refusal for what kept the server from doing as it was asked."""
    kind = None if error.problem is None else _FOR_PROBLEM.get(error.problem)
    if error.problem is ProblemType.NOT_ELIGIBLE:
        kind = _FOR_REASON.get(error.reason or "", kind)
    if kind is None:
        return Refused(_FOR_CAUSE.get(error.cause, refusals.central.BROKEN))
    return Refused(kind, wait=wait_in_words(error.retry_after_seconds))


def wait_in_words(seconds: float | None) -> Text:
    """How long to wait, in words; rounded up, so that who comes back then isn't too early."""
    if seconds is None:
        return T("一段时间")
    if seconds <= _HOUR:
        return Tn("{n} 分钟", max(1, math.ceil(seconds / _MINUTE)))
    return Tn("{n} 小时", math.ceil(seconds / _HOUR))
