"""Insurance records (五险查询): what was paid into each of the five insurances, month by month, and what is there.

Evidence: the card and its PIN, or who stands here without it. Nothing is changed. What isn't on record here is held by
another body, and that is named.
"""

from collections.abc import Sequence
from functools import partial

from kiosk import refusals
from kiosk.insurances import NAMES, STATES, by_year, money, month, sums
from kiosk.pages import (
    Actions,
    Answer,
    Bar,
    Button,
    Chart,
    Chosen,
    Done,
    Menu,
    MenuGroup,
    MenuTile,
    Progress,
    Sign,
    Table,
    TableGroup,
    TableRow,
)
from kiosk.refusals import Refused
from kiosk.slips import Slip
from kiosk.steps.identity import identify_holder, refuse_unless_offered
from kiosk.steps.own_records import person, question, whose
from kiosk.steps.receipt import done_page
from kiosk.text import Local, T, Text, Tn
from kiosk.uplink.contract import CardRecord, Insurance, InsuranceRecord, InsuranceRecords, InsuredState, Payment
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.visit import Printed, Printing, Result, Visit

_TASK = T("查五险")
_STEPS = (T("验身份"), T("看结果"))
_ICONS: dict[Insurance, str] = {
    Insurance.PENSION: "record",
    Insurance.MEDICAL: "card",
    Insurance.UNEMPLOYMENT: "staff",
    Insurance.WORK_INJURY: "technician",
    Insurance.MATERNITY: "eligibility",
}
_SHORT: dict[Insurance, Text] = {
    Insurance.PENSION: T("养老"),
    Insurance.MEDICAL: T("医疗"),
    Insurance.UNEMPLOYMENT: T("失业"),
    Insurance.WORK_INJURY: T("工伤"),
    Insurance.MATERNITY: T("生育"),
}
"""As tiles name them."""
_BARS = 8
"""As many as a chart has room for."""


async def insurance_records(visit: Visit) -> Result:
    """Show whoever proves who they are what is on record of their insurances, for as long as they want to read."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.RECORDS)
    refuse_unless_offered(visit, ways)
    shown = await identify_holder(visit, progress(at=0), ways)
    records = await visit.machine.uplink.records(question(visit, shown))
    if not records.insurances:
        raise Refused(refusals.records.NOT_INSURED, body=Local(records.held_by, records.held_by_en))
    of_kind = {record.insurance.value: record for record in records.insurances}
    while True:
        match await visit.ask(_overview(records, shown.record, progress(at=1))):
            case Chosen(service) if service in of_kind:
                if (
                    await visit.ask(_detail(of_kind[service], records.years, shown.record, progress(at=1)))
                    is Answer.FINISH
                ):
                    visit.go_home()
            case Answer.PRINT:
                return _printed(visit, records, shown.record, progress(at=len(_STEPS)))
            case _:
                visit.go_home()


def _overview(records: InsuranceRecords, record: CardRecord, progress: Progress) -> Menu:
    """One tile an insurance: what it came to so far."""
    missing = [kind for kind in Insurance if kind not in {held.insurance for held in records.insurances}]
    nothing = T("这里没有记录，请问{body}", body=Local(records.held_by, records.held_by_en))
    return Menu(
        progress=progress,
        title=T("您的社会保险"),
        whose=whose(record),
        groups=(
            MenuGroup(
                name=T("点一项，看每个月交了多少"),
                tiles=(
                    *(
                        MenuTile(
                            service=held.insurance.value,
                            icon=_ICONS[held.insurance],
                            name=_SHORT[held.insurance],
                            situation=Tn("交了 {n} 个月", held.months_paid),
                        )
                        for held in records.insurances
                    ),
                    *(
                        MenuTile(
                            service=kind.value, icon=_ICONS[kind], name=_SHORT[kind], situation=nothing, why_not=nothing
                        )
                        for kind in missing
                    ),
                ),
            ),
        ),
        actions=Actions(
            secondary=Button(label=T("打印"), answer=Answer.PRINT, icon="print"),
            primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next"),
        ),
    )


def _detail(held: InsuranceRecord, years: int, record: CardRecord, progress: Progress) -> Table:
    """One insurance: totals, a chart of the last years, and the payments by month, the newest first."""
    return Table(
        progress=progress,
        title=NAMES[held.insurance],
        whose=whose(record),
        chart=_chart(held),
        groups=(TableGroup(rows=_totals(held, years)), *_months(held)),
        actions=Actions(
            secondary=Button(label=T("返回"), answer=Answer.BACK, icon="back"),
            primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next"),
        ),
    )


def _totals(held: InsuranceRecord, years: int) -> tuple[TableRow, ...]:
    good = held.state in (InsuredState.PAYING, InsuredState.RECEIVING)
    rows = [
        TableRow(
            label=T("参保状态"),
            value=STATES[held.state],
            sign=Sign.DONE if good else Sign.CARE,
            note=T("{month}参保", month=month(held.insured_since)),
        ),
        TableRow(label=T("一共交了"), value=Tn("共 {n} 个月", held.months_paid)),
        TableRow(label=T("个人交的合计"), value=money(held.personal_fen)),
    ]
    if held.balance_fen is not None:
        rows.append(TableRow(label=T("个人账户余额"), value=money(held.balance_fen)))
    body = T("{body}", body=Local(held.body, held.body_en))
    rows.append(TableRow(label=T("记录在哪里"), value=body, note=T("对不上的，请到那里核对")))
    if not held.payments:
        rows.append(TableRow(label=Tn("最近 {n} 年", years), value=T("没有缴费")))
    return tuple(rows)


def _chart(held: InsuranceRecord) -> Chart | None:
    """A bar a year; None: nothing was paid in the years shown."""
    years = by_year(held.payments)[-_BARS:]
    most = max((year.fen for year in years), default=0)
    if not most:
        return None
    owed = any(year.owed for year in years)
    return Chart(
        title=T("每年交了多少元，单位和个人合计"),
        bars=tuple(
            Bar(
                label=T("{year}", year=str(year.year)),
                value=T("{amount}", amount=f"{year.fen // 100}"),
                height=year.fen / most,
                hollow=bool(year.owed),
            )
            for year in years
        ),
        note=T("空心的那一年，有月份没有交") if owed else None,
    )


def _months(held: InsuranceRecord) -> tuple[TableGroup, ...]:
    years = sorted({payment.month[:4] for payment in held.payments}, reverse=True)
    return tuple(
        TableGroup(
            heading=T("{year} 年", year=year),
            rows=tuple(map(_row_of_months, _alike([each for each in held.payments if each.month.startswith(year)]))),
        )
        for year in years
    )


def _alike(payments: Sequence[Payment]) -> list[list[Payment]]:
    """One year's payments, the newest first; months in a row of which the same was paid are one, for the pages are few.

    Each month that is owed stands for itself.
    """
    runs: list[list[Payment]] = []
    for payment in reversed(payments):
        if runs and _follows(payment, runs[-1][-1]):
            runs[-1].append(payment)
        else:
            runs.append([payment])
    return runs


def _follows(earlier: Payment, later: Payment) -> bool:
    next_month = month(earlier.month).month + 1 == month(later.month).month
    return next_month and later.paid and earlier.model_copy(update={"month": later.month}) == later


def _row_of_months(alike: Sequence[Payment]) -> TableRow:
    payment, newest = alike[-1], month(alike[0].month).month
    oldest = month(payment.month).month
    label = T("{n} 月", n=newest) if oldest == newest else T("{n} 到 {last} 月", n=oldest, last=newest)
    if not payment.paid:
        note = T("在职的请问单位，自己交的请到窗口补")
        return TableRow(label=label, value=T("没有交"), note=note, sign=Sign.CARE)
    note = T(
        "个人 {personal}，单位 {employer}，基数 {base}",
        personal=money(payment.personal_fen),
        employer=money(payment.employer_fen),
        base=money(payment.base_fen),
    )
    total = money(payment.personal_fen + payment.employer_fen)
    return TableRow(label=label, value=total if len(alike) == 1 else T("每月 {total}", total=total), note=note)


def _printed(visit: Visit, records: InsuranceRecords, record: CardRecord, progress: Progress) -> Result:
    """The totals on a slip."""
    number = visit.machine.receipt_number()
    slip = Slip(
        title=_TASK,
        result=T("查询结果，不作证明用。要证明，请点“打印参保证明”。"),
        number=number,
        at=visit.machine.now(),
        facts=(*person(record), *(fact for held in records.insurances for fact in (_months_in_all(held), *sums(held)))),
    )

    def page(printed: Printed) -> Done:
        return done_page(visit, printed, progress, title=T("查好了"), subtitle=_WAY[printed], number=None)

    return Result(page=page, slip=slip, printing=Printing.AT_ONCE)


_WAY: dict[Printed, Text] = {
    Printed.NOT_ASKED: T("凭条没有打出来。"),
    Printed.DONE: T("凭条打好了，请从出纸口取走。"),
    Printed.FAILED: T("凭条没有打出来，可以扫码存到手机里。"),
    Printed.UNKNOWN: T("凭条可能没有打完，请看一下出纸口。"),
}


def _months_in_all(held: InsuranceRecord) -> tuple[Text, Text]:
    return NAMES[held.insurance], Tn("共 {n} 个月", held.months_paid)
