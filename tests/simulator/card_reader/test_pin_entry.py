import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.card_reader import pin_entry

VERIFY = bytes.fromhex("1E 05 81 03 00 0606 02 01 0408 00 000000 08000000 0020000003FFFFFF")
MODIFY = bytes.fromhex("1E 05 81 03 00 00 04 0604 03 02 03 0408 00 01 02 000000 0C000000 805E010007FFFFFFFFFFFFFF")


def press(entry: pin_entry.PinEntry, keys: str) -> bytes | None:
    """Digits, `E` enter, `C` clear, `X` cancel."""
    for key in keys:
        result = entry.press({"E": "enter", "C": "clear", "X": "cancel"}.get(key, key))
        if result is not None:
            return result
    return None


def test_verify_fills_the_command() -> None:
    """Clear starts anew, digits beyond the most are ignored, stars on the display, time after the first key."""
    entry = pin_entry.begin(pin_entry.VERIFY_PIN_DIRECT, VERIFY)
    assert entry.seconds_to_next_key == 30
    assert press(entry, "12C35") is None
    assert entry.seconds_to_next_key == 5
    assert entry.display == "请输入密码 **"
    assert press(entry, "82690E") == bytes.fromhex("0020000003358269")
    assert "358269" not in repr(entry)


@pytest.mark.parametrize(
    ("keys", "result"),
    [
        ("358269E604173E604173E", "805E010007358269FF604173"),
        ("358269E6041E6041E", "805E010007358269FF6041FF"),
        ("358269E604173E604174E", "6402"),
        ("358E", "6403"),
        ("358269EX", "6401"),
    ],
)
def test_modify(keys: str, result: str) -> None:
    """Old, new, again; shorter ones keep the padding that the template has."""
    entry = pin_entry.begin(pin_entry.MODIFY_PIN_DIRECT, MODIFY)
    assert press(entry, keys) == bytes.fromhex(result)


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        VERIFY[:-1],
        VERIFY + b"\xff",
        VERIFY[:2] + b"\x82" + VERIFY[3:],  # ASCII.
        VERIFY[:3] + b"\x13" + VERIFY[4:],  # With a length field.
        VERIFY[:3] + b"\x04" + VERIFY[4:],  # Longer than the command's data.
    ],
)
def test_what_the_pad_does_not_do(broken: bytes) -> None:
    with pytest.raises(pin_entry.Refused):
        pin_entry.begin(pin_entry.VERIFY_PIN_DIRECT, broken)


@given(
    st.sampled_from([pin_entry.VERIFY_PIN_DIRECT, pin_entry.MODIFY_PIN_DIRECT]),
    st.binary(max_size=40) | st.integers(0, 18).map(lambda n: VERIFY[:n] + b"\x77" + VERIFY[n + 1 :]),
)
def test_fuzz_structures(code: int, data: bytes) -> None:
    """Any bytes are an entry, or refused."""
    try:
        entry = pin_entry.begin(code, data)
    except pin_entry.Refused:
        return
    assert press(entry, "3582690000E" * 3) is not None
