"""Which cards one has (名下的卡): which of several is in use, and how the others are cancelled. Nothing is changed.

Evidence: what names their holder, such as an ID card. A card is cancelled elsewhere: its bank account first, at the
bank, and the card after that.
"""

from functools import partial

from kiosk import refusals
from kiosk.card_facts import bank_of
from kiosk.pages import Actions, Answer, Button, Progress, Sign, Table, TableGroup, TableRow
from kiosk.refusals import Refused
from kiosk.slips import Slip
from kiosk.steps.identity import identify, refuse_unless_offered
from kiosk.steps.own_records import PRINTED, person, question, whose
from kiosk.text import Local, T, Text, Tn
from kiosk.uplink.contract import ApplicationStatus, CardRecord, PersonCard, PersonCards
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.visit import Printed, Result, Visit

_TASK = T("查名下的卡")
_STEPS = (T("验身份"), T("看结果"))
_STATUS: dict[ApplicationStatus, tuple[Sign, Text]] = {
    ApplicationStatus.ARCHIVED: (Sign.INFORMATION, T("还没启用")),
    ApplicationStatus.NORMAL: (Sign.DONE, T("正常")),
    ApplicationStatus.FORMAL_LOSS: (Sign.REFUSED, T("正式挂失")),
    ApplicationStatus.APPLICATION_LOCKED: (Sign.REFUSED, T("锁住了")),
    ApplicationStatus.TEMPORARY_LOSS: (Sign.CARE, T("临时挂失")),
    ApplicationStatus.CANCELLED: (Sign.REFUSED, T("已经注销")),
}


async def cards(visit: Visit) -> Result:
    """Tell whoever proves who they are which cards they have."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.CARDS)
    refuse_unless_offered(visit, ways)
    shown = await identify(visit, progress(at=0), ways)
    held = await visit.machine.uplink.cards(question(visit, shown))
    if not held.cards:
        raise Refused(refusals.records.NO_CARD)
    return _result(visit, shown.record, held, progress(at=1))


def _result(visit: Visit, record: CardRecord, held: PersonCards, progress: Progress) -> Result:
    groups = tuple(_group(card) for card in held.cards)
    spare = [
        card for card in held.cards if not card.in_use and card.application_status is not ApplicationStatus.CANCELLED
    ]
    title = Tn("您名下有 {n} 张社保卡", len(held.cards))
    advice = _advice(visit, spare)

    def page(printed: Printed) -> Table:
        return Table(
            progress=progress,
            title=title,
            subtitle=PRINTED.get(printed),
            whose=whose(record),
            groups=(*groups, advice) if advice is not None else groups,
            actions=Actions(primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next")),
        )

    slip = Slip(
        title=_TASK,
        result=title,
        number=visit.machine.receipt_number(),
        at=visit.machine.now(),
        facts=(*person(record), *((_name(card), _STATUS[card.application_status][1]) for card in held.cards)),
        steps=() if advice is None else tuple(row.value for row in advice.rows if isinstance(row.value, Text)),
    )
    return Result(page=page, slip=slip, long=True)


def _name(card: PersonCard) -> Text:
    return T("尾号 {tail}（在用）", tail=card.tail) if card.in_use else T("尾号 {tail}", tail=card.tail)


def _group(card: PersonCard) -> TableGroup:
    sign, status = _STATUS[card.application_status]
    rows = [TableRow(label=T("状态"), value=status, sign=sign)]
    if card.bank:
        rows.append(TableRow(label=T("银行"), value=T("{bank}", bank=bank_of(card))))
    if card.issued_on is not None:
        rows.append(TableRow(label=T("发卡的日子"), value=T("{day}", day=card.issued_on)))
    if card.valid_until is not None:
        rows.append(TableRow(label=T("有效期到"), value=T("{day}", day=card.valid_until)))
    return TableGroup(heading=_name(card), rows=tuple(rows))


def _advice(visit: Visit, spare: list[PersonCard]) -> TableGroup | None:
    """How cards that aren't used are cancelled; None: there are none."""
    if not spare:
        return None
    machine = visit.machine.settings.machine
    one = visit.machine.settings.policy.card.one_card_a_province
    return TableGroup(
        heading=T("不用的卡，请注销：一个省只留一张") if one else T("不用的卡，可以注销"),
        rows=(
            TableRow(
                label=T("第一步"),
                value=T("到{bank}，把卡里的银行账户销掉", bank=bank_of(spare[0]))
                if spare[0].bank
                else T("到银行，把卡里的银行账户销掉"),
                note=T("钱先取出来；挂失、锁住的卡也在银行柜台办"),
            ),
            TableRow(
                label=T("第二步"),
                value=T("到{window}注销社保卡", window=Local(machine.window, machine.window_en)),
                note=T("本人带身份证和这张卡"),
            ),
        ),
    )
