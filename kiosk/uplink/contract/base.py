"""What every message of the contract is made of, and the problem documents that refuse one."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    SecretStr,
    SerializationInfo,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

PROBLEM_MEDIA_TYPE = "application/problem+json"
"""RFC 9457, section 3."""


class ProblemType(StrEnum):
    """The `type` of each problem that the server answers with."""

    CARD_UNKNOWN = "urn:kiosk:problem:card-unknown"
    CODE_EXPIRED = "urn:kiosk:problem:code-expired"
    CODE_FOREIGN = "urn:kiosk:problem:code-foreign"
    MEDICAL_CODE = "urn:kiosk:problem:medical-insurance-code"
    OPERATION_CONFLICT = "urn:kiosk:problem:operation-conflict"
    """The same id with another payload."""
    OPERATION_UNKNOWN = "urn:kiosk:problem:operation-unknown"
    """Nothing is known under this id."""
    OPERATION_CLOSED = "urn:kiosk:problem:operation-closed"
    """The operation has ended, or isn't of a kind that allows this."""
    CARD_BUSY = "urn:kiosk:problem:card-busy"
    """Another operation on this card hasn't ended: it is settled first."""
    STATE_FORBIDS = "urn:kiosk:problem:state-forbids"
    """The card's state on record doesn't allow it."""
    EVIDENCE_MISSING = "urn:kiosk:problem:evidence-missing"
    """What was shown isn't enough for this, or no longer counts."""
    EVIDENCE_FOREIGN = "urn:kiosk:problem:evidence-foreign"
    """What was shown proves somebody else than the card's holder."""
    LIMIT_REACHED = "urn:kiosk:problem:limit-reached"
    """This card, this person or this kiosk has had as many as it may for now."""
    PIN_BLOCK_REFUSED = "urn:kiosk:problem:pin-block-refused"
    """An enciphered PIN can't be opened, or its key serial number was used before."""
    PINS_DIFFER = "urn:kiosk:problem:pins-differ"
    """The two entries of the new PIN differ."""
    PIN_WEAK = "urn:kiosk:problem:pin-weak"
    """The new PIN is too easily guessed."""
    ID_UNKNOWN = "urn:kiosk:problem:id-unknown"
    """Nobody on record has this document's number."""
    ID_NAME_DIFFERS = "urn:kiosk:problem:id-name-differs"
    """The number is on record under another name."""
    ID_EXPIRED = "urn:kiosk:problem:id-expired"
    """The document isn't valid today, by the server's date."""
    PHOTO_MISSING = "urn:kiosk:problem:photo-missing"
    """There is no photo on record to compare a face with."""
    FACE_DIFFERS = "urn:kiosk:problem:face-differs"
    """The bureau's rules don't take the face for the one on record."""
    PHONE_MISSING = "urn:kiosk:problem:phone-missing"
    """There is no phone on record to send a code to."""
    SMS_AWAY = "urn:kiosk:problem:sms-away"
    """No text can be sent now."""
    ONE_TIME_CODE_WRONG = "urn:kiosk:problem:one-time-code-wrong"
    ONE_TIME_CODE_EXPIRED = "urn:kiosk:problem:one-time-code-expired"
    """Its minutes are over, or it was used before."""
    DRAFT_EXPIRED = "urn:kiosk:problem:draft-expired"
    """What was entered isn't kept any more, or its number wasn't proved: it is entered anew."""
    PHONE_INVALID = "urn:kiosk:problem:phone-invalid"
    """Not a number that texts can be sent to."""
    NOT_HERE = "urn:kiosk:problem:not-here"
    """The region doesn't do this at kiosks."""
    NOT_ELIGIBLE = "urn:kiosk:problem:not-eligible"
    """The rules don't allow it for this person or card; `reason` says which."""
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

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


def _reveal(secret: SecretStr, info: SerializationInfo) -> str:
    """Its text; where a list is the context, its place there, between two characters that no message has."""
    if info.context is None:
        return secret.get_secret_value()
    info.context.append(secret)
    return f"\0{len(info.context) - 1}\0"


@dataclass(frozen=True)
class Matching:
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


class Problem(BaseModel):
    """A problem document (RFC 9457). Unknown members are ignored, as section 3.2 asks."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    type: ProblemType
    title: str
    status: int = Field(ge=400, le=599)
    detail: str = ""
    """Names fields and rules, never values."""
    retry_after_seconds: float | None = Field(default=None, ge=0)
    """When asking again may help; as the header `Retry-After` (RFC 9110, 10.2.3) says too."""
    tries_left: Count | None = None
    """How often what was refused may be tried again, where that is counted."""
    reason: str | None = Field(default=None, pattern=r"^[a-z_]{1,40}$")
    """Which rule, of a `NOT_ELIGIBLE`: a value of `Ineligible`, or one that is newer than this."""


def to_wire(message: BaseModel) -> dict[str, Any]:
    """`message` as JSON values with its hidden fields shown: for the wire and the outbox alone."""
    return message.model_dump(mode="json")
