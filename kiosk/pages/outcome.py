"""Pages that tell what is being done, what came of it, and what to do instead."""

from dataclasses import dataclass, field
from enum import Enum, auto

from kiosk.pages.parts import Page, Picture, Sign
from kiosk.text import Masked, Text


class Work(Enum):
    """How far one part of the work is."""

    WAITING = auto()
    RUNNING = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One line of what is being done."""

    label: Text
    state: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Working(Page):
    """The machine works: twelve dots, one step a second, and a list of what is done."""

    picture: Picture = Picture.CARD_STAY
    items: tuple[WorkItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeItem:
    """A thing to take, in the order in which the machine gives them."""

    label: Text
    picture: Picture
    note: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Page):
    """It is durably done: the malachite stage. Never shown for an unknown outcome."""

    take: tuple[TakeItem, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """One numbered thing that the citizen can do instead."""

    title: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Page):
    """What happened, whether anything was changed, why, and what to do. `subtitle` reassures about the card.

    Attributes:
        sign: REFUSED, CARE, or INFORMATION where the outcome isn't known.
        reference: Number of this refusal, for the staff.
    """

    sign: Sign
    heading: Text
    why: Text
    ways_title: Text
    ways: tuple[WayOut, ...]
    contact: Text
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCode(Page):
    """A slip that didn't reach paper, as a QR code for the citizen's own phone: its text, no address.

    Attributes:
        content: What the slip says, masked as it is there.
        note: What to know about it.
    """

    content: Masked = field(repr=False)
    note: Text
