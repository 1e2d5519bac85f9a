"""What citizens remember of their PINs: mostly the right one, after a change whose end they didn't see perhaps not."""

import random

import trio
from truth import Truth, TruthfulCard


class Memory:
    """Everybody's memory.

    Attributes:
        forgetful: How likely somebody asked for a PIN after a change with an unknown end has forgotten it.
    """

    def __init__(self, rng: random.Random, truth: Truth) -> None:
        self._rng = rng
        self._truth = truth
        self.forgetful = 0.1
        self._chosen: dict[str, tuple[str, float]] = {}
        """By card: the new PIN that was last typed for it, and when."""

    def chose(self, card: TruthfulCard, pin: str) -> None:
        """Somebody has typed a new PIN."""
        self._chosen[card.persona] = pin, trio.current_time()

    def answer(self, asked: str, card: TruthfulCard) -> str:
        """What is typed when a page asks for `pin`, `settle new` or `settle old`."""
        if asked == "pin":
            return card.pin
        if self._rng.random() < self.forgetful:
            return "000001"
        last = self._truth.last_of(card)
        chosen, at = self._chosen.get(card.persona, (card.pin, -1.0))
        unsettled = last is not None and last.unknown and not last.settled
        in_doubt = last is not None and last.new_pin is not None and (unsettled or at <= last.at)
        if last is None or not in_doubt:  # It never got as far as the card, or was enciphered.
            return card.pin if asked == "settle old" else chosen
        return (last.old_pin if asked == "settle old" else last.new_pin) or card.pin
