"""The SAM-V serial protocol of resident ID card readers: bytes in, answers out, no I/O.

Source: First Research Institute of the Ministry of Public Security, "SAM_V communication protocol" (UART):

    to the reader    AA AA AA 96 69  length  command parameter  data  check
    from the reader  AA AA AA 96 69  length  SW1 SW2 SW3        data  check

The length is two bytes, high byte first, and counts what follows it. The check is the XOR of everything between the
preamble and itself. SW1 and SW2 are the card's own status word where it gave one; SW3 is the reader's. An answer
doesn't say what it answers: `Command.takes` tells by its status and length.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import reduce
from operator import xor
from typing import Final

PREAMBLE: Final = b"\xaa\xaa\xaa\x96\x69"
TEXT_BYTES: Final = 256
PHOTO_BYTES: Final = 1024
"""In a coding of its own; nobody here decodes it."""

_START: Final = PREAMBLE[2:]
"""The first two bytes only wake the receiver up; a capture of a noisy line has another byte among them."""
_HEAD_BYTES: Final = len(_START) + 2
_SHORTEST: Final = 4
_LONGEST: Final = 2314  # Text, photo and two fingerprints (30 10); nothing longer is published.


class Status(IntEnum):
    """SW3, as published. A reader may know others."""

    BAD_CHECK = 0x10
    """The reader got a command with a wrong check byte."""
    BAD_LENGTH = 0x11
    BAD_COMMAND = 0x21
    NOT_UNDERSTOOD = 0x24
    CARD_REFUSED_READER = 0x31
    READER_REFUSED_CARD = 0x32
    NOT_VERIFIED = 0x33
    """The card's data doesn't carry the issuer's proof."""
    WRONG_CARD = 0x40
    NOT_READ = 0x41
    NO_CHALLENGE = 0x47
    SELF_TEST_FAILED = 0x60
    NOT_AUTHORISED = 0x66
    NOT_FOUND = 0x80
    NOT_SELECTED = 0x81
    DONE = 0x90
    NO_SUCH_ITEM = 0x91
    FOUND = 0x9F


UNINTELLIGIBLE: Final = frozenset({Status.BAD_CHECK, Status.BAD_LENGTH, Status.BAD_COMMAND, Status.NOT_UNDERSTOOD})
"""The command came broken: worth sending again."""
OUT_OF_ORDER: Final = frozenset({Status.SELF_TEST_FAILED, Status.NOT_AUTHORISED})
"""The reader's security module serves nobody."""


class Command(Enum):
    """What this driver sends."""

    STATE = (0x11, 0xFF)
    """Whether the security module is well."""
    FIND = (0x20, 0x01)
    """Look for a card, once; the reader doesn't wait for one."""
    SELECT = (0x20, 0x02)
    READ = (0x30, 0x01)
    """Text and photo."""

    @property
    def wire(self) -> bytes:
        """The whole frame."""
        return encode(bytes(self.value))

    def takes(self, answer: "Answer") -> bool:
        """Whether `answer` can be one to this command, and not a late one to the command before."""
        size = len(answer.data)
        match answer.status:
            case Status.DONE:
                by_size = {Command.STATE: size == 0, Command.SELECT: 0 < size < TEXT_BYTES}
                return by_size.get(self, self is Command.READ and size > TEXT_BYTES)
            case Status.FOUND | Status.NOT_FOUND:
                return self is Command.FIND
            case Status.NOT_SELECTED:
                return self is Command.SELECT
            case _:
                return True


@dataclass(frozen=True, slots=True)
class Answer:
    """An intact frame of the reader's."""

    card_status: bytes
    """SW1 and SW2."""
    status: int
    """SW3; see `Status`."""
    data: bytearray = field(repr=False)
    """A person's data, in an answer to `READ`: `wipe` when done."""

    def wipe(self) -> None:
        """Overwrite the data."""
        _wipe(self.data)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A frame whose check byte doesn't fit."""


class BadReading(ValueError):
    """An answer to `READ` whose parts don't have the published lengths."""


def encode(content: bytes) -> bytes:
    """Frame `content`: command, parameter and data; or, from a reader, three status bytes and data."""
    checked = (len(content) + 1).to_bytes(2) + content
    return PREAMBLE + checked + bytes([reduce(xor, checked)])


class Decoder:
    """Takes answers out of a stream of bytes, in whatever pieces they come.

    What was taken out or skipped is overwritten at once. CPython and the kernel may keep copies that nobody reaches.
    """

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[Answer | Damaged]:
        """What `data` completes, noise skipped. Run it to its end."""
        self._pending += data
        while (start := self._pending.find(_START)) >= 0:
            self._skip(start)
            if len(self._pending) < _HEAD_BYTES:
                return
            length = int.from_bytes(self._pending[len(_START) : _HEAD_BYTES])
            if not _SHORTEST <= length <= _LONGEST:
                self._skip(1)
                continue
            end = _HEAD_BYTES + length
            if len(self._pending) < end:
                return
            yield self._take(end)
        self._skip(max(len(self._pending) - len(_START) + 1, 0))  # What is left may be the beginning of one.

    def reset(self) -> None:
        """Forget a frame that has begun: it won't be completed any more."""
        self._skip(len(self._pending))

    def _take(self, end: int) -> Answer | Damaged:
        with memoryview(self._pending) as view, view[len(_START) : end] as checked:
            intact = reduce(xor, checked) == 0
        if not intact:
            self._skip(1)  # Of a frame that lost bytes the next one is a part.
            return Damaged()
        at = _HEAD_BYTES
        answer = Answer(bytes(self._pending[at : at + 2]), self._pending[at + 2], self._pending[at + 3 : end - 1])
        self._skip(end)
        return answer

    def _skip(self, count: int) -> None:
        self._pending[:count] = bytes(count)
        del self._pending[:count]


def text_of(data: bytearray) -> bytearray:
    """The text in an answer to `READ`: two lengths of two bytes, the text, the photo.

    Both `data` and what is returned are the caller's to wipe.

    Raises:
        BadReading: Other lengths. The message says nothing of the content.
    """
    text, photo = int.from_bytes(data[0:2]), int.from_bytes(data[2:4])
    if text != TEXT_BYTES or photo > PHOTO_BYTES or len(data) != 4 + text + photo:
        raise BadReading("a reading of other lengths than 256 and 1024 bytes")
    return data[4 : 4 + text]


def _wipe(buffer: bytearray) -> None:
    buffer[:] = bytes(len(buffer))
