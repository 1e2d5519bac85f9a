"""What the card's public files say: EF05 (the card), EF06 (the holder), the control information, the answer to reset.

Social security card specification; ISO 7816-3 and 7816-4 for the frames around it. Real cards carry irregular data, so
nothing here fails for one bad item: it is named in `unreadable` and its value is None.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Generic, TypeVar

from drivers.card_reader.numbers import is_card_number, is_resident_number
from drivers.card_reader.protocol import ProtocolViolation


class CardItem(Enum):
    """Items of EF05 by their tags."""

    IDENTIFICATION_CODE = 0x01
    CARD_CLASS = 0x02
    SPEC_VERSION = 0x03
    ISSUER = 0x04
    ISSUED_ON = 0x05
    VALID_UNTIL = 0x06
    CARD_NUMBER = 0x07


class HolderItem(Enum):
    """Items of EF06 by their tags."""

    SOCIAL_SECURITY_NUMBER = 0x08
    NAME = 0x09
    NAME_CONTINUED = 0x4E
    """Only with long names; it is part of `NAME` and never unreadable by itself."""
    SEX = 0x0A
    ETHNIC_GROUP = 0x0B
    BIRTHPLACE = 0x0C
    BIRTH_DATE = 0x0D


VALUE_BYTES = {
    # EF05, then EF06.
    **dict(zip(range(0x01, 0x08), (16, 1, 4, 12, 4, 4, 9), strict=True)),
    **dict(zip((0x08, 0x09, 0x4E, 0x0A, 0x0B, 0x0C, 0x0D), (18, 30, 20, 1, 1, 3, 4), strict=True)),
}
"""How long each item's value is in the specification, by tag. Real ones may differ."""


class Sex(Enum):
    """GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_STATED = "9"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFile:
    """EF05. None: unreadable, or left blank by the issuer."""

    identification_code: str | None = field(repr=False)
    """卡识别码: 16 bytes as hex."""
    card_class: str | None
    spec_version: str | None
    """`2.00`, `3.00`, as written."""
    issuer: str | None
    """Digits of the issuing body's code."""
    issued_on: date | None
    valid_until: date | None
    card_number: str | None = field(repr=False)
    """卡号: eight characters and a check character that fits."""
    unreadable: frozenset[CardItem]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderFile:
    """EF06. None: unreadable, or left blank by the issuer."""

    social_security_number: str | None = field(repr=False)
    name: str | None = field(repr=False)
    sex: Sex | None = field(repr=False)
    ethnic_group: str | None = field(repr=False)
    """Two digits of GB/T 3304."""
    birthplace: str | None = field(repr=False)
    """Six digits of GB/T 2260."""
    birth_date: date | None = field(repr=False)
    unreadable: frozenset[HolderItem]


_Item = TypeVar("_Item", CardItem, HolderItem)


def parse_records(data: bytes) -> dict[int, bytes]:
    """Take tag, length, value apart. A record that is cut short ends it; of two with one tag the first counts."""
    records: dict[int, bytes] = {}
    at = 0
    while at + 2 <= len(data):
        tag, length = data[at], data[at + 1]
        value = data[at + 2 : at + 2 + length]
        if len(value) < length:
            break
        records.setdefault(tag, value)
        at += 2 + length
    return records


def parse_card_file(records: Mapping[int, bytes]) -> CardFile:
    """EF05 from its records by tag; what is missing counts as unreadable."""
    items = _Items[CardItem](records)
    return CardFile(
        identification_code=items.take(CardItem.IDENTIFICATION_CODE, _identification_code),
        card_class=items.take(CardItem.CARD_CLASS, _text),
        spec_version=items.take(CardItem.SPEC_VERSION, _text),
        issuer=items.take(CardItem.ISSUER, _digits),
        issued_on=items.take(CardItem.ISSUED_ON, _date),
        valid_until=items.take(CardItem.VALID_UNTIL, _date),
        card_number=items.take(CardItem.CARD_NUMBER, _card_number),
        unreadable=frozenset(items.unreadable),
    )


def parse_holder_file(records: Mapping[int, bytes]) -> HolderFile:
    """EF06 from its records by tag; what is missing counts as unreadable."""
    if 0x09 in records:
        # The cut may fall inside a character: joined first, decoded then.
        joined = records[0x09].rstrip(b"\0") + records.get(0x4E, b"").rstrip(b"\0")
        records = {**records, 0x09: joined}
    items = _Items[HolderItem](records)
    return HolderFile(
        social_security_number=items.take(HolderItem.SOCIAL_SECURITY_NUMBER, _social_security_number),
        name=items.take(HolderItem.NAME, _name),
        sex=items.take(HolderItem.SEX, lambda value: Sex(_text(value))),
        ethnic_group=items.take(HolderItem.ETHNIC_GROUP, _digits),
        birthplace=items.take(HolderItem.BIRTHPLACE, _digits),
        birth_date=items.take(HolderItem.BIRTH_DATE, _date),
        unreadable=frozenset(items.unreadable),
    )


_Value = TypeVar("_Value")


class _Items(Generic[_Item]):
    """Takes items out of records one by one, and notes which can't be read."""

    def __init__(self, records: Mapping[int, bytes]) -> None:
        self._records = records
        self.unreadable: set[_Item] = set()

    def take(self, item: _Item, read: Callable[[bytes], _Value]) -> _Value | None:
        """The item's value; None when it is blank, or unreadable and now noted."""
        value = self._records.get(item.value)
        if value is not None and _is_blank(value):
            return None
        try:
            if value is None:
                raise ValueError("missing")
            return read(value)
        except ValueError:  # UnicodeDecodeError is one.
            self.unreadable.add(item)
            return None


def _is_blank(value: bytes) -> bool:
    """Nothing but padding: the issuer left it out."""
    return set(value) <= {0x00} or set(value) <= {0xFF} or set(value) <= {0x20}


def _digits(value: bytes) -> str:
    """BCD (type cn) without its padding."""
    digits = value.hex().rstrip("f")
    if not digits.isdecimal():
        raise ValueError("not BCD")
    return digits


def _date(value: bytes) -> date:
    """BCD YYYYMMDD, or the same as text, which some cards carry; clipped text gives years that nobody lives in."""
    digits = value.decode("ascii") if len(value) == 8 else _digits(value)
    if len(digits) != 8 or not digits.isdecimal() or not "1850" <= digits[:4] <= "2199":
        raise ValueError("not a date")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def _text(value: bytes) -> str:
    """Type an, in ASCII, without its padding."""
    text = value.rstrip(b"\0 ").decode("ascii")
    if not text.isprintable():
        raise ValueError("not text")
    return text


def _identification_code(value: bytes) -> str:
    if len(value) != 16:
        raise ValueError("not 16 bytes")
    return value.hex().upper()


def _card_number(value: bytes) -> str:
    number = _text(value)
    if not is_card_number(number):
        raise ValueError("the check character doesn't fit")
    return number


def _social_security_number(value: bytes) -> str:
    """Mostly the resident identity number; foreign residents have allocated ones, which carry no such check."""
    number = _text(value).upper()
    if not number.isalnum() or not 6 <= len(number) <= 18:
        raise ValueError("not a number")
    if len(number) == 18 and number[:17].isdecimal() and not is_resident_number(number):
        raise ValueError("the check character doesn't fit")
    return number


def _name(value: bytes) -> str:
    name = value.decode("gb18030").strip()
    if not name or not name.replace(" ", "").isprintable():
        raise ValueError("not a name")
    return name


class Algorithm(Enum):
    """The social application's cipher: tag 86 of its control information."""

    DES = 0x01
    SSF33 = 0x02
    SM4 = 0x03


@dataclass(frozen=True, slots=True)
class ControlInformation:
    """FCI of the social application, as far as it is used."""

    name: bytes
    """Empty: not told."""
    algorithm_tag: int | None
    """Tag 86; None: absent, as on older cards."""

    def algorithm(self, region: str) -> Algorithm | None:
        """The cipher; without the tag, cards of `region` 11.. mean SSF33 and all others DES. None: an unknown one."""
        if self.algorithm_tag is None:
            return Algorithm.SSF33 if region.startswith("11") else Algorithm.DES
        return next((a for a in Algorithm if a.value == self.algorithm_tag), None)


def parse_control_information(data: bytes) -> ControlInformation:
    """Read the FCI template: 6F { 84 name, A5 { .., 9F0C { 86 algorithm } } }. What isn't there is left out."""
    template = _tlv(_tlv(data).get(0x6F, b""))
    issuer = _tlv(_tlv(template.get(0xA5, b"")).get(0x9F0C, b""))
    tag = issuer.get(0x86, b"")
    return ControlInformation(name=template.get(0x84, b""), algorithm_tag=tag[0] if len(tag) == 1 else None)


def _tlv(data: bytes) -> dict[int, bytes]:
    """BER-TLV with tags of one or two bytes and lengths up to 255 (ISO 7816-4, 5.2.2); stops at what it can't read."""
    found: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        tag_bytes = 2 if data[at] & 0x1F == 0x1F else 1
        tag = int.from_bytes(data[at : at + tag_bytes])
        at += tag_bytes
        if data[at : at + 1] == b"\x81":
            at += 1
        length = data[at] if at < len(data) else 256
        value = data[at + 1 : at + 1 + length]
        if len(value) < length:
            break
        found.setdefault(tag, value)
        at += 1 + length
    return found


@dataclass(frozen=True, slots=True)
class AnswerToReset:
    """The historical bytes of a social security card."""

    historical: bytes = field(repr=False)

    @property
    def chip_maker(self) -> bytes:
        """T1, T2."""
        return self.historical[0:2]

    @property
    def chip(self) -> bytes:
        """T3 to T5: chip and operating system."""
        return self.historical[2:5]

    @property
    def card_maker(self) -> bytes:
        """T6, T7."""
        return self.historical[5:7]

    @property
    def region(self) -> str:
        """T8, T9: the first four digits of the issuing region, as hex digits."""
        return self.historical[7:9].hex()

    @property
    def serial(self) -> bytes:
        """TA to TD: the card's own number."""
        return self.historical[9:13]


def parse_answer_to_reset(atr: bytes) -> AnswerToReset:
    """Find the historical bytes (ISO 7816-3, 8.2).

    Raises:
        ProtocolViolation: No answer to reset, or not of a social security card: TS 3B and 13 historical bytes.
    """
    if len(atr) < 2 or atr[0] != 0x3B:
        raise ProtocolViolation("TS is not 3B")
    count, indicators, at = atr[1] & 0x0F, atr[1] >> 4, 2
    while indicators:
        at += indicators.bit_count()
        # The last interface byte of a group, TD, announces the next group.
        indicators = atr[at - 1] >> 4 if indicators & 0x8 and at <= len(atr) else 0
    historical = atr[at : at + count]
    if count != 13 or len(historical) != 13:
        raise ProtocolViolation("not 13 historical bytes")
    return AnswerToReset(historical)
