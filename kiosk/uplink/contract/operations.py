"""Operations: what changes a card or its record, from the intent to the one terminal result.

An operation has an id that the kiosk makes and writes down before it sends it. Every message here may arrive twice,
late or out of order: its own id changes the server once, a repeat gets the same bytes back, and the same id with
another payload is refused (`OPERATION_CONFLICT`). A refused intent has spent its id, so that a delayed copy of it can't
begin anything later: who tries again makes another. No message carries a PIN, or anything that one can be derived from
without the bureau's keys.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from kiosk.uplink.contract.applications import ApplicationState
from kiosk.uplink.contract.base import Count, Hidden, KioskName, Matching, Message, StatusWord

OPERATION = "/v1/operations/{operation_id}"
"""PUT an `OperationIntent`, get an `OperationOpened`. GET an `OperationStatus`, of an operation of one's own."""
AUTHENTICATION = "/v1/operations/{operation_id}/authentications/{attempt}"
"""PUT an `AuthenticationRequest`, get an `Authentication`."""
COMMAND = "/v1/operations/{operation_id}/commands/{attempt}"
"""PUT a `CommandRequest`, get a `SecuredCommand`."""
OUTCOME = "/v1/operations/{operation_id}/outcome"
"""PUT an `OutcomeReport`, get an `OperationAcknowledged`."""
SETTLEMENT = "/v1/settlements/{settlement_id}"
"""PUT a `Settlement`, get an `OperationAcknowledged`."""
OBSERVATION = "/v1/observations/{observation_id}"
"""PUT an `Observation`, get an `Acknowledged`."""

Tries = Annotated[int, Field(ge=0, le=15)]
"""Wrong PINs that a card still takes (63Cx); 0: blocked."""


class OperationKind(StrEnum):
    """What is changed."""

    PIN_CHANGE = "pin_change"  # 修改密码
    ENABLE = "enable"  # 启用: the initial PIN is changed on the card, then the server enables.
    UNBLOCK = "unblock"  # 解锁: the counter of tries alone.
    PIN_RESET = "pin_reset"  # 重置: a new PIN, and the counter with it.
    TEMPORARY_LOSS = "temporary_loss"  # 临时挂失
    LOSS_RELEASE = "loss_release"  # 解挂
    FORMAL_LOSS = "formal_loss"  # 正式挂失
    ELIGIBILITY_CHECK = "eligibility_check"  # 待遇资格认证
    APPLICATION = "application"  # What its draft says: the bureau decides.

    @property
    def on_chip(self) -> bool:
        """Whether a command to the card is part of it; the others change the record alone."""
        return self in (
            OperationKind.PIN_CHANGE,
            OperationKind.ENABLE,
            OperationKind.UNBLOCK,
            OperationKind.PIN_RESET,
        )

    @property
    def stops_card(self) -> bool:
        """Whether the card is put on loss, which waits for nobody."""
        return self in (OperationKind.TEMPORARY_LOSS, OperationKind.FORMAL_LOSS)

    @property
    def authorised(self) -> bool:
        """Whether its command needs the issuer's authority."""
        return self in (OperationKind.UNBLOCK, OperationKind.PIN_RESET)


class OperationState(StrEnum):
    """Where an operation stands at the server."""

    OPEN = "open"
    AUTHORISED = "authorised"
    """The issuer's command was handed out; it may have reached the card."""
    IN_DOUBT = "in_doubt"
    """The kiosk doesn't know; the card does, when it next appears."""
    DONE = "done"
    NOT_DONE = "not_done"
    ESCALATED = "escalated"
    """A person has to look: the case is on the bureau's list."""

    @property
    def terminal(self) -> bool:
        """Whether nothing changes it any more."""
        return self in (OperationState.DONE, OperationState.NOT_DONE, OperationState.ESCALATED)


Outcome = Literal[OperationState.DONE, OperationState.NOT_DONE, OperationState.IN_DOUBT]
"""What a kiosk may say of an operation of its own."""


class OperationIntent(Message):
    """A kiosk is about to begin: written down there, and nothing sent to the card yet.

    One that changes the record alone is done when it is answered.
    """

    operation_id: UUID
    kind: OperationKind
    kiosk: KioskName
    boot: Count
    sequence: Count
    card: UUID
    """The `handle` of its record."""
    evidence: tuple[UUID, ...] = Field(default=(), max_length=8)
    """What the server accepted before of who this is; it judges whether that is enough."""
    tries_before: Tries | None = None
    """The witness: what the card said before; None: it can't be asked, or no chip takes part."""
    supersedes: UUID | None = None
    """A reset after an operation in doubt: that one is escalated, since nobody will learn how it ended."""
    draft: UUID | None = None
    """What is applied for, as the server holds it; for an application alone."""
    at: AwareDatetime
    """The kiosk's clock: informative, never decides anything."""


class OperationOpened(Message):
    """The server holds the intent durably."""

    operation_id: UUID
    state: Literal[OperationState.OPEN, OperationState.DONE]
    lapses_on: date | None = None
    """When a temporary loss ends by itself."""
    good_until: date | None = None
    """When the next eligibility check is due."""
    application: ApplicationState | None = None
    """What became of an application for now."""


class OpenOperation(Message):
    """An operation on a card that hasn't ended: whoever has the card in hand settles it first."""

    operation_id: UUID
    kind: OperationKind
    state: Literal[OperationState.OPEN, OperationState.AUTHORISED, OperationState.IN_DOUBT]
    tries_before: Tries | None = None


class OperationStatus(Message):
    """What the server holds of one operation."""

    operation_id: UUID
    kind: OperationKind
    state: OperationState


Challenge = Annotated[Hidden, Matching(r"[0-9A-F]{16}")]
"""GET CHALLENGE's eight bytes as hex; good for one use."""


class AuthenticationRequest(Message):
    """Have the issuer prove itself to the card: EXTERNAL AUTHENTICATE with the PUK (key 06)."""

    operation_id: UUID
    kiosk: KioskName
    attempt: Annotated[int, Field(ge=1, le=9)]
    """Counts the tries within the operation; each has a challenge of its own."""
    challenge: Challenge


class Authentication(Message):
    """EXTERNAL AUTHENTICATE's data."""

    operation_id: UUID
    attempt: int
    data: Annotated[Hidden, Matching(r"[0-9A-F]{32}")]
    """Eight bytes of authentication, eight of the server's random."""
    expires_in_seconds: Annotated[float, Field(gt=0, le=120)]


class EncipheredPin(Message):
    """A new PIN as the pad gave it: nobody but the bureau's HSM can open it (ISO 9564-1 format 0, ANSI X9.24 DUKPT)."""

    key_serial_number: Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{20}$")]
    block: Annotated[Hidden, Matching(r"[0-9A-F]{16}")]
    account: Annotated[Hidden, Matching(r"[0-9]{12}")]
    """The random digits that the block is bound to; no card's number."""


class CommandRequest(Message):
    """Have the issuer build the secured command: UNBLOCK, or RESET with the new PIN."""

    operation_id: UUID
    kiosk: KioskName
    attempt: Annotated[int, Field(ge=1, le=9)]
    challenge: Challenge
    pin: EncipheredPin | None = None
    """The new PIN, for a reset alone."""
    pin_again: EncipheredPin | None = None
    """The same once more, with another key: the HSM compares the two, since the kiosk can't read either."""


class SecuredCommand(Message):
    """The data of `84 24`: for UNBLOCK the MAC; for RESET the enciphered PIN and the MAC."""

    operation_id: UUID
    attempt: int
    data: Annotated[Hidden, Matching(r"([0-9A-F]{8}|[0-9A-F]{24}|[0-9A-F]{40})")]
    expires_in_seconds: Annotated[float, Field(gt=0, le=120)]
    """Counted from the request by the kiosk's monotonic clock; after that it is not sent to the card."""


class OutcomeReport(Message):
    """What became of an operation, by the kiosk that began it: once for each operation."""

    operation_id: UUID
    kind: OperationKind
    kiosk: KioskName
    boot: Count
    sequence: Count
    card: UUID
    outcome: Outcome
    status_word: StatusWord | None = None
    """What the card answered; None: nothing did."""
    tries_left: Tries | None = None
    """As the card last told; None: not known."""
    at: AwareDatetime


class OperationAcknowledged(Message):
    """The server holds this durably."""

    operation_id: UUID
    state: OperationState
    """Where the operation stands now; another kiosk may have settled it in the meantime."""


class Means(StrEnum):
    """How it was found out what became of an operation in doubt."""

    TRIES_COUNTER = "tries_counter"
    """The card's counter of tries shows it."""
    NEW_PIN_ACCEPTED = "new_pin_accepted"
    OLD_PIN_ACCEPTED = "old_pin_accepted"
    NEITHER_PIN_ACCEPTED = "neither_pin_accepted"
    """Nobody can tell any more."""


class Settlement(Message):
    """What the card said of an operation that was open or in doubt when it appeared at this kiosk."""

    settlement_id: UUID
    operation_id: UUID
    kiosk: KioskName
    boot: Count
    sequence: Count
    card: UUID
    outcome: Literal[OperationState.DONE, OperationState.NOT_DONE, OperationState.ESCALATED]
    means: Means
    tries_left: Tries | None = None
    at: AwareDatetime


class Observation(Message):
    """The card says otherwise than its record: how many tries are left."""

    observation_id: UUID
    kiosk: KioskName
    boot: Count
    sequence: Count
    card: UUID
    record_version: Count
    """The record that it was compared with; one that has changed since knows better."""
    tries_left: Tries
    at: AwareDatetime
