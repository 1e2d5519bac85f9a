"""Evidence of who somebody is: shown to the server first, named by the server's id in an intent afterwards.

The server judges: what it accepts, how long, and whether it is enough for what is asked. What was shown (a code, a
document, a picture) is in no other message.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from kiosk.uplink.contract.base import Count, Hidden, KioskName, Matching, Message
from kiosk.uplink.contract.cards import CardRecord

E_CARD_EVIDENCE = "/v1/evidence/e-card"
"""POST an `ECardEvidence`, get an `EvidenceAccepted`, or one of the `CodeRefused` problems."""
CARD_PIN_EVIDENCE = "/v1/evidence/card-pin"
"""POST a `CardPinEvidence`, get an `EvidenceAccepted`."""
ID_CARD_EVIDENCE = "/v1/evidence/id-card"
"""POST an `IdCardEvidence`, get an `EvidenceAccepted`, or `ID_UNKNOWN`, `ID_NAME_DIFFERS`, `ID_EXPIRED`,
`EVIDENCE_FOREIGN`, `LIMIT_REACHED`."""
FACE_CHECKS = "/v1/face-checks"
"""POST a `FaceCheckRequest`, get a `FaceCheckOpened`, or `PHOTO_MISSING`, `EVIDENCE_MISSING`, `LIMIT_REACHED`."""
FACE_EVIDENCE = "/v1/evidence/face"
"""POST a `FaceEvidence`, get an `EvidenceAccepted`, or `FACE_DIFFERS` with what is left, `EVIDENCE_MISSING`."""
ONE_TIME_CODE = "/v1/one-time-codes/{code_id}"
"""PUT a `OneTimeCodeRequest`, get a `OneTimeCodeSent`, or `PHONE_MISSING`, `LIMIT_REACHED`, `SMS_AWAY`. A repeat
sends nothing."""
ONE_TIME_CODE_EVIDENCE = "/v1/evidence/one-time-code"
"""POST a `OneTimeCodeEvidence`, get an `EvidenceAccepted`, or `ONE_TIME_CODE_WRONG` with what is left (0: this code is
spent), `ONE_TIME_CODE_EXPIRED`."""


class EvidenceKind(StrEnum):
    """What may prove who somebody is."""

    CARD_PIN = "card_pin"
    """The card, and its PIN as the card accepted it."""
    ID_CARD = "id_card"
    """身份证, or a foreign resident's or a resident's permit, as its chip told the reader."""
    E_CARD = "e_card"
    """电子社保卡: a code of the holder's own phone."""
    FACE = "face"
    """The face before the camera, compared at the kiosk with the photo on record. Never the only way."""
    ONE_TIME_CODE = "one_time_code"
    """短信验证码 to the phone on record."""


class DocumentKind(StrEnum):
    """Which document an ID card reader read; what its number looks like depends on it."""

    RESIDENT = "resident"
    """居民身份证; GB 11643."""
    RESIDENCE_PERMIT = "residence_permit"
    """港澳台居民居住证."""
    FOREIGN_RESIDENT = "foreign_resident"
    """外国人永久居留身份证."""


class Liveness(StrEnum):
    """Whether the person before the camera did as they were asked. A hint, no more."""

    SEEN = "seen"
    NOT_SEEN = "not_seen"
    NOT_ASKED = "not_asked"


Version = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z.-]{1,20}$")]
"""Of a text that somebody agreed to."""


class ECardEvidence(Message):
    """The text of a QR code that a citizen held up; opaque to the kiosk."""

    kiosk: KioskName
    e_card_code: Annotated[Hidden, Field(min_length=1, max_length=1024)]


class CardPinEvidence(Message):
    """The card in this kiosk has just accepted its PIN: the kiosk's word."""

    kiosk: KioskName
    card: UUID


class IdCardEvidence(Message):
    """A document lay on this kiosk's reader, which told this."""

    kiosk: KioskName
    card: UUID | None = None
    """The card that it should be the holder's; None: no card is in."""
    document: DocumentKind
    number: Annotated[Hidden, Matching(r"[0-9A-Z]{15,18}")]
    name: Annotated[Hidden, Field(max_length=100)]
    """In Chinese characters; empty where a foreign resident has no such name."""
    english_name: Annotated[Hidden, Field(max_length=100)] | None = None
    valid_from: date
    valid_until: date | None = None
    """The last day; None: for good."""


class FaceCheckRequest(Message):
    """Somebody who has shown who they are has agreed to be compared with the photo on record."""

    kiosk: KioskName
    check_id: UUID
    """Made by the kiosk: a repeat opens no second check."""
    evidence: UUID
    """What they have shown before, here."""
    consent_version: Version
    """Of the text that they, or their guardian, agreed to."""
    guardian: bool = False
    """A guardian agreed for somebody under 14."""


class FaceCheckOpened(Message):
    """The photo for one comparison, and the bureau's rules for it."""

    check_id: UUID
    photo: Hidden = Field(max_length=200_000)
    """JPEG, in base64 (RFC 4648, section 4). For this check alone: it is kept nowhere at the kiosk."""
    expires_in_seconds: float
    """For the whole check."""
    checks_left: Count
    """How many more this person has today."""


class FaceEvidence(Message):
    """What a comparison came to; the server decides."""

    kiosk: KioskName
    check_id: UUID
    distance: Annotated[float, Field(ge=0, le=4)]
    """Between the two faces' vectors (Euclidean): 0 is the same picture."""
    sharpness: Annotated[float, Field(ge=0)]
    liveness: Liveness
    consent_version: Version


class OneTimeCodeRequest(Message):
    """Somebody wants a code sent to the phone on record of this card's holder."""

    kiosk: KioskName
    code_id: UUID
    card: UUID


class OneTimeCodeSent(Message):
    """A code is on its way."""

    code_id: UUID
    phone_tail: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    digits: Annotated[int, Field(ge=4, le=8)]
    expires_in_seconds: float
    again_in_seconds: float
    """When another may be asked for."""


class OneTimeCodeEvidence(Message):
    """What somebody read off their phone. Each wrong one counts."""

    kiosk: KioskName
    code_id: UUID
    code: Annotated[Hidden, Matching(r"[0-9]{4,8}")]


class EvidenceAccepted(Message):
    """The server holds this evidence for this kiosk, for a while and for one operation."""

    evidence: UUID
    kind: EvidenceKind
    expires_in_seconds: float
    record: CardRecord
    """Of the card, or of the person's card in use."""
