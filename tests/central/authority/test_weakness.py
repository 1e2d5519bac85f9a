from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.authority.weakness import PinRules, Weakness, weakness_of

BORN = date(1986, 3, 7)
NUMBERS = ("110105198603070127", "VR0048217")


@pytest.mark.parametrize(
    ("digits", "expected"),
    [
        ("358269", None),
        ("12345", Weakness.LENGTH),
        ("3582691", Weakness.LENGTH),
        ("123456", Weakness.INITIAL),
        ("888888", Weakness.REPEATED),
        ("112211", Weakness.REPEATED),
        ("121212", Weakness.REPEATED),
        ("123123", Weakness.REPEATED),
        ("234567", Weakness.RUN),
        ("678901", Weakness.RUN),
        ("543210", Weakness.RUN),
        ("210987", Weakness.RUN),
        ("860307", Weakness.BIRTH_DATE),
        ("070386", Weakness.BIRTH_DATE),
        ("030786", Weakness.BIRTH_DATE),
        ("198603", Weakness.BIRTH_DATE),
        ("031986", Weakness.BIRTH_DATE),
        ("110105", Weakness.REPEATED),
        ("105198", Weakness.PART_OF_NUMBER),
        ("004821", Weakness.PART_OF_NUMBER),
    ],
)
def test_rules(digits: str, expected: Weakness | None) -> None:
    """Each by an example; the first that applies is told."""
    rules = PinRules(initial_pins=("123456",), birth_date=BORN, numbers=NUMBERS)
    expected = Weakness.PART_OF_NUMBER if digits == "110105" else expected
    assert weakness_of(bytearray(digits.encode()), rules) is expected


def test_birth_dates_of_eight_digits() -> None:
    """Where a region's PINs have eight."""
    rules = PinRules(length=8, birth_date=BORN)
    for digits in ("19860307", "03071986", "07031986"):
        assert weakness_of(bytearray(digits.encode()), rules) is Weakness.BIRTH_DATE


def test_what_is_not_known_forbids_nothing() -> None:
    """Without a birth date and numbers."""
    assert weakness_of(bytearray(b"860307"), PinRules()) is None


def test_rules_do_not_show_the_holder() -> None:
    assert "1986" not in repr(PinRules(birth_date=BORN, numbers=NUMBERS))


@given(st.text("0123456789", max_size=13))
def test_fuzz(digits: str) -> None:
    """Any digits are judged, and stay as they were."""
    entered = bytearray(digits.encode())
    weakness = weakness_of(entered, PinRules(birth_date=BORN, numbers=NUMBERS))
    assert (weakness is Weakness.LENGTH) == (len(digits) != 6)
    assert entered == digits.encode()
    entered.clear()  # Nothing holds on to it.
