"""Temporary loss (临时挂失): the social application stops at once, until the card is found or the days are over.

Evidence: who stands here, without the card. The record alone is changed, so no chip takes part and nothing waits for
one. The bank's side of the card is the bank's: it has to be told by its own line.
"""

from functools import partial

from kiosk import refusals
from kiosk.card_facts import bank_of
from kiosk.home import to_bring
from kiosk.masking import masked_name, tail
from kiosk.operations.errors import OutcomeUnknown
from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Decide,
    OnPaper,
    Panel,
    Picture,
    Point,
    Progress,
    Sign,
    TakeItem,
    Working,
)
from kiosk.refusals import Refused
from kiosk.steps.card import lapses
from kiosk.steps.identity import identify, refuse_unless_offered
from kiosk.steps.receipt import done_with_receipt
from kiosk.text import Local, T, Text, Tn
from kiosk.uplink.contract import ApplicationStatus, CardRecord, Lifecycle, LossReason, OperationKind
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.visit import Result, Visit

_STEPS = (T("验身份"), T("确认挂失"), T("完成"))


async def report_loss(visit: Visit) -> Result:
    """Put the card of whoever proves who they are on temporary loss."""
    progress = partial(Progress, task=T("挂失"), steps=_STEPS)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.TEMPORARY_LOSS)
    refuse_unless_offered(visit, ways)
    shown = await identify(visit, progress(at=0), ways)
    record = shown.record
    _refuse_needless(record)

    answer = await visit.ask(_decision(visit, record, progress(at=1)))
    if answer is not Answer.NEXT:
        visit.go_home()
    visit.show(Working(progress=progress(at=1), title=T("正在挂失，请稍等"), picture=Picture.QR_SCAN, can_exit=False))
    try:
        opened = await visit.machine.operations.change_record(
            OperationKind.TEMPORARY_LOSS, record, evidence=shown.evidence
        )
    except OutcomeUnknown:
        raise Refused(refusals.loss.REPORT_UNKNOWN, bank=bank_of(record)) from None
    machine = visit.machine.settings.machine
    return done_with_receipt(
        visit,
        opened.operation_id,
        record,
        progress(at=len(_STEPS)),
        subtitle=T("这张卡已经临时挂失，别人用不了。{until}", until=lapses(opened.lapses_on)),
        receipt=T("挂失凭条"),
        result=T("社保卡已经临时挂失"),
        facts=() if opened.lapses_on is None else ((T("自动解除"), T("{day}", day=opened.lapses_on)),),
        steps=(
            T("银行里的钱要另外挂失，请马上打{bank}的电话。", bank=bank_of(record)),
            _once_found(visit),
            T("找不到，到{window}补卡。", window=Local(machine.window, machine.window_en)),
        ),
        take=tell_the_bank(record, T("银行里的钱要另外挂失，请马上打{bank}的电话。", bank=bank_of(record))),
    )


def _once_found(visit: Visit) -> Text:
    """How the loss ends before its days are over."""
    machine = visit.machine
    bring = to_bring(machine.settings, machine.board.closes, "release_loss")
    if bring is None:
        window = Local(machine.settings.machine.window, machine.settings.machine.window_en)
        return T("找到卡，到{window}解除挂失。", window=window)
    return T("找到卡，带上{bring}再来，办“解除挂失”。", bring=bring)


def tell_the_bank(record: CardRecord, note: Text) -> TakeItem:
    """What stays to be done elsewhere: the bank hears nothing from here."""
    return TakeItem(label=T("给银行打电话"), picture=Picture.STAFF_WINDOW, note=note)


def whose(record: CardRecord) -> Text:
    """Whose card, masked: somebody with several must know which."""
    name, number = masked_name(record.name.get_secret_value()), tail(record.card_number.get_secret_value())
    return T("{name}，卡尾号 {tail}", name=name, tail=number)


def what_follows(record: CardRecord) -> tuple[Point, ...]:
    """What a loss of this card stops, whichever loss it is, what goes on, and what is left to its holder."""
    return (
        Point(
            sign=Sign.REFUSED,
            text=T("不能用卡看病、买药、领待遇"),
            note=T("电子社保卡要您本人授权，才能接着用"),
        ),
        Point(sign=Sign.DONE, text=T("参保缴费照常，不受影响")),
        Point(
            sign=Sign.CARE,
            text=T("银行里的钱，要另外挂失"),
            note=T("请马上打{bank}的电话", bank=bank_of(record)),
        ),
    )


def _refuse_needless(record: CardRecord) -> None:
    match record.application_status:
        case ApplicationStatus.NORMAL:
            return
        case ApplicationStatus.ARCHIVED if record.lifecycle is Lifecycle.COLLECTED:
            return  # What was never handed out hasn't been lost by its holder.
        case ApplicationStatus.TEMPORARY_LOSS if record.loss_reason is not LossReason.FINANCIAL_NOT_ACTIVATED:
            raise Refused(refusals.loss.ALREADY, until=lapses(record.loss_until), bank=bank_of(record))
        case ApplicationStatus.FORMAL_LOSS:
            raise Refused(refusals.loss.FORMAL_ALREADY, bank=bank_of(record))
        case ApplicationStatus.CANCELLED:
            raise Refused(refusals.card.CANCELLED)
        case _:
            raise Refused(refusals.loss.NOT_HERE, bank=bank_of(record))


def _decision(visit: Visit, record: CardRecord, progress: Progress) -> Decide:
    days = visit.machine.settings.policy.loss.lapses_after_days
    return Decide(
        progress=progress,
        title=T("确认要挂失这张卡吗？"),
        whose=whose(record),
        panel=Panel(
            sign=Sign.CARE,
            heading=T("挂失后，这张卡马上停用"),
            body=Tn("{n} 天后自动解除。找不到卡，请在那以前补卡，不然捡到的人又能用。", days),
        ),
        points=what_follows(record),
        on_paper=OnPaper(heading=T("凭条上会印好这些："), body=T("挂失编号、自动解除的日期、补卡地点")),
        actions=Actions(
            secondary=Button(label=T("先不挂失"), answer=Answer.STOP, icon="back"),
            primary=Button(label=T("确认挂失"), answer=Answer.NEXT, icon="next"),
            equal=True,
        ),
    )
