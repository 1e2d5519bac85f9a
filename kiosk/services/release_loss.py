"""Release of a temporary loss (解除挂失): the card was found, and is as it was before.

Evidence: who stands here, as for the loss. A formal loss is lifted where the region does that, and one for want of a
bank's activation only after the bank and then the bureau have seen the holder.
"""

from functools import partial

from kiosk import refusals
from kiosk.card_facts import bank_of
from kiosk.operations.errors import OutcomeUnknown
from kiosk.pages import Actions, Answer, Button, Decide, Panel, Picture, Point, Progress, Sign, Working
from kiosk.refusals import Refused
from kiosk.services.report_loss import tell_the_bank, whose
from kiosk.steps.identity import identify, refuse_unless_offered
from kiosk.steps.receipt import done_with_receipt
from kiosk.text import T
from kiosk.uplink.contract import ApplicationStatus, CardRecord, LossReason, OperationKind
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.visit import Result, Visit

_STEPS = (T("验身份"), T("确认解除"), T("完成"))


async def release_loss(visit: Visit) -> Result:
    """Lift the temporary loss of whoever proves who they are."""
    progress = partial(Progress, task=T("解除挂失"), steps=_STEPS)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.LOSS_RELEASE)
    refuse_unless_offered(visit, ways)
    shown = await identify(visit, progress(at=0), ways)
    record = shown.record
    _refuse_elsewhere(record, lifted=visit.machine.settings.policy.loss.formal_can_be_lifted)

    answer = await visit.ask(_decision(record, progress(at=1)))
    if answer is not Answer.NEXT:
        visit.go_home()
    visit.show(
        Working(progress=progress(at=1), title=T("正在解除挂失，请稍等"), picture=Picture.QR_SCAN, can_exit=False)
    )
    try:
        opened = await visit.machine.operations.change_record(
            OperationKind.LOSS_RELEASE, record, evidence=shown.evidence
        )
    except OutcomeUnknown:
        raise Refused(refusals.loss.RELEASE_UNKNOWN) from None
    return done_with_receipt(
        visit,
        opened.operation_id,
        record,
        progress(at=len(_STEPS)),
        subtitle=T("挂失已经解除，这张卡和挂失以前一样了。"),
        receipt=T("解除挂失凭条"),
        result=T("社保卡的挂失已经解除"),
        steps=(
            T("银行那边也挂失过的，要另外找{bank}解除。", bank=bank_of(record)),
            T("觉得有人用过这张卡，请尽早修改密码。"),
        ),
        take=tell_the_bank(record, T("银行那边也挂失过的，要另外找{bank}解除。", bank=bank_of(record))),
    )


def _refuse_elsewhere(record: CardRecord, *, lifted: bool) -> None:
    match record.application_status:
        case ApplicationStatus.FORMAL_LOSS if not lifted:
            raise Refused(refusals.loss.FORMAL)
        case ApplicationStatus.TEMPORARY_LOSS | ApplicationStatus.FORMAL_LOSS:
            if record.loss_reason is LossReason.FINANCIAL_NOT_ACTIVATED:
                raise Refused(refusals.loss.BANK_FIRST, bank=bank_of(record))
        case ApplicationStatus.CANCELLED:
            raise Refused(refusals.card.CANCELLED)
        case _:
            raise Refused(refusals.loss.NOT_ON_LOSS)


def _decision(record: CardRecord, progress: Progress) -> Decide:
    return Decide(
        progress=progress,
        title=T("确认要解除挂失吗？"),
        whose=whose(record),
        panel=Panel(
            sign=Sign.CARE,
            heading=T("请先看看，卡是不是在您手里"),
            body=T("没找到，请先不要解除。捡到卡的人也能用。"),
        ),
        points=(
            Point(sign=Sign.DONE, text=T("卡马上恢复，和挂失以前一样")),
            Point(sign=Sign.DONE, text=T("密码不变，还是原来的")),
            Point(
                sign=Sign.CARE,
                text=T("银行那边，要另外解除"),
                note=T("在银行也挂失过的，请找{bank}", bank=bank_of(record)),
            ),
        ),
        actions=Actions(
            secondary=Button(label=T("先不解除"), answer=Answer.STOP, icon="back"),
            primary=Button(label=T("确认解除"), answer=Answer.NEXT, icon="next"),
            equal=True,
        ),
    )
