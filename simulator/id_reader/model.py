"""A reader of resident ID cards with a SAM-V module, without any I/O: bytes and time in, bytes out.

Source: First Research Institute of the Ministry of Public Security, "SAM_V communication protocol". How long it takes
isn't published; these are the orders that users report.
"""

import math
from collections import deque

from simulator.id_reader.faults import Fault
from simulator.id_reader.people import PHOTO_BYTES, TEXT_BYTES, IdCard
from simulator.id_reader.wire import Receiver, frame

COMMANDS = {b"\x11\xff": "state", b"\x20\x01": "find", b"\x20\x02": "select", b"\x30\x01": "read"}
SECONDS = {"state": 0.005, "find": 0.05, "select": 0.05, "read": 0.7}
"""From a command to its answer."""
NOISE = bytes.fromhex("00 FF AA 00 AA AA 96 07 69 AA AA AA 96 69 FF FF 55 AA AA")


class IdReaderModel:
    """The reader, its cable, and what lies on it. `now` is in seconds of any clock that only goes forward."""

    def __init__(self) -> None:
        self.plugged = True
        self.commands = 0
        """How many have come, whole or not."""
        self.card: IdCard | None = None
        self._receiver = Receiver()
        self._work: deque[bytes | None] = deque()
        self._done_at = math.inf
        """When the command at the head of the queue is answered."""
        self._late: deque[tuple[float, bytes]] = deque()
        self._faults: list[Fault] = []
        self._found = self._selected = self._asleep = False

    @property
    def deadline(self) -> float:
        """When `tick` wants to be called next."""
        return min(self._done_at, self._late[0][0] if self._late else math.inf)

    def place(self, card: IdCard) -> None:
        """Lay a card on the reader, in the place of the one there."""
        self.lift()
        self.card = card

    def lift(self) -> None:
        """Take the card away, if there is one."""
        self.card = None
        self._found = self._selected = self._asleep = False

    def fail(self, fault: Fault) -> None:
        """Let something go wrong, now or when its place comes."""
        if fault.at != "now":
            self._faults.append(fault)
        elif fault.how == "lifted":
            self.lift()
        else:
            self.unplug()

    def mend(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def unplug(self) -> None:
        """Pull the cable: it loses its power, and what it had in hand."""
        self.plugged = False
        self._receiver = Receiver()
        self._work.clear()
        self._late.clear()
        self._done_at = math.inf
        self._found = self._selected = False

    def plug(self) -> None:
        """Put the cable back."""
        self.plugged = True

    def receive(self, data: bytes, now: float) -> bytes:
        """Bytes from the host; returns what goes out."""
        if not self.plugged:
            return b""
        for command in self._receiver.take(data):
            self.commands += 1
            self._work.append(command)
            if len(self._work) == 1:
                self._begin(now)
        return self.tick(now)

    def tick(self, now: float) -> bytes:
        """Time has passed; returns what goes out."""
        out = b""
        while self._work and self._done_at <= now:
            began_next = self._done_at
            out += self._finish(self._work.popleft(), began_next)
            self._done_at = math.inf
            if self._work:
                self._begin(began_next)
        while self._late and self._late[0][0] <= now:
            out += self._late.popleft()[1]
        return out

    # One command.

    def _begin(self, now: float) -> None:
        name = _name(self._work[0])
        self._done_at = now + SECONDS.get(name, 0.0)
        if self._strikes(name, "lifted"):
            self.lift()
        if self._strikes(name, "unplug"):
            self.unplug()

    def _finish(self, command: bytes | None, now: float) -> bytes:
        name = _name(command)
        answer = self._answer(name, command)
        if self._strikes(name, "silence"):
            return b""
        if self._strikes(name, "wrong_check"):
            answer = answer[:-1] + bytes([answer[-1] ^ 0x01])
        if self._strikes(name, "torn"):
            half = len(answer) // 2
            answer = answer[:half] + answer[half + 1 :]
        if self._strikes(name, "truncated"):
            answer = answer[: len(answer) // 2]
        if self._strikes(name, "noise"):
            answer = NOISE + answer
        if late := self._strikes(name, "late"):
            self._late.append((now + late.seconds, answer))
            return b""
        return answer

    def _answer(self, name: str, command: bytes | None) -> bytes:
        if command is None or self._strikes(name, "deaf"):
            return frame(0x10)
        if self._strikes(name, "no_module"):
            return frame(0x60)
        if self._strikes(name, "not_authorised"):
            return frame(0x66)
        match name:
            case "state":
                return frame(0x90)
            case "find":
                return self._find()
            case "select":
                return self._select()
            case "read":
                return self._read()
        return frame(0x21)

    def _find(self) -> bytes:
        self._selected = False
        self._found = self.card is not None and not self._asleep and not self._strikes("find", "missed")
        return frame(0x9F, bytes(4)) if self._found else frame(0x80)

    def _select(self) -> bytes:
        self._selected = (
            self._found
            and self.card is not None
            and self.card.kind != "other"
            and not self._strikes("select", "unreadable")
        )
        return frame(0x90, bytes(8)) if self._selected else frame(0x81)

    def _read(self) -> bytes:
        card = self.card
        if self._strikes("read", "asleep"):
            self._asleep = True
        if not self._selected or card is None or self._strikes("read", "unreadable"):
            return frame(0x41)
        if self._strikes("read", "false_card"):
            return frame(0x33)
        text = card.text
        if self._strikes("read", "scrambled"):
            text = b"\x00\xdc" * (TEXT_BYTES // 2)
        return frame(0x90, TEXT_BYTES.to_bytes(2, "big") + PHOTO_BYTES.to_bytes(2, "big") + text + card.photo)

    def _strikes(self, name: str, how: str) -> Fault | None:
        for fault in self._faults:
            if fault.how == how and fault.at in (name, "any"):
                if fault.once:
                    self._faults.remove(fault)
                return fault
        return None


def _name(command: bytes | None) -> str:
    return COMMANDS.get(command[:2], "unknown") if command is not None else "broken"
