from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card_reader.pin_entry import Feature, modify_structure, parse_features, verify_structure
from drivers.card_reader.protocol import Command, Instruction, ProtocolViolation


def test_verify_structure() -> None:
    """Field by field as in PC/SC part 10, section 2.5.2: 19 bytes, then the command."""
    template = Command(instruction=Instruction.VERIFY, data=b"\xff" * 3)
    expected = "1E 1E 81 03 00 0606 02 01 0408 00 000000 08000000 0020000003FFFFFF"
    assert verify_structure(template, seconds=30, digits=(6, 6)) == bytes.fromhex(expected)


def test_modify_structure() -> None:
    """Section 2.5.3: 24 bytes, then the command; fewest digits in the high byte of a little-endian word."""
    template = Command(instruction=Instruction.CHANGE_PIN, p1=1, data=b"\xff" * 7)
    expected = "1E 1E 81 03 00 00 04 0604 03 02 03 0408 00 01 02 000000 0C000000 805E010007FFFFFFFFFFFFFF"
    assert modify_structure(template, new_at=4, seconds=30, digits=(4, 6)) == bytes.fromhex(expected)


def test_features() -> None:
    """Unknown ones are left out; what isn't a list is refused."""
    reply = bytes.fromhex("06 04 42330006 07 04 42330007 0A 04 4233000A")
    assert parse_features(reply) == {Feature.VERIFY_PIN_DIRECT: 0x42330006, Feature.MODIFY_PIN_DIRECT: 0x42330007}
    assert parse_features(b"") == {}
    for bad in ("06 04 423300", "06 03 42330006"):
        with pytest.raises(ProtocolViolation):
            parse_features(bytes.fromhex(bad))


@given(st.binary(max_size=60))
def test_fuzz_features(reply: bytes) -> None:
    """Any bytes are a list, or a violation."""
    with suppress(ProtocolViolation):
        parse_features(reply)
