"""The loudspeaker: reminds of what is left behind, and knows whether anybody could hear it."""

import math

import trio

from drivers.sound_card import SoundCard
from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.screen import Screen

_SOUND_SECONDS = 10.0
"""The tones take 0.7 s. A sound card that hasn't been opened by then won't be."""
_RETRY_SECONDS = 30.0


class Loudspeaker:
    """Sounds the tones, one at a time; what came of it stands on the board.

    Args:
        screen: Has the tones.
        card: What they are played on.
        board: Learns whether they could be made.
        expected: Whether this machine is to have a loudspeaker. Where it isn't, silence is no fault.
    """

    def __init__(self, screen: Screen, card: SoundCard, board: ConditionBoard, *, expected: bool) -> None:
        self._screen = screen
        self._card = card
        self._board = board
        self._expected = expected
        self._wanted = False
        self._stirred = trio.Event()
        self._turn = trio.Lock()

    def attention(self) -> None:
        """Make the sound that something is left behind or needs the citizen, without waiting for it."""
        self._wanted = True
        self._stirred.set()

    async def run(self) -> None:
        """Sound what is wanted; after a failure look again from time to time, without a sound."""
        while True:
            failed = self._board.stands(conditions.LOUDSPEAKER_FAULT)
            with trio.move_on_after(_RETRY_SECONDS if failed else math.inf) as pause:
                await self._stirred.wait()
            self._stirred = trio.Event()
            aloud, self._wanted = self._wanted, False
            if aloud or pause.cancelled_caught:
                await self.sound(aloud=aloud)

    async def watch(self) -> None:
        """The sound card: whether it is there. One that isn't has no other fault."""
        usable = self._card.usable
        while True:
            self._note(made=usable)
            usable = await self._card.changed_from(usable)

    async def sound(self, *, aloud: bool = True) -> bool:
        """Make the sound, or only find out whether it could be made; whether it can."""
        made = False
        async with self._turn:
            if self._card.usable:
                with trio.move_on_after(_SOUND_SECONDS):
                    made = await self._screen.sound(aloud=aloud)
        self._note(made=made)
        return made

    def _note(self, *, made: bool) -> None:
        faults = (conditions.LOUDSPEAKER_GONE, conditions.LOUDSPEAKER_FAULT)
        fault = faults[1] if self._card.usable else faults[0]
        self._board.one_of(faults, fault if self._expected and not made else None)
        self._stirred.set()  # Whoever found a fault, it is looked at again.
