import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card_reader.numbers import is_card_number, is_resident_number


def test_published_numbers() -> None:
    """The card specification's own example; GB 11643-1999's two, in annex A."""
    assert is_card_number("ET000077X")
    assert is_resident_number("11010519491231002X")
    assert is_resident_number("440524188001010014")


@pytest.mark.parametrize("number", ["ET0000770", "ET000077", "et000077X", "", "ET000077XX", "ET000077A"])
def test_no_card_numbers(number: str) -> None:
    assert not is_card_number(number)


@pytest.mark.parametrize(
    "number", ["110105194912310021", "11010519491231002x", "11010519491231002", "١١٠١٠٥١٩٤٩١٢٣١٠٠٢X"]
)
def test_no_resident_numbers(number: str) -> None:
    assert not is_resident_number(number)


@given(body=st.text("0123456789", min_size=17, max_size=17))
def test_one_check_character_fits(body: str) -> None:
    """Exactly one of the eleven."""
    assert sum(is_resident_number(body + check) for check in "0123456789X") == 1


@given(body=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_one_card_check_character_fits(body: str) -> None:
    """Exactly one of the eleven."""
    assert sum(is_card_number(body + check) for check in "0123456789X") == 1


@given(st.text())
def test_fuzz_numbers(text: str) -> None:
    """Any text is or isn't one."""
    is_card_number(text)
    is_resident_number(text)
