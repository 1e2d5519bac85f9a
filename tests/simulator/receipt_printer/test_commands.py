"""One command out of a buffer, whole or not yet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.receipt_printer.commands import Command, take

VECTORS = [
    ("1B 40", "ESC @", ""),
    ("1B 61 01", "ESC a", "01"),
    ("1D 56 42 00", "GS V", "42 00"),
    ("1D 56 00", "GS V", "00"),
    ("1D 76 30 00 01 00 02 00 FF 81", "GS v", "30 00 01 00 02 00 FF 81"),
    ("1D 28 48 06 00 30 30 61 62 63 64", "GS (", "48 06 00 30 30 61 62 63 64"),
    ("1B 2A 21 02 00 01 02 03 04 05 06", "ESC *", "21 02 00 01 02 03 04 05 06"),
    ("1B 2A 00 02 00 01 02", "ESC *", "00 02 00 01 02"),
    ("1B 44 08 10 00", "ESC D", "08 10 00"),
    ("1D 6B 04 31 32 00", "GS k", "04 31 32 00"),
    ("1D 6B 49 02 31 32", "GS k", "49 02 31 32"),
    ("10 04 02", "DLE \x04", "02"),
    ("10 14 08 01 03 14 01 06 02 08", "DLE \x14", "08 01 03 14 01 06 02 08"),
    ("1C 26", "FS &", ""),
    ("0A", "LF", "0A"),
    ("41", "text", "41"),
    ("D6 D0", "text", "D6 D0"),
    ("95 32 90 31", "text", "95 32 90 31"),
]


@pytest.mark.parametrize(("wire", "name", "arguments"), VECTORS)
def test_a_command_is_taken_when_it_is_whole(wire: str, name: str, arguments: str) -> None:
    data = bytes.fromhex(wire)
    assert take(data + b"X", chinese=True) == Command(name, bytes.fromhex(arguments), len(data))
    for length in range(len(data)):
        assert take(data[:length], chinese=True) is None


def test_without_chinese_mode_each_byte_is_a_character() -> None:
    assert take(b"\xd6\xd0", chinese=False) == Command("text", b"\xd6", 1)


@pytest.mark.parametrize("wire", ["1B 01", "1D 7E", "1C 41", "10 41", "01"])
def test_an_unknown_command_is_named_so(wire: str) -> None:
    command = take(bytes.fromhex(wire), chinese=True)
    assert command is not None
    assert command.name == "unknown"


@given(st.binary(max_size=200), st.booleans())
def test_fuzz_take(data: bytes, chinese: bool) -> None:
    """Any bytes are worked off piece by piece, or wait for more; none are skipped."""
    buffer = data
    while command := take(buffer, chinese=chinese):
        assert 0 < command.length <= len(buffer)
        buffer = buffer[command.length :]
