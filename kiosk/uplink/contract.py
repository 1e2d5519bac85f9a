"""The wire contract between a kiosk and the central server: what crosses, in the words of the domain.

Both ends import this file and nothing else of each other's. Every request is JSON over TLS with the kiosk's
secret in `Authorization: Bearer`; every refusal is a problem document (RFC 9457). Nothing here that names a
person shows itself in a `repr`, and no validation error repeats its input.

Order is (boot, sequence), counted by the kiosk; times are informative, since clocks jump.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    SecretStr,
    StringConstraints,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

PROBLEM_MEDIA_TYPE = "application/problem+json"
"""RFC 9457, section 3."""

CARD_STATUS_BY_CARD = "/v1/card-status/by-card"
"""POST a `CardReference`, get a `CardRecord`. A body, since addresses end up in access logs."""
CARD_STATUS_BY_E_CARD = "/v1/card-status/by-e-card"
"""POST an `ECardQuery`, get a `CardRecord`, or one of the `CodeRefused` problems."""
OPERATION = "/v1/operations/{operation_id}"
"""PUT a `PinChangeReport`, get an `OperationAcknowledged`; a repeat gets the same bytes."""
HEARTBEAT = "/v1/kiosks/{kiosk}/heartbeat"
"""PUT a `Heartbeat`, get an `Acknowledged`."""
CONDITIONS = "/v1/kiosks/{kiosk}/conditions"
"""PUT a `ConditionReport`, get an `Acknowledged`."""
STAFF_CALL = "/v1/staff-calls/{call_id}"
"""PUT a `StaffCall`, get an `Acknowledged`; a repeat calls nobody twice."""


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


class PinChangeOutcome(StrEnum):
    """What became of a PIN change, as far as the kiosk knows."""

    DONE = "done"
    NOT_DONE = "not_done"
    IN_DOUBT = "in_doubt"
    """The card's answer was lost; only the card itself can tell."""


class ProblemType(StrEnum):
    """The `type` of each problem that the server answers with."""

    CARD_UNKNOWN = "urn:kiosk:problem:card-unknown"
    CODE_EXPIRED = "urn:kiosk:problem:code-expired"
    CODE_FOREIGN = "urn:kiosk:problem:code-foreign"
    MEDICAL_CODE = "urn:kiosk:problem:medical-insurance-code"
    OPERATION_CONFLICT = "urn:kiosk:problem:operation-conflict"
    """The same id with another payload."""
    INVALID = "urn:kiosk:problem:invalid"
    """The request is not of this contract."""
    UNAUTHORISED = "urn:kiosk:problem:unauthorised"
    NOT_THIS_KIOSK = "urn:kiosk:problem:not-this-kiosk"
    """The secret belongs to another kiosk than the one the request speaks for."""
    NOT_FOUND = "urn:kiosk:problem:not-found"
    TLS_REQUIRED = "urn:kiosk:problem:tls-required"
    BROKEN = "urn:kiosk:problem:broken"
    """The server failed; whether anything was stored is not known."""


CodeRefused = Literal[ProblemType.CODE_EXPIRED, ProblemType.CODE_FOREIGN, ProblemType.MEDICAL_CODE]
"""What the server says of an e-card code that it does not take."""


class Message(BaseModel):
    """Anything that crosses the wire: frozen, exact, and silent about its contents when it is wrong."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _reveal(secret: SecretStr) -> str:
    return secret.get_secret_value()


@dataclass(frozen=True)
class _Matching:
    """A pattern for hidden text: pydantic has none for `SecretStr`."""

    pattern: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def check(secret: SecretStr) -> SecretStr:
            if re.fullmatch(self.pattern, secret.get_secret_value()) is None:
                raise ValueError(f"does not match {self.pattern}")
            return secret

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}


Hidden = Annotated[SecretStr, PlainSerializer(_reveal, return_type=str, when_used="json")]
"""Text that only the wire and `get_secret_value()` show: never a log, a `repr` or a Python dump."""

KioskName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""A kiosk's name in the fleet: lower-case letters, digits and hyphens."""

Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""An administrative division code (GB/T 2260), six digits."""

StatusWord = Annotated[str, StringConstraints(pattern=r"^[0-9A-F]{4}$")]
"""SW1 SW2 of ISO 7816-4, four upper-case hex digits."""

Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
"""A counter that a JSON number holds exactly (RFC 8259, section 6)."""

_EITHER: JsonDict = {
    "anyOf": [
        {"required": [field], "properties": {field: {"type": "string"}}}
        for field in ("card_identification_code", "card_number")
    ]
}


class CardReference(Message):
    """Which card, as read from its public card file (EF05). One item may be unreadable, not both."""

    model_config = ConfigDict(json_schema_extra=_EITHER)

    card_identification_code: Annotated[Hidden, _Matching(r"[0-9A-F]{32}")] | None = None
    """卡识别码: 16 bytes as hex."""
    card_number: Annotated[Hidden, _Matching(r"[0-9A-Z]{9}")] | None = None
    """卡号: eight characters and the check character."""
    region: Region | None = None
    """发卡地. A card number alone is unique only within its region."""

    @model_validator(mode="after")
    def _names_a_card(self) -> Self:
        if self.card_identification_code is None and self.card_number is None:
            raise ValueError("neither card_identification_code nor card_number")
        return self


class ECardQuery(Message):
    """Whose card, by the text of a QR code that a citizen held up; opaque to the kiosk."""

    e_card_code: Annotated[Hidden, Field(min_length=1, max_length=1024)]


CardQuery = CardReference | ECardQuery
"""The two ways to ask for a card's status."""


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
    financial_activated: bool
    financial_deadline: date | None = None
    """Until when the financial application may be activated before the social one is put on loss."""
    initial_pin: bool
    """The PIN was never changed from the one that the card was issued with, as far as the server was told."""
    pin_blocked: bool
    """As last reported; the card itself knows better."""


class PinChangeReport(Message):
    """What became of one PIN change. Its id is the idempotency key; no PIN, nor anything derived from one."""

    kind: Literal["pin_change"] = "pin_change"
    operation_id: UUID
    kiosk: KioskName
    boot: Count
    sequence: Count
    card: UUID
    """The `handle` of its record."""
    outcome: PinChangeOutcome
    status_word: StatusWord | None = None
    """What the card answered; None: nothing did."""
    tries_left: Annotated[int, Field(ge=0, le=15)] | None = None
    """As the card last told (63Cx); None: not known."""
    at: AwareDatetime
    """The kiosk's clock: informative, never decides anything."""


class OperationAcknowledged(Message):
    """The server holds this report durably."""

    operation_id: UUID
    outcome: PinChangeOutcome


class ReportedCondition(Message):
    """A fault or a want that a kiosk has now."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$", max_length=100)]
    """Its name in the kiosk's registry of conditions, such as `receipt_printer.paper_out`."""
    since: AwareDatetime
    detail: Annotated[str, StringConstraints(max_length=200)] = ""
    """For a technician; never data of a citizen."""


Conditions = Annotated[tuple[ReportedCondition, ...], Field(max_length=200)]
"""All that stand, none that passed."""


class ConditionReport(Message):
    """Every condition that stands at a kiosk, sent when one comes or goes."""

    kiosk: KioskName
    boot: Count
    sequence: Count
    conditions: Conditions


class Heartbeat(Message):
    """A kiosk is alive, and how it does."""

    kiosk: KioskName
    version: Annotated[str, StringConstraints(min_length=1, max_length=50)]
    boot: Count
    sequence: Count
    conditions: Conditions = ()
    outbox_length: Count
    """Reports that wait to be sent."""


class StaffCall(Message):
    """A citizen asks for help at the machine."""

    call_id: UUID
    kiosk: KioskName
    boot: Count
    sequence: Count
    page: Annotated[str, StringConstraints(max_length=100)] = ""
    """Where the citizen is, by the page's name; never what it shows."""
    at: AwareDatetime


class Acknowledged(Message):
    """Taken, durably."""

    taken: Literal[True] = True


class Problem(BaseModel):
    """A problem document (RFC 9457). Unknown members are ignored, as section 3.2 asks."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    type: ProblemType
    title: str
    status: int = Field(ge=400, le=599)
    detail: str = ""
    """Names fields and rules, never values."""


def to_wire(message: BaseModel) -> dict[str, Any]:
    """`message` as JSON values with its hidden fields shown: for the wire and the outbox alone."""
    return message.model_dump(mode="json")
