"""What a reader is to whoever uses one: its media, and a way to the card. Tests put other things behind these."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from drivers.card_reader.pin_entry import Feature
from drivers.card_reader.protocol import Command


class MediaState(Enum):
    """State of the slot, in XFS4IoT's words (media and chip power of its card reader)."""

    PRESENT = "present"
    """A card is in and answered to reset."""
    NOT_PRESENT = "notPresent"
    MUTE = "hardwareError"
    """A card is in and doesn't answer: upside down, dirty or broken."""
    NO_DEVICE = "noDevice"
    """The reader isn't there."""
    SERVICE_DOWN = "offline"
    """The PC/SC service is away; what the reader holds isn't known."""


IN_SLOT = (MediaState.PRESENT, MediaState.MUTE)
"""Something is in, whatever it is."""


@dataclass(frozen=True, slots=True)
class Media:
    """The slot at one moment."""

    state: MediaState
    insertion: int
    """Grows with every card put in, also when nobody saw the slot empty in between: the same number, the same card."""


class CardTransport(Protocol):
    """A powered card, held exclusively until closed."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""

    async def transmit(self, command: Command) -> bytes:
        """Send one command and return the card's bytes as they came, status word last.

        A command once sent is waited for: cancellation takes effect before or after it, never in between.

        Raises:
            CardGone, CardMute, CardHung, ReaderLost, ServiceDown: With outcome unknown if `command` has an effect.
            CardWasReset: The command never reached the card; the transport works again.
        """

    async def features(self) -> Mapping[Feature, int]:
        """The reader's own abilities (PC/SC part 10) and the control code of each; empty for most readers."""

    async def control(self, code: int, data: bytes, *, seconds: float) -> bytes:
        """Have the reader itself do something, at most so long. Not cancellable; raises as `transmit` does."""

    async def close(self) -> None:
        """Power the card down, so that it forgets what was verified. Never raises for a card that is gone."""


class CardSlot(Protocol):
    """A reader with one slot."""

    @property
    def media(self) -> Media:
        """The slot as last seen."""

    async def changed_from(self, media: Media) -> Media:
        """Wait until the slot differs from `media`; return at once if it does already."""

    async def connect(self) -> CardTransport:
        """Power the card and hold it exclusively.

        Raises:
            CardGone, CardMute, CardHung, CardInUse, ReaderLost, ServiceDown
        """
