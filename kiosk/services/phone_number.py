"""The phone number on record (预留手机号): entered here, proved by a code to it, and decided by the bureau.

Evidence: who stands here. The number is never written down at this machine; the server keeps it with the application.
"""

from functools import partial

from kiosk.pages import Actions, Answer, Button, Decide, OnPaper, Panel, Point, Progress, Sign
from kiosk.services.report_loss import whose
from kiosk.steps.application import draft_with_new_phone, hand_in, handed_in, on_phone
from kiosk.steps.identity import Identified, identify_holder, refuse_unless_offered
from kiosk.text import Masked, T, Text
from kiosk.uplink.contract import ApplicationKind, DraftHeld
from kiosk.visit import Result, Visit

_STEPS = (T("验身份"), T("填号码"), T("确认"), T("完成"))


async def phone_number(visit: Visit) -> Result:
    """Apply for another number on record."""
    progress = partial(Progress, task=T("改手机号"), steps=_STEPS)
    ways = visit.machine.settings.policy.evidence.phone_number
    refuse_unless_offered(visit, ways)
    shown = await identify_holder(visit, progress(at=0), ways)
    held = await draft_with_new_phone(
        visit, shown, ApplicationKind.PHONE_CHANGE, progress(at=1), note=_now_on_record(shown)
    )
    if await visit.ask(_decision(shown, held, progress(at=2))) is not Answer.NEXT:
        visit.go_home()
    opened = await hand_in(visit, shown, held, progress(at=2))
    return handed_in(
        visit,
        opened,
        shown,
        progress(at=len(_STEPS)),
        receipt=T("改手机号凭条"),
        in_effect=T("登记的手机号已经换好。"),
        review_days=held.review_days,
        facts=on_phone(held),
        steps=(T("审核通过以前，验证码还发到原来的手机。"),) if held.review_days else (),
    )


def _now_on_record(shown: Identified) -> Text:
    tail = shown.record.phone_tail
    if tail is None:
        return T("现在没有登记号码。")
    return T("现在登记的是尾号 {tail} 的手机。", tail=Masked(tail))


def _decision(shown: Identified, held: DraftHeld, progress: Progress) -> Decide:
    tail = Masked(held.phone_tail or "")
    return Decide(
        progress=progress,
        title=T("确认换成这个号码吗？"),
        whose=whose(shown.record),
        panel=Panel(
            sign=Sign.INFORMATION,
            heading=T("新号码：尾号 {tail}", tail=tail),
            body=T("审核通过以后才换，在那以前还用原来的。") if held.review_days else T("确认以后，马上换成这个号码。"),
        ),
        points=(
            Point(sign=Sign.DONE, text=T("验证码、通知都发到新号码")),
            Point(sign=Sign.INFORMATION, text=T("银行、电子社保卡的号码要另外改")),
            Point(sign=Sign.CARE, text=T("号码再换，请马上来改"), note=T("不然通知会发给别人")),
        ),
        on_paper=OnPaper(heading=T("凭条上会印好这些："), body=T("申请编号、怎么查办到哪一步")),
        actions=Actions(
            secondary=Button(label=T("先不换"), answer=Answer.STOP, icon="back"),
            primary=Button(label=T("确认换号"), answer=Answer.NEXT, icon="next"),
            equal=True,
        ),
    )
