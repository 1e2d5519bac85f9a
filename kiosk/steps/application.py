"""What every application has: a draft at the server, a number that is proved, and the handing in.

What somebody enters is sent to the server and kept there for some minutes; the intent names the draft alone, so that
no phone number is written down here.
"""

from uuid import UUID

from pydantic import SecretStr

from kiosk import refusals
from kiosk.operations.errors import OutcomeUnknown
from kiosk.pages import Actions, Answer, Button, Entered, NumberEntry, Picture, Progress, Working
from kiosk.refusals import Refused
from kiosk.steps.identity import Identified
from kiosk.steps.identity.one_time_code import have_code_typed
from kiosk.steps.identity.proof import Asking, GivenUp
from kiosk.steps.pin import BACK
from kiosk.steps.receipt import done_with_receipt
from kiosk.text import Masked, T, Text, Tn
from kiosk.uplink.contract import (
    ApplicationDraft,
    ApplicationKind,
    ApplicationReason,
    ApplicationStage,
    ApplicationState,
    CardRecord,
    Delivery,
    DraftCodeRequest,
    DraftCodeShown,
    DraftHeld,
    Ineligible,
    OneTimeCodeSent,
    OperationKind,
    OperationOpened,
)
from kiosk.uplink.errors import NotEligible, PhoneInvalid
from kiosk.visit import Result, Visit

PHONE_DIGITS = 11
"""A mobile number of the mainland (YD/T 1314): 1, and ten more."""
PHONE_GROUPS = (3, 4, 4)
NO_LINK = T("通知的短信里没有链接。有链接的，不要点。")
"""On the slip of whoever is told by text."""


async def draft(
    visit: Visit,
    shown: Identified,
    kind: ApplicationKind,
    progress: Progress,
    *,
    phone: SecretStr | None = None,
    delivery: Delivery | None = None,
    outlet: str | None = None,
    reason: ApplicationReason | None = None,
) -> DraftHeld:
    """Have the server keep what was entered, and say what would come of it; nothing is applied for.

    Raises:
        CentralError: No answer, or a no whose reason `refused_by_server` puts into words.
    """
    visit.show(_working(progress, T("正在核对")))
    return await visit.machine.uplink.draft_application(
        ApplicationDraft(
            kiosk=visit.machine.settings.machine.name,
            evidence=shown.evidence,
            card=shown.record.handle,
            kind=kind,
            phone=phone,
            delivery=delivery,
            outlet=outlet,
            reason=reason,
        )
    )


async def draft_with_new_phone(
    visit: Visit, shown: Identified, kind: ApplicationKind, progress: Progress, *, note: Text
) -> DraftHeld:
    """Have a phone number entered, and proved by a code to it, until the server keeps it.

    Args:
        visit: Who types.
        shown: Who they are.
        kind: What the number is for.
        progress: The service's steps, at this one.
        note: What it will be used for.

    Raises:
        Refused: No text can be sent now, or too many were.
        CentralError: No answer, or a no.
    """
    problem: Text | None = None
    while True:
        answer = await visit.ask(_phone_entry(progress, note, problem))
        if not isinstance(answer, Entered):
            visit.go_home()
        try:
            held = await draft(visit, shown, kind, progress, phone=SecretStr(answer.digits))
            return await _proved(visit, held, progress) if held.prove_phone else held
        except PhoneInvalid:
            problem = T("这不像手机号，请看一看")
        except NotEligible as refused:
            if refused.reason != Ineligible.PHONE_UNCHANGED:
                raise
            problem = T("这就是现在的号码，没有变")
        except GivenUp as given_up:
            if given_up.refusal is not refusals.identity.CODE_DECLINED:
                raise Refused(given_up.refusal) from None
            problem = None


async def _proved(visit: Visit, held: DraftHeld, progress: Progress) -> DraftHeld:
    """Whoever has the phone in hand reads the code off it: a mistyped number is somebody else's."""
    uplink, kiosk = visit.machine.uplink, visit.machine.settings.machine.name

    async def send(code_id: UUID) -> OneTimeCodeSent:
        return await uplink.send_draft_code(DraftCodeRequest(kiosk=kiosk, draft=held.draft, code_id=code_id))

    async def show(code_id: UUID, code: SecretStr) -> DraftHeld:
        return await uplink.draft_code_shown(DraftCodeShown(kiosk=kiosk, draft=held.draft, code_id=code_id, code=code))

    other = Button(label=T("换一个号码"), answer=Answer.ANOTHER)
    asking = Asking(progress=progress, why=None, other=other)
    return await have_code_typed(visit, asking, send, show, not_come=T("号码输错了，就换一个号码"))


async def hand_in(visit: Visit, shown: Identified, held: DraftHeld, progress: Progress) -> OperationOpened:
    """Apply for what the server keeps.

    Raises:
        Refused: No answer: it may have been taken, and is asked for until the server says.
        CentralError: Surely not taken.
        ChangesClosed: This machine changes nothing now.
    """
    visit.show(_working(progress, T("正在提交，请稍等"), can_exit=False))
    try:
        return await visit.machine.operations.change_record(
            OperationKind.APPLICATION, shown.record, evidence=shown.evidence, draft=held.draft
        )
    except OutcomeUnknown:
        raise Refused(refusals.application.UNKNOWN) from None


def handed_in(
    visit: Visit,
    opened: OperationOpened,
    shown: Identified,
    progress: Progress,
    *,
    receipt: Text,
    in_effect: Text,
    review_days: int | None,
    facts: tuple[tuple[Text, Text], ...] = (),
    steps: tuple[Text, ...] = (),
) -> Result:
    """The end of an application: it is in effect, or under review; with its number on the receipt.

    Args:
        visit: Whose.
        opened: The server's answer.
        shown: Who applied.
        progress: The service's steps, all done.
        receipt: The receipt's title.
        in_effect: What is so once it is approved.
        review_days: Working days until then, as a rule.
        facts: What else the receipt says.
        steps: What to do next, on the receipt, before how to look it up.
    """
    application = opened.application
    assert application is not None, "an application is answered with its state"
    approved = application.state is ApplicationStage.APPROVED
    by_text = told_by_text(visit, shown.record)
    return done_with_receipt(
        visit,
        opened.operation_id,
        shown.record,
        progress,
        title=T("办好了") if approved else T("申请交上去了"),
        subtitle=in_effect if approved else _when(review_days, by_text=by_text),
        receipt=receipt,
        result=in_effect if approved else T("申请已经受理，等审核。"),
        facts=((T("申请编号"), T("{number}", number=application.number)), *facts),
        steps=(*steps, T("办到哪一步，在机器上点“我的申请”查。"), *((NO_LINK,) if by_text else ())),
    )


def on_phone(application: ApplicationState | DraftHeld) -> tuple[tuple[Text, Text], ...]:
    """The number that it is about, masked, for a slip; nothing where it is about none."""
    tail = application.phone_tail
    return () if tail is None else ((T("手机号"), T("尾号 {tail}", tail=Masked(tail))),)


def told_by_text(visit: Visit, record: CardRecord) -> bool:
    """Whether a text tells what becomes of an application: the region sends them, and there is a phone on record."""
    return visit.machine.settings.policy.sms.confirmation and record.phone_tail is not None


def _when(review_days: int | None, *, by_text: bool) -> Text:
    if by_text and not review_days:
        return T("审核通过了，会发短信告诉您。")
    if by_text:
        return Tn("大约 {n} 个工作日审核，通过了会发短信告诉您。", review_days or 0)
    if not review_days:
        return T("过几天再来，点“我的申请”查。")
    return Tn("大约 {n} 个工作日审核，到时候再来查。", review_days)


def _phone_entry(progress: Progress, note: Text, problem: Text | None) -> NumberEntry:
    return NumberEntry(
        progress=progress,
        title=T("请输入手机号"),
        subtitle=note,
        length=PHONE_DIGITS,
        groups=PHONE_GROUPS,
        note=T("下一步会发验证码到这个手机"),
        problem=problem,
        enter=T("输好了"),
        actions=Actions(secondary=BACK),
    )


def _working(progress: Progress, title: Text, *, can_exit: bool = True) -> Working:
    return Working(
        progress=progress,
        title=title,
        subtitle=T("大约要几秒钟。"),
        picture=Picture.SMS_CODE,
        can_exit=can_exit,
    )
