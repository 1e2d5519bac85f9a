"""A station's card slot: commands take time, are seen through, and can go wrong in every way."""

import random
from collections.abc import Callable
from typing import Protocol

import trio
from memory_slot import MemorySlot, MemoryTransport
from truth import TruthfulCard

from drivers.card_reader.errors import CardGone, CardHung, CardMute, CardWasReset, ReaderLost
from drivers.card_reader.protocol import Command
from drivers.card_reader.slot import CardTransport, MediaState
from drivers.errors import DeviceError, Outcome
from simulator.card_reader.card import NoAnswer, NoPower

CARD_FAULTS = (
    "pull", "garble", "truncate", "nothing", "tear", "hang", "hang_after", "reset", "error_before", "error_after",
    "power_cut", "power_cut_after", "flip", "status_word", "swap", "alter",
    "disk",
)  # fmt: skip
LOST_ANSWERS = ("disk", "tear", "hang_after", "error_after", "garble", "truncate", "nothing", "power_cut_after")
LOST_PROOFS = ("nothing", "nothing", "hang_after", "hang_after", "tear", "error_after", "garble", "truncate")
_STATUS_WORDS = ("6982", "6A82", "6D00", "6581", "6C10", "6110")


class Watcher(Protocol):
    """Who looks at every command."""

    def command_leaves(self, card: TruthfulCard, wire: bytes) -> None:
        """Before it can arrive."""

    def command_done(self, card: TruthfulCard, wire: bytes, answer: bytes) -> None:
        """The card has done what it was told; the answer may still be lost."""

    def command_unknown(self, wire: bytes) -> None:
        """Nobody at the station can know what the card made of it."""

    def fault(self, kind: str) -> None:
        """A fault strikes."""


def mutating(header: bytes) -> bool:
    """CHANGE, UNBLOCK or RESET (social security card specification)."""
    return header[1] in (0x5E, 0x24)


def proving(header: bytes) -> bool:
    """EXTERNAL AUTHENTICATE, by which the issuer proves itself."""
    return header[1] == 0x82


class Slot(MemorySlot):
    """A slot whose commands take time, and can go wrong in every way.

    Attributes:
        power_cut: Set in the moment the machine loses its power: nothing reaches a card any more.
        freeze: What a power cut stops at once.
        break_disk: Has the machine's disk fail from now on.
        other_card: Another card to put in when one is swapped.
    """

    def __init__(self, rng: random.Random, watcher: Watcher) -> None:
        super().__init__()
        self.rng = rng
        self.watcher = watcher
        self.power_cut = trio.Event()
        self.freeze: Callable[[], None] = lambda: None
        self.break_disk: Callable[[], None] = lambda: None
        self.other_card: Callable[[], TruthfulCard | None] = lambda: None
        self._hung: set[int] = set()

    @property
    def card(self) -> TruthfulCard | None:
        return self._card  # type: ignore[return-value]

    async def connect(self) -> CardTransport:
        base = await super().connect()
        assert isinstance(base, MemoryTransport)
        return Transport(self, base._card, base.atr)

    def pull(self) -> None:
        self._hung.clear()
        super().pull()

    def fail_at_mutation(self, how: str) -> None:
        """Have a fault strike at the next command that changes the card."""
        self._fault, self.struck = ((lambda _, header: mutating(header)), how), False

    def fail_at_proof(self, how: str) -> None:
        """Have a fault strike at the next proof of the issuer's."""
        self._fault, self.struck = ((lambda _, header: proving(header)), how), False

    def answer_bytes(self, card: TruthfulCard, wire: bytes, outcome: Outcome) -> bytes:  # type: ignore[override]
        said: list[bytes] = []
        try:
            answer = self._answer(card, wire, outcome, said)
        except DeviceError as error:
            if error.outcome is Outcome.UNKNOWN:
                self.watcher.command_unknown(wire)
            raise
        if [answer] != said:
            self.watcher.command_unknown(wire)
        return answer

    def _answer(self, card: TruthfulCard, wire: bytes, outcome: Outcome, said: list[bytes]) -> bytes:
        """What comes back; what the card really said goes into `said`."""
        number = len(self.commands)
        self.commands.append(wire[:4])
        if self.power_cut.is_set():
            raise CardGone("the power went", outcome=outcome)
        self.watcher.command_leaves(card, wire)
        if not self.holds(card):
            raise CardGone("the card left", outcome=outcome)
        if self.media.state is not MediaState.PRESENT:
            raise ReaderLost("the reader is gone", outcome=outcome)
        if not card.powered:  # The reader was away in the meantime.
            raise CardWasReset
        if id(card) in self._hung:
            raise CardHung("still busy", outcome=Outcome.NOT_DONE)
        how = None
        if self._fault is not None and self._fault[0](number, wire[:4]):
            self._fault, how = None, self._fault[1]
            self.watcher.fault(f"card {how}")
        match how:
            case "pull":
                self.pull()
                raise CardGone("the card left", outcome=outcome)
            case "swap":
                self.pull()
                other = self.other_card()
                if other is not None:
                    self.insert(other)
                raise CardGone("the card left", outcome=outcome)
            case "nothing":
                raise CardMute("no answer", outcome=outcome)
            case "reset":
                card.power_on()
                raise CardWasReset
            case "hang":
                self._hung.add(id(card))
                raise CardHung("no answer", outcome=outcome)
            case "error_before":
                return b"\x6f\x00"
            case "power_cut":
                self.freeze()
                raise CardGone("the power went", outcome=outcome)
            case "disk":
                self.break_disk()
            case "alter" if wire[0] == 0x84 and len(wire) > 5:  # What secure messaging is for.
                place = self.rng.randrange(5, len(wire))
                wire = wire[:place] + bytes([wire[place] ^ 1 << self.rng.randrange(8)]) + wire[place + 1 :]
        try:
            answer = card.respond(wire)
        except NoPower:  # Out and in again: the reader hasn't powered it yet.
            raise CardMute("no power", outcome=outcome) from None
        except NoAnswer:
            self._hung.add(id(card))
            raise CardHung("no answer", outcome=outcome) from None
        said.append(answer)
        self.watcher.command_done(card, wire, answer)
        return self._spoilt(how, card, answer, outcome)

    def _spoilt(self, how: str | None, card: TruthfulCard, answer: bytes, outcome: Outcome) -> bytes:
        """What comes back of an answer."""
        match how:
            case "tear":
                self.pull()
                raise CardGone("the card left", outcome=outcome)
            case "hang_after":
                self._hung.add(id(card))
                raise CardHung("no answer", outcome=outcome)
            case "error_after":
                return b"\x6f\x00"
            case "power_cut_after":
                self.freeze()
                raise CardGone("the power went", outcome=outcome)
            case "flip" if len(answer) > 2:  # One byte of the data; a parity check would let two bits through.
                place = self.rng.randrange(len(answer) - 2)
                return answer[:place] + bytes([answer[place] ^ self.rng.randrange(1, 256)]) + answer[place + 1 :]
            case "status_word" if answer[-2:] != b"\x90\x00":
                return bytes.fromhex(self.rng.choice(_STATUS_WORDS))
            case "garble":
                return bytes(b ^ 0x5A for b in answer)
            case "truncate":
                return answer[:1]
        return answer


class Transport(MemoryTransport):
    """A command takes up to 0.3 s, and meets what happened in the meantime."""

    async def transmit(self, command: Command) -> bytes:
        await trio.lowlevel.checkpoint_if_cancelled()
        slot, wire = self._slot, bytes(command.encode())
        assert isinstance(slot, Slot)
        assert isinstance(self._card, TruthfulCard)
        outcome = Outcome.UNKNOWN if command.counted else Outcome.NOT_DONE
        with trio.CancelScope(shield=True):
            await trio.sleep(slot.rng.choice((0.0, 0.02, 0.3)))
            try:
                return slot.answer_bytes(self._card, wire, outcome)
            except CardHung as error:
                if error.outcome is outcome and slot.rng.random() < 0.9:
                    await trio.sleep(10)
                raise
        raise AssertionError
