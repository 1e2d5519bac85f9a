"""What is known of who stands here while they prove it, and how one kind of proof ends without one."""

import datetime
import math
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

import trio

from drivers.card_reader.files import HolderFile
from kiosk.pages import Button, Progress
from kiosk.refusals import RefusalKind
from kiosk.text import Text
from kiosk.uplink.contract import CardRecord, EvidenceAccepted
from kiosk.uplink.contract.policy import Evidence, Way


class GivenUp(Exception):
    """This kind of proof isn't to be had from this person here; another way may be.

    Args:
        refusal: What they are told where no other way is left.
        why: In a short sentence, for the next page; None: they chose so themselves.
    """

    def __init__(self, refusal: RefusalKind, why: Text | None = None) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.why = why


@dataclass(slots=True, kw_only=True)
class Proof:
    """Who somebody is, as far as they have shown.

    Attributes:
        ways: Those that the bureau takes, of which one is enough.
        record: Of the card that is in, or of the card in use of whoever was named; None: nobody was named yet.
        holder: What the card's own chip says of its holder; None: no card is in, or it doesn't say.
        shown: The server's ids of what it has accepted.
        given_up: What isn't to be had.
        born: The date of birth on the document that was read.
        fresh_until: Until when, by trio's clock, another service may go on from it.
    """

    ways: Collection[Way]
    record: CardRecord | None = field(default=None, repr=False)
    holder: HolderFile | None = field(default=None, repr=False)
    shown: dict[Evidence, UUID] = field(default_factory=dict)
    given_up: set[Evidence] = field(default_factory=set)
    born: datetime.date | None = field(default=None, repr=False)
    fresh_until: float = math.inf

    @property
    def complete(self) -> bool:
        """Whether one way has been gone to its end."""
        return any(set(way) <= self.shown.keys() for way in self.ways)

    @property
    def without_phone(self) -> bool:
        """No phone is on record: nowhere to send a code to."""
        return self.record is not None and self.record.phone_tail is None

    def accept(self, kind: Evidence, accepted: EvidenceAccepted) -> None:
        """The server has taken a proof, which must be of the same person as those before."""
        self.shown[kind] = accepted.evidence
        self.record = self.record or accepted.record
        # Half its life is left to whoever types new PINs with it, or reads slowly.
        self.fresh_until = min(self.fresh_until, trio.current_time() + accepted.expires_in_seconds / 2)

    def go_on_from(self, before: "Proof") -> None:
        """Take over what was shown to another service of this visit and wasn't used, as far as it is wanted here.

        The server holds a proof for one operation, not for one service. What is of somebody else, may run out soon, or
        hasn't been compared with the chip that is in now, is asked for anew.
        """
        if before.record is None or not self.is_of(before.record) or trio.current_time() > before.fresh_until:
            return
        if self.holder not in (None, before.holder):
            return
        wanted = {kind for way in self.ways for kind in way}
        if self.record is not None and self.record.handle != before.record.handle:
            wanted.discard("card_pin")  # Of one card alone.
        self.shown = {kind: evidence for kind, evidence in before.shown.items() if kind in wanted}
        if self.shown:
            self.record, self.born = self.record or before.record, before.born
            self.fresh_until = before.fresh_until

    def is_of(self, record: CardRecord) -> bool:
        """Whether `record` is of the person that this is about."""
        return self.record is None or record.social_security_number == self.record.social_security_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a proof is asked for.

    Attributes:
        progress: The service's steps, at this one.
        why: Why another way was left, to be said on the first page.
        other: The button that leads to another way; its answer is `Answer.ANOTHER`. None: there is none.
    """

    progress: Progress
    why: Text | None
    other: Button | None
