"""Z/7x frames of a DUKPT PIN pad: bytes in, messages out, no I/O.

The dialect of VeriFone's PINpad 1000SE, kept by UIC's PP690, PP790SE and PP791. Source: UIC, "PIN Pad 791
Programmer's Manual" (PM0103-U), sections 4, 5, 9 and 10.

A frame is `STX body ETX LRC`, or `SI body SO LRC` for administration. The LRC is the XOR of everything after the
opener through the closer, so it may have any value: those of STX, ETX, ACK, NAK and EOT too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

STX, ETX, SI, SO = 0x02, 0x03, 0x0F, 0x0E
_FS, _RS, _SUB = b"\x1c", b"\x1e", b"\x1a"

_LONGEST_FRAME = 256
"""Bytes; twice the longest frame of this dialect (Z3, 124). More than that without an end is noise."""

LONGEST_PROMPT = 16
"""Bytes of a prompt in Z62: one line of the display."""


class Control(Enum):
    """One byte between frames that says what became of them."""

    ACK = 0x06
    """Frame received intact."""
    NAK = 0x15
    """Frame received broken: send it again."""
    EOT = 0x04
    """Over: a cancel, a timeout, a refusal, or just the end of an exchange. The host must know which."""

    @property
    def wire(self) -> bytes:
        """The byte itself."""
        return bytes([self.value])


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that arrived intact."""

    body: bytes = field(repr=False)  # May hold an enciphered PIN.
    administrative: bool = False


@dataclass(frozen=True, slots=True)
class BrokenFrame:
    """The end of a frame that didn't arrive intact; what it held can't be trusted."""


Message = Control | Frame | BrokenFrame


def lrc(protected: bytes) -> int:
    """The XOR of all bytes."""
    total = 0
    for byte in protected:
        total ^= byte
    return total


def encode(frame: Frame) -> bytes:
    """The frame as it goes over the wire."""
    opener, closer = (SI, SO) if frame.administrative else (STX, ETX)
    protected = frame.body + bytes([closer])
    return bytes([opener]) + protected + bytes([lrc(protected)])


class Decoder:
    """Cuts a stream of bytes into messages, whatever arrives.

    Text that follows no opener is a frame whose opener was lost: its end, LRC included, is taken with it. Else an
    LRC of 06 or 04 would pass for an ACK or an EOT.
    """

    def __init__(self) -> None:
        self._pending = bytearray()
        self._closed = False  # The next byte is the LRC.

    def feed(self, data: bytes | bytearray) -> Iterator[Message]:
        """Yield the messages that `data` completes. Where the stream is cut makes no difference."""
        for byte in data:
            message = self._take(byte)
            if message is not None:
                yield message

    def reset(self) -> None:
        """Forget a frame that has begun and won't end."""
        self._pending.clear()
        self._closed = False

    def _take(self, byte: int) -> Message | None:
        pending = self._pending
        if self._closed:
            message = self._finish(byte)
            self.reset()
            return message
        if byte in (STX, SI):
            pending[:] = (byte,)  # A frame inside a frame: the first one lost its end.
        elif byte in (ETX, SO):
            if pending:
                pending.append(byte)
                self._closed = True
        elif byte in _CONTROLS and not (pending and pending[0] in _CLOSER_OF):
            pending.clear()
            return Control(byte)
        else:
            pending.append(byte)
            if len(pending) > _LONGEST_FRAME:
                pending.clear()
                return BrokenFrame()
        return None

    def _finish(self, received_lrc: int) -> Message:
        pending = bytes(self._pending)
        if _CLOSER_OF.get(pending[0]) == pending[-1] and lrc(pending[1:]) == received_lrc:
            return Frame(pending[1:-1], administrative=pending[0] == SI)
        return BrokenFrame()


_CONTROLS = frozenset(control.value for control in Control)
_CLOSER_OF = {STX: ETX, SI: SO}


# What the host says.


def show_pin_prompt(number: int) -> Frame:
    """Z2 in PIN entry mode: show the pad's own prompt `number` (1 to 999). Z60 is refused without one."""
    if not 1 <= number <= 999:
        raise ValueError("a prompt number is 1 to 999")
    return Frame(b"Z2" + _RS + b"%03d" % number + _SUB)


def show_text(words: str) -> Frame:
    """Z2 outside PIN entry mode: show words of our own, at most 16 letters; keys may then be read one by one."""
    if not 1 <= len(words) <= LONGEST_PROMPT or not words.isascii():
        raise ValueError("a line is 1 to 16 ASCII letters")
    return Frame(b"Z2" + _SUB + words.encode())


def enter_pin(account: str, *, half_minutes: int) -> Frame:
    """Z60: take a PIN of 4 to 12 digits under the prompt that Z2 showed.

    Args:
        account: 8 to 19 digits, bound into the PIN block (ISO 9564-1, format 0).
        half_minutes: The pad gives up after 1 to 9 times 30 s.
    """
    return Frame(b"Z60." + _account(account) + _FS + _timeout(half_minutes))


def enter_pin_prompted(
    account: str, *, shortest: int, longest: int, prompts: tuple[bytes, bytes, bytes], half_minutes: int
) -> Frame:
    """Z62: take a PIN of `shortest` to `longest` digits (4 to 12); an empty PIN is not allowed.

    Args:
        account: 8 to 19 digits.
        shortest: Fewest digits that ENTER accepts.
        longest: Most digits that the pad takes.
        prompts: Two that alternate until a key is pressed, and one for afterwards; 1 to 16 bytes each, the last
            two may be empty. A pad refuses words that its fixed table doesn't hold.
        half_minutes: As for `enter_pin`.
    """
    if not 4 <= shortest <= longest <= 12:
        raise ValueError("a PIN is 4 to 12 digits (ISO 9564-1)")
    if not prompts[0] or any(len(p) > LONGEST_PROMPT or min(p, default=0x20) < 0x20 for p in prompts):
        raise ValueError("a prompt is 1 to 16 printable bytes")
    limits = b"%02d%02dN" % (shortest, longest)
    fields = [b"Z62." + _account(account), limits + prompts[0], prompts[1], prompts[2], _timeout(half_minutes)]
    return Frame(_FS.join(fields))


def read_key(seconds: int) -> Frame:
    """Z42: report one key, outside PIN entry, within 1 to 255 s."""
    if not 1 <= seconds <= 255:
        raise ValueError("a key is awaited 1 to 255 s")
    return Frame(b"Z42%d" % seconds)


CANCEL = Frame(b"72")
"""End what is under way. While keys are awaited the answer is EOT and no ACK, else ACK."""
RESET = Frame(b"Z1")
"""Back to idle."""
FULL_KSN = Frame(b"7A1")
"""Send key serial numbers with their leading Fs from now on."""
SELF_TEST = Frame(b"16", administrative=True)
"""Report the state of memories and keys."""


def _account(account: str) -> bytes:
    if not (8 <= len(account) <= 19 and account.isascii() and account.isdigit()):
        raise ValueError("an account is 8 to 19 digits")
    return account.encode()


def _timeout(half_minutes: int) -> bytes:
    if not 1 <= half_minutes <= 9:
        raise ValueError("the pad waits 1 to 9 times 30 s")
    return b"%d" % half_minutes


# What the pad says.


@dataclass(frozen=True, slots=True)
class PinBlock:
    """71: a PIN block and the serial number of the key that enciphered it."""

    ksn: bytes = field(repr=False)
    """Always 10 bytes: the Fs that the wire dropped are put back."""
    block: bytes = field(repr=False)
    """8 bytes."""


@dataclass(frozen=True, slots=True)
class EntryRefused:
    """71 with an error code: one character, see `REFUSALS`."""

    code: str


@dataclass(frozen=True, slots=True)
class PromptAnswer:
    """Z2: whether the pad has the prompt."""

    shown: bool


@dataclass(frozen=True, slots=True)
class Key:
    """Z43: a key, or that none came."""

    name: str
    """`0` to `9`, `cancel`, `enter`, `clear`, `f1` to `f3`, or `timeout`."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """16: the self-test's findings."""

    failures: tuple[str, ...]
    """Empty: healthy."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An intact frame that means nothing here, or has the wrong form."""


Reply = PinBlock | EntryRefused | PromptAnswer | Key | SelfTest | Unknown

REFUSALS = {
    "0": "no account",
    "2": "account under 8 digits",
    "3": "account over 19 digits",
    "4": "account not of digits",
    "5": "debit/credit field wrong",
    "6": "timeout wrong",
    "8": "PIN limits or prompts wrong",
    "A": "no DUKPT key injected",
    "B": "flash memory error",
    "C": "out of memory",
    "F": "DUKPT key used up",
    "G": "file missing or not authentic",
}
"""Error codes of message 71 under DUKPT, in words for a technician."""

_FAILED_TESTS = {"1": "RAM", "2": "ROM checksum", "5": "master keys"}
_KEYS = {"*": "cancel", "#": "enter", "/": "clear", "?": "timeout", "A": "f1", "B": "f2", "C": "f3"}

# The serial number has no length of its own: 16 digits of block are counted from the right.
_PIN_BLOCK = re.compile(rb"710([0-9A-Fa-f]{10,20})([0-9A-Fa-f]{16})")
_REFUSED = re.compile(rb"71([0-9A-Z])")
_PROMPT = re.compile(rb"Z2([01])")
_KEY = re.compile(rb"Z43([0-9*#/?ABC])")
_SELF_TEST = re.compile(rb"16([0125]{1,3})")


def read_reply(frame: Frame) -> Reply:
    """What an intact frame from the pad means."""
    if frame.administrative:
        if found := _SELF_TEST.fullmatch(frame.body):
            return SelfTest(tuple(_FAILED_TESTS[c] for c in found[1].decode() if c != "0"))
        return Unknown()
    if found := _PIN_BLOCK.fullmatch(frame.body):
        return PinBlock(bytes.fromhex(found[1].decode().rjust(20, "F")), bytes.fromhex(found[2].decode()))
    if found := _REFUSED.fullmatch(frame.body):
        return EntryRefused(found[1].decode())
    if found := _PROMPT.fullmatch(frame.body):
        return PromptAnswer(found[1] == b"0")
    if found := _KEY.fullmatch(frame.body):
        key = found[1].decode()
        return Key(_KEYS.get(key, key))
    return Unknown()
