"""Applications: what somebody asks for at a kiosk and the bureau decides.

What they enter (a phone number, an outlet) goes to the server first, as a draft that it keeps in memory for some
minutes; the intent that follows names the draft alone, so that no number is written down at a kiosk.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from kiosk.uplink.contract.base import Hidden, KioskName, Matching, Message

APPLICATION_DRAFTS = "/v1/application-drafts"
"""POST an `ApplicationDraft`, get a `DraftHeld`, or `PHONE_INVALID`, `NOT_HERE`, `NOT_ELIGIBLE` with its reason."""
DRAFT_CODE = "/v1/application-drafts/{draft}/codes/{code_id}"
"""PUT a `DraftCodeRequest`, get a `OneTimeCodeSent`, or `DRAFT_EXPIRED`, `LIMIT_REACHED`, `SMS_AWAY`."""
DRAFT_CODE_SHOWN = "/v1/application-drafts/{draft}/shown-codes"
"""POST a `DraftCodeShown`, get a `DraftHeld`, or `ONE_TIME_CODE_WRONG` with what is left, `ONE_TIME_CODE_EXPIRED`."""
MY_APPLICATIONS = "/v1/applications/mine"
"""POST a `PersonalQuestion`, get `Applications`."""
SMS_REMINDERS = "/v1/sms-reminders"
"""POST a `PersonalQuestion`, get an `SmsState`."""


class PersonalQuestion(Message):
    """Somebody who has shown who they are wants to know something of their own. Asking uses no evidence up."""

    kiosk: KioskName
    evidence: tuple[UUID, ...] = Field(min_length=1, max_length=8)
    """What the server accepted; it judges whether that is enough for what is asked."""


class ApplicationKind(StrEnum):
    """What is applied for."""

    SMS_SUBSCRIBE = "sms_subscribe"  # 开通短信提醒
    SMS_CHANGE = "sms_change"  # 换短信提醒的号码
    SMS_STOP = "sms_stop"  # 停止短信提醒
    REPLACEMENT = "replacement"  # 补领
    RENEWAL = "renewal"  # 换领
    PHONE_CHANGE = "phone_change"  # 换预留手机号


class ApplicationStage(StrEnum):
    """How far an application is."""

    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    """It is in effect."""
    REFUSED = "refused"
    IN_PRODUCTION = "in_production"
    READY_TO_COLLECT = "ready_to_collect"
    POSTED = "posted"
    CLOSED = "closed"
    """The card was handed over, or a later application took this one's place."""

    @property
    def ended(self) -> bool:
        """Whether nothing more comes of it; what is in effect stays so until a later application."""
        return self in (ApplicationStage.APPROVED, ApplicationStage.REFUSED, ApplicationStage.CLOSED)


class Delivery(StrEnum):
    """How a new card reaches its holder."""

    COLLECT = "collect"
    POST = "post"
    """To the address on record."""


class ApplicationReason(StrEnum):
    """Why somebody wants a new card."""

    LOST = "lost"
    DAMAGED = "damaged"
    DATA_WRONG = "data_wrong"
    """A name or a number on it is no longer right."""
    PHOTO_OLD = "photo_old"
    """It no longer looks like its holder."""
    EXPIRING = "expiring"


class Ineligible(StrEnum):
    """The `reason` of a `NOT_ELIGIBLE` problem."""

    UNDER_REVIEW = "under_review"
    """One of the same kind hasn't been decided, or its card isn't there yet."""
    ALREADY_SUBSCRIBED = "already_subscribed"
    NOT_SUBSCRIBED = "not_subscribed"
    PHONE_UNCHANGED = "phone_unchanged"
    """It is the number on record, or the one that the texts go to."""
    PHONE_MISSING = "phone_missing"
    """None was entered and none is on record."""
    FORMAL_LOSS_FIRST = "formal_loss_first"
    NOT_DUE = "not_due"
    """The card is good for longer than the renewal window."""
    CARD_CANCELLED = "card_cancelled"
    CARD_NOT_THERE = "card_not_there"
    """It hasn't been collected yet."""
    CARD_ON_LOSS = "card_on_loss"
    """A card on loss is replaced or released, not renewed."""
    PHOTO_UNUSABLE = "photo_unusable"
    """There is no photo on record for a new card."""
    ADDRESS_MISSING = "address_missing"
    """There is none on record to post to."""
    OUTLET_UNKNOWN = "outlet_unknown"
    """Not one that hands out cards."""
    DELIVERY_MISSING = "delivery_missing"
    """How the card is to be had wasn't said, or isn't offered."""
    NO_RECORDS = "no_records"
    """Nothing is on record to certify."""
    NO_BENEFITS = "no_benefits"
    """Nobody has to prove their eligibility who gets no benefits."""


class ApplicationDraft(Message):
    """What somebody wants to apply for, before they confirm it."""

    kiosk: KioskName
    evidence: tuple[UUID, ...] = Field(min_length=1, max_length=8)
    card: UUID
    """The `handle` of the card that it is about; the person's, whichever they have in use, for what isn't a card's."""
    kind: ApplicationKind
    phone: Annotated[Hidden, Matching(r"[0-9]{5,20}")] | None = None
    """As it was entered; None: the number on record."""
    delivery: Delivery | None = None
    outlet: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")] | None = None
    """The `id` of the outlet where the card is collected."""
    reason: ApplicationReason | None = None


class DraftHeld(Message):
    """The server keeps this draft for this kiosk; nothing is applied for yet."""

    draft: UUID
    expires_in_seconds: float
    phone_tail: str | None = Field(default=None, repr=False, pattern=r"^[0-9]{4}$")
    """Of the number that it is about; None: of none."""
    prove_phone: bool = False
    """The number isn't the one on record: a code to it comes first (`DRAFT_CODE`), since a mistyped one is somebody
    else's."""
    review_days: int | None = None
    """Working days until it is decided, as a rule; 0: at once."""
    fee_fen: int | None = None
    """To be paid, in fen (a hundredth of a yuan), for a new card."""
    expected_on: date | None = None
    """When the new card is there, as a rule."""
    temporary_card: bool = False
    """The outlet gives a temporary card until then."""


class DraftCodeRequest(Message):
    """Somebody wants a code sent to the number that they have just entered."""

    kiosk: KioskName
    draft: UUID
    code_id: UUID


class DraftCodeShown(Message):
    """What somebody read off the phone whose number they have just entered. Each wrong one counts."""

    kiosk: KioskName
    draft: UUID
    code_id: UUID
    code: Annotated[Hidden, Matching(r"[0-9]{4,8}")]


class ApplicationState(Message):
    """One application, as its applicant may see it."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
    """On the receipt; names nobody."""
    kind: ApplicationKind
    state: ApplicationStage
    applied_on: date
    decided_on: date | None = None
    note: Annotated[str, StringConstraints(max_length=200)] = ""
    """Why it was refused, in the bureau's own words."""
    phone_tail: str | None = Field(default=None, repr=False, pattern=r"^[0-9]{4}$")
    delivery: Delivery | None = None
    outlet: str | None = None
    """Where the card is collected: its `id`."""
    expected_on: date | None = None


class Applications(Message):
    """Somebody's applications, the newest first."""

    as_of: date
    applications: tuple[ApplicationState, ...] = Field(max_length=50)


class SmsState(Message):
    """Whether somebody gets texts about their account."""

    subscribed: bool
    phone_tail: str | None = Field(default=None, repr=False, pattern=r"^[0-9]{4}$")
    """Where they go."""
    since: date | None = None
    pending: ApplicationState | None = None
    """What was applied for and isn't decided."""
