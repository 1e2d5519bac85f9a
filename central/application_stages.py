"""The life of an application as a table, and the rules for who may apply. Pure: no store, no clock.

`STAGES` says what a decision makes of a stage; a pair that it doesn't name is refused, and changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from kiosk.uplink.contract import (
    ApplicationKind,
    ApplicationReason,
    ApplicationStage,
    ApplicationStatus,
    Delivery,
    Ineligible,
    Lifecycle,
    RegionPolicy,
    ServiceKind,
)

UNDER_REVIEW, APPROVED, REFUSED = ApplicationStage.UNDER_REVIEW, ApplicationStage.APPROVED, ApplicationStage.REFUSED
IN_PRODUCTION, READY, POSTED, CLOSED = (
    ApplicationStage.IN_PRODUCTION,
    ApplicationStage.READY_TO_COLLECT,
    ApplicationStage.POSTED,
    ApplicationStage.CLOSED,
)

OF_CARDS = (ApplicationKind.REPLACEMENT, ApplicationKind.RENEWAL)
OF_TEXTS = (ApplicationKind.SMS_SUBSCRIBE, ApplicationKind.SMS_CHANGE, ApplicationKind.SMS_STOP)

FAMILIES = (OF_CARDS, OF_TEXTS, (ApplicationKind.PHONE_CHANGE,))
"""Of each, a person has one at most that isn't decided."""

SERVICE_OF: Mapping[ApplicationKind, ServiceKind] = MappingProxyType(
    {
        ApplicationKind.SMS_SUBSCRIBE: ServiceKind.SMS,
        ApplicationKind.SMS_CHANGE: ServiceKind.SMS,
        ApplicationKind.SMS_STOP: ServiceKind.SMS,
        ApplicationKind.REPLACEMENT: ServiceKind.REPLACEMENT,
        ApplicationKind.RENEWAL: ServiceKind.RENEWAL,
        ApplicationKind.PHONE_CHANGE: ServiceKind.PHONE_NUMBER,
    }
)
"""By whose ways an application is judged."""


class Decision(StrEnum):
    """What somebody of the bureau, or its card production, does with an application."""

    APPROVE = "approve"
    REFUSE = "refuse"
    MADE = "made"
    """The card is at the outlet."""
    POST = "post"
    """The card is on its way."""
    HAND_OVER = "hand_over"
    """The holder has it."""


_TO_EFFECT = {(UNDER_REVIEW, Decision.APPROVE): APPROVED, (UNDER_REVIEW, Decision.REFUSE): REFUSED}
_TO_A_CARD = {
    (UNDER_REVIEW, Decision.APPROVE): IN_PRODUCTION,
    (UNDER_REVIEW, Decision.REFUSE): REFUSED,
}
_TO_COLLECT = {**_TO_A_CARD, (IN_PRODUCTION, Decision.MADE): READY, (READY, Decision.HAND_OVER): CLOSED}
_TO_POST = {**_TO_A_CARD, (IN_PRODUCTION, Decision.POST): POSTED, (POSTED, Decision.HAND_OVER): CLOSED}

STAGES: Mapping[tuple[bool, Delivery | None], Mapping[tuple[ApplicationStage, Decision], ApplicationStage]] = (
    MappingProxyType(
        {
            (False, None): MappingProxyType(_TO_EFFECT),
            (True, Delivery.COLLECT): MappingProxyType(_TO_COLLECT),
            (True, Delivery.POST): MappingProxyType(_TO_POST),
        }
    )
)
"""By whether a card comes of it, and how that is delivered."""


def after(
    kind: ApplicationKind, delivery: Delivery | None, stage: ApplicationStage, decision: Decision
) -> ApplicationStage | None:
    """Where a decision leads; None: nowhere."""
    return STAGES[kind in OF_CARDS, delivery].get((stage, decision))


@dataclass(frozen=True, kw_only=True)
class Situation:
    """All that the rules look at."""

    today: date
    pending: frozenset[ApplicationKind]
    """What the person has applied for that isn't decided, or whose card isn't there."""
    phone_on_record: str | None = field(repr=False)
    texts_go_to: str | None = field(repr=False)
    """Where the person's reminders go; None: they get none."""
    has_photo: bool
    has_address: bool
    status: ApplicationStatus
    lifecycle: Lifecycle
    valid_until: date | None
    collecting: frozenset[str]
    """The outlets that hand out cards."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody applies for."""

    kind: ApplicationKind
    phone: str | None = field(default=None, repr=False)
    delivery: Delivery | None = None
    outlet: str | None = None
    reason: ApplicationReason | None = None


def ineligible(wish: Wish, now: Situation, policy: RegionPolicy) -> Ineligible | None:
    """The first rule that doesn't allow it; None: it may be applied for."""
    family = next(family for family in FAMILIES if wish.kind in family)
    if now.pending & set(family):
        return Ineligible.UNDER_REVIEW
    if wish.kind in OF_CARDS:
        return _no_card(wish, now, policy) or _no_delivery(wish, now, policy)
    return _no_texts(wish, now)


def _no_texts(wish: Wish, now: Situation) -> Ineligible | None:
    number = wish.phone or now.phone_on_record
    match wish.kind:
        case ApplicationKind.SMS_SUBSCRIBE if now.texts_go_to is not None:
            return Ineligible.ALREADY_SUBSCRIBED
        case ApplicationKind.SMS_CHANGE | ApplicationKind.SMS_STOP if now.texts_go_to is None:
            return Ineligible.NOT_SUBSCRIBED
        case ApplicationKind.SMS_STOP:
            return None
        case ApplicationKind.SMS_SUBSCRIBE | ApplicationKind.SMS_CHANGE:
            before = now.texts_go_to
        case _:
            number, before = wish.phone, now.phone_on_record
    if number is None:
        return Ineligible.PHONE_MISSING
    return Ineligible.PHONE_UNCHANGED if number == before else None


def _no_card(wish: Wish, now: Situation, policy: RegionPolicy) -> Ineligible | None:
    if now.status is ApplicationStatus.CANCELLED:
        return Ineligible.CARD_CANCELLED
    if now.lifecycle in (Lifecycle.INITIAL, Lifecycle.IN_PRODUCTION, Lifecycle.AWAITING_COLLECTION):
        return Ineligible.CARD_NOT_THERE
    lost = wish.reason in (None, ApplicationReason.LOST)
    if wish.kind is ApplicationKind.RENEWAL:
        if now.status in (ApplicationStatus.TEMPORARY_LOSS, ApplicationStatus.FORMAL_LOSS):
            return Ineligible.CARD_ON_LOSS
        if now.valid_until is None or now.valid_until > now.today + timedelta(days=policy.card.renewal_window_days):
            return Ineligible.NOT_DUE
    elif lost and policy.replacement.needs_formal_loss and now.status is not ApplicationStatus.FORMAL_LOSS:
        return Ineligible.FORMAL_LOSS_FIRST
    return None if now.has_photo else Ineligible.PHOTO_UNUSABLE


def _no_delivery(wish: Wish, now: Situation, policy: RegionPolicy) -> Ineligible | None:
    offered = policy.replacement.delivery
    if wish.delivery is None or offered not in ("choice", wish.delivery.value):
        return Ineligible.DELIVERY_MISSING
    if wish.delivery is Delivery.COLLECT:
        return None if wish.outlet in now.collecting else Ineligible.OUTLET_UNKNOWN
    return None if now.has_address else Ineligible.ADDRESS_MISSING


def proved_by_code(wish: Wish, phone_on_record: str | None) -> bool:
    """Whether a code has to go to the number first: it was entered here, and isn't the one on record."""
    return wish.phone is not None and wish.kind not in OF_CARDS and wish.phone != phone_on_record


def review_days(kind: ApplicationKind, policy: RegionPolicy) -> int:
    """Working days until it is decided, as a rule; 0: it takes effect at once."""
    return 0 if kind is ApplicationKind.SMS_STOP else policy.sms.review_days


def fee_fen(kind: ApplicationKind, earlier: int, policy: RegionPolicy) -> int:
    """What a card costs somebody who has had so many replaced before."""
    free = kind is not ApplicationKind.REPLACEMENT or (policy.replacement.free_first and earlier == 0)
    return 0 if free else policy.replacement.fee_fen


def working_days_after(day: date, count: int) -> date:
    """The day after so many from Monday to Friday; public holidays make it later."""
    weeks, rest = divmod(count, 5)
    weekend = max(day.weekday() - 4, 0) if count else 0
    reached = day + timedelta(weeks=weeks) - timedelta(days=weekend)
    while rest:
        reached += timedelta(days=1)
        rest -= reached.weekday() <= 4
    return reached
