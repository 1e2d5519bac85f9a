"""Insurances in a citizen's words: names, sums of money, and what was paid year by year."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kiosk.text import Month, T, Text
from kiosk.uplink.contract import CertificateKind, Insurance, InsuranceRecord, InsuredState, Payment

NAMES: dict[Insurance, Text] = {
    Insurance.PENSION: T("养老保险"),
    Insurance.MEDICAL: T("医疗保险"),
    Insurance.UNEMPLOYMENT: T("失业保险"),
    Insurance.WORK_INJURY: T("工伤保险"),
    Insurance.MATERNITY: T("生育保险"),
}
STATES: dict[InsuredState, Text] = {
    InsuredState.PAYING: T("正常参保"),
    InsuredState.SUSPENDED: T("暂停缴费"),
    InsuredState.RECEIVING: T("正在领待遇"),
    InsuredState.ENDED: T("已经终止"),
}
CERTIFICATES: dict[CertificateKind, Text] = {
    CertificateKind.INSURED: T("社会保险参保证明"),
    CertificateKind.RIGHTS_RECORD: T("社会保险个人权益记录"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """What was paid into one insurance in one year, in fen (a hundredth of a yuan).

    Attributes:
        paid: The months, 1 to 12.
        owed: Months that should have been paid and weren't.
    """

    year: int
    personal_fen: int
    employer_fen: int
    paid: frozenset[int]
    owed: frozenset[int]

    @property
    def fen(self) -> int:
        """By the person and the employer together."""
        return self.personal_fen + self.employer_fen


def money(fen: int) -> Text:
    """`1,234.50 元`. Fen are a hundredth of a yuan."""
    return T("{amount} 元", amount=amount(fen))


def amount(fen: int) -> str:
    """`1,234.50`: yuan, without the unit."""
    return f"{fen // 100:,}.{fen % 100:02}"


def sums(held: InsuranceRecord) -> Iterator[tuple[Text, Text]]:
    """What somebody has paid into an insurance, and what is on their account where it has one: for a slip."""
    name = NAMES[held.insurance]
    yield T("{insurance}个人交的", insurance=name), money(held.personal_fen)
    if held.balance_fen is not None:
        yield T("{insurance}余额", insurance=name), money(held.balance_fen)


def month(word: str) -> Month:
    """`2026-03`, as a month that is put into words without a day."""
    year, number = word.split("-")
    return Month(int(year), int(number), 1)


def by_year(payments: Iterable[Payment]) -> tuple[Year, ...]:
    """`payments` added up by calendar year, the oldest year first."""
    years: dict[int, list[Payment]] = {}
    for payment in payments:
        years.setdefault(month(payment.month).year, []).append(payment)
    return tuple(_year(number, paid) for number, paid in sorted(years.items()))


def _year(number: int, payments: list[Payment]) -> Year:
    paid = [payment for payment in payments if payment.paid]
    return Year(
        year=number,
        personal_fen=sum(payment.personal_fen for payment in paid),
        employer_fen=sum(payment.employer_fen for payment in paid),
        paid=frozenset(month(payment.month).month for payment in paid),
        owed=frozenset(month(payment.month).month for payment in payments if not payment.paid),
    )
