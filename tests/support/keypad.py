"""The keys of a card reader that takes PINs by itself (PC/SC part 10), on a faked clock."""

from collections.abc import Mapping

import trio

from drivers.card_reader.pin_entry import Feature
from simulator.card_reader import pin_entry

CITIZEN_SECONDS = 1.0
"""From the question to the first key, and from key to key."""


class Keypad:
    """Asks for PINs as the reader's structures say, and puts them into the command.

    Attributes:
        features: What the reader claims to be able to do; empty it for one without keys.
        dead: It takes the command and never answers, whatever is pressed.
    """

    def __init__(self) -> None:
        self.features: Mapping[Feature, int] = {
            Feature.VERIFY_PIN_DIRECT: pin_entry.VERIFY_PIN_DIRECT,
            Feature.MODIFY_PIN_DIRECT: pin_entry.MODIFY_PIN_DIRECT,
        }
        self.dead = False
        self._entry: pin_entry.PinEntry | None = None
        self._asked = trio.Event()
        self._send, self._receive = trio.open_memory_channel[str](0)

    @property
    def display(self) -> str | None:
        """What it shows, stars for digits; None when it is dark."""
        return self._entry.display if self._entry else None

    async def enter(self, code: int, data: bytes) -> bytes:
        """The command with the PINs in it, or a status word of the reader's own."""
        if self.dead:
            await trio.sleep_forever()
        try:
            entry = self._entry = pin_entry.begin(code, data)
        except pin_entry.Refused:
            return pin_entry.REFUSED
        self._asked.set()
        try:
            while True:
                with trio.move_on_after(entry.seconds_to_next_key) as patience:
                    key = await self._receive.receive()
                if patience.cancelled_caught:
                    return pin_entry.TIMED_OUT
                if (result := entry.press(key)) is not None:
                    return result
        finally:
            self._entry, self._asked = None, trio.Event()

    async def asked(self) -> None:
        """Wait until it asks for a PIN."""
        while self._entry is None:
            await self._asked.wait()

    async def answer(self, digits: str, *, last: str = "enter", seconds: float = CITIZEN_SECONDS) -> None:
        """Be a citizen: wait until it asks, then press `digits` and `last`, a key every so many seconds."""
        await self.asked()
        for key in (*digits, last):
            await trio.sleep(seconds)
            await self._send.send(key)
