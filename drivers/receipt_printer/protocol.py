"""ESC/POS as far as this driver speaks it: bytes in, messages out, no I/O.

Source: Epson's ESC/POS command reference (DLE EOT, DLE ENQ, DLE DC4, ESC @, GS a, GS r, GS ( H) and its appendix on
telling transmitted data apart: every byte that a printer sends has fixed bits.

| what | bits |
| --- | --- |
| first byte of an automatic status; three bytes `0xx0xxxx` follow | `0xx1xx00` |
| answer to DLE EOT | `0xx1xx10` |
| answer to GS r | `0xx0xxxx` |
| block: 37 22 and a process id, 37 25 buffers cleared, 3B 31 power came, 3B 30 power goes; all end in 00 | `0xx1xx11` |
| XON, XOFF, which may stand anywhere | 11, 13 |
"""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, Self

INITIALIZE: Final = b"\x1b@"
"""ESC @: drop the half-built line, back to the settings of power-on. Leaves the receive buffer alone."""
AUTOMATIC_STATUS: Final = b"\x1da\xff"
"""GS a: send the status now and whenever it changes."""
ASK_PAPER_SENSOR: Final = b"\x1dr\x01"
"""GS r 1: answered when everything before it has been worked off."""
CLEAR: Final = b"\x10\x05\x02" + b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE ENQ 2 (leave a recoverable error) and DLE DC4 8 (drop both buffers), so that a failed job never goes on by
itself when paper returns. Acts at once, off line too; answered by `BufferCleared` where the printer knows it."""
FEED_AND_CUT: Final = b"\x1dVB\x00"
"""GS V 66: feed the last line past the cutter and cut."""

QUESTIONS: Final = (1, 2, 3, 4)
"""DLE EOT n: printer, cause of being off line, cause of an error, paper. `Status.of_answers` takes the answers."""


def ask(question: int) -> bytes:
    """DLE EOT n: answered at once, off line too, with one byte that doesn't say which question it answers."""
    return bytes((0x10, 0x04, question))


def process_id(marker: bytes) -> bytes:
    """GS ( H, function 48: the printer sends the four printable bytes back when all before them is on paper."""
    assert len(marker) == 4
    assert all(0x20 <= byte <= 0x7E for byte in marker)
    return b"\x1d(H\x06\x0000" + marker


class Device(Enum):
    """The printer as a whole, in XFS4IoT's words."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    POWER_OFF = "powerOff"
    """The port is there and nobody answers: no power, or a cable between."""
    NO_DEVICE = "noDevice"
    HARDWARE_ERROR = "hardwareError"


class Paper(Enum):
    """The roll, in XFS4IoT's words."""

    FULL = "full"
    LOW = "low"
    OUT = "out"
    UNKNOWN = "unknown"


class Fault(Enum):
    """What broke, as far as the printer says."""

    NONE = "none"
    MECHANICAL = "mechanical"
    """Recoverable: a paper jam, mostly."""
    CUTTER = "cutter"
    UNRECOVERABLE = "unrecoverable"
    AUTOMATIC = "automatic"
    """Goes away by itself: a hot print head, a voltage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The newest that is known of the printer."""

    device: Device
    paper: Paper = Paper.UNKNOWN
    cover_open: bool | None = None
    fault: Fault = Fault.NONE

    @property
    def stopped(self) -> bool:
        """Whether a job under way has failed: somebody must do something before this printer prints on."""
        return bool(self.cover_open) or self.paper is Paper.OUT or self.fault not in (Fault.NONE, Fault.AUTOMATIC)

    @property
    def ready(self) -> bool:
        """Whether a job may begin."""
        return self.device is Device.ONLINE and not self.stopped

    def without_device(self, device: Device) -> Self:
        """Nobody answers: what was known before is no longer."""
        return replace(self, device=device, paper=Paper.UNKNOWN, cover_open=None, fault=Fault.NONE)

    @classmethod
    def of_automatic(cls, four: bytes) -> Self:
        """Read the four bytes of an automatic status (GS a)."""
        printer, error, paper, _ = four
        return cls._of(
            offline=bool(printer & 0x08),
            cover_open=bool(printer & 0x20),
            fault=_fault(mechanical=error & 0x04, cutter=error & 0x08, final=error & 0x20, automatic=error & 0x40),
            paper=_paper(low=paper & 0x03, out=paper & 0x0C),
        )

    @classmethod
    def of_answers(cls, printer: int, cause: int, error: int, paper: int) -> Self:
        """Read the answers to DLE EOT 1, 2, 3 and 4."""
        fault = _fault(mechanical=error & 0x04, cutter=error & 0x08, final=error & 0x20, automatic=error & 0x40)
        if fault is Fault.NONE and cause & 0x40:
            fault = Fault.MECHANICAL  # An error of a kind that the third answer has no bit for.
        return cls._of(
            offline=bool(printer & 0x08),
            cover_open=bool(cause & 0x04),
            fault=fault,
            paper=_paper(low=paper & 0x0C, out=(paper & 0x60) | (cause & 0x20)),
        )

    @classmethod
    def _of(cls, *, offline: bool, cover_open: bool, fault: Fault, paper: Paper) -> Self:
        device = Device.OFFLINE if offline else Device.ONLINE
        if fault not in (Fault.NONE, Fault.AUTOMATIC):
            device = Device.HARDWARE_ERROR
        return cls(device=device, paper=paper, cover_open=cover_open, fault=fault)


def _fault(*, mechanical: int, cutter: int, final: int, automatic: int) -> Fault:
    if final:
        return Fault.UNRECOVERABLE
    if cutter:
        return Fault.CUTTER
    if mechanical:
        return Fault.MECHANICAL
    return Fault.AUTOMATIC if automatic else Fault.NONE


def _paper(*, low: int, out: int) -> Paper:
    if out:
        return Paper.OUT
    return Paper.LOW if low else Paper.FULL


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """Four bytes, sent unasked when something changed."""

    status: Status


@dataclass(frozen=True, slots=True)
class Answer:
    """One byte answering DLE EOT; which question, only the one who asked knows."""

    value: int


@dataclass(frozen=True, slots=True)
class PaperSensor:
    """One byte answering GS r 1."""

    value: int


@dataclass(frozen=True, slots=True)
class ProcessId:
    """All data before this marker has been printed."""

    marker: bytes


@dataclass(frozen=True, slots=True)
class BufferCleared:
    """Nothing that was sent before is kept any more."""


@dataclass(frozen=True, slots=True)
class PowerNotice:
    """The printer was switched on (all its settings are lost), or is about to go off."""

    on: bool


@dataclass(frozen=True, slots=True)
class Stray:
    """A byte that no printer sends here: line noise, or the tail of something whose head was lost."""

    value: int


Message = AutomaticStatus | Answer | PaperSensor | ProcessId | BufferCleared | PowerNotice | Stray

_FLOW_CONTROL: Final = (0x11, 0x13)
_BLOCK_BYTES: Final = {b"\x37\x22": 7, b"\x37\x25": 3, b"\x3b\x31": 3, b"\x3b\x30": 3}


class Decoder:
    """Takes what the printer sent, in any pieces; gives messages. Never raises, keeps at most seven bytes."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Add bytes; return the messages that are now whole."""
        messages: list[Message] = []
        for byte in data:
            if byte not in _FLOW_CONTROL:
                self._pending.append(byte)
                while self._pending and (taken := _take(self._pending)):
                    message, length = taken
                    messages.append(message)
                    del self._pending[:length]
        return messages


def _take(pending: bytearray) -> tuple[Message, int] | None:
    """The first message and its length, or None while its end is missing."""
    head = pending[0]
    if head & 0x90 == 0x00:
        return PaperSensor(head), 1
    if head & 0x93 == 0x12:
        return Answer(head), 1
    if head & 0x93 == 0x10:
        return _take_automatic(pending)
    if head in (0x37, 0x3B):
        return _take_block(pending)
    return Stray(head), 1


def _take_automatic(pending: bytearray) -> tuple[Message, int] | None:
    if any(byte & 0x90 for byte in pending[1:4]):
        return Stray(pending[0]), 1  # The next message has begun: the rest of this one was lost.
    if len(pending) < 4:
        return None
    return AutomaticStatus(Status.of_automatic(bytes(pending[:4]))), 4


def _take_block(pending: bytearray) -> tuple[Message, int] | None:
    if len(pending) < 2:
        return None
    length = _BLOCK_BYTES.get(bytes(pending[:2]))
    if length is None or any(not 0x20 <= byte <= 0x7E for byte in pending[2 : length - 1]):
        return Stray(pending[0]), 1
    if len(pending) < length:
        return None
    if pending[length - 1] != 0:
        return Stray(pending[0]), 1
    if length == 7:
        return ProcessId(bytes(pending[2:6])), length
    if pending[0] == 0x37:
        return BufferCleared(), length
    return PowerNotice(on=pending[1] == 0x31), length
