"""Cards and their records: what a kiosk may ask, and what the server answers."""

from datetime import date
from enum import IntEnum, StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from kiosk.uplink.contract.base import Count, Hidden, Matching, Message, Region
from kiosk.uplink.contract.operations import OpenOperation

CARD_STATUS_BY_CARD = "/v1/card-status/by-card"
"""POST a `CardReference`, get a `CardRecord`. A body, since addresses end up in access logs."""


class ApplicationStatus(IntEnum):
    """状态 of the social application (AAZ502)."""

    ARCHIVED = 0  # 封存
    NORMAL = 1  # 正常
    FORMAL_LOSS = 2  # 正式挂失
    APPLICATION_LOCKED = 3  # 应用锁定
    TEMPORARY_LOSS = 4  # 临时挂失
    CANCELLED = 9  # 注销


class Lifecycle(StrEnum):
    """Where the card is between its making and its end."""

    INITIAL = "00"
    IN_PRODUCTION = "01"
    AWAITING_COLLECTION = "02"
    COLLECTED = "03"
    ENABLED = "04"
    FORMAL_LOSS = "05"
    TEMPORARY_LOSS = "06"
    BEING_REPLACED = "07"
    BEING_RENEWED = "08"
    CANCELLED = "09"


class LossReason(StrEnum):
    """Why a card is on loss; it decides how the loss is lifted."""

    REPORTED = "reported"
    """The holder said so."""
    FINANCIAL_NOT_ACTIVATED = "financial_not_activated"
    """The deadline at the bank passed: activate there, then ask the bureau."""


_EITHER: JsonDict = {
    "anyOf": [
        {"required": [field], "properties": {field: {"type": "string"}}}
        for field in ("card_identification_code", "card_number")
    ]
}


class CardReference(Message):
    """Which card, as read from its public card file (EF05). One item may be unreadable, not both."""

    model_config = ConfigDict(json_schema_extra=_EITHER)

    card_identification_code: Annotated[Hidden, Matching(r"[0-9A-F]{32}")] | None = None
    """卡识别码: 16 bytes as hex."""
    card_number: Annotated[Hidden, Matching(r"[0-9A-Z]{9}")] | None = None
    """卡号: eight characters and the check character."""
    region: Region | None = None
    """发卡地. A card number alone is unique only within its region."""

    @model_validator(mode="after")
    def _names_a_card(self) -> Self:
        if self.card_identification_code is None and self.card_number is None:
            raise ValueError("neither card_identification_code nor card_number")
        return self


class CardRecord(Message):
    """What the central server knows of one card."""

    handle: UUID
    """The server's own name for the card, for reports: it names nobody, so that a kiosk may write it down."""
    as_of: date
    """The server's date: days left are counted from it, not from the kiosk's clock."""
    name: Hidden
    social_security_number: Hidden
    card_number: Hidden
    birth_date: date | None = Field(repr=False)
    phone_tail: str | None = Field(default=None, repr=False, pattern=r"^[0-9]{4}$")
    """The last four digits of the phone number on record; None: none on record."""
    region: Region
    application_status: ApplicationStatus
    lifecycle: Lifecycle
    loss_reason: LossReason | None = None
    loss_until: date | None = None
    """When a temporary loss lapses by itself."""
    issued_on: date | None
    collected_on: date | None
    valid_until: date | None
    bank: str
    """服务银行, by its short Chinese name."""
    bank_en: str = ""
    """The same in English, where the bureau has said what that is."""
    financial_activated: bool
    financial_deadline: date | None = None
    """Until when the financial application may be activated before the social one is put on loss."""
    initial_pin: bool
    """The PIN was never changed from the one that the card was issued with, as far as the server was told."""
    pin_blocked: bool
    """As last reported; the card itself knows better."""
    version: Count
    """Grows with every change of this record."""
    open_operation: OpenOperation | None = None
    """What hasn't ended on this card; it is settled before anything else is changed on the chip."""
