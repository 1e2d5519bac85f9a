from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.card_reader.files import (
    Algorithm,
    CardItem,
    ControlInformation,
    HolderItem,
    Sex,
    parse_answer_to_reset,
    parse_card_file,
    parse_control_information,
    parse_holder_file,
    parse_records,
)
from drivers.card_reader.protocol import SOCIAL_APPLICATION, ProtocolViolation

CARD = {
    0x01: bytes.fromhex("990100D15600000500000001A55A0001"),
    0x02: b"1",
    0x03: b"2.00",
    0x04: bytes.fromhex("990100FFFFFFFFFFFFFFFFFF"),
    0x05: bytes.fromhex("20220312"),
    0x06: bytes.fromhex("20320312"),
    0x07: b"ET000077X",
}
HOLDER = {
    0x08: b"11010519491231002X",
    0x09: "张建国".encode("gbk").ljust(30, b"\0"),
    0x0A: b"1",
    0x0B: b"\x01",
    0x0C: bytes.fromhex("990100"),
    0x0D: bytes.fromhex("19491231"),
}


def wire(records: dict[int, bytes]) -> bytes:
    return b"".join(bytes([tag, len(value)]) + value for tag, value in records.items())


def test_a_regular_card() -> None:
    """Every item in its type, nothing unreadable, nothing personal in the repr."""
    card = parse_card_file(parse_records(wire(CARD)))
    assert card.identification_code == "990100D15600000500000001A55A0001"
    assert (card.card_class, card.spec_version, card.issuer) == ("1", "2.00", "990100")
    assert (card.issued_on, card.valid_until) == (date(2022, 3, 12), date(2032, 3, 12))
    assert card.card_number == "ET000077X"
    assert card.unreadable == frozenset()
    assert "ET000077X" not in repr(card)

    holder = parse_holder_file(parse_records(wire(HOLDER)))
    assert (holder.social_security_number, holder.name) == ("11010519491231002X", "张建国")
    assert (holder.sex, holder.ethnic_group, holder.birthplace) == (Sex.MALE, "01", "990100")
    assert holder.birth_date == date(1949, 12, 31)
    assert holder.unreadable == frozenset()
    assert "张建国" not in repr(holder)


@pytest.mark.parametrize(
    ("tag", "value", "reads"),
    [
        (0x05, b"2022", None),  # A date as text, clipped to the item's length.
        (0x05, b"20220312", date(2022, 3, 12)),  # The whole date as text.
        (0x05, b"2022 312", None),
        (0x05, b"20220230", None),
        (0x05, bytes.fromhex("20221345"), None),
        (0x05, bytes.fromhex("202203"), None),
        (0x05, bytes.fromhex("2022ABCD"), None),
        (0x05, b"\xff\xfe\xfd\xfc\xff\xfe\xfd\xfc", None),
        (0x01, bytes(15) + b"\1\1", None),
        (0x04, bytes.fromhex("ABCD"), None),
        (0x03, b"\x01\x02", None),
        (0x03, b"\xe9", None),
        (0x07, b"ET0000771", None),
    ],
)
def test_one_bad_item_of_the_card(tag: int, value: bytes, reads: object) -> None:
    """It is named, and the others read."""
    item = CardItem(tag)
    card = parse_card_file(CARD | {tag: value})
    names = {0x01: "identification_code", 0x03: "spec_version", 0x04: "issuer", 0x05: "issued_on", 0x07: "card_number"}
    assert getattr(card, names[tag]) == reads
    assert card.unreadable == (frozenset({item}) if reads is None else frozenset())


@pytest.mark.parametrize(
    ("tag", "value", "item", "reads"),
    [
        (0x08, b"110105194912310021", "social_security_number", None),
        (0x08, b"11010519491231002x", "social_security_number", "11010519491231002X"),
        (0x08, b"11010519491231 02X", "social_security_number", None),
        (0x08, b"12345", "social_security_number", None),
        (0x08, b"USA123456789012\0\0\0", "social_security_number", "USA123456789012"),
        (0x08, b"PRC12345678901234X", "social_security_number", "PRC12345678901234X"),
        (0x09, b"\xff\xff\xff\x80", "name", None),
        (0x09, b"A\x01B", "name", None),
        (0x09, b" \0 \0", "name", None),
        (0x09, "吴𠮷祥".encode("gb18030"), "name", "吴𠮷祥"),
        (0x09, b"MARIA DA SILVA  ", "name", "MARIA DA SILVA"),
        (0x0A, b"7", "sex", None),
        (0x0A, b"2", "sex", Sex.FEMALE),
        (0x0B, b"\xab", "ethnic_group", None),
        (0x0C, b"\x99\x0b\x00", "birthplace", None),
        (0x0D, b"1949", "birth_date", None),
    ],
)
def test_one_odd_item_of_the_holder(tag: int, value: bytes, item: str, reads: object) -> None:
    """It is named if it can't be read, and the others read."""
    holder = parse_holder_file(HOLDER | {tag: value})
    assert getattr(holder, item) == reads
    assert holder.unreadable == (frozenset({HolderItem(tag)}) if reads is None else frozenset())


@pytest.mark.parametrize("blank", [b"", b"\0\0\0\0", b"\xff\xff\xff\xff", b"    "])
def test_a_blank_item_is_no_fault(blank: bytes) -> None:
    """The issuer left it out: None, and not unreadable."""
    card = parse_card_file(CARD | {0x06: blank})
    assert card.valid_until is None
    assert card.unreadable == frozenset()


def test_missing_items() -> None:
    """Of an empty file everything is unreadable, but nothing raises; a continued name alone says nothing."""
    assert parse_card_file({}).unreadable == frozenset(CardItem)
    assert parse_holder_file({0x4E: b"A"}).unreadable == frozenset(HolderItem) - {HolderItem.NAME_CONTINUED}


def test_a_long_name_is_joined_before_it_is_decoded() -> None:
    """The cut falls inside a character: 29 bytes of ASCII, then one of two bytes."""
    name = "A" * 29 + "张建国"
    raw = name.encode("gbk")
    holder = parse_holder_file(HOLDER | {0x09: raw[:30], 0x4E: raw[30:].ljust(20, b"\0")})
    assert holder.name == name


def test_records_cut_short() -> None:
    """What came whole counts; of two with one tag the first."""
    assert parse_records(b"\x01\x01A\x02\x05B") == {1: b"A"}
    assert parse_records(b"\x01\x01A\x02") == {1: b"A"}
    assert parse_records(b"\x01\x01A\x01\x01B") == {1: b"A"}


@given(records=st.dictionaries(st.integers(0, 255), st.binary(max_size=255)))
def test_records_round_trip(records: dict[int, bytes]) -> None:
    assert parse_records(wire(records)) == records


@given(name=st.text(min_size=1, max_size=12).filter(lambda t: t.strip() and t.replace(" ", "").isprintable()))
def test_names_round_trip(name: str) -> None:
    """GB 18030 holds every character there is; only spaces at the ends are lost."""
    raw = name.strip().encode("gb18030", "ignore")
    if 0 < len(raw) <= 50 and set(raw) != {0xFF}:
        holder = parse_holder_file(HOLDER | {0x09: raw[:30], 0x4E: raw[30:]})
        assert holder.name == raw.decode("gb18030").strip()


@given(st.binary(max_size=300))
def test_fuzz_files(data: bytes) -> None:
    """No bytes make the parsers raise."""
    records = parse_records(data)
    parse_card_file(records)
    parse_holder_file(records)
    parse_control_information(data)


@given(st.dictionaries(st.sampled_from([*range(1, 14), 0x4E]), st.binary(max_size=40)))
def test_fuzz_items(records: dict[int, bytes]) -> None:
    """Nor do regular records with any values; each item is read, blank or named."""
    card, holder = parse_card_file(records), parse_holder_file(records)
    for item in CardItem:
        assert item.value in records or item in card.unreadable
    for item in HolderItem:
        assert item.value in records or item in holder.unreadable or item is HolderItem.NAME_CONTINUED


FCI = bytes.fromhex("6F20840F") + SOCIAL_APPLICATION + bytes.fromhex("A50D8801159F0C0786010387029901")


def test_control_information() -> None:
    """Tag 86 inside 9F0C names the cipher."""
    info = parse_control_information(FCI)
    assert info == ControlInformation(SOCIAL_APPLICATION, 3)
    assert info.algorithm("9901") is Algorithm.SM4


@pytest.mark.parametrize(
    ("tag", "region", "algorithm"),
    [
        (1, "9901", Algorithm.DES),
        (2, "9901", Algorithm.SSF33),
        (9, "9901", None),
        (None, "1101", Algorithm.SSF33),
        (None, "9901", Algorithm.DES),
    ],
)
def test_algorithm(tag: int | None, region: str, algorithm: Algorithm | None) -> None:
    """Without the tag the region decides."""
    assert ControlInformation(b"", tag).algorithm(region) is algorithm


@pytest.mark.parametrize("data", [b"", b"\x6f", b"\x6f\x20\x84", b"\x9f", b"\x9f\x0c", FCI[:-3]])
def test_control_information_cut_short(data: bytes) -> None:
    """What isn't whole isn't there."""
    assert parse_control_information(data) == ControlInformation(b"", None)


def test_long_form_length() -> None:
    """A length above 127 is written with 81 before it."""
    name = bytes(200)
    inner = b"\x84\x81\xc8" + name
    assert parse_control_information(b"\x6f\x81" + bytes([len(inner)]) + inner).name == name


HISTORICAL = b"\x86\x01VRT\x01\x02\x99\x01\x00\x00\x00\x01"


@pytest.mark.parametrize("head", ["3B6D0000", "3B8D01", "3BED000081312045", "3B0D"])
def test_answer_to_reset(head: str) -> None:
    """T=0, T=1 with and without all interface bytes; a check byte may follow."""
    atr = parse_answer_to_reset(bytes.fromhex(head) + HISTORICAL + b"\x00")
    assert atr.historical == HISTORICAL
    assert (atr.chip_maker, atr.chip, atr.card_maker) == (b"\x86\x01", b"VRT", b"\x01\x02")
    assert (atr.region, atr.serial) == ("9901", b"\x00\x00\x00\x01")


@given(st.binary(max_size=40))
def test_fuzz_answer_to_reset(data: bytes) -> None:
    """Any bytes are one, or a violation."""
    for atr in (data, b"\x3b" + data):
        with suppress(ProtocolViolation):
            assert len(parse_answer_to_reset(atr).historical) == 13
