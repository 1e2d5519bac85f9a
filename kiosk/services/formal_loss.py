"""Formal loss (正式挂失): the card stops for good, as a rule; then a new one is applied for.

Evidence: who stands here, without the card. It is done where the region wants it at kiosks, and its holder hears first
that it can't be undone. The bank's side of the card is the bank's: it has to be told by its own line.
"""

from functools import partial

from kiosk import refusals
from kiosk.card_facts import bank_of
from kiosk.home import offered
from kiosk.operations.errors import OutcomeUnknown
from kiosk.pages import Actions, Answer, Button, Chosen, Decide, OnPaper, Panel, Picture, Progress, Sign, Working
from kiosk.refusals import Refused
from kiosk.services.report_loss import tell_the_bank, what_follows, whose
from kiosk.steps.identity import identify, refuse_unless_offered
from kiosk.steps.receipt import done_with_receipt
from kiosk.text import Local, T, Text
from kiosk.uplink.contract import ApplicationStatus, CardRecord, Lifecycle, OperationKind
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.visit import Result, Visit

_TASK = T("正式挂失")
_STEPS = (T("验身份"), T("确认挂失"), T("完成"))


async def formal_loss(visit: Visit) -> Result:
    """Put the card of whoever proves who they are on formal loss."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    policy = visit.machine.settings.policy
    if not policy.loss.formal_here:
        raise Refused(refusals.loss.FORMAL_NOT_HERE)
    ways = policy.ways_of(ServiceKind.FORMAL_LOSS)
    refuse_unless_offered(visit, ways)
    shown = await identify(visit, progress(at=0), ways)
    record = shown.record
    refuse_needless(record)

    answer = await visit.ask(_decision(visit, record, progress(at=1)))
    if answer is not Answer.NEXT:
        visit.go_home()
    visit.show(
        Working(progress=progress(at=1), title=T("正在正式挂失，请稍等"), picture=Picture.QR_SCAN, can_exit=False)
    )
    try:
        opened = await visit.machine.operations.change_record(
            OperationKind.FORMAL_LOSS, record, evidence=shown.evidence
        )
    except OutcomeUnknown:
        raise Refused(refusals.loss.FORMAL_UNKNOWN, bank=bank_of(record)) from None
    return done_with_receipt(
        visit,
        opened.operation_id,
        record,
        progress(at=len(_STEPS)),
        subtitle=T("这张卡已经正式挂失，别人用不了。"),
        receipt=T("正式挂失凭条"),
        result=T("社保卡已经正式挂失"),
        steps=(
            T("银行里的钱要另外挂失，请马上打{bank}的电话。", bank=bank_of(record)),
            _new_card(visit),
            T("卡找到了，本人来办“解除挂失”。")
            if policy.loss.formal_can_be_lifted
            else T("卡找到了也不能再用，请不要扔，补卡时交回。"),
        ),
        take=tell_the_bank(record, T("银行里的钱要另外挂失，请马上打{bank}的电话。", bank=bank_of(record))),
        further=_replacement(visit),
    )


def refuse_needless(record: CardRecord) -> None:
    """Stop where there is nothing to report, or a person has to look first.

    Raises:
        Refused: On formal loss already, cancelled, or locked.
    """
    match record.application_status:
        case ApplicationStatus.NORMAL | ApplicationStatus.TEMPORARY_LOSS:
            return
        case ApplicationStatus.ARCHIVED if record.lifecycle is Lifecycle.COLLECTED:
            return
        case ApplicationStatus.FORMAL_LOSS:
            raise Refused(refusals.loss.FORMAL_ALREADY, bank=bank_of(record))
        case ApplicationStatus.CANCELLED:
            raise Refused(refusals.card.CANCELLED)
        case _:
            raise Refused(refusals.loss.NOT_HERE, bank=bank_of(record))


def _replacement(visit: Visit) -> Button | None:
    """The way to a new card, where this machine takes the application now."""
    tile = offered(visit.machine.settings, visit.machine.board.closes, "replace_card")
    return None if tile is None else Button(label=tile.name, answer=Chosen(tile.service), icon=tile.icon)


def _new_card(visit: Visit) -> Text:
    machine, replacement = visit.machine.settings.machine, visit.machine.settings.policy.replacement
    if replacement.here:
        return T("补一张新卡：在这台机器上点“补卡”。")
    return T("补一张新卡：带上身份证到{window}。", window=Local(machine.window, machine.window_en))


def _decision(visit: Visit, record: CardRecord, progress: Progress) -> Decide:
    lifted = visit.machine.settings.policy.loss.formal_can_be_lifted
    return Decide(
        progress=progress,
        title=T("确认要正式挂失吗？"),
        whose=whose(record),
        panel=Panel(
            sign=Sign.CARE,
            heading=T("挂失后，这张卡马上停用") if lifted else T("办了就不能撤销"),
            body=T("不会自动解除。卡找到了，要本人来办“解除挂失”。")
            if lifted
            else T("卡找到了也不能再用，只能补一张新卡。也许还能找到的，先办临时挂失。"),
        ),
        points=what_follows(record),
        on_paper=OnPaper(heading=T("凭条上会印好这些："), body=T("挂失编号、补卡地点")),
        actions=Actions(
            secondary=Button(label=T("先不挂失"), answer=Answer.STOP, icon="back"),
            primary=Button(label=T("确认正式挂失"), answer=Answer.NEXT, icon="next"),
            equal=True,
        ),
    )
