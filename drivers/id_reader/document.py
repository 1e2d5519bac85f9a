"""What an ID document says: 256 bytes of text, UTF-16LE in fields of fixed length, as one of three kinds.

Sources: GA/T 490 (resident ID card); "Machine-readable information of the residence permit for Hong Kong, Macao and
Taiwan residents" (2018); "Foreign permanent resident ID card: machine-readable items" (2017) and its revision of 2023.
Two bytes at 248 tell the layouts apart: `J` a residence permit, `I` and `Y` a foreign resident's of 2017 and of 2023,
blank a resident ID card.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Final, TypeVar

from drivers.card_reader.files import Sex
from drivers.id_reader.errors import DocumentInvalid
from drivers.id_reader.numbers import DocumentKind, fits_birth_date, is_number_of
from drivers.id_reader.protocol import TEXT_BYTES

NAME_UNITS: Final = 15
"""UTF-16 units that the field of a Chinese name holds; what is longer is cut off by the issuer."""

Layout = Mapping[str, tuple[int, int]]
"""First byte and number of bytes of each field."""

_COMMON: Final[Layout] = {"sex": (30, 2), "birth_date": (36, 16), "valid_from": (188, 16), "valid_until": (204, 16)}
RESIDENT: Final[Layout] = {
    **_COMMON,
    "name": (0, 30),
    "ethnic_group": (32, 4),
    "address": (52, 70),
    "number": (122, 36),
    "issuer": (158, 30),
}
PERMIT: Final[Layout] = {
    **{name: at for name, at in RESIDENT.items() if name != "ethnic_group"},
    "travel_permit": (220, 18),
}
FOREIGN_2017: Final[Layout] = {
    "english_name": (0, 120),
    "sex": (120, 2),
    "number": (122, 30),
    "nationality": (152, 6),
    "name": (158, 30),
    "valid_from": (188, 16),
    "valid_until": (204, 16),
    "birth_date": (220, 16),
}
FOREIGN_2023: Final[Layout] = {
    **_COMMON,
    "name": (0, 30),
    "english_name": (52, 70),
    "number": (122, 36),
    "more_english_name": (220, 22),
    "nationality": (242, 6),
}
_FLAG_AT: Final = 248
_LAYOUTS: Final = {
    "": (DocumentKind.RESIDENT, RESIDENT),
    "J": (DocumentKind.RESIDENCE_PERMIT, PERMIT),
    "I": (DocumentKind.FOREIGN_RESIDENT, FOREIGN_2017),
    "Y": (DocumentKind.FOREIGN_RESIDENT, FOREIGN_2023),
}
_LONG_TERM: Final = "长期"
_PADDING: Final = " \0\u3000"


class Validity(Enum):
    """Of a document on a given day."""

    VALID = "valid"
    NOT_YET = "not_yet"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An ID document as it was read. Nothing of it but its kind shows in `repr`.

    Its texts can't be overwritten: let go of it when the check is done. None: this kind of document doesn't say.
    """

    kind: DocumentKind
    number: str = field(repr=False)
    """Of the form that the kind wants, its check character fits (`numbers`)."""
    name: str = field(repr=False)
    """In Chinese characters, at most `NAME_UNITS`; empty for a foreign resident without such a name."""
    english_name: str | None = field(repr=False)
    sex: Sex = field(repr=False)
    birth_date: date = field(repr=False)
    """The one that the number carries, too."""
    ethnic_group: str | None = field(repr=False)
    """Two digits of GB/T 3304."""
    nationality: str | None = field(repr=False)
    """Three letters of GB/T 2659."""
    address: str | None = field(repr=False)
    issuer: str | None = field(repr=False)
    travel_permit: str | None = field(repr=False)
    """Number of the permit to travel to the mainland."""
    valid_from: date = field(repr=False)
    valid_until: date | None = field(repr=False)
    """The last day; None: for good (长期)."""

    def validity(self, day: date) -> Validity:
        """How it stands on `day`, which the caller takes from where it trusts the date."""
        if day < self.valid_from:
            return Validity.NOT_YET
        if self.valid_until is not None and day > self.valid_until:
            return Validity.EXPIRED
        return Validity.VALID

    def names(self, name: str) -> bool:
        """Whether `name` is this person's, as far as the card has room for it.

        Spaces and which of several dots divides a name don't count, nor does the case of letters.
        """
        wanted, full = _comparable(name), _comparable(self.name)
        if wanted in {full, _comparable(self.english_name or "")} - {""}:
            return True
        return _units(self.name) >= NAME_UNITS - 1 and wanted.startswith(full) and _units(name) > NAME_UNITS


def parse_document(text: bytes | bytearray) -> Document:
    """Read the 256 bytes of text.

    Raises:
        DocumentInvalid: An item can't be read, or contradicts another; `item` names it.
    """
    if len(text) != TEXT_BYTES:
        raise DocumentInvalid("text")
    flag = _take(text, "kind", (_FLAG_AT, 2), str)
    if flag not in _LAYOUTS:
        raise DocumentInvalid("kind")
    kind, layout = _LAYOUTS[flag]

    def take(item: str, convert: Callable[[str], _Value]) -> _Value:
        return _take(text, item, layout[item], convert)

    def take_if_there(item: str) -> str | None:
        return take(item, str) if item in layout else None

    english_name = take_if_there("english_name")
    document = Document(
        kind=kind,
        number=take("number", str),
        name=take("name", str),
        english_name=None if english_name is None else english_name + (take_if_there("more_english_name") or ""),
        sex=take("sex", Sex),
        birth_date=take("birth_date", _date),
        ethnic_group=take_if_there("ethnic_group"),
        nationality=take_if_there("nationality"),
        address=take_if_there("address"),
        issuer=take_if_there("issuer"),
        travel_permit=take_if_there("travel_permit"),
        valid_from=take("valid_from", _date),
        valid_until=take("valid_until", _last_day),
    )
    if not (document.name or english_name):
        raise DocumentInvalid("name")
    if not is_number_of(kind, document.number):
        raise DocumentInvalid("number")
    if not fits_birth_date(document.number, document.birth_date):
        raise DocumentInvalid("birth_date")
    return document


_Value = TypeVar("_Value")


def _take(text: bytes | bytearray, item: str, place: tuple[int, int], convert: Callable[[str], _Value]) -> _Value:
    start, size = place
    raw = text[start : start + size]
    if 0xD8 <= raw[-1] <= 0xDB:
        raw = raw[:-2]  # A rare character cut in half where the field ends.
    with suppress(ValueError):  # Which quotes the text: the error below must not even carry it as its context.
        return convert(raw.decode("utf-16-le").strip(_PADDING))
    raise DocumentInvalid(item)


def _date(text: str) -> date:
    if re.fullmatch(r"[0-9]{8}", text) is None:
        raise ValueError("not a date")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _last_day(text: str) -> date | None:
    return None if text == _LONG_TERM else _date(text)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _comparable(name: str) -> str:
    return re.sub(r"[•∙・．.]", "·", re.sub(r"[\s,，]", "", name)).casefold()
