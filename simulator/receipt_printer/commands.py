"""What a printer makes of the bytes in its receive buffer: one command, one character, or "not whole yet".

Source: Epson's ESC/POS command reference; FS commands as printers with a GB 18030 font have them.
"""

from dataclasses import dataclass
from typing import Final

ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10

_ARGUMENTS: Final[dict[int, dict[str, int]]] = {
    ESC: {
        **dict.fromkeys("@2LSim", 0),
        **dict.fromkeys("! -3=EGJKMRTUVadert{%?", 1),
        **dict.fromkeys("$\\c", 2),
        "p": 3,
    },
    FS: {"&": 0, ".": 0, **dict.fromkeys("!-CWr", 1), "S": 2, "2": 74},
    GS: {**dict.fromkeys("!BHIabfhrwxT", 1), **dict.fromkeys("LWP$\\", 2)},
    DLE: {"\x04": 1, "\x05": 1},
}
"""How many bytes follow the two of a plain command."""


@dataclass(frozen=True, slots=True)
class Command:
    """`name` is the two bytes as the reference writes them ("ESC a", "GS v"), or "LF", "text", "unknown"."""

    name: str
    arguments: bytes
    length: int


_CONTROLS: Final = {0x0A: "LF", 0x0D: "CR", 0x09: "HT", 0x0C: "FF", 0x18: "CAN"}
_INTRODUCERS: Final = {ESC: "ESC", FS: "FS", GS: "GS", DLE: "DLE"}


def take(buffer: bytes | bytearray, *, chinese: bool) -> Command | None:
    """The first command in `buffer`, or None if more bytes must come.

    Args:
        buffer: What was received and not yet worked off.
        chinese: Whether FS & is in force, so that bytes from 81 on begin a character of two or four.
    """
    if not buffer:
        return None
    head = buffer[0]
    if head in _INTRODUCERS:
        return _take_command(bytes(buffer))
    if head < 0x20:
        return Command(_CONTROLS.get(head, "unknown"), bytes((head,)), 1)
    if not chinese or head < 0x81 or head == 0xFF:
        return Command("text", bytes((head,)), 1)
    if len(buffer) < 2:
        return None
    length = 4 if 0x30 <= buffer[1] <= 0x39 else 2
    if len(buffer) < length:
        return None
    return Command("text", bytes(buffer[:length]), length)


def _take_command(buffer: bytes) -> Command | None:
    if len(buffer) < 2:
        return None
    head, letter = buffer[0], chr(buffer[1])
    name = f"{_INTRODUCERS[head]} {letter}"
    needed = _ARGUMENTS[head].get(letter)
    if needed is None:
        needed = _variable_length(name, buffer[2:])
        if needed is None:
            return None
        if needed < 0:
            return Command("unknown", buffer[:2], 2)
    end = 2 + needed
    return Command(name, buffer[2:end], end) if len(buffer) >= end else None


def _variable_length(name: str, rest: bytes) -> int | None:
    """Bytes that follow the first two; None: can't be known yet; -1: no such command."""

    def number(at: int) -> int:
        return rest[at] | rest[at + 1] << 8

    match name:
        case "GS (" | "FS (":
            return 3 + number(1) if len(rest) >= 3 else None
        case "GS v":
            return 6 + number(2) * number(4) if len(rest) >= 6 else None
        case "GS V":
            return (2 if rest[0] in (65, 66, 97, 98, 103, 104) else 1) if rest else None
        case "ESC *":
            return 3 + number(1) * (3 if rest[0] in (32, 33) else 1) if len(rest) >= 3 else None
        case "ESC D":
            return rest.index(0) + 1 if 0 in rest else None
        case "GS k":
            if len(rest) < 2:
                return None
            if rest[0] > 6:
                return 2 + rest[1]
            return rest.index(0, 1) + 1 if 0 in rest[1:] else None
        case "DLE \x14":
            return {8: 8, 1: 3, 2: 3, 3: 6, 7: 2}.get(rest[0], 1) if rest else None
    return -1
