"""Several ways to prove who one is: the citizen chooses."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.pages import Actions, Answer, Button, Choose, Option, Picture, Progress
from kiosk.steps.pin import BACK
from kiosk.text import T, Text
from kiosk.uplink.contract.policy import Evidence
from kiosk.visit import Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A kind of proof as a choice.

    Attributes:
        instead: On the button that leads to it from another.
    """

    picture: Picture
    name: Text
    note: Text
    answer: Answer
    instead: Text


WORDS: dict[Evidence, Words] = {
    "id_card": Words(
        picture=Picture.ID_ON_PLATE,
        name=T("刷身份证"),
        note=T("把身份证平放在感应区"),
        answer=Answer.ID_CARD,
        instead=T("换成刷身份证"),
    ),
    "e_card": Words(
        picture=Picture.QR_SCAN,
        name=T("扫电子社保卡"),
        note=T("手机打开二维码，对准摄像头"),
        answer=Answer.E_CARD,
        instead=T("换成扫电子社保卡"),
    ),
    "face": Words(
        picture=Picture.FACE_FRAME,
        name=T("刷脸"),
        note=T("看一下屏幕上方的摄像头"),
        answer=Answer.FACE,
        instead=T("换成刷脸"),
    ),
    "one_time_code": Words(
        picture=Picture.SMS_CODE,
        name=T("短信验证码"),
        note=T("发到您登记的手机上"),
        answer=Answer.ONE_TIME_CODE,
        instead=T("换成短信验证码"),
    ),
}
"""The PIN is never among them: it was proven before, or can't be."""


async def choose(visit: Visit, progress: Progress, kinds: Sequence[Evidence], why: Text | None) -> Evidence | None:
    """Have one of `kinds` chosen; None: the citizen has none of them.

    Args:
        visit: Who chooses.
        progress: The service's steps, at this one.
        kinds: Two or more.
        why: Why another way was left.
    """
    answer = await visit.ask(page(progress, kinds, why))
    if answer is Answer.BACK:
        visit.go_home()
    return next((kind for kind in kinds if WORDS[kind].answer is answer), None)


def page(progress: Progress, kinds: Sequence[Evidence], why: Text | None) -> Choose:
    """One option a kind."""
    return Choose(
        progress=progress,
        title=T("请核对本人身份"),
        subtitle=why or T("任选一种，都可以。"),
        options=tuple(_option(kind) for kind in kinds),
        actions=Actions(secondary=BACK, other=Button(label=T("这些都没有"), answer=Answer.STOP)),
    )


def _option(kind: Evidence) -> Option:
    words = WORDS[kind]
    return Option(
        picture=words.picture,
        name=words.name,
        note=words.note,
        answer=words.answer,
        recommended=kind == "id_card",  # Never a face: the other way is its equal.
        tag=T("最快") if kind == "id_card" else None,
    )
