"""The life of an operation, as a table: what each event makes of each state, and what a result does to the record.

Pure: no store, no clock. `TRANSITIONS` says what changes; a pair that it doesn't name changes nothing, and
`contradicts` tells whether somebody should hear of it. `AT_FIRST` says what a new id becomes.

No event leads out of a terminal state: an operation has one result for ever. No event that only says "unknown" leads
into one: whoever doesn't know has to ask the card, or a person.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from kiosk.uplink.contract import ApplicationStatus, Lifecycle, LossReason, OperationKind, OperationState

OPEN, AUTHORISED, IN_DOUBT = OperationState.OPEN, OperationState.AUTHORISED, OperationState.IN_DOUBT
DONE, NOT_DONE, ESCALATED = OperationState.DONE, OperationState.NOT_DONE, OperationState.ESCALATED

UNENDED = (OPEN, AUTHORISED, IN_DOUBT)
"""The states that end at some time; of these operations a card has one at most."""


class Happening(StrEnum):
    """What the server learns of an operation that it holds."""

    COMMAND_ISSUED = "command_issued"
    """The issuer's secured command was handed to the kiosk."""
    REPORTED_DONE = "reported_done"
    """By the kiosk that began it; so are the next two."""
    REPORTED_NOT_DONE = "reported_not_done"
    REPORTED_IN_DOUBT = "reported_in_doubt"
    SETTLED_DONE = "settled_done"
    """By what the card said at whichever kiosk it appeared; so are the next two."""
    SETTLED_NOT_DONE = "settled_not_done"
    SETTLED_BY_NOBODY = "settled_by_nobody"
    """The card couldn't tell either."""
    LOSS_REPORTED = "loss_reported"
    """The card is lost: nobody will ask it soon."""
    SUPERSEDED = "superseded"
    """A reset begins, which makes the question moot."""


TRANSITIONS: Mapping[tuple[OperationState, Happening], OperationState] = MappingProxyType(
    {
        (OPEN, Happening.COMMAND_ISSUED): AUTHORISED,
        (AUTHORISED, Happening.COMMAND_ISSUED): AUTHORISED,
        (OPEN, Happening.REPORTED_DONE): DONE,
        (AUTHORISED, Happening.REPORTED_DONE): DONE,
        (OPEN, Happening.REPORTED_NOT_DONE): NOT_DONE,
        (AUTHORISED, Happening.REPORTED_NOT_DONE): NOT_DONE,
        (OPEN, Happening.REPORTED_IN_DOUBT): IN_DOUBT,
        (AUTHORISED, Happening.REPORTED_IN_DOUBT): IN_DOUBT,
        (OPEN, Happening.SETTLED_DONE): DONE,
        (AUTHORISED, Happening.SETTLED_DONE): DONE,
        (IN_DOUBT, Happening.SETTLED_DONE): DONE,
        (OPEN, Happening.SETTLED_NOT_DONE): NOT_DONE,
        (AUTHORISED, Happening.SETTLED_NOT_DONE): NOT_DONE,
        (IN_DOUBT, Happening.SETTLED_NOT_DONE): NOT_DONE,
        (OPEN, Happening.SETTLED_BY_NOBODY): ESCALATED,
        (AUTHORISED, Happening.SETTLED_BY_NOBODY): ESCALATED,
        (IN_DOUBT, Happening.SETTLED_BY_NOBODY): ESCALATED,
        (OPEN, Happening.LOSS_REPORTED): ESCALATED,
        (AUTHORISED, Happening.LOSS_REPORTED): ESCALATED,
        (IN_DOUBT, Happening.LOSS_REPORTED): ESCALATED,
        (OPEN, Happening.SUPERSEDED): ESCALATED,
        (AUTHORISED, Happening.SUPERSEDED): ESCALATED,
        (IN_DOUBT, Happening.SUPERSEDED): ESCALATED,
    }
)
"""A kiosk reports once for each operation, so nothing is reported of one that is in doubt already."""


class Beginning(StrEnum):
    """How the server first hears of an operation."""

    OPENED = "opened"
    """An intent for the chip that is in order."""
    APPLIED = "applied"
    """An intent for the record alone that is in order."""
    REFUSED = "refused"
    """An intent that isn't: its id is spent, so that a delayed copy of it can't begin anything later."""
    NOT_DONE_UNOPENED = "not_done_unopened"
    """A report came first. An intent that comes later begins nothing."""
    ELSE_UNOPENED = "else_unopened"
    """A report of something that may have been done without the server's knowledge."""


AT_FIRST: Mapping[Beginning, OperationState] = MappingProxyType(
    {
        Beginning.OPENED: OPEN,
        Beginning.APPLIED: DONE,
        Beginning.REFUSED: NOT_DONE,
        Beginning.NOT_DONE_UNOPENED: NOT_DONE,
        Beginning.ELSE_UNOPENED: ESCALATED,
    }
)
"""What a new id becomes."""

_CONTRADICTIONS = frozenset(
    {
        (DONE, Happening.REPORTED_NOT_DONE),
        (DONE, Happening.SETTLED_NOT_DONE),
        (NOT_DONE, Happening.REPORTED_DONE),
        (NOT_DONE, Happening.SETTLED_DONE),
    }
)


def contradicts(state: OperationState, happening: Happening) -> bool:
    """Whether `happening` says the opposite of an operation's result: it changes nothing, but a person looks."""
    return (state, happening) in _CONTRADICTIONS


def effects_of(kind: OperationKind) -> Mapping[str, Any]:
    """What a chip operation that is done does to the card's record, by column."""
    return _EFFECTS[kind]


def comes_too_late(kind: OperationKind, card: Any) -> bool:
    """Whether the bureau has changed a card's record since its enabling was opened: put it on formal loss, cancelled
    it. A late word about its PIN must not enable it. `card` has the columns of the table of cards."""
    return kind is OperationKind.ENABLE and card.application_status != ApplicationStatus.ARCHIVED


_PIN_IS_NEW = {"initial_pin": False, "pin_blocked": False}
_EFFECTS: Mapping[OperationKind, Mapping[str, Any]] = MappingProxyType(
    {
        OperationKind.PIN_CHANGE: _PIN_IS_NEW,
        OperationKind.ENABLE: {
            **_PIN_IS_NEW,
            "application_status": int(ApplicationStatus.NORMAL),
            "lifecycle": Lifecycle.ENABLED.value,
        },
        OperationKind.UNBLOCK: {"pin_blocked": False},
        OperationKind.PIN_RESET: _PIN_IS_NEW,
    }
)


def loss_of(status: int, lifecycle: str, until: date) -> Mapping[str, Any]:
    """What a temporary loss does to the record of a card in this state, by column."""
    return {
        "application_status": int(ApplicationStatus.TEMPORARY_LOSS),
        "lifecycle": Lifecycle.TEMPORARY_LOSS.value,
        "loss_reason": LossReason.REPORTED.value,
        "loss_until": until,
        "status_before_loss": status,
        "lifecycle_before_loss": lifecycle,
    }


def formal_loss_of(card: Any) -> Mapping[str, Any]:
    """What a formal loss does to the record of a card, by column: it lapses never. What was before stays known, for a
    region that lifts one; of a card whose temporary loss was reported that is what was before that."""
    reported = card.loss_reason == LossReason.REPORTED
    return {
        "application_status": int(ApplicationStatus.FORMAL_LOSS),
        "lifecycle": Lifecycle.FORMAL_LOSS.value,
        "loss_reason": LossReason.REPORTED.value,
        "loss_until": None,
        "status_before_loss": card.status_before_loss if reported else card.application_status,
        "lifecycle_before_loss": card.lifecycle_before_loss if reported else card.lifecycle,
    }


def end_of_loss(status_before: int | None, lifecycle_before: str | None) -> Mapping[str, Any]:
    """What the end of a loss does to the record: the card is again what it was, normal if nobody knows. Where it was on
    loss before, that was for its bank's side, and is so again."""
    by_bank = status_before == ApplicationStatus.TEMPORARY_LOSS
    return {
        "application_status": int(ApplicationStatus.NORMAL) if status_before is None else status_before,
        "lifecycle": lifecycle_before or Lifecycle.ENABLED.value,
        "loss_reason": LossReason.FINANCIAL_NOT_ACTIVATED.value if by_bank else None,
        "loss_until": None,
        "status_before_loss": None,
        "lifecycle_before_loss": None,
    }


def cancellation() -> Mapping[str, Any]:
    """What the end of a card does to its record, by column: nothing ever leads back."""
    return {
        "application_status": int(ApplicationStatus.CANCELLED),
        "lifecycle": Lifecycle.CANCELLED.value,
        "loss_reason": None,
        "loss_until": None,
        "status_before_loss": None,
        "lifecycle_before_loss": None,
    }


def forbids(kind: OperationKind, card: Any, today: date, *, formal_can_be_lifted: bool = False) -> bool:
    """Whether a card's record bars this kind of operation. `card` has the columns of the table of cards."""
    expired = card.valid_until is not None and card.valid_until < today
    archived = (card.application_status, card.lifecycle) == (ApplicationStatus.ARCHIVED, Lifecycle.COLLECTED)
    normal = card.application_status == ApplicationStatus.NORMAL
    lost = card.application_status == ApplicationStatus.TEMPORARY_LOSS
    formally = card.application_status == ApplicationStatus.FORMAL_LOSS
    match kind:
        case OperationKind.ENABLE:
            return expired or not archived
        case OperationKind.TEMPORARY_LOSS:
            return not (normal or archived)
        case OperationKind.FORMAL_LOSS:
            return not (normal or archived or lost)
        case OperationKind.LOSS_RELEASE:
            return not (lost or (formally and formal_can_be_lifted)) or card.loss_reason != LossReason.REPORTED
        case OperationKind.ELIGIBILITY_CHECK | OperationKind.APPLICATION:
            return False  # It isn't about the card's state; an application has rules of its own.
        case _:
            return expired or not normal
