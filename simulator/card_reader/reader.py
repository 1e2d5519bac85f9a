"""The simulated reader: a slot, a tray of cards that remember, faults, and perhaps a PIN pad of its own."""

import asyncio
import fcntl
import json
import os
from collections.abc import Callable, Coroutine, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from simulator.card_reader import pin_entry
from simulator.card_reader.card import SOCIAL_APPLICATION, NoAnswer, NoPower, SocialSecurityCard
from simulator.card_reader.faults import Fault, How, garble, truncate
from simulator.card_reader.personas import Persona
from simulator.card_reader.technician import TechnicianCard
from simulator.card_reader.technicians import TechnicianPersona
from simulator.control import ControlError

_TELL_REMOVAL_TIMES = 3
"""A reader tells that its card went however soon another came. pcscd asks before it powers a card down or up too, and
takes no notice then: so it is told more than once, and woken again each time."""


class Status(IntEnum):
    """First byte of an answer to the IFD handler; ifd.c has the same."""

    OK = 0
    NO_CARD = 1
    MUTE = 2
    SILENT = 3
    UNSUPPORTED = 4


class Reader:
    """What the IFD handler and the bench talk to.

    Args:
        people: Whose cards lie in the tray.
        memory: Where cards remember, between runs and from reader to reader: several may share a tray.
        pin_pad: Whether PINs can be typed on the reader (PC/SC part 10).
        changed: Called whenever the slot changed.
    """

    def __init__(
        self,
        people: Sequence[Persona | TechnicianPersona],
        memory: Path,
        *,
        pin_pad: bool,
        changed: Callable[[], None],
    ) -> None:
        self._people = {p.id: p for p in people}
        self._memory = memory
        self._has_pad = pin_pad
        self._changed = changed
        memory.mkdir(parents=True, exist_ok=True)
        self._cards: dict[str, SocialSecurityCard | TechnicianCard] = {p.id: self._recall(p) for p in people}
        self._inside: str | None = None
        self._hold = -1
        self._upside_down = False
        self._silenced = False
        self._removals_to_tell = 0
        self._pulled = asyncio.Event()
        self._faults: list[Fault] = []
        self._latency_seconds = 0.0
        self._entry: pin_entry.PinEntry | None = None
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._commands = 0

    # Memory.

    def _recall(self, persona: Persona | TechnicianPersona) -> SocialSecurityCard | TechnicianCard:
        file = self._memory / f"{persona.id}.json"
        if file.exists():
            return persona.restore(json.loads(file.read_text()))
        card = persona.make_card()
        if isinstance(card, TechnicianCard):  # Its key is made by chance: it must be the same one next time.
            self._write(persona.id, card)
        return card

    def _remember(self, name: str) -> None:
        self._write(name, self._cards[name])

    def _write(self, name: str, card: SocialSecurityCard | TechnicianCard) -> None:
        file = self._memory / f"{name}.json"
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps(card.to_dict()))
        fresh.rename(file)

    def _card(self, name: str) -> SocialSecurityCard | TechnicianCard:
        if name not in self._people:
            raise ControlError(f"no such card: {name}; there are {', '.join(self._people)}")
        if name != self._inside:  # Another reader may have had it.
            self._cards[name] = self._recall(self._people[name])
        return self._cards[name]

    def _take(self, name: str) -> int:
        """Hold a card, so that no other reader has it until the descriptor that is returned is closed."""
        hold = os.open(self._memory / f"{name}.slot", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(hold)
            raise ControlError(f"{name} is in another slot") from None
        return hold

    # The IFD handler's side.

    async def serve(self, kind: bytes, body: bytes) -> tuple[Status, bytes]:
        """Answer one request of the IFD handler (its letters are in ifd.c)."""
        match kind:
            case b"P":
                return self._presence(), b""
            case b"D":
                if self._inside:
                    self._cards[self._inside].power_off()
                return Status.OK, b""
            case b"U" | b"R":
                return self._power_on()
            case b"A":
                return await self._unless_pulled(self._transmit(body))
            case b"X":
                code = int.from_bytes(body[:4])
                return await self._unless_pulled(self._control(code, body[4:]))
        return Status.UNSUPPORTED, b""

    def _presence(self) -> Status:
        if self._removals_to_tell:
            self._removals_to_tell -= 1
            self._changed()
            return Status.NO_CARD
        return Status.OK if self._inside else Status.NO_CARD

    def _power_on(self) -> tuple[Status, bytes]:
        if self._inside is None or self._removals_to_tell:
            return Status.NO_CARD, b""
        atr = b"" if self._upside_down or self._silenced else self._cards[self._inside].power_on()
        return (Status.OK, atr) if atr else (Status.MUTE, b"")

    async def _unless_pulled(self, work: Coroutine[Any, Any, tuple[Status, bytes]]) -> tuple[Status, bytes]:
        """Pulling the card ends whatever the reader was waiting for."""
        if self._inside is None or self._removals_to_tell:
            work.close()
            return Status.NO_CARD, b""
        working = asyncio.ensure_future(work)
        pulled = asyncio.ensure_future(self._pulled.wait())
        await asyncio.wait((working, pulled), return_when=asyncio.FIRST_COMPLETED)
        pulled.cancel()
        if working.done():
            return working.result()
        working.cancel()
        return Status.NO_CARD, b""

    async def _transmit(self, apdu: bytes) -> tuple[Status, bytes]:
        name = self._inside
        assert name is not None
        self._commands += 1
        how = self._fault_at(apdu)
        if self._latency_seconds:
            await asyncio.sleep(self._latency_seconds)
        if how == "pull":
            self.pull()
        elif how == "mute":
            self._silenced = True
        elif how == "hang":
            await asyncio.Event().wait()
        if self._inside != name:
            return Status.NO_CARD, b""
        if self._silenced:
            return Status.SILENT, b""
        try:
            answer = self._cards[name].respond(apdu)
        except NoPower:  # Swapped so fast that pcscd hasn't looked: it mustn't wait for a card that can't answer.
            return Status.SILENT, b""
        except NoAnswer:
            await asyncio.Event().wait()
        if apdu[1:2] not in (b"\xa4", b"\xb2", b"\xc0"):
            self._remember(name)
        match how:
            case "pull_after_effect":
                self.pull()
                return Status.NO_CARD, b""
            case "no_answer_after_effect":
                return Status.SILENT, b""
            case "hang_after_effect":
                await asyncio.Event().wait()
            case "garble":
                answer = garble(answer)
            case "truncate":
                answer = truncate(answer)
        return Status.OK, answer

    def _fault_at(self, apdu: bytes) -> How | None:
        struck = [fault for fault in self._faults if fault.strikes(apdu)]
        for fault in struck:
            if fault.once:
                self._faults.remove(fault)
        return struck[0].how if struck else None

    async def _control(self, code: int, data: bytes) -> tuple[Status, bytes]:
        if code == pin_entry.GET_FEATURE_REQUEST:
            return Status.OK, pin_entry.FEATURES if self._has_pad else b""
        if not self._has_pad or code not in (pin_entry.VERIFY_PIN_DIRECT, pin_entry.MODIFY_PIN_DIRECT):
            return Status.UNSUPPORTED, b""
        try:
            entry = pin_entry.begin(code, data)
        except pin_entry.Refused:
            return Status.OK, pin_entry.REFUSED
        self._keys = asyncio.Queue()
        self._entry = entry
        try:
            result = None
            while result is None:
                async with asyncio.timeout(entry.seconds_to_next_key):
                    key = await self._keys.get()
                result = entry.press(key)
        except TimeoutError:
            result = pin_entry.TIMED_OUT
        finally:
            self._entry = None
        return (Status.OK, result) if len(result) == 2 else await self._transmit(result)

    # The bench's side.

    def insert(self, card: str, upside_down: bool = False) -> None:
        """Put a card of the tray into the slot."""
        self._card(card)
        if self._inside:
            raise ControlError(f"{self._inside} is in the slot")
        self._hold = self._take(card)
        self._inside, self._upside_down, self._silenced = card, upside_down, False
        self._pulled.clear()
        self._changed()

    def pull(self) -> None:
        """Take the card out, whatever it is doing."""
        if self._inside is None:
            raise ControlError("no card in the slot")
        self._cards[self._inside].power_off()
        self._inside = None
        os.close(self._hold)
        self._removals_to_tell = _TELL_REMOVAL_TIMES
        self._pulled.set()
        self._changed()

    async def swap(self, card: str, gap_ms: float = 0) -> None:
        """Take the card out and put another in `gap_ms` later."""
        self._card(card)
        self.pull()
        if gap_ms:
            await asyncio.sleep(gap_ms / 1000)
        self.insert(card)

    def flip(self) -> None:
        """Take the card out and put it back the other way up."""
        card, upside_down = self._inside, not self._upside_down
        self.pull()
        assert card is not None
        self.insert(card, upside_down)

    def fail(self, at: str, how: How, once: bool = True) -> None:
        """Lie in wait: `at` is `apdu 3` (the third from now) or `ins 5E`."""
        self._faults.append(Fault(at=at, how=how, once=once))

    def mend(self) -> None:
        """Forget all faults that still wait."""
        self._faults.clear()

    def latency(self, ms: float) -> None:
        """Let every command take so long on the card; real ones take 10 to 40 ms."""
        self._latency_seconds = ms / 1000

    def key(self, key: str) -> None:
        """Press a key of the reader's pad: a digit, `enter`, `clear`, `cancel`."""
        if self._entry is None:
            raise ControlError("the pad waits for no key")
        if key not in ("enter", "clear", "cancel") and not (len(key) == 1 and key in "0123456789"):
            raise ControlError("no such key")
        self._keys.put_nowait(key)

    def pad_display(self) -> dict[str, Any]:
        """What the pad shows, stars for digits; None when it is dark."""
        return {"display": self._entry.display if self._entry else None}

    def verify(self, card: str, pin: str) -> dict[str, Any]:
        """Whether `pin` is right on the card, asked of a copy: nothing is counted."""
        original = self._card(card)
        if isinstance(original, TechnicianCard):
            raise ControlError("a technician's card has another PIN")
        memory = original.to_dict() | {"tries_left": original.profile.tries}
        copy = SocialSecurityCard.from_dict(original.profile, memory)
        copy.power_on()
        copy.respond(b"\x00\xa4\x04\x00" + bytes([len(SOCIAL_APPLICATION)]) + SOCIAL_APPLICATION)
        answer = copy.respond(b"\x00\x20\x00\x00\x03" + bytes.fromhex(pin))
        return {"right": answer == b"\x90\x00", "tries_left": original.tries_left}

    def reset_card(self, card: str) -> None:
        """Make a card as new; it must not be in the slot."""
        self._card(card)
        if self._inside == card:
            raise ControlError("the card is in the slot")
        hold = self._take(card)
        self._cards[card] = self._people[card].make_card()
        self._remember(card)
        os.close(hold)

    def cards(self) -> dict[str, Any]:
        """The tray."""
        return {
            "cards": [
                {
                    "id": p.id,
                    "title": {"zh": p.title_zh, "en": p.title_en},
                    "inserted": p.id == self._inside,
                    "tries_left": self._card(p.id).tries_left,
                    "blocked_for_good": self._card(p.id).blocked_for_good,
                }
                for p in self._people.values()
            ]
        }

    def state(self) -> dict[str, Any]:
        """The slot and the pad."""
        return {
            "inserted": self._inside,
            "upside_down": self._upside_down,
            "pin_pad": self._has_pad,
            "faults": [{"at": f.at, "how": f.how, "once": f.once} for f in self._faults],
            "latency_ms": self._latency_seconds * 1000,
            "commands": self._commands,
            **self.pad_display(),
        }
