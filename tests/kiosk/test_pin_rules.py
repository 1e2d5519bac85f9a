import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.pin import Pin
from kiosk.pin_rules import Weakness, weakness_of

BORN = datetime.date(1958, 10, 1)
NUMBERS = ("990100195810010153", "VR3582694")


def judge(new: str, old: str | None = None) -> Weakness | None:
    return weakness_of(
        Pin(bytearray(new.encode())),
        old=None if old is None else Pin(bytearray(old.encode())),
        length=6,
        initial_pins=("123456",),
        birth_date=BORN,
        numbers=NUMBERS,
    )


CASES = [
    ("12345", Weakness.LENGTH),
    ("1234567", Weakness.LENGTH),
    ("123456", Weakness.INITIAL),
    ("111111", Weakness.REPEATED),
    ("112211", Weakness.REPEATED),
    ("808808", Weakness.REPEATED),
    ("121212", Weakness.REPEATED),
    ("147147", Weakness.REPEATED),
    ("234567", Weakness.RUN),
    ("987654", Weakness.RUN),
    ("678901", Weakness.RUN),
    ("210987", Weakness.RUN),
    ("581001", Weakness.BIRTH_DATE),
    ("195810", Weakness.BIRTH_DATE),
    ("011058", Weakness.BIRTH_DATE),
    ("100158", Weakness.BIRTH_DATE),
    ("101958", Weakness.BIRTH_DATE),
    ("358269", Weakness.PART_OF_NUMBER),
    ("990100", Weakness.PART_OF_NUMBER),
    ("010153", Weakness.PART_OF_NUMBER),
    ("746108", None),
    ("135790", None),
]


@pytest.mark.parametrize(("new", "expected"), CASES)
def test_each_weakness_is_told_apart(new: str, expected: Weakness | None) -> None:
    """A citizen is told the reason, so it has to be the right one."""
    assert judge(new) is expected


def test_the_old_pin_is_no_new_pin() -> None:
    """Whatever else it may be."""
    assert judge("746108", old="746108") is Weakness.SAME_AS_OLD
    assert judge("746108", old="746109") is None


@given(st.from_regex(r"[0-9]{4,12}", fullmatch=True))
def test_any_digits_get_a_verdict(new: str) -> None:
    """Never an exception, and another length is never good."""
    assert (judge(new) is Weakness.LENGTH) == (len(new) != 6)


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_nothing_is_known_nothing_is_held_against_a_pin(new: str) -> None:
    """Without birth date and numbers only the shape of the PIN can be weak."""
    verdict = weakness_of(Pin(bytearray(new.encode())), old=None, length=6)
    assert verdict in (None, Weakness.REPEATED, Weakness.RUN)
