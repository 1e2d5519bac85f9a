"""What citizens remember of their PINs: mostly the right one, after a change whose end they didn't see perhaps not."""

import random

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
        self._chosen: dict[str, str] = {}
        """By card: the new PIN that was last typed for it."""

    def chose(self, card: TruthfulCard, pin: str) -> None:
        """Somebody has typed a new PIN."""
        self._chosen[card.persona] = pin

    def answer(self, asked: str, card: TruthfulCard) -> str:
        """What is typed when a page asks for `pin`, `settle new` or `settle old`."""
        if asked == "pin":
            return card.pin
        if self._rng.random() < self.forgetful:
            return "000001"
        last = self._truth.last_of(card)
        if asked == "settle old":
            return (last and last.old_pin) or card.pin
        return (last and last.new_pin) or self._chosen.get(card.persona, card.pin)
