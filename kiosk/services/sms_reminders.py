"""Reminders by text message (短信提醒): subscribed to here, sent to another number, or stopped; the bureau decides.

Evidence: the card and its PIN or who stands here, and a code to the phone. Regions that want a signature face to face
are named so at once.
"""

from functools import partial

from kiosk import refusals
from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Choose,
    Chosen,
    Decide,
    OnPaper,
    Option,
    Panel,
    Picture,
    Point,
    Progress,
    Sign,
)
from kiosk.questions.facts import covered
from kiosk.refusals import Refused
from kiosk.services.report_loss import whose
from kiosk.steps.application import draft, draft_with_new_phone, hand_in, handed_in, on_phone
from kiosk.steps.identity import Identified, identify_holder, refuse_unless_offered
from kiosk.steps.pin import BACK
from kiosk.text import Masked, T, Text
from kiosk.uplink.contract import ApplicationKind, DraftHeld, PersonalQuestion, SmsState
from kiosk.visit import Result, Visit

_STEPS = (T("验身份"), T("选号码"), T("确认"), T("完成"))
_THIS_NUMBER, _OTHER_NUMBER, _STOP = Chosen("this number"), Chosen("other number"), Chosen("stop")


async def sms_reminders(visit: Visit) -> Result:
    """Subscribe, change the number, or stop."""
    progress = partial(Progress, task=T("短信提醒"), steps=_STEPS)
    policy = visit.machine.settings.policy
    if not policy.sms.here:
        raise Refused(refusals.application.SMS_FACE_TO_FACE)
    refuse_unless_offered(visit, policy.evidence.sms)
    shown = await identify_holder(visit, progress(at=0), policy.evidence.sms)
    question = PersonalQuestion(kiosk=visit.machine.settings.machine.name, evidence=shown.evidence)
    state = await visit.machine.uplink.sms_state(question)
    if state.pending is not None:
        raise Refused(refusals.application.UNDER_REVIEW)

    wish = await _wish(visit, shown, state, progress(at=1))
    kind = _kind(state, wish)
    if wish == _OTHER_NUMBER:
        note = T("提醒会发到这个手机。")
        held = await draft_with_new_phone(visit, shown, kind, progress(at=1), note=note)
    else:
        held = await draft(visit, shown, kind, progress(at=1))
    if await visit.ask(_DECISIONS[kind](visit, shown, held, progress(at=2))) is not Answer.NEXT:
        visit.go_home()
    opened = await hand_in(visit, shown, held, progress(at=2))
    stops = kind is ApplicationKind.SMS_STOP
    return handed_in(
        visit,
        opened,
        shown,
        progress(at=len(_STEPS)),
        receipt=T("短信提醒凭条"),
        in_effect=T("短信提醒已经停了。") if stops else T("短信提醒已经开通。"),
        review_days=held.review_days,
        facts=on_phone(held),
        steps=()
        if stops
        else (T("换了手机号，请马上来改。"), T("收不到短信，打 {hotline} 问。", hotline=_hotline(visit))),
    )


def _kind(state: SmsState, wish: Chosen) -> ApplicationKind:
    if wish == _STOP:
        return ApplicationKind.SMS_STOP
    return ApplicationKind.SMS_CHANGE if state.subscribed else ApplicationKind.SMS_SUBSCRIBE


async def _wish(visit: Visit, shown: Identified, state: SmsState, progress: Progress) -> Chosen:
    """What they want; nothing is asked where there is only one thing."""
    if not state.subscribed and shown.record.phone_tail is None:
        return _OTHER_NUMBER
    answer = await visit.ask(_subscribed(state, progress) if state.subscribed else _which_number(shown, progress))
    if not isinstance(answer, Chosen):
        visit.go_home()
    return answer


def _which_number(shown: Identified, progress: Progress) -> Choose:
    return Choose(
        progress=progress,
        title=T("提醒发到哪个手机？"),
        subtitle=T("有变动马上发短信，不收钱。"),
        options=(
            Option(
                picture=Picture.SMS_CODE,
                name=T("登记的手机"),
                note=T("尾号 {tail}", tail=Masked(shown.record.phone_tail or "")),
                answer=_THIS_NUMBER,
                recommended=True,
                tag=T("最快"),
            ),
            Option(
                picture=Picture.SMS_CODE,
                name=T("别的手机"),
                note=T("号码在屏幕上输，再用验证码核对"),
                answer=_OTHER_NUMBER,
            ),
        ),
        actions=Actions(secondary=BACK),
    )


def _subscribed(state: SmsState, progress: Progress) -> Choose:
    return Choose(
        progress=progress,
        title=T("短信提醒已经开通"),
        subtitle=T("现在发到尾号 {tail} 的手机。", tail=Masked(state.phone_tail or "")),
        options=(
            Option(
                picture=Picture.SMS_CODE,
                name=T("换一个号码"),
                note=T("提醒发到别的手机"),
                answer=_OTHER_NUMBER,
                recommended=True,
            ),
            Option(picture=Picture.OUT_OF_SERVICE, name=T("停掉提醒"), note=T("以后不再发短信"), answer=_STOP),
        ),
        actions=Actions(secondary=BACK),
    )


def _subscribe(visit: Visit, shown: Identified, held: DraftHeld, progress: Progress) -> Decide:
    return Decide(
        progress=progress,
        title=T("确认开通短信提醒吗？"),
        whose=whose(shown.record),
        panel=_sent_to(held),
        points=_points(visit),
        on_paper=_ON_PAPER,
        actions=_actions(T("先不开通"), T("确认开通")),
    )


def _change(visit: Visit, shown: Identified, held: DraftHeld, progress: Progress) -> Decide:
    return Decide(
        progress=progress,
        title=T("确认换提醒的号码吗？"),
        whose=whose(shown.record),
        panel=_sent_to(held),
        points=_points(visit),
        on_paper=_ON_PAPER,
        actions=_actions(T("先不换"), T("确认换号")),
    )


def _stop(visit: Visit, shown: Identified, held: DraftHeld, progress: Progress) -> Decide:
    return Decide(
        progress=progress,
        title=T("确认停掉短信提醒吗？"),
        whose=whose(shown.record),
        panel=Panel(sign=Sign.CARE, heading=T("停了以后，有变动不再通知您"), body=T("想要了，随时可以再开通。")),
        points=(
            Point(sign=Sign.REFUSED, text=T("不再发：{covers}", covers=covered(visit.machine.settings))),
            Point(sign=Sign.DONE, text=T("验证码短信照常发")),
            Point(sign=Sign.DONE, text=T("缴费、待遇都不受影响")),
        ),
        on_paper=_ON_PAPER,
        actions=_actions(T("先不停"), T("确认停掉")),
    )


_DECISIONS = {
    ApplicationKind.SMS_SUBSCRIBE: _subscribe,
    ApplicationKind.SMS_CHANGE: _change,
    ApplicationKind.SMS_STOP: _stop,
}
_ON_PAPER = OnPaper(heading=T("凭条上会印好这些："), body=T("申请编号、怎么查办到哪一步"))


def _sent_to(held: DraftHeld) -> Panel:
    return Panel(
        sign=Sign.INFORMATION,
        heading=T("发到尾号 {tail} 的手机", tail=Masked(held.phone_tail or "")),
        body=T("审核通过以后开始发。号码对不对，由您自己保证。")
        if held.review_days
        else T("确认以后就开始发。号码对不对，由您自己保证。"),
    )


def _points(visit: Visit) -> tuple[Point, ...]:
    return (
        Point(sign=Sign.DONE, text=T("会发：{covers}", covers=covered(visit.machine.settings))),
        Point(sign=Sign.INFORMATION, text=T("换了手机号，请马上来改"), note=T("不然提醒会发给别人")),
        Point(sign=Sign.CARE, text=T("真的提醒里没有链接"), note=T("说社保卡“到期”、要点链接的，都是骗子")),
    )


def _actions(no: Text, yes: Text) -> Actions:
    return Actions(
        secondary=Button(label=no, answer=Answer.STOP, icon="back"),
        primary=Button(label=yes, answer=Answer.NEXT, icon="next"),
        equal=True,
    )


def _hotline(visit: Visit) -> str:
    return visit.machine.settings.machine.hotline
