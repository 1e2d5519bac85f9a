"""The virtual people's ID cards, matching their social security cards by name and number; and some others.

Nobody here exists: region 990100 is no division of GB/T 2260, and the numbers of the foreign resident and of the
residents of Hong Kong and Taiwan are those of the specimens that the authorities published.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from simulator.card_reader import bureau
from simulator.card_reader.personas import REGION, personas, resident_number, without_card

TEXT_BYTES, PHOTO_BYTES = 256, 1024
_NAME_UNITS = 15
_LONG_TERM = "长期"


@dataclass(frozen=True, kw_only=True)
class IdCard:
    """A card that can be laid on the reader."""

    id: str
    title_zh: str
    title_en: str
    kind: str
    """resident, foreign_resident, residence_permit, or other: no ID document at all."""
    text: bytes = field(repr=False, default=b"")

    @property
    def photo(self) -> bytes:
        """Bytes as meaningless as the real coding's, the same for a card each time."""
        return b"WLf\0~\0" + random.Random(self.id).randbytes(PHOTO_BYTES - 6)


def _fields(*fields: tuple[str, int]) -> bytes:
    """Texts with their lengths in bytes, each padded with spaces: UTF-16, low byte first."""
    text = b""
    for value, size in fields:
        raw = value.encode("utf-16-le")
        if len(raw) > size:
            raise ValueError("a text is longer than its field")
        text += raw + " ".encode("utf-16-le") * ((size - len(raw)) // 2)
    assert len(text) == TEXT_BYTES
    return text


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _cut(name: str) -> str:
    return name.encode("utf-16-le")[: 2 * _NAME_UNITS].decode("utf-16-le", "ignore")


def resident_text(name: str, number: str, valid_from: date, valid_until: date | None) -> bytes:
    """The text of a resident ID card (GA/T 490); birth date and sex are those that the number tells."""
    return _fields(
        (_cut(name), 30),
        ("1" if int(number[16]) % 2 else "2", 2),
        ("01", 4),
        (number[6:14], 16),
        ("虚拟省虚拟市虚拟区和平路１２号３单元４０１室", 70),
        (number, 36),
        ("虚拟市公安局虚拟分局", 30),
        (_day(valid_from), 16),
        (_day(valid_until) if valid_until else _LONG_TERM, 16),
        ("", 36),
    )


def permit_text(name: str, number: str, travel_permit: str, valid_from: date, valid_until: date) -> bytes:
    """The text of a residence permit for Hong Kong, Macao and Taiwan residents, five years valid."""
    return _fields(
        (name, 30),
        ("1" if int(number[16]) % 2 else "2", 2),
        ("", 4),
        (number[6:14], 16),
        ("虚拟省虚拟市虚拟区解放路５号", 70),
        (number, 36),
        ("虚拟市公安局", 30),
        (_day(valid_from), 16),
        (_day(valid_until), 16),
        (travel_permit, 18),
        ("01", 4),
        ("", 6),
        ("J", 2),
        ("", 6),
    )


def foreign_text_2023(english: str, name: str, number: str, country: str, valid_from: date, valid_until: date) -> bytes:
    """The text of a foreign permanent resident's card as issued since December 2023."""
    return _fields(
        (name, 30),
        ("1" if int(number[16]) % 2 else "2", 2),
        ("01", 4),
        (number[6:14], 16),
        (english[:35], 70),
        (number, 36),
        ("", 30),
        (_day(valid_from), 16),
        (_day(valid_until), 16),
        (english[35:], 22),
        (country, 6),
        ("Y", 2),
        ("", 6),
    )


def foreign_text_2017(
    english: str, name: str, number: str, sex: str, born: date, valid_from: date, valid_until: date
) -> bytes:
    """The text of a foreign permanent resident's card as issued from 2017 until 2023."""
    return _fields(
        (english, 120),
        (sex, 2),
        (number, 30),
        (number[:3], 6),
        (name, 30),
        (_day(valid_from), 16),
        (_day(valid_until), 16),
        (_day(born), 16),
        ("01", 4),
        ("1500", 8),
        ("I", 2),
        ("", 6),
    )


def _valid_until(born: date, issued: date) -> date | None:
    """Five, ten or twenty years, for good from 46 (Law on resident identity cards, article 5)."""
    age = issued.year - born.year - ((issued.month, issued.day) < (born.month, born.day))
    years = 5 if age < 16 else 10 if age < 26 else 20 if age < 46 else None
    return issued.replace(year=issued.year + years) if years else None


def cards(today: date | None = None) -> list[IdCard]:
    """Everybody's; `today` is what expiry is counted from."""
    today = today or bureau.today()
    issued = date(today.year - 3, 5, 20)
    found: list[IdCard] = []
    numbers: dict[str, str] = {}
    for persona in [*personas(today), *without_card(today)]:
        record = persona.server_record
        if record is None or record["social_security_number"] in numbers.values():
            continue
        number = numbers[persona.id] = record["social_security_number"]
        born = date.fromisoformat(record["birth_date"])
        foreign = persona.id == "foreign_resident"
        text = (
            foreign_text_2023("PETROVA ANNA", record["name"], number, "BGR", issued, issued.replace(issued.year + 10))
            if foreign
            else resident_text(record["name"], number, issued, _valid_until(born, issued))
        )
        found.append(
            IdCard(
                id=persona.id,
                title_zh=f"{record['name']}的身份证",
                title_en=f"The ID card of: {persona.title_en}",
                kind="foreign_resident" if foreign else "resident",
                text=text,
            )
        )
    expired = today - timedelta(days=40)
    stranger = resident_number(REGION, date(1991, 7, 7), 991)
    return [
        *found,
        IdCard(
            id="archived_id_expired",
            title_zh="李秀英的旧身份证，已过期",
            title_en="An expired ID card of the person with the archived card",
            kind="resident",
            text=resident_text("李秀英", numbers["archived"], expired - timedelta(days=3650), expired),
        ),
        IdCard(
            id="archived_id_other_name",
            title_zh="李秀英的身份证，名字改过",
            title_en="The ID card of the person with the archived card, after a change of name",
            kind="resident",
            text=resident_text("李秀瑛", numbers["archived"], issued, issued.replace(year=issued.year + 20)),
        ),
        IdCard(
            id="stranger",
            title_zh="陌生人的身份证",
            title_en="The ID card of a stranger",
            kind="resident",
            text=resident_text("林国栋", stranger, issued, _valid_until(date(1991, 7, 7), issued)),
        ),
        IdCard(
            id="foreign_2023",
            title_zh="外国人永久居留身份证（2023版）",
            title_en="A foreign permanent resident's card of 2023",
            kind="foreign_resident",
            text=foreign_text_2023(
                "ZHENGJIAN YANGBEN", "证件样本", "911124198108030024", "CAN", date(2023, 9, 15), date(2033, 9, 14)
            ),
        ),
        IdCard(
            id="foreign_2017",
            title_zh="外国人永久居留身份证（2017版）",
            title_en="A foreign permanent resident's card of 2017",
            kind="foreign_resident",
            text=foreign_text_2017(
                *("SPECIMEN, ANNA MARIA", "", "UTO990181080310", "2", date(1981, 8, 3)),
                *(date(today.year - 4, 6, 16), date(today.year + 6, 6, 15)),
            ),
        ),
        IdCard(
            id="hong_kong",
            title_zh="港澳居民居住证",
            title_en="A residence permit of a Hong Kong resident",
            kind="residence_permit",
            text=permit_text(
                "证件样本", "810000199408230021", "H00000000", issued, issued.replace(year=issued.year + 5)
            ),
        ),
        IdCard(
            id="taiwan",
            title_zh="台湾居民居住证",
            title_en="A residence permit of a Taiwan resident",
            kind="residence_permit",
            text=permit_text(
                "证件样本", "830000199201300022", "00000000", issued, issued.replace(year=issued.year + 5)
            ),
        ),
        IdCard(
            id="other_card",
            title_zh="门禁卡，不是证件",
            title_en="A door card, no ID document",
            kind="other",
        ),
    ]
