"""Production progress (制卡进度): how far the new card is, and where it waits. Nothing is changed.

Evidence: what names its holder, such as an ID card; the card itself isn't there yet.
"""

import datetime
from functools import partial

from kiosk import refusals
from kiosk.pages import Actions, Answer, Button, Progress, Sign, Table, TableGroup, TableRow
from kiosk.refusals import Refused
from kiosk.slips import Slip
from kiosk.steps.identity import identify, refuse_unless_offered
from kiosk.steps.own_records import PRINTED, person, question, whose
from kiosk.text import Local, T, Text
from kiosk.uplink.contract import ApplicationStage, CardRecord, Lifecycle, Outlet, ProducedCard, ProductionProgress
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.visit import Printed, Result, Visit

_TASK = T("查制卡进度")
_STEPS = (T("验身份"), T("看结果"))


async def production_progress(visit: Visit) -> Result:
    """Tell whoever proves who they are how far their new card is."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.PRODUCTION_PROGRESS)
    refuse_unless_offered(visit, ways)
    shown = await identify(visit, progress(at=0), ways)
    made = await visit.machine.uplink.production_progress(question(visit, shown))
    if not made.cards:
        raise Refused(refusals.records.NO_CARD_IN_PRODUCTION)
    outlets = await _outlets(visit, made)
    return _result(visit, shown.record, made, outlets, progress(at=1))


async def _outlets(visit: Visit, made: ProductionProgress) -> dict[str, Outlet]:
    """The outlets that the cards name, by their ids."""
    if all(card.outlet is None for card in made.cards):
        return {}
    return {outlet.id: outlet for outlet in (await visit.machine.uplink.outlets()).outlets}


def _result(
    visit: Visit, record: CardRecord, made: ProductionProgress, outlets: dict[str, Outlet], progress: Progress
) -> Result:
    groups = tuple(
        TableGroup(
            heading=T("第 {n} 张卡", n=i) if len(made.cards) > 1 else None, rows=_rows(card, made.as_of, outlets)
        )
        for i, card in enumerate(made.cards, 1)
    )
    title = _title(made.cards[0])

    def page(printed: Printed) -> Table:
        return Table(
            progress=progress,
            title=title,
            subtitle=PRINTED.get(printed),
            whose=whose(record),
            groups=groups,
            actions=Actions(primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next")),
        )

    slip = Slip(
        title=_TASK,
        result=title,
        number=visit.machine.receipt_number(),
        at=visit.machine.now(),
        facts=(*person(record), *((row.label, row.value) for group in groups for row in group.rows)),
        steps=_next_steps(made),
    )
    return Result(page=page, slip=slip, long=True)


def _title(card: ProducedCard) -> Text:
    """The answer, of the card that is nearest to its holder's hand."""
    if _ready(card):
        return T("卡做好了，可以去领")
    if card.stage is ApplicationStage.POSTED:
        return T("卡已经寄出来了")
    return T("卡正在制作")


def _ready(card: ProducedCard) -> bool:
    return card.stage is ApplicationStage.READY_TO_COLLECT or (
        card.stage is None and card.lifecycle is Lifecycle.AWAITING_COLLECTION
    )


def _rows(card: ProducedCard, today: datetime.date, outlets: dict[str, Outlet]) -> tuple[TableRow, ...]:
    rows = [_how_far(card, today)]
    if card.tail is not None:
        rows.append(TableRow(label=T("卡号"), value=T("尾号 {tail}", tail=card.tail)))
    if card.ordered_on is not None:
        rows.append(TableRow(label=T("开始办的日子"), value=T("{day}", day=card.ordered_on)))
    if card.expected_on is not None and not _ready(card):
        rows.append(TableRow(label=T("预计做好"), value=T("{day}", day=card.expected_on)))
    if (outlet := outlets.get(card.outlet or "")) is not None:
        rows.append(
            TableRow(
                label=T("在哪里领"),
                value=T("{place}", place=Local(outlet.name, outlet.name_en)),
                note=T(
                    "{address}，{hours}",
                    address=Local(outlet.address, outlet.address_en),
                    hours=Local(outlet.hours, outlet.hours_en),
                ),
            )
        )
    elif card.posted:
        rows.append(TableRow(label=T("怎样拿到"), value=T("寄到您登记的地址")))
    return tuple(rows)


def _how_far(card: ProducedCard, today: datetime.date) -> TableRow:
    label = T("到哪一步了")
    if _ready(card):
        return TableRow(label=label, value=T("做好了，等您来领"), sign=Sign.DONE)
    match card.stage:
        case ApplicationStage.POSTED:
            return TableRow(label=label, value=T("已经寄出"), sign=Sign.DONE)
        case ApplicationStage.UNDER_REVIEW:
            return TableRow(label=label, value=T("正在审核"), sign=Sign.INFORMATION)
        case _ if card.expected_on is not None and card.expected_on < today:
            note = T("比预计的晚了，可以打电话问")
            return TableRow(label=label, value=T("正在制作"), note=note, sign=Sign.CARE)
        case _:
            return TableRow(label=label, value=T("正在制作"), sign=Sign.INFORMATION)


def _next_steps(made: ProductionProgress) -> tuple[Text, ...]:
    if any(_ready(card) for card in made.cards):
        return (T("领卡要本人带身份证。"), T("领到以后，在这台机器上点“启用社保卡”。"))
    return ()
