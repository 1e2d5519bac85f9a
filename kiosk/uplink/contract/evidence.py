"""Evidence of who somebody is: shown to the server first, named by the server's id in an intent afterwards.

The server judges: what it accepts, how long, and whether it is enough for what is asked. What was shown (a code, a
document, a picture) is in no other message.
"""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kiosk.uplink.contract.base import Hidden, KioskName, Message
from kiosk.uplink.contract.cards import CardRecord

E_CARD_EVIDENCE = "/v1/evidence/e-card"
"""POST an `ECardEvidence`, get an `EvidenceAccepted`, or one of the `CodeRefused` problems."""
CARD_PIN_EVIDENCE = "/v1/evidence/card-pin"
"""POST a `CardPinEvidence`, get an `EvidenceAccepted`."""


class EvidenceKind(StrEnum):
    """What may prove who somebody is."""

    CARD_PIN = "card_pin"
    """The card, and its PIN as the card accepted it."""
    E_CARD = "e_card"
    """电子社保卡: a code of the holder's own phone."""


class ECardEvidence(Message):
    """The text of a QR code that a citizen held up; opaque to the kiosk."""

    kiosk: KioskName
    e_card_code: Annotated[Hidden, Field(min_length=1, max_length=1024)]


class CardPinEvidence(Message):
    """The card in this kiosk has just accepted its PIN: the kiosk's word."""

    kiosk: KioskName
    card: UUID


class EvidenceAccepted(Message):
    """The server holds this evidence for this kiosk, for a while and for one operation."""

    evidence: UUID
    kind: EvidenceKind
    expires_in_seconds: float
    record: CardRecord
    """Of the card, or of the person's card in use."""
