"""What really happened, as nobody but the simulation knows it: the cards tell what was done to them."""

from dataclasses import dataclass, field

import trio

from simulator.card_reader.card import SocialSecurityCard
from simulator.card_reader.personas import Persona
from simulator.card_reader.secure_messaging import Random


class TruthfulCard(SocialSecurityCard):
    """A card that knows its PIN.

    Attributes:
        pin: The PIN now.
        pins: Every PIN it ever had, oldest first.
        counter_moved_at: When its counter of tries last moved for another reason than an issuer's command.
    """

    def __init__(self, persona: Persona, random: Random) -> None:
        super().__init__(persona.profile, persona.pin, tries_left=persona.tries_left, random=random)
        self.persona = persona.id
        self._source = random
        self.counter_moved_at = -1.0
        self.pins = [persona.pin]

    @property
    def pin(self) -> str:
        return self.pins[-1]

    @property
    def powered(self) -> bool:
        """Whether a reader has it under power."""
        return self._powered

    def elsewhere(self, tries_left: int) -> None:
        """Somewhere out of the fleet's sight it gets tries back, or loses them."""
        self.tries_left, self.counter_moved_at = tries_left, trio.current_time()

    def _compare(self, pin: bytes) -> bytes:
        self.counter_moved_at = trio.current_time()
        return super()._compare(pin)

    def copy(self) -> SocialSecurityCard:
        """A card that remembers the same, without power: for questions that this one never hears of."""
        return SocialSecurityCard.from_dict(self.profile, self.to_dict(), random=self._source)

    def _hash(self, pin: bytes) -> bytes:
        self._compared = pin
        return super()._hash(pin)

    def respond(self, apdu: bytes) -> bytes:
        before = self._pin_hash
        answer = super().respond(apdu)
        if self._pin_hash != before:
            self.pins.append(self._compared.hex())
        return answer


@dataclass
class Sent:
    """A changing command on its way to a card, for one operation.

    Attributes:
        old_pin: What a CHANGE carries; None: not in clear.
        moot: The card had the new PIN already.
        done: The card did what it says: 9000, whether or not anybody heard it.
        unknown: Nobody at the station can know what came of it.
        settled: The server holds what came of it since.
    """

    operation: str
    kind: str
    station: str
    boot: int
    card: TruthfulCard
    at: float
    old_pin: str | None
    new_pin: str | None
    moot: bool
    done: bool = False
    unknown: bool = False
    settled: bool = False


@dataclass
class Truth:
    """Every changing command of a run, by operation."""

    sent: dict[str, list[Sent]] = field(default_factory=dict)

    def add(self, sent: Sent) -> None:
        self.sent.setdefault(sent.operation, []).append(sent)

    def last_of(self, card: TruthfulCard) -> Sent | None:
        """The newest that was sent to a card."""
        mine = (sent for every in self.sent.values() for sent in every if sent.card is card)
        return max(mine, key=lambda sent: sent.at, default=None)

    def settle(self, operation: str) -> None:
        """Its end is known: whoever is asked about a change now is asked about a later one."""
        for sent in self.sent.get(operation, ()):
            sent.settled = True

    def moot(self, operation: str) -> bool:
        """Whether a CHANGE was to the PIN that the card had already: done and not done are the same."""
        return any(sent.moot for sent in self.sent.get(operation, ()))

    def counter_moved(self, operation: str) -> bool:
        """Whether the counter that an operation was to move has been moved by something else since."""
        return any(sent.card.counter_moved_at > sent.at for sent in self.sent.get(operation, ()))

    def done(self, operation: str) -> bool:
        """Whether the card holds what this operation was to do."""
        return any(sent.done for sent in self.sent.get(operation, ()))
