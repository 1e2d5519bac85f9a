"""Being replaced by `operations`: what reports of PIN changes looked like. Goes with its last user."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from kiosk.uplink.contract.base import Count, KioskName, Message, StatusWord

FORMER_OPERATION = "/v1/former-operations/{operation_id}"


class PinChangeOutcome(StrEnum):
    """What became of a PIN change, as far as the kiosk knows."""

    DONE = "done"
    NOT_DONE = "not_done"
    IN_DOUBT = "in_doubt"


class PinChangeReport(Message):
    """What became of one PIN change."""

    kind: Literal["pin_change"] = "pin_change"
    operation_id: UUID
    kiosk: KioskName
    boot: Count
    sequence: Count
    card: UUID
    outcome: PinChangeOutcome
    status_word: StatusWord | None = None
    tries_left: Annotated[int, Field(ge=0, le=15)] | None = None
    at: AwareDatetime


class FormerAcknowledged(Message):
    """The server holds this report durably."""

    operation_id: UUID
    outcome: PinChangeOutcome
