"""A card slot in memory: the virtual cards behind it are the real models, the reader between them is not there."""

from collections.abc import Callable, Coroutine, Mapping

import trio
from keypad import Keypad

from drivers.card_reader.errors import CardGone, CardHung, CardMute
from drivers.card_reader.pin_entry import Feature
from drivers.card_reader.protocol import Command
from drivers.card_reader.slot import CardTransport, Media, MediaState
from drivers.errors import Outcome
from simulator.card_reader.card import NoAnswer, NoPower, SocialSecurityCard


class MemorySlot:
    """A card slot whose cards are the virtual ones, without a reader. Faults strike at the n-th command from now."""

    def __init__(self) -> None:
        self._media = Media(MediaState.NOT_PRESENT, 0)
        self._changed = trio.Event()
        self._card: SocialSecurityCard | None = None
        self.commands: list[bytes] = []
        """Headers only: what follows may be a PIN."""
        self.struck = False
        self.keypad: Keypad | None = None
        """The reader's own, where it has one."""
        self._fault: tuple[Callable[[int, bytes], bool], str] | None = None

    @property
    def media(self) -> Media:
        return self._media

    async def changed_from(self, media: Media) -> Media:
        if self._media != media:
            await trio.lowlevel.checkpoint()
        while self._media == media:
            await self._changed.wait()
        return self._media

    async def connect(self) -> CardTransport:
        await trio.lowlevel.checkpoint()
        if self._media.state is MediaState.NOT_PRESENT:
            raise CardGone("no card", outcome=Outcome.NOT_DONE)
        if self._card is None or self._media.state is MediaState.MUTE:
            raise CardMute("no answer to reset", outcome=Outcome.NOT_DONE)
        return MemoryTransport(self, self._card, self._card.power_on())

    def insert(self, card: SocialSecurityCard | None) -> None:
        """Put a card in; None: upside down."""
        self._card = card
        self._set(MediaState.MUTE if card is None else MediaState.PRESENT, new=True)

    def pull(self) -> None:
        if self._card is not None:
            self._card.power_off()
        self._card = None
        self._set(MediaState.NOT_PRESENT)

    def lose(self, state: MediaState) -> None:
        """The reader or its service goes away."""
        self._set(state)

    def fail(self, at: int, how: str) -> None:
        """Have a fault strike at the command number `at` from now: pull, garble, truncate, nothing, tear."""
        first = len(self.commands)
        self._fault, self.struck = ((lambda number, _: number == first + at), how), False

    def fail_at_change(self, how: str) -> None:
        """Have a fault strike at the next CHANGE PIN."""
        self.fail_at_instruction(0x5E, how)

    def fail_at_instruction(self, instruction: int, how: str) -> None:
        """Have a fault strike at the next command with this INS byte (ISO 7816-4)."""
        self._fault, self.struck = ((lambda _, header: header[1] == instruction), how), False

    def mend(self) -> None:
        self._fault, self.struck = None, False

    def answer(self, card: SocialSecurityCard, command: Command) -> bytes:
        """What the card says, with the fault where it is due.

        Raises:
            CardGone, CardMute: As a real reader would.
        """
        outcome = Outcome.UNKNOWN if command.counted else Outcome.NOT_DONE
        return self.answer_bytes(card, bytes(command.encode()), outcome)

    def answer_bytes(self, card: SocialSecurityCard, wire: bytes, outcome: Outcome) -> bytes:
        """As `answer`, for a command that was put together elsewhere; `outcome` is that of a failure."""
        header = wire[:4]
        number = len(self.commands)
        self.commands.append(header)
        if not self.holds(card):
            raise CardGone("the card left", outcome=outcome)
        how = None
        if self._fault is not None and self._fault[0](number, header):
            self._fault, how, self.struck = None, self._fault[1], True
        if how == "pull":
            self.pull()
            raise CardGone("the card left", outcome=outcome)
        if how == "nothing":
            raise CardMute("no answer", outcome=outcome)
        try:
            answer = card.respond(wire)
        except (NoAnswer, NoPower):
            raise CardMute("no answer", outcome=outcome) from None
        if how == "tear":  # It did what it was told, and nobody hears of it.
            self.pull()
            raise CardGone("the card left", outcome=outcome)
        return {"garble": bytes(b ^ 0x5A for b in answer), "truncate": answer[:1]}.get(how or "", answer)

    def _set(self, state: MediaState, *, new: bool = False) -> None:
        self._media = Media(state, self._media.insertion + new)
        self._changed.set()
        self._changed = trio.Event()

    def holds(self, card: SocialSecurityCard) -> bool:
        return self._card is card


class MemoryTransport:
    """A powered card in that slot."""

    def __init__(self, slot: MemorySlot, card: SocialSecurityCard, atr: bytes) -> None:
        self._slot, self._card, self._atr = slot, card, atr

    @property
    def atr(self) -> bytes:
        return self._atr

    async def transmit(self, command: Command) -> bytes:
        await trio.lowlevel.checkpoint()
        return self._slot.answer(self._card, command)

    async def features(self) -> Mapping[Feature, int]:
        await trio.lowlevel.checkpoint()
        return {} if self._slot.keypad is None else self._slot.keypad.features

    async def control(self, code: int, data: bytes, *, seconds: float) -> bytes:
        assert self._slot.keypad is not None, "this reader has no keys"
        with trio.CancelScope(shield=True, deadline=trio.current_time() + seconds):
            apdu = await self._until_pulled(self._slot.keypad.enter(code, data))
            if len(apdu) == 2:  # No command: the keypad's own status word.
                return apdu
            return self._slot.answer_bytes(self._card, apdu, Outcome.UNKNOWN)
        raise CardHung("the reader never answered", outcome=Outcome.UNKNOWN)

    async def _until_pulled(self, typing: Coroutine[object, object, bytes]) -> bytes:
        typed: list[bytes] = []
        async with trio.open_nursery() as nursery:

            async def type_on() -> None:
                typed.append(await typing)
                nursery.cancel_scope.cancel()

            nursery.start_soon(type_on)
            while self._slot.holds(self._card):
                await self._slot.changed_from(self._slot.media)
            nursery.cancel_scope.cancel()
        if not typed:
            raise CardGone("the card left", outcome=Outcome.UNKNOWN)
        return typed[0]

    async def close(self) -> None:
        self._card.power_off()
