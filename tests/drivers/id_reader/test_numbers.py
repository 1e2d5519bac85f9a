"""Numbers on ID documents: published ones, and that each belongs to its kind alone."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.id_reader.numbers import DocumentKind, fits_birth_date, is_number_of

RESIDENT, FOREIGN, PERMIT = DocumentKind.RESIDENT, DocumentKind.FOREIGN_RESIDENT, DocumentKind.RESIDENCE_PERMIT

# GB 11643-1999, annex A; the specimens that the Beijing police showed of the residence permits; the National
# Immigration Administration's two, in the rules of 2023.
PUBLISHED = [
    (RESIDENT, "11010519491231002X", date(1949, 12, 31)),
    (RESIDENT, "440524188001010014", date(1880, 1, 1)),
    (PERMIT, "810000199408230021", date(1994, 8, 23)),
    (PERMIT, "830000199201300022", date(1992, 1, 30)),
    (FOREIGN, "911124198108030024", date(1981, 8, 3)),
    (FOREIGN, "932682198501010017", date(1985, 1, 1)),
]


@pytest.mark.parametrize(("kind", "number", "born"), PUBLISHED)
def test_published_numbers(kind: DocumentKind, number: str, born: date) -> None:
    assert is_number_of(kind, number)
    assert fits_birth_date(number, born)
    assert not fits_birth_date(number, born.replace(year=born.year + 1))


def test_foreign_numbers_until_2023() -> None:
    """Three letters, place, birth date in six digits; their check isn't published."""
    assert is_number_of(FOREIGN, "UTO990181080310")
    assert fits_birth_date("UTO990181080310", date(1981, 8, 3))
    assert not fits_birth_date("UTO990181080310", date(1981, 8, 4))


OF_ANOTHER_KIND = [
    (RESIDENT, "810000199408230021"),
    (RESIDENT, "UTO990181080310"),
    (PERMIT, "11010519491231002X"),
    (PERMIT, "911124198108030024"),
    (FOREIGN, "11010519491231002X"),
    (FOREIGN, "810000199408230021"),
]
WRONG = [
    (RESIDENT, "110105194912310021"),
    (RESIDENT, "11010519491231002x"),
    (PERMIT, "810000199408230023"),
    (FOREIGN, "911124198108030028"),
    (FOREIGN, "UTO99018108031"),
    (FOREIGN, "uto990181080310"),
    (FOREIGN, "UTO٩90181080310"),
    *((kind, "") for kind in DocumentKind),
]


@pytest.mark.parametrize(("kind", "number"), [*OF_ANOTHER_KIND, *WRONG])
def test_other_numbers(kind: DocumentKind, number: str) -> None:
    assert not is_number_of(kind, number)


@given(kind=st.sampled_from(DocumentKind), text=st.text(), born=st.dates())
def test_fuzz_numbers(kind: DocumentKind, text: str, born: date) -> None:
    """Any text is or isn't one."""
    is_number_of(kind, text)
    fits_birth_date(text, born)
