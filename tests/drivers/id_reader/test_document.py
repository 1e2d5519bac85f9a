"""The text of ID documents: each published layout, round trips with the simulator's own writer, nonsense."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.card_reader.files import Sex
from drivers.id_reader.document import NAME_UNITS, Document, Validity, parse_document
from drivers.id_reader.errors import DocumentInvalid
from drivers.id_reader.numbers import DocumentKind
from simulator.card_reader.personas import resident_number
from simulator.id_reader.people import (
    cards,
    foreign_text_2017,
    foreign_text_2023,
    permit_text,
    resident_text,
)

TODAY = date(2026, 3, 5)
LONG_NAME = "买买提艾山江·阿卜杜克热木图尔荪"


NUMBER = resident_number("990100", date(1958, 10, 1), 15)


def resident(name: str = "张建国", until: date | None = None) -> bytes:
    return resident_text(name, NUMBER, date(2020, 5, 20), until)


def put(text: bytes, at: int, value: str) -> bytes:
    """`text` with another field at byte `at`."""
    raw = value.encode("utf-16-le", "surrogatepass")
    return text[:at] + raw + text[at + len(raw) :]


def item_of(text: bytes) -> str:
    with pytest.raises(DocumentInvalid) as caught:
        parse_document(text)
    assert caught.value.__context__ is None
    return caught.value.item


def test_resident_by_byte() -> None:
    """The places of GA/T 490, written out by hand."""
    number = resident_number("110105", date(1949, 12, 31), 1)
    fields = {0: "张三", 30: "1", 32: "01", 36: "19491231", 52: "北京市某处１号", 122: number}
    fields |= {158: "北京市公安局", 188: "20060101", 204: "长期"}
    text = " ".encode("utf-16-le") * 128
    for at, value in fields.items():
        text = put(text, at, value)
    assert parse_document(text) == Document(
        kind=DocumentKind.RESIDENT,
        number=number,
        name="张三",
        english_name=None,
        sex=Sex.MALE,
        birth_date=date(1949, 12, 31),
        ethnic_group="01",
        nationality=None,
        address="北京市某处１号",
        issuer="北京市公安局",
        travel_permit=None,
        valid_from=date(2006, 1, 1),
        valid_until=None,
    )


def test_permit() -> None:
    number = "810000199408230021"
    text = permit_text("证件样本", number, "H00000000", date(2022, 1, 1), date(2027, 1, 1))
    document = parse_document(text)
    assert document.kind is DocumentKind.RESIDENCE_PERMIT
    assert (document.name, document.number, document.travel_permit) == ("证件样本", number, "H00000000")
    assert (document.ethnic_group, document.nationality, document.english_name) == (None, None, None)


def test_foreign_of_2023() -> None:
    """The specimen of the National Immigration Administration; a long name goes on in a second field."""
    text = foreign_text_2023(
        "ZHENGJIAN YANGBEN", "证件样本", "911124198108030024", "CAN", date(2023, 9, 15), date(2033, 9, 14)
    )
    document = parse_document(text)
    assert document.kind is DocumentKind.FOREIGN_RESIDENT
    assert (document.name, document.english_name) == ("证件样本", "ZHENGJIAN YANGBEN")
    assert (document.nationality, document.sex, document.birth_date) == ("CAN", Sex.FEMALE, date(1981, 8, 3))
    assert (document.address, document.issuer, document.ethnic_group) == (None, None, None)

    long = "A" * 40
    text = foreign_text_2023(long, "", "911124198108030024", "CAN", date(2023, 9, 15), date(2033, 9, 14))
    assert parse_document(text).english_name == long
    assert parse_document(text).name == ""


def test_foreign_of_2017() -> None:
    born = date(1981, 8, 3)
    text = foreign_text_2017("SPECIMEN, ANNA", "", "UTO990181080310", "2", born, date(2018, 1, 1), date(2028, 1, 1))
    document = parse_document(text)
    assert document.kind is DocumentKind.FOREIGN_RESIDENT
    assert (document.number, document.nationality, document.birth_date) == ("UTO990181080310", "UTO", born)
    assert document.names("Specimen Anna")
    assert not document.names("")


@pytest.mark.parametrize("card", [c for c in cards(TODAY) if c.kind != "other"], ids=lambda c: str(c.id))
def test_every_card_of_the_simulator(card: object) -> None:
    """Parsed as the kind that it is meant to be."""
    document = parse_document(card.text)  # type: ignore[attr-defined]
    assert document.kind.value == card.kind  # type: ignore[attr-defined]
    expected = Validity.EXPIRED if card.id == "archived_id_expired" else Validity.VALID  # type: ignore[attr-defined]
    assert document.validity(TODAY) is expected


@given(
    name=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x2FA1F, exclude_categories=["Cs"]), min_size=1)
    .map(lambda name: name[:7])
    .filter(lambda name: name.strip(" \0\u3000")),
    born=st.dates(min_value=date(1000, 1, 1)),
    order=st.integers(1, 999),
    issued=st.dates(min_value=date(1000, 1, 1)),
    until=st.none() | st.dates(min_value=date(1000, 1, 1)),
)
@example(name="吴𠮷祥", born=date(2001, 11, 11), order=115, issued=date(2020, 1, 1), until=date.max)
def test_resident_round_trip(name: str, born: date, order: int, issued: date, until: date | None) -> None:
    number = resident_number("990100", born, order)
    document = parse_document(resident_text(name, number, issued, until))
    assert (document.name, document.number, document.birth_date) == (name, number, born)
    assert document.sex is (Sex.MALE if order % 2 else Sex.FEMALE)
    assert (document.valid_from, document.valid_until) == (issued, until)
    assert document.names(name)


def test_validity_counts_both_ends() -> None:
    document = parse_document(resident(until=date(2030, 5, 20)))
    assert document.validity(date(2020, 5, 19)) is Validity.NOT_YET
    assert document.validity(date(2020, 5, 20)) is Validity.VALID
    assert document.validity(date(2030, 5, 20)) is Validity.VALID
    assert document.validity(date(2030, 5, 21)) is Validity.EXPIRED
    assert parse_document(resident()).validity(date(2099, 1, 1)) is Validity.VALID


def test_a_name_longer_than_its_field() -> None:
    """The card has its first 15 characters; a record with the whole name still fits, another name doesn't."""
    document = parse_document(resident(name=LONG_NAME))
    assert document.name == LONG_NAME[:NAME_UNITS]
    assert document.names(LONG_NAME)
    assert document.names(LONG_NAME.replace("·", "•"))
    assert not document.names(LONG_NAME[:-3])
    assert not document.names("张" + LONG_NAME)
    assert not parse_document(resident()).names("张建国强")


def test_a_rare_character_cut_in_half() -> None:
    whole = "一" * (NAME_UNITS - 1)
    text = put(resident(name=whole), 0, whole + "\ud842")
    document = parse_document(text)
    assert document.name == whole
    assert document.names(whole + "𠮷")


def test_padding() -> None:
    """Spaces, zeros, wide spaces: all seen on cards."""
    for padding in (" ", "\0", "\u3000"):
        assert parse_document(put(resident(), 0, "张建国" + padding * 12)).name == "张建国"


INVALID = [
    ("kind", 248, "Q"),
    ("kind", 248, "\udc00"),
    ("sex", 30, "3"),
    ("sex", 30, "男"),
    ("birth_date", 36, "19581301"),
    ("birth_date", 36, "１９５８１００１"),
    ("birth_date", 36, "19581002"),
    ("name", 0, " " * 15),
    ("name", 0, "\udc00"),
    ("number", 122, "990100195810010011"),
    ("number", 122, "810000199408230021"),
    ("valid_from", 188, "长期      "),
    ("valid_until", 204, "20300230"),
    ("valid_until", 204, "短期      "),
    ("address", 52, "\udc00"),
]


@pytest.mark.parametrize(("item", "at", "value"), INVALID)
def test_invalid_items_are_named(item: str, at: int, value: str) -> None:
    """Named, never quoted, nor carried along within the error."""
    text = put(resident(), at, value)
    assert item_of(text) == item


def test_other_lengths() -> None:
    assert item_of(b"") == "text"
    assert item_of(resident() + b"\0") == "text"


def test_nothing_personal_is_shown() -> None:
    document = parse_document(resident())
    assert repr(document) == f"Document(kind={DocumentKind.RESIDENT!r})"
    assert str(DocumentInvalid("name")) == "the ID card's data can't be used: name (outcome not done)"


@given(text=st.binary(min_size=256, max_size=256), at=st.integers(0, 255), junk=st.binary(max_size=20))
def test_fuzz_documents(text: bytes, at: int, junk: bytes) -> None:
    """Any 256 bytes: a document, or an error that names an item; so too a card with a few bytes wrong."""
    for candidate in (text, (resident()[:at] + junk + resident())[:256]):
        with suppress(DocumentInvalid):
            assert parse_document(bytearray(candidate)).kind in DocumentKind
