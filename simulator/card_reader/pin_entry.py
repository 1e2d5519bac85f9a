"""A PIN typed on the reader itself, after PC/SC part 10: a pure state machine; keys in, an APDU or a refusal out."""

import struct
from dataclasses import dataclass, field

GET_FEATURE_REQUEST = 0x42000D48  # SCARD_CTL_CODE(3400)
VERIFY_PIN_DIRECT = 0x42330006
MODIFY_PIN_DIRECT = 0x42330007
FEATURES = struct.pack(">BBIBBI", 0x06, 4, VERIFY_PIN_DIRECT, 0x07, 4, MODIFY_PIN_DIRECT)

TIMED_OUT, CANCELLED, MISMATCH, LENGTH, REFUSED = (
    bytes.fromhex(word) for word in ("6400", "6401", "6402", "6403", "6b80")
)

_VERIFY = struct.Struct("<BBBBBHBBHB3sI")
_MODIFY = struct.Struct("<BBBBBBBHBBBHBBB3sI")
_TEXTS = {"pin": "请输入密码", "old": "请输入原密码", "new": "请输入新密码", "again": "请再次输入新密码"}


class Refused(Exception):
    """The structure asks for something that this pad doesn't do."""


@dataclass(kw_only=True)
class PinEntry:
    """One entry in progress."""

    seconds_to_first_key: int
    seconds_between_keys: int
    minimum: int
    maximum: int
    apdu: bytearray = field(repr=False)
    stages: list[str]
    offsets: dict[str, int]
    """Where each PIN goes, in bytes after Lc."""
    _typed: str = field(default="", repr=False)
    _pins: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def display(self) -> str:
        """What the pad's display shows now."""
        return f"{_TEXTS[self.stages[len(self._pins)]]} {'*' * len(self._typed)}"

    @property
    def seconds_to_next_key(self) -> int:
        """When the pad gives up."""
        started = self._typed or self._pins
        return (self.seconds_between_keys if started else self.seconds_to_first_key) or 30

    def press(self, key: str) -> bytes | None:
        """Take a digit, `enter`, `clear` or `cancel`; give the APDU, or a refusal's status word, when it ends.

        Raises:
            ValueError: No such key.
        """
        if key == "cancel":
            return CANCELLED
        if key == "clear":
            self._typed = ""
            return None
        if len(key) == 1 and key.isascii() and key.isdigit():
            if len(self._typed) < self.maximum:
                self._typed += key
            return None
        if key != "enter":
            raise ValueError(f"no such key: {key}")
        if len(self._typed) < self.minimum:
            return LENGTH
        stage = self.stages[len(self._pins)]
        self._pins[stage], self._typed = self._typed, ""
        if len(self._pins) < len(self.stages):
            return None
        if "again" in self._pins and self._pins["again"] != self._pins["new"]:
            return MISMATCH
        for place, offset in self.offsets.items():
            packed = bytes.fromhex(self._pins[place].ljust(-(-len(self._pins[place]) // 2) * 2, "F"))
            self.apdu[5 + offset : 5 + offset + len(packed)] = packed
        return bytes(self.apdu)


def begin(code: int, data: bytes) -> PinEntry:
    """Read a PIN_VERIFY or PIN_MODIFY structure.

    Raises:
        Refused: Cut short, or a format that isn't BCD counted in bytes.
    """
    layout = _VERIFY if code == VERIFY_PIN_DIRECT else _MODIFY
    if len(data) < layout.size + 5:
        raise Refused("cut short")
    fields, apdu = layout.unpack_from(data), bytearray(data[layout.size :])
    first, between, form, block, length_format = fields[:5]
    if fields[-1] != len(apdu) or len(apdu) != 5 + apdu[4]:
        raise Refused("lengths disagree")
    if form & 0x87 != 0x81 or block >> 4 or length_format:
        raise Refused("only BCD, left-justified, counted in bytes, without a length")
    position = form >> 3 & 0x0F
    if code == VERIFY_PIN_DIRECT:
        sizes, stages, offsets = fields[5], ["pin"], {"pin": position}
    else:
        sizes, confirm = fields[7], fields[8]
        stages = ["old"] * bool(confirm & 2) + ["new"] + ["again"] * bool(confirm & 1)
        offsets = {"new": position + fields[6]} | ({"old": position + fields[5]} if confirm & 2 else {})
    if any(offset + (block & 0x0F) > apdu[4] for offset in offsets.values()):
        raise Refused("the PIN doesn't fit")
    return PinEntry(
        seconds_to_first_key=first,
        seconds_between_keys=between,
        minimum=sizes >> 8,
        maximum=min(sizes & 0xFF, 2 * (block & 0x0F)),
        apdu=apdu,
        stages=stages,
        offsets=offsets,
    )
