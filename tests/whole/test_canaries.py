"""What the search for secrets finds, and what it leaves alone."""

import base64
import json
import random
import struct
from collections.abc import Callable

import pieces
import pytest
from canaries import SMALL_INT_BYTES, Canaries, PinsInMemory
from hypothesis import given
from hypothesis import strategies as st

PIN, NEW = "503917", "961742"
BCD = bytes.fromhex(PIN)
VERIFY = bytes.fromhex("0020000003") + BCD
CHANGE = bytes.fromhex(f"805E010007{PIN}FF{NEW}")
BLOCK = bytes.fromhex("1B9C1845EB993A7A")  # ANSI X9.24-1:2009, A.4.
ACCOUNT = "405612345678"


def canaries() -> Canaries:
    found = Canaries()
    found.add_pins((PIN, NEW))
    found.add_change(PIN, NEW)
    found.add_block(PIN, ACCOUNT, BLOCK)
    found.add_text("name", "张建国")
    return found


FORMS: dict[str, Callable[[], bytes]] = {
    "a log line": lambda: json.dumps({"event": "pin", "digits": PIN}).encode(),
    "UTF-16": lambda: PIN.encode("utf-16"),
    "digits one by one": lambda: json.dumps([int(digit) for digit in PIN]).encode(),
    "keys one by one": lambda: json.dumps(list(PIN)).encode(),
    "characters as numbers": lambda: json.dumps(list(PIN.encode())).encode(),
    "hex of ASCII": lambda: PIN.encode().hex().encode(),
    "BCD in hex": lambda: BCD.hex(" ").encode(),
    "BCD as numbers": lambda: str(list(BCD)).encode(),
    "a printed bytearray": lambda: str(bytearray(BCD)).encode(),
    "VERIFY": lambda: VERIFY,
    "VERIFY in hex": lambda: VERIFY.hex(":").upper().encode(),
    "VERIFY as a list, as pyscard prints it": lambda: str(list(VERIFY)).encode(),
    "CHANGE": lambda: CHANGE,
    "CHANGE in base64": lambda: base64.b64encode(CHANGE),
    "CHANGE as Python prints it": lambda: repr(CHANGE).encode(),
    "the enciphered block": lambda: BLOCK.hex().encode(),
    # ISO 9564-1, 9.3.2: 06503917FFFFFFFF XOR 0000040561234567.
    "the clear block": lambda: bytes.fromhex("06503D129EDCBA98"),
    "the clear block in base64": lambda: base64.urlsafe_b64encode(bytes.fromhex("06503D129EDCBA98")),
    "a name in GB 18030": lambda: "姓名：张建国".encode("gb18030"),
    "a name in ASCII JSON": lambda: json.dumps("张建国").encode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_form_is_found_among_other_bytes(form: Callable[[], bytes]) -> None:
    noise = random.Random(1).randbytes(1000)

    assert canaries().found_in(noise + form() + noise)


@pytest.mark.parametrize("before", range(3))
def test_base64_is_found_wherever_it_begins(before: int) -> None:
    text = base64.b64encode(b"x" * before + PIN.encode() + b"yyy")

    assert "PIN 0 in ASCII" in canaries().found_in(text)


@pytest.mark.parametrize("text", ["验证码503917，5分钟内有效", '{"code": "503917"}', "[5, 0, 3, 9, 1, 7]", "NTAzOTE3"])
def test_a_code_by_text_is_found_and_no_longer_number_taken_for_it(text: str) -> None:
    code = Canaries()
    code.add_code("code", PIN)

    assert code.found_in(text.encode()) == ["code"]
    assert code.found_in(b"at 1503917, on 5039170, 2026-01-02T03:04:05.503917Z") == []


def test_chance_finds_nothing() -> None:
    """Random bytes, hex digits, clocks that show a PIN as a fraction of a second, a UUID or a digest with one."""
    noise = random.Random(2).randbytes(1 << 14)
    handle, digest = b"0a503917-11b0-4c5d-9e6f-001122334455", b"ab503917cdef9870" * 4

    assert canaries().found_in(noise + noise.hex().encode() + b"2026-01-02T03:04:05.503917Z") == []
    assert canaries().found_in(handle + b"unlock" + handle + b" " + digest) == []
    assert canaries().found_in(handle + PIN.encode() + handle) == ["PIN 0 in ASCII"]


def test_a_list_of_ints_is_found_in_memory() -> None:
    """A list holds addresses; those of small ints tell the digits."""
    codes = list(PIN.encode())
    pins = PinsInMemory([PIN], [(PIN, NEW)], id(0))

    assert id(1) - id(0) == SMALL_INT_BYTES
    assert pins.found_in(struct.pack("<6Q", *map(id, codes))) == ["list of codes of PIN 0"]
    assert pins.found_in(CHANGE) == ["data of CHANGE 0", "CHANGE from PIN 0"]
    assert pins.found_in(b"..." + PIN.encode()) == ["PIN 0 in ascii"]


def test_a_part_of_another_number_in_memory_is_none() -> None:
    """A clock's microseconds, an address: by chance, once in some thousand runs."""
    pins = PinsInMemory([PIN], [], None)
    pin = PIN.encode()

    assert pins.found_in(b"23:59:59." + pin + b"Z") == []
    assert pins.found_in(b"1" + pin) == []
    assert pins.found_in(pin + b"1") == []
    assert pins.found_in(b"23:59:59." + pin + b'Z "' + pin + b'"') == ["PIN 0 in ascii"]


@given(
    data=st.binary(max_size=60),
    forms=st.dictionaries(st.binary(min_size=4, max_size=9), st.sampled_from("abc"), min_size=1, max_size=6),
    planted=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), max_size=3),
)
def test_many_at_once_are_found_as_each_alone(
    data: bytes, forms: dict[bytes, str], planted: list[tuple[int, int]]
) -> None:
    for which, at in planted:
        data = data[:at] + list(forms)[which % len(forms)] + data[at:]

    assert pieces.found(forms, data) == {name for form, name in forms.items() if form in data}
