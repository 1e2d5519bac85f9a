"""A certificate on A4 (参保证明, 权益记录): what it says, in the citizen's language below the Chinese.

It names its holder in full, as a certificate must: it is made in memory, handed to the printer, and kept nowhere here.
"""

import datetime
import io
import json
from typing import Any

from kiosk.insurances import CERTIFICATES, NAMES, STATES, Year, amount, by_year, month
from kiosk.language import SOURCE, say
from kiosk.settings import Settings
from kiosk.text import Local, T, Text
from kiosk.uplink.contract import CertificateIssued, CertificateKind, InsuranceRecord

_PAID, _OWED, _NOTHING = "●", "○", "－"

Pair = tuple[str, str]


def certificate(
    issued: CertificateIssued, settings: Settings, *, language: str, printed_at: datetime.datetime
) -> bytes:
    """What the typesetter is given (`kiosk.paper.typesetting`).

    Args:
        issued: What the server certifies.
        settings: Where it is printed, and where it is checked.
        language: Of the citizen: stands below the Chinese, which counts.
        printed_at: The wall clock.
    """
    return json.dumps(_sheet(issued, settings, language, printed_at), ensure_ascii=False).encode()


def _sheet(
    issued: CertificateIssued, settings: Settings, language: str, printed_at: datetime.datetime
) -> dict[str, Any]:
    """What the template is given."""

    def two(text: Text) -> Pair:
        chinese, other = say(text, SOURCE), say(text, language)
        return chinese, "" if other == chinese else other

    machine = settings.machine
    with_payments = issued.kind is CertificateKind.RIGHTS_RECORD
    address = settings.certificates.address_of(issued.code)
    return {
        "title": two(CERTIFICATES[issued.kind]),
        "day": [issued.issued_on.year, issued.issued_on.month, issued.issued_on.day],
        "body": two(T("{body}", body=Local(issued.held_by, issued.held_by_en))),
        "number": two(T("证明编号 {number}", number=issued.number)),
        "facts": [
            (two(T("姓名")), (issued.name.get_secret_value(), "")),
            (two(T("社会保障号码")), (issued.social_security_number.get_secret_value(), "")),
            (two(T("开具的日子")), two(T("{day}", day=issued.issued_on))),
        ],
        "statement": two(T("上面这个人在本地参加社会保险的情况如下：")),
        "columns": [two(text) for text in _columns(with_payments=with_payments)],
        "rows": [[two(text) for text in _row(held, with_payments=with_payments)] for held in issued.insurances],
        "parts": [_part(held, two(NAMES[held.insurance])) for held in issued.insurances if with_payments],
        "year": two(T("年")),
        "personal": two(T("个人（元）")),
        "employer": two(T("单位（元）")),
        "legend": two(T("1 到 12 是月份。{paid} 交了，{owed} 没有交，{nothing} 没有这个月的记录。", **_SIGNS)),
        "check": two(
            T("扫码，或者打开下面的网址输入查验码，可以核对真假，到 {day} 为止。", day=issued.verifiable_until)
        ),
        "code": issued.code,
        "address": address,
        "qr": _qr(address),
        "printed": two(
            T(
                "{time} 在{place} {n} 号自助机打印",
                time=f"{printed_at:%Y-%m-%d %H:%M}",
                place=Local(machine.place, machine.place_en),
                n=machine.number,
            )
        ),
    }


_SIGNS = {"paid": _PAID, "owed": _OWED, "nothing": _NOTHING}


def _columns(*, with_payments: bool) -> tuple[Text, ...]:
    columns = (T("险种"), T("参保状态"), T("从哪个月起"), T("缴费月数"))
    return (*columns, T("个人缴费（元）"), T("账户余额（元）")) if with_payments else (*columns, T("经办机构"))


def _row(held: InsuranceRecord, *, with_payments: bool) -> tuple[Text, ...]:
    columns = (
        NAMES[held.insurance],
        STATES[held.state],
        T("{month}", month=month(held.insured_since)),
        T("{n}", n=held.months_paid),
    )
    if not with_payments:
        return (*columns, T("{body}", body=Local(held.body, held.body_en)))
    balance = _NOTHING if held.balance_fen is None else amount(held.balance_fen)
    return (*columns, T("{amount}", amount=amount(held.personal_fen)), T("{amount}", amount=balance))


def _part(held: InsuranceRecord, title: Pair) -> dict[str, Any]:
    return {"title": title, "years": [_year(year) for year in reversed(by_year(held.payments))]}


def _year(year: Year) -> dict[str, Any]:
    def sign(number: int) -> str:
        return _PAID if number in year.paid else _OWED if number in year.owed else _NOTHING

    return {
        "year": str(year.year),
        "months": [sign(number) for number in range(1, 13)],
        "personal": amount(year.personal_fen),
        "employer": amount(year.employer_fen),
    }


def _qr(address: str) -> str:
    """As SVG."""
    from qrcode.image.svg import SvgPathImage
    from qrcode.main import QRCode

    code = QRCode(image_factory=SvgPathImage, border=0)
    code.add_data(address)
    image = io.BytesIO()
    code.make_image().save(image)
    return image.getvalue().decode()
