"""Commands to the social application and what its answers mean: bytes in, messages out, no I/O.

ISO 7816-4 and the social security card specification. Only the instructions in `Instruction` can be expressed: there
is no way to write one that blocks the card or its application for good.
"""

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import final

from drivers.pin import Pin, wipe

SOCIAL_APPLICATION = b"sx1.sh." + "社会保障".encode("gbk")
"""The name of the social application's dedicated file."""
CARD_FILE, HOLDER_FILE = 0xEF05, 0xEF06
WHOLE_FILE = 0x05
"""P2 of READ RECORD: all records from the first on."""


class ProtocolViolation(ValueError):
    """Bytes that can't be what they should be. The message never repeats them."""


class Instruction(Enum):
    """The class and instruction bytes that this driver can send, and no others."""

    SELECT = (0x00, 0xA4)
    READ_RECORD = (0x00, 0xB2)
    GET_RESPONSE = (0x00, 0xC0)
    GET_CHALLENGE = (0x00, 0x84)
    VERIFY = (0x00, 0x20)
    CHANGE_PIN = (0x80, 0x5E)
    EXTERNAL_AUTHENTICATE = (0x00, 0x82)
    UNBLOCK = (0x84, 0x24)
    GET_DATA = (0x00, 0xCB)
    """Of a technician's card, as is what follows: NIST SP 800-73-4, part 2."""
    GENERAL_AUTHENTICATE = (0x00, 0x87)
    GENERAL_AUTHENTICATE_BEGIN = (0x10, 0x87)
    """More of the data follows in the next command."""


_MUTATING = (Instruction.CHANGE_PIN, Instruction.UNBLOCK)


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. Its data never shows in a `repr`; data in a bytearray can be wiped.

    Raises:
        ValueError: A field out of its range.
        TypeError: An instruction that isn't an `Instruction`.
    """

    instruction: Instruction
    p1: int = 0
    p2: int = 0
    data: bytes | bytearray = field(default=b"", repr=False)
    le: int | None = None
    """How many bytes are expected, 1 to 256, where 256 also means all there are; None: none."""

    def __post_init__(self) -> None:
        if type(self.instruction) is not Instruction:
            raise TypeError("not an Instruction")
        if not (0 <= self.p1 <= 255 and 0 <= self.p2 <= 255 and len(self.data) <= 255):
            raise ValueError("p1, p2 or data out of range")
        if self.le is not None and not 1 <= self.le <= 256:
            raise ValueError("le out of range")

    @property
    def header(self) -> bytes:
        """CLA INS P1 P2: all that a journal may record of a command that carries a PIN."""
        return bytes((*self.instruction.value, self.p1, self.p2))

    @property
    def counted(self) -> bool:
        """Whether a failure can use up a try, of the PIN or of a key: never sent again without being asked."""
        if self.instruction is Instruction.VERIFY:
            return len(self.data) > 0
        return self.mutating or self.instruction is Instruction.EXTERNAL_AUTHENTICATE

    @property
    def mutating(self) -> bool:
        """Whether it changes what the card remembers, besides counters."""
        return self.instruction in _MUTATING

    def encode(self) -> bytearray:
        """The bytes on the wire, in a buffer that the caller wipes if they are secret."""
        wire = bytearray(self.header)
        if self.data:
            wire.append(len(self.data))
            wire += self.data
        if self.le is not None:
            wire.append(self.le & 0xFF)
        return wire

    def wipe(self) -> None:
        """Overwrite the data, if it is in a buffer of its own."""
        if isinstance(self.data, bytearray):
            wipe(self.data)


def select_application() -> Command:
    """SELECT the social application by its name; the answer is its control information (FCI)."""
    return Command(instruction=Instruction.SELECT, p1=0x04, data=SOCIAL_APPLICATION)


def select_file(file: int, *, p1: int = 0x02) -> Command:
    """SELECT an elementary file under the application. Some cards want `p1` 00."""
    return Command(instruction=Instruction.SELECT, p1=p1, data=file.to_bytes(2))


def read_whole_file() -> Command:
    """READ RECORD, all records of the selected file."""
    return Command(instruction=Instruction.READ_RECORD, p1=0x01, p2=WHOLE_FILE, le=256)


def read_record(tag: int, *, length: int = 256) -> Command:
    """READ RECORD, the one with this tag; `length` with tag and length bytes, if it is known: it saves T=0 a round."""
    return Command(instruction=Instruction.READ_RECORD, p1=tag, le=length)


def get_response(length: int) -> Command:
    """GET RESPONSE, for what 61xx announced."""
    return Command(instruction=Instruction.GET_RESPONSE, le=length)


def get_challenge(length: int = 8) -> Command:
    """GET CHALLENGE of 4, 8 or 16 bytes; good for one use."""
    return Command(instruction=Instruction.GET_CHALLENGE, le=length)


def probe_tries() -> Command:
    """VERIFY without a PIN: tells the tries left and spends none. Only some families of cards allow it."""
    return Command(instruction=Instruction.VERIFY, le=256)


def verify(pin: Pin) -> Command:
    """VERIFY `pin`. The caller wipes the command."""
    return Command(instruction=Instruction.VERIFY, data=pin.to_bcd())


def change_pin(old: Pin, new: Pin) -> Command:
    """CHANGE PIN from `old` to `new`. The caller wipes the command."""
    data = bytearray(2 * _MOST_PIN_BYTES + 1)  # Made at its full size: growing would leave copies behind.
    before, after = old.to_bcd(), new.to_bcd()
    end = len(before) + 1 + len(after)
    data[: len(before)], data[len(before)], data[len(before) + 1 : end] = before, 0xFF, after
    del data[end:]
    wipe(before)
    wipe(after)
    return Command(instruction=Instruction.CHANGE_PIN, p1=0x01, data=data)


_MOST_PIN_BYTES = 6  # 12 digits (ISO 9564-1, 8.1).
_PUK = 0x06
"""Key id of the PIN's unblocking key; its holder is the issuer."""


def authenticate_issuer(data: bytes) -> Command:
    """EXTERNAL AUTHENTICATE with the PUK: eight bytes that prove the last challenge, eight of the issuer's random."""
    return Command(instruction=Instruction.EXTERNAL_AUTHENTICATE, p2=_PUK, data=data)


def unblock(data: bytes) -> Command:
    """UNBLOCK: all tries again under the same PIN; `data` is the issuer's MAC."""
    return Command(instruction=Instruction.UNBLOCK, p2=0x00, data=data)


def reset(data: bytes) -> Command:
    """RESET: a new PIN and all tries; `data` is the enciphered PIN and the issuer's MAC. The caller wipes it."""
    return Command(instruction=Instruction.UNBLOCK, p2=0x01, data=bytearray(data))


@final
@dataclass(frozen=True, slots=True)
class Answer:
    """What the card said: data, which never shows in a `repr`, and the status word."""

    data: bytes = field(repr=False)
    status: int

    @classmethod
    def parse(cls, reply: bytes) -> "Answer":
        """Read the card's bytes.

        Raises:
            ProtocolViolation: Too short for a status word, or longer than a short answer can be.
        """
        if not 2 <= len(reply) <= 258:
            raise ProtocolViolation(f"{len(reply)} bytes are no answer")
        return cls(bytes(reply[:-2]), int.from_bytes(reply[-2:]))

    @property
    def status_word(self) -> str:
        """SW1 SW2 as four hex digits."""
        return f"{self.status:04X}"

    @property
    def ok(self) -> bool:
        """9000."""
        return self.status == 0x9000

    @property
    def tries_left(self) -> int | None:
        """63Cx: x tries are left; 6983: none. None: the status word doesn't tell."""
        if self.status & 0xFFF0 == 0x63C0:
            return self.status & 0x000F
        return 0 if self.status == 0x6983 else None

    @property
    def application_blocked(self) -> bool:
        """9303: for good."""
        return self.status == 0x9303

    @property
    def not_found(self) -> bool:
        """No such application, file, record or key."""
        return self.status in (0x6A82, 0x6A83, 0x6A88)

    @property
    def closed(self) -> bool:
        """6982: the card wants somebody to authenticate first."""
        return self.status == 0x6982

    @property
    def secured_refused(self) -> bool:
        """6982, 6984, 6985, 6988: not authenticated, no fresh challenge, the key is used up, the MAC is wrong."""
        return self.status in (0x6982, 0x6984, 0x6985, 0x6988)

    @property
    def data_refused(self) -> bool:
        """6A80 or 6700: wrong data or length; nothing was compared."""
        return self.status in (0x6A80, 0x6700)


def follow_up(command: Command, answer: Answer) -> Command | None:
    """What T=0 wants sent next: GET RESPONSE after 61xx, the same command with the right length after 6Cxx.

    Only a command without effect is ever repeated.
    """
    length = answer.status & 0xFF or 256
    match answer.status >> 8:
        case 0x61:
            return get_response(length)
        case 0x6C if command.le is not None and not command.counted:
            return replace(command, le=length)
    return None
