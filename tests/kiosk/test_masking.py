from hypothesis import given
from hypothesis import strategies as st

from kiosk.masking import masked_name, masked_number, tail


def test_masks_are_the_published_ones() -> None:
    """As citizens know them from other machines."""
    assert masked_name("张建国") == "张*"
    assert masked_number("11010519491231001X") == "110***********001X"
    assert tail("ET000077X") == "077X"


@given(st.text(st.characters(exclude_characters="*"), max_size=40))
def test_no_mask_gives_away_more_than_its_part(text: str) -> None:
    """One character of a name; three and four of a number; never more than half of a short one."""
    assert masked_name(text)[1:] == "*" or text == ""
    masked = masked_number(text)
    assert len(masked) == len(text)
    assert len(text) - masked.count("*") <= 7
    assert len(tail(text)) <= max(1, min(4, len(text) // 2))
