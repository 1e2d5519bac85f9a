"""A code by text message (短信验证码) to the phone on record, typed on the screen's keys."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

import trio
from pydantic import SecretStr

from kiosk import refusals
from kiosk.pages import Actions, Answer, Button, Decide, Entered, NumberEntry, Panel, Picture, Point, Sign, Working
from kiosk.steps.identity.proof import Asking, GivenUp, Proof
from kiosk.steps.server import wait_in_words
from kiosk.text import Masked, T, Text, Tn
from kiosk.uplink.contract import EvidenceAccepted, OneTimeCodeEvidence, OneTimeCodeRequest, OneTimeCodeSent
from kiosk.uplink.errors import LimitReached, OneTimeCodeExpired, OneTimeCodeWrong, PhoneMissing, SmsAway
from kiosk.visit import Visit

_Taken = TypeVar("_Taken")

_LONGEST_WAIT_SECONDS = 120.0
"""Whoever must wait no longer than that for another text waits here."""
_FEW_SECONDS = 5.0
_SOON = T("大约要几秒钟。")
NUMBER_CHANGED = T("号码换了，要先到窗口改")
_NOT_COME = Button(label=T("没收到短信"), answer=Answer.AGAIN)


@dataclass(frozen=True, slots=True)
class _Sent:
    """A text that is on its way. `again_at`: when another may be asked for, by trio's clock."""

    sent: OneTimeCodeSent
    again_at: float


async def show_one_time_code(visit: Visit, asking: Asking, proof: Proof) -> EvidenceAccepted | Answer:
    """Have a code sent to the phone on record, and typed until the server takes it.

    Raises:
        GivenUp: No phone on record, no texts today or now, or another way was chosen.
        CentralError: The server gave no answer.
    """
    assert proof.record is not None, "somebody was named before a text is sent to them"
    uplink, kiosk, card = visit.machine.uplink, visit.machine.settings.machine.name, proof.record.handle

    async def send(code_id: UUID) -> OneTimeCodeSent:
        return await uplink.send_one_time_code(OneTimeCodeRequest(kiosk=kiosk, code_id=code_id, card=card))

    async def show(code_id: UUID, code: SecretStr) -> EvidenceAccepted:
        return await uplink.one_time_code_evidence(OneTimeCodeEvidence(kiosk=kiosk, code_id=code_id, code=code))

    return await have_code_typed(visit, asking, send, show, not_come=NUMBER_CHANGED)


async def have_code_typed(
    visit: Visit,
    asking: Asking,
    send: Callable[[UUID], Awaitable[OneTimeCodeSent]],
    show: Callable[[UUID, SecretStr], Awaitable[_Taken]],
    *,
    not_come: Text,
) -> _Taken:
    """Have a code sent, and typed until the server takes it; another where it is spent or doesn't come.

    Args:
        visit: Who types.
        asking: How it is asked for.
        send: Has the server send a code of this id.
        show: Shows the server what was typed; its answer is returned.
        not_come: What may be wrong with the number where no text comes.

    Raises:
        GivenUp: No phone on record, no texts today or now, or another way was chosen.
        CentralError: The server gave no answer.
    """
    text = await _send(visit, asking, send, trio.current_time())
    problem: Text | None = None
    while True:
        answer = await visit.ask(_entry(asking, text.sent, problem))
        if not isinstance(answer, Entered):
            question = _not_come(asking, text, not_come, now=trio.current_time())
        else:
            visit.show(_working(asking, T("正在核对")))
            try:
                return await show(text.sent.code_id, SecretStr(answer.digits))
            except OneTimeCodeWrong as refused:
                if refused.tries_left:
                    problem = wrong(refused.tries_left)
                    continue
                question = _spent(asking, T("输错太多次，这个码用不了了"))
            except OneTimeCodeExpired:
                question = _spent(asking, T("时间过了，这个码用不了了"))
        match await visit.ask(question):
            case Answer.ANOTHER:
                raise GivenUp(refusals.identity.CODE_DECLINED)
            case Answer.BACK:
                continue
            case _:
                text, problem = await _send(visit, asking, send, text.again_at), None


async def _send(visit: Visit, asking: Asking, send: Callable[[UUID], Awaitable[OneTimeCodeSent]], at: float) -> _Sent:
    """Have a text sent as soon as there may be another, not before `at`.

    Raises:
        GivenUp: No phone on record, too many texts, or none can be sent.
    """
    for last in (False, True):
        visit.show(_working(asking, T("正在发短信，请稍等"), _how_long(at - trio.current_time())))
        await trio.sleep_until(at)
        try:
            sent = await send(visit.machine.new_id())
            return _Sent(sent, trio.current_time() + sent.again_in_seconds)
        except PhoneMissing:
            raise GivenUp(refusals.identity.NO_PHONE, T("没有登记手机号")) from None
        except SmsAway:
            raise GivenUp(refusals.identity.CODE_AWAY, T("短信现在发不出去")) from None
        except LimitReached as limit:
            seconds = limit.retry_after_seconds
            if last or seconds is None or seconds > _LONGEST_WAIT_SECONDS:
                raise GivenUp(refusals.identity.CODE_LIMIT, T("短信发得太多了")) from None
            at = trio.current_time() + seconds
    raise AssertionError("the second limit ends it")


def _entry(asking: Asking, sent: OneTimeCodeSent, problem: Text | None) -> NumberEntry:
    return NumberEntry(
        progress=asking.progress,
        title=T("请输入短信验证码"),
        subtitle=asking.why or T("已经发到尾号 {tail} 的手机上。", tail=Masked(sent.phone_tail)),
        length=sent.digits,
        hidden=True,
        note=T("{wait}内有效，别告诉任何人", wait=wait_in_words(sent.expires_in_seconds)),
        problem=problem,
        enter=T("输好了"),
        actions=Actions(secondary=_NOT_COME),
    )


def wrong(tries_left: int) -> Text:
    """The code wasn't that."""
    return Tn("验证码不对，还可以输 {n} 次", tries_left)


def _how_long(seconds: float) -> Text:
    """Until the text is sent: the server wants some time between two."""
    return T("刚给您发过一条，最多等 {wait} 再发。", wait=wait_in_words(seconds)) if seconds > _FEW_SECONDS else _SOON


def _working(asking: Asking, title: Text, how_long: Text = _SOON) -> Working:
    return Working(progress=asking.progress, title=title, subtitle=how_long, picture=Picture.SMS_CODE)


def _not_come(asking: Asking, text: _Sent, not_come: Text, *, now: float) -> Decide:
    """What to do where no text has come: wait, have another sent once that is allowed, or another way."""
    early = now < text.again_at
    wait = Button(label=T("再等一等"), answer=Answer.BACK)
    return Decide(
        progress=asking.progress,
        title=T("没收到短信？"),
        subtitle=T("已经发到尾号 {tail} 的手机上。", tail=Masked(text.sent.phone_tail)),
        panel=Panel(
            sign=Sign.INFORMATION,
            heading=T("一般一分钟内就到"),
            body=T("机器从不发链接。短信里有链接，不要点。"),
        ),
        points=(
            Point(sign=Sign.INFORMATION, text=T("看看手机有没有信号")),
            Point(sign=Sign.CARE, text=not_come),
        ),
        actions=Actions(secondary=_out(asking), other=wait if early else _another(), equal=True),
    )


def _spent(asking: Asking, heading: Text) -> Decide:
    """The code is of no use any more."""
    return Decide(
        progress=asking.progress,
        title=T("要换一个验证码"),
        panel=Panel(sign=Sign.CARE, heading=heading, body=T("什么都没有改，请放心。")),
        points=(Point(sign=Sign.INFORMATION, text=T("新的码发到同一个手机上")),),
        actions=Actions(secondary=_out(asking), other=_another(), equal=True),
    )


def _another() -> Button:
    return Button(label=T("换一个码"), answer=Answer.NEXT)


def _out(asking: Asking) -> Button:
    """To another way; where there is none, to what to do instead."""
    return asking.other or Button(label=T("不用短信"), answer=Answer.ANOTHER)
