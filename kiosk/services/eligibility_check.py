"""Benefit eligibility check (待遇资格认证): whoever receives a pension proves once a year that they may go on.

Evidence: an ID card and the face, or what the region takes in the face's place. Whom the machine doesn't recognise is
told of the window, the bank and, where there is one, the visit at home.
"""

import datetime
from functools import partial

from kiosk import refusals
from kiosk.operations.errors import OutcomeUnknown
from kiosk.pages import Actions, Answer, Button, Decide, Panel, Picture, Point, Progress, Sign, Working
from kiosk.refusals import RefusalKind, Refused
from kiosk.services.report_loss import whose
from kiosk.steps.identity import identify, refuse_unless_offered
from kiosk.steps.own_records import question
from kiosk.steps.receipt import done_with_receipt
from kiosk.text import T, Text, Tn
from kiosk.uplink.contract import Benefit, CardRecord, EligibilityState, OperationKind
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.visit import Result, Visit

_TASK = T("待遇资格认证")
_STEPS = (T("验身份"), T("确认认证"), T("完成"))
_BENEFITS: dict[Benefit, Text] = {
    Benefit.PENSION: T("养老金"),
    Benefit.SURVIVORS: T("供养亲属抚恤金"),
    Benefit.DISABILITY: T("伤残津贴"),
}
_UNRECOGNISED: tuple[RefusalKind, ...] = (
    refusals.identity.FACE_DECLINED,
    refusals.identity.FACE_DIFFERS,
    refusals.identity.FACE_LIMIT,
    refusals.identity.FACE_NO_PHOTO,
    refusals.identity.NO_PHONE,
    refusals.identity.CODE_DECLINED,
    refusals.identity.CODE_LIMIT,
)
"""The ways to prove it here are at their end, and trying again leads nowhere."""


async def eligibility_check(visit: Visit) -> Result:
    """Have the eligibility of whoever proves who they are confirmed for the next time."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    policy = visit.machine.settings.policy
    if not policy.eligibility.here:
        raise Refused(refusals.eligibility.NOT_HERE)
    ways = policy.ways_of(ServiceKind.ELIGIBILITY)
    refuse_unless_offered(visit, ways)
    try:
        shown = await identify(visit, progress(at=0), ways)
    except Refused as refused:
        if refused.kind not in _UNRECOGNISED:
            raise
        by_visit = policy.eligibility.home_visit
        kind = refusals.eligibility.NOT_PROVEN if by_visit else refusals.eligibility.NOT_PROVEN_NO_VISIT
        raise Refused(kind) from None
    state = await visit.machine.uplink.eligibility(question(visit, shown))
    if state.benefit is None:
        raise Refused(refusals.eligibility.NO_BENEFITS)

    record = shown.record
    answer = await visit.ask(_decision(visit, state, state.benefit, record, progress(at=1)))
    if answer is not Answer.NEXT:
        visit.go_home()
    visit.show(
        Working(progress=progress(at=1), title=T("正在认证，请稍等"), picture=Picture.ID_ON_PLATE, can_exit=False)
    )
    try:
        opened = await visit.machine.operations.change_record(
            OperationKind.ELIGIBILITY_CHECK, record, evidence=shown.evidence
        )
    except OutcomeUnknown:
        raise Refused(refusals.eligibility.CHECK_UNKNOWN) from None
    until = opened.good_until
    paid_again = (T("停发的待遇，经办机构核对以后补发，不用再申请。"),) if state.paid_until is not None else ()
    return done_with_receipt(
        visit,
        opened.operation_id,
        record,
        progress(at=len(_STEPS)),
        subtitle=_good_until(state.benefit, until),
        receipt=T("资格认证凭条"),
        result=T("待遇资格已经认证"),
        facts=(
            (T("待遇"), _BENEFITS[state.benefit]),
            *(() if until is None else ((T("下次认证，不晚于"), T("{day}", day=until)),)),
        ),
        steps=(*paid_again, Tn("每 {n} 个月认证一次，不收钱。", policy.eligibility.every_months)),
    )


def _good_until(benefit: Benefit, until: datetime.date | None) -> Text:
    if until is None:
        return T("{benefit}照常发。", benefit=_BENEFITS[benefit])
    return T("{benefit}照常发。下次认证，不晚于 {day}。", benefit=_BENEFITS[benefit], day=until)


def _decision(
    visit: Visit, state: EligibilityState, benefit: Benefit, record: CardRecord, progress: Progress
) -> Decide:
    months = visit.machine.settings.policy.eligibility.every_months
    return Decide(
        progress=progress,
        title=T("现在认证吗？"),
        whose=whose(record),
        panel=_panel(state, benefit),
        points=(
            Point(
                sign=Sign.DONE,
                text=Tn("认证一次，管 {n} 个月", months),
                note=T("从今天算起"),
            ),
            Point(sign=Sign.DONE, text=T("认证不收钱"), note=T("没有人会打电话、发链接叫您认证交钱")),
            Point(
                sign=Sign.CARE,
                text=T("情况变了，要告诉经办机构"),
                note=T("比如又上班了、搬到外地、家里人不在了"),
            ),
        ),
        actions=Actions(
            secondary=Button(label=T("先不认证"), answer=Answer.STOP, icon="back"),
            primary=Button(label=T("确认认证"), answer=Answer.NEXT, icon="next"),
            equal=True,
        ),
    )


def _panel(state: EligibilityState, benefit: Benefit) -> Panel:
    """How it stands: overdue, with what follows from that, or until when it is good."""
    name = _BENEFITS[benefit]
    if state.paid_until is not None:
        return Panel(
            sign=Sign.CARE,
            heading=T("过了时间没有认证，{benefit}停发了", benefit=name),
            body=T("发到 {day} 为止。现在认证，停发的会补给您。", day=state.paid_until),
        )
    if state.overdue:
        return Panel(
            sign=Sign.CARE,
            heading=T("已经过了认证的时间"),
            body=T("再不认证，{benefit}会先停发，认证以后再补。", benefit=name),
        )
    if state.good_until is not None:
        return Panel(
            sign=Sign.INFORMATION,
            heading=T("上次认证，管到 {day}", day=state.good_until),
            body=T("{benefit}正常在发。也可以现在就认证，从今天重新算。", benefit=name),
        )
    return Panel(
        sign=Sign.INFORMATION, heading=T("您还没有认证过"), body=T("领{benefit}的人，要定期认证。", benefit=name)
    )
