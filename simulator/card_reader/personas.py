"""The virtual people whose cards lie in the tray, and what the central server knows of them.

Nobody here exists: region 990100 is no division of GB/T 2260. `python -m simulator.card_reader.personas` prints
them as JSON, so that the central server can be seeded without importing this file.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from simulator.card_reader import bureau
from simulator.card_reader.card import PAYMENT_ENVIRONMENT, CardProfile, SocialSecurityCard

REGION = "990100"
_PHONES = "1200000"
"""No mobile number begins like that."""
TRANSPORT_CARD = b"MTC.virtual"
"""A name that only the wrong card knows."""


@dataclass(frozen=True, kw_only=True)
class Persona:
    """A person with a card."""

    id: str
    title_zh: str
    title_en: str
    profile: CardProfile
    pin: str = field(repr=False)
    """As it lies in the tray; six digits."""
    initial_pin: bool
    """Never changed since the card was issued."""
    tries_left: int
    server_record: Mapping[str, Any] | None
    """In the words of the central server; None: it has nothing of its own about this card."""
    face: str | None = None
    """Of `simulator.camera.people`; None: there is no picture of this person, on record or before the camera."""

    def make_card(self) -> SocialSecurityCard:
        """A fresh card, as it lies in the tray on the first day."""
        return SocialSecurityCard(self.profile, self.pin, tries_left=self.tries_left)

    def restore(self, memory: Mapping[str, Any]) -> SocialSecurityCard:
        """The card that `to_dict` was taken of."""
        return SocialSecurityCard.from_dict(self.profile, memory)


@dataclass(frozen=True, kw_only=True)
class _Person:
    """What `_persona` makes a card and a record of."""

    name: str
    birth: date
    sex: int  # 1 male, 2 female (GB/T 2261.1).
    serial: int
    """Of the card."""
    pin: str
    order: int | None = None
    """Of the person, where it isn't the card's serial: somebody with two cards."""
    phone: bool = True
    """Whether one is on record."""
    face: str | None = None
    issued: date
    valid_years: int = 10
    valid_until: date | None = None
    version: str = "2.00"
    application_status: int = 1
    lifecycle: str = "04"
    loss_reason: str | None = None
    loss_until: date | None = None
    collected: bool = True
    bank: str = "虚拟银行"
    financial_activated: bool = True


def resident_number(region: str, birth: date, order: int) -> str:
    """A resident identity number with its check character (GB 11643)."""
    body = f"{region}{birth:%Y%m%d}{order:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


def card_number(body: str) -> str:
    """A card number with its check character: `ET000077` gives the specification's `ET000077X`."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    check = 11 - sum(int(c, 36) * w for c, w in zip(body, weights, strict=True)) % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def _bcd_date(day: date) -> bytes:
    return bytes.fromhex(f"{day:%Y%m%d}")


def _persona(id: str, title_zh: str, title_en: str, who: _Person, **card: Any) -> Persona:
    """A regular card for `who`; `card` overrides fields of the persona or of its profile."""
    order = who.order or who.serial
    number = resident_number(REGION, who.birth, order * 10 + 4 + (who.sex == 1))
    short = card_number(f"VR{who.serial:06}")
    identification = bytes.fromhex(f"{REGION}D156000005{who.serial:08X}") + bytes([0xA5, 0x5A, 0, who.serial])
    valid_until = who.valid_until or who.issued + timedelta(days=round(365.25 * who.valid_years))
    name = who.name.encode("gb18030")
    profile = CardProfile(
        historical=b"\x86\x01VRT\x01\x02" + bytes.fromhex(REGION)[:2] + who.serial.to_bytes(4),
        card_file={
            0x01: identification,
            0x02: b"1",
            0x03: who.version.encode(),
            0x04: bytes.fromhex(REGION).ljust(12, b"\xff"),
            0x05: _bcd_date(who.issued),
            0x06: _bcd_date(valid_until),
            0x07: short.encode(),
        },
        holder_file={
            0x08: number.encode(),
            0x09: name[:30].ljust(30, b"\0"),
            **({0x4E: name[30:].ljust(20, b"\0")} if len(name) > 30 else {}),
            0x0A: str(who.sex).encode(),
            0x0B: b"\x01",
            0x0C: bytes.fromhex(REGION),
            0x0D: _bcd_date(who.birth),
        },
    )
    initial = card.pop("initial_pin", False)
    tries_left = card.pop("tries_left", profile.tries)
    record = {
        "name": who.name,
        "social_security_number": number,
        "card_number": short,
        "card_identification_code": identification.hex().upper(),
        "region": REGION,
        "birth_date": who.birth.isoformat(),
        "phone": f"{_PHONES}{order:04}" if who.phone else None,
        "application_status": who.application_status,
        "lifecycle": who.lifecycle,
        "loss_reason": who.loss_reason,
        "loss_until": who.loss_until.isoformat() if who.loss_until else None,
        "issued_on": who.issued.isoformat(),
        "collected_on": (who.issued + timedelta(days=20)).isoformat() if who.collected else None,
        "valid_until": valid_until.isoformat(),
        "bank": who.bank,
        "financial_activated": who.financial_activated,
        "initial_pin": initial,
        "pin_blocked": tries_left == 0,
        "algorithm": card.get("algorithm", profile.algorithm),
        "key_factor": profile.historical[5:13].hex().upper(),
    }
    return Persona(
        id=id,
        title_zh=title_zh,
        title_en=title_en,
        profile=replace(profile, **card),
        pin=who.pin,
        initial_pin=initial,
        tries_left=tries_left,
        server_record=record,
        face=who.face,
    )


def personas(today: date | None = None) -> list[Persona]:
    """Everybody in the tray; `today` is what expiry is counted from."""
    today = today or bureau.today()
    issued = date(today.year - 4, 3, 12)
    normal = _persona(
        "normal",
        "正常的卡",
        "A card in order",
        _Person(name="张建国", birth=date(1958, 10, 1), sex=1, serial=1, pin="358269", issued=issued),
    )
    unreadable = _persona(
        "unreadable_item",
        "有数据读不出",
        "Some data unreadable",
        _Person(name="杨丽华", birth=date(1973, 2, 4), sex=2, serial=8, pin="471930", issued=issued),
        unreadable=frozenset({0x0C}),
    )
    # Its issue date was once written as text and clipped to four bytes.
    clipped = {**unreadable.profile.card_file, 0x05: b"2021"}
    wrong = CardProfile(
        historical=b"virtual trans",
        applications=(TRANSPORT_CARD, PAYMENT_ENVIRONMENT),
        protocol="T=1",
    )
    return [
        normal,
        _persona(
            "archived",
            "封存，未启用",
            "Archived, not enabled yet",
            _Person(
                name="李秀英",
                birth=date(1990, 6, 18),
                sex=2,
                serial=2,
                pin="123456",
                issued=today - timedelta(days=60),
                application_status=0,
                lifecycle="03",
                financial_activated=False,
                face="collins",
            ),
            initial_pin=True,
            protocol="T=1",
        ),
        _persona(
            "initial_pin",
            "初始密码未改",
            "Still the initial PIN",
            _Person(name="王建军", birth=date(1982, 12, 25), sex=1, serial=3, pin="123456", issued=issued),
            initial_pin=True,
            select_file_p1=0x00,
        ),
        _persona(
            "one_try_left",
            "密码只剩一次机会",
            "One PIN try left",
            _Person(
                name="刘桂芳",
                birth=date(1949, 5, 30),
                sex=2,
                serial=4,
                pin="640275",
                issued=issued,
                phone=False,
                face="hopper",
            ),
            tries_left=1,
        ),
        _persona(
            "blocked",
            "密码已锁定",
            "PIN blocked",
            _Person(name="陈志强", birth=date(1966, 8, 8), sex=1, serial=5, pin="915384", issued=issued),
            tries_left=0,
            whole_file=False,
        ),
        _persona(
            "expired",
            "已过有效期",
            "Expired",
            _Person(
                name="赵国庆",
                birth=date(1955, 10, 1),
                sex=1,
                serial=6,
                pin="207518",
                issued=today - timedelta(days=3680),
                valid_until=today - timedelta(days=28),
            ),
        ),
        _persona(
            "expiring",
            "六十天内到期",
            "Expires within 60 days",
            _Person(
                name="黄海燕",
                birth=date(1988, 3, 8),
                sex=2,
                serial=7,
                pin="583016",
                issued=today - timedelta(days=3622),
                valid_until=today + timedelta(days=30),
                face="collins",
            ),
            protocol="T=1",
        ),
        replace(unreadable, profile=replace(unreadable.profile, card_file=clipped)),
        _persona(
            "third_generation",
            "第三代卡",
            "Third generation",
            _Person(
                name="周敏",
                birth=date(1995, 1, 21),
                sex=2,
                serial=9,
                pin="862047",
                issued=date(today.year - 1, 9, 1),
                version="3.00",
                face="collins",
            ),
            holder_file_closed=True,
            protocol="T=1",
        ),
        _persona(
            "sm4",
            "国密算法",
            "SM4 algorithm",
            _Person(
                name="买买提艾山江·阿卜杜克热木图尔荪",
                birth=date(1979, 7, 15),
                sex=1,
                serial=10,
                pin="730681",
                issued=date(today.year - 2, 5, 6),
            ),
            algorithm="SM4",
            protocol="T=1",
        ),
        Persona(
            id="wrong_card",
            title_zh="交通卡",
            title_en="A transport card",
            profile=wrong,
            pin="000000",
            initial_pin=False,
            tries_left=3,
            server_record=None,
        ),
        replace(
            normal,
            id="upside_down",
            title_zh="插反了的卡",
            title_en="Put in upside down",
            profile=replace(normal.profile, behaviour="mute"),
            server_record=None,
        ),
        replace(
            normal,
            id="hung",
            title_zh="无响应的卡",
            title_en="Stops answering",
            profile=replace(normal.profile, behaviour="hangs"),
            server_record=None,
        ),
        _persona(
            "rare_name",
            "姓名含生僻字",
            "A rare character in the name",
            _Person(name="吴𠮷祥", birth=date(2001, 11, 11), sex=1, serial=11, pin="492750", issued=issued),
        ),
        _persona(
            "blocked_sm4",
            "国密卡，密码已锁定",
            "SM4, PIN blocked",
            _Person(
                name="孙玉兰", birth=date(1971, 9, 9), sex=2, serial=12, pin="308174", issued=issued, face="hopper"
            ),
            tries_left=0,
            algorithm="SM4",
            protocol="T=1",
        ),
        _persona(
            "temporary_loss",
            "已临时挂失",
            "On temporary loss",
            _Person(
                name="何伟",
                birth=date(1985, 4, 17),
                sex=1,
                serial=13,
                pin="619503",
                issued=issued,
                application_status=4,
                lifecycle="06",
                loss_reason="reported",
                loss_until=today + timedelta(days=4),
            ),
        ),
        _persona(
            "formal_loss",
            "已正式挂失",
            "On formal loss",
            _Person(
                name="梁文静",
                birth=date(1984, 9, 23),
                sex=2,
                serial=19,
                pin="752819",
                issued=issued,
                application_status=2,
                lifecycle="05",
                loss_reason="reported",
            ),
        ),
        _persona(
            "bank_loss",
            "三百天没去银行，已挂失",
            "On loss: never went to the bank",
            _Person(
                name="郑晓红",
                birth=date(1992, 2, 29),
                sex=2,
                serial=14,
                pin="274096",
                issued=today - timedelta(days=340),
                application_status=4,
                lifecycle="06",
                loss_reason="financial_not_activated",
                financial_activated=False,
                face="collins",
            ),
            protocol="T=1",
        ),
        _persona(
            "second_card",
            "同一人的另一张卡",
            "The same person's other card",
            _Person(
                name="杨丽华",
                birth=date(1973, 2, 4),
                sex=2,
                serial=15,
                order=8,
                pin="846172",
                issued=date(today.year - 7, 3, 12),
                application_status=0,
                lifecycle="03",
            ),
        ),
        _persona(
            "child",
            "未满十四岁",
            "Not yet fourteen",
            _Person(name="林小禾", birth=date(today.year - 9, 6, 1), sex=2, serial=17, pin="527064", issued=issued),
        ),
        _persona(
            "foreign_resident",
            "外国人永久居民",
            "A foreign permanent resident",
            _Person(
                name="安娜·彼得罗娃",
                birth=date(1986, 5, 9),
                sex=2,
                serial=18,
                pin="940372",
                issued=date(today.year - 2, 10, 8),
            ),
        ),
    ]


def without_card(today: date | None = None) -> list[Persona]:
    """Those whose card isn't in the tray: it is still being made."""
    today = today or bureau.today()
    return [
        _persona(
            "in_production",
            "正在制卡，还没有卡",
            "A card in production, none in hand",
            _Person(
                name="徐静",
                birth=date(2003, 8, 20),
                sex=2,
                serial=16,
                pin="123456",
                issued=today,
                application_status=0,
                lifecycle="01",
                collected=False,
                financial_activated=False,
            ),
            initial_pin=True,
        )
    ]


def photo(face: str) -> str:
    """What the server has on record of a face: JPEG in base64."""
    from simulator.camera import people  # Only who seeds a server needs pictures.

    return base64.b64encode(people.on_record(people.FACES[face])).decode()


def as_json(today: date | None = None) -> str:
    """What others need of everybody; no PIN."""
    today = today or bureau.today()
    return json.dumps(
        [
            {
                "id": p.id,
                "title": {"zh": p.title_zh, "en": p.title_en},
                "initial_pin": p.initial_pin,
                "tries_left": p.tries_left,
                "server_record": p.server_record
                and {**p.server_record, "photo": p.face and photo(p.face), **bureau.on_record(p.id, today)},
            }
            for p in [*personas(today), *without_card(today)]
        ],
        ensure_ascii=False,
        indent=1,
    )


if __name__ == "__main__":
    print(as_json())
