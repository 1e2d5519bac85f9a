"""The face before the camera, compared here with the photo on record; the server decides by the score.

Nobody looks before somebody has agreed, on a page that offers another way beside it. The comparing process starts
while that page is read, and is gone when this returns; each comparison has a process of its own. The photo on record
lives here as long as the comparison, and no picture ever leaves the machine.
"""

import base64
import binascii
import datetime
from dataclasses import replace
from functools import partial

from drivers.face.course import FaceScore
from drivers.face.guidance import Hint
from drivers.face.session import CameraFailed, FaceCheckError, FaceCheckTimedOut, FaceWorkerFailed, PhotoRefused
from kiosk import refusals
from kiosk.conditions.faults import note_fault
from kiosk.machine import FaceCheck, FaceComparer
from kiosk.pages import Actions, Answer, Button, Decide, FaceView, Panel, Picture, Point, Sign, Working
from kiosk.steps.identity.proof import Asking, GivenUp, Proof
from kiosk.steps.pin import BACK
from kiosk.text import T, Text, Tn
from kiosk.uplink.contract import EvidenceAccepted, FaceCheckOpened, FaceCheckRequest, FaceEvidence, Liveness
from kiosk.uplink.errors import FaceDiffers, LimitReached, PhotoMissing
from kiosk.visit import Visit

_CHECK_SECONDS = 60.0
"""Enough for two tries at a turn of the head, and for putting a mask away."""
_ANSWER_SECONDS = 10.0
"""Of the server's time for a check, what is left for telling it the score."""
_GUARDIAN_BELOW_YEARS = 14

_HINTS: dict[Hint, Text] = {
    Hint.CENTRE: T("请站到镜头前，脸放进框里"),
    Hint.CLOSER: T("再靠近一点"),
    Hint.FURTHER: T("再退后一点"),
    Hint.ONE_PERSON: T("镜头前请只站一个人"),
    Hint.MORE_LIGHT: T("太暗了，请面向亮处"),
    Hint.TAKE_OFF_MASK: T("请摘下口罩"),
    Hint.HOLD_STILL: T("请看镜头，不要动"),
    Hint.TURN_LEFT: T("请慢慢向左转头，再转回来"),
    Hint.TURN_RIGHT: T("请慢慢向右转头，再转回来"),
    Hint.BLINK: T("请眨一下眼睛"),
}


async def show_face(visit: Visit, asking: Asking, proof: Proof) -> EvidenceAccepted | Answer:
    """Have a face compared, as often as the server allows and the citizen wants.

    Raises:
        GivenUp: No consent, no photo on record, no camera, no match; or another way was chosen.
        ChangesClosed: The consent can't be journalled.
        CentralError: The server gave no answer.
    """
    faces, settings = visit.machine.faces, visit.machine.settings.face
    assert faces is not None, "where no faces are compared this kind is never asked for"
    guardian = needs_guardian(proof)
    question, agreed = _consent(asking, guardian=guardian), False
    while True:
        try:
            async with faces.open() as comparer:
                answer = await visit.ask(question)
                if not agreed:
                    agreed = answer is Answer.FACE
                    visit.machine.operations.note_consent(settings.consent_version, given=agreed, guardian=guardian)
                if answer is not Answer.FACE:
                    raise GivenUp(refusals.identity.FACE_DECLINED)
                return await _compare(visit, asking, proof, comparer, guardian=guardian)
        except FaceDiffers as differs:
            if not differs.tries_left:
                raise GivenUp(refusals.identity.FACE_DIFFERS, T("刷脸没有认出来")) from None
            question = _once_more(asking, differs.tries_left)
        except FaceCheckError as error:
            raise _given_up(visit, error) from None


def needs_guardian(proof: Proof) -> bool:
    """Whether the person is under 14, by the server's date."""
    assert proof.record is not None, "somebody was named before their face is asked for"
    born = [day for day in (proof.record.birth_date, proof.born) if day is not None]
    return any(_years(day, proof.record.as_of) < _GUARDIAN_BELOW_YEARS for day in born)


def _years(born: datetime.date, today: datetime.date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


async def _compare(
    visit: Visit, asking: Asking, proof: Proof, comparer: FaceComparer, *, guardian: bool
) -> EvidenceAccepted | Answer:
    """One comparison.

    Raises:
        FaceDiffers: The server doesn't take the face.
        GivenUp: No photo on record, too many checks, or another way was chosen.
        FaceCheckError: There is no score.
    """
    machine = visit.machine
    visit.show(_working(asking, T("正在准备镜头")))
    request = FaceCheckRequest(
        kiosk=machine.settings.machine.name,
        check_id=machine.new_id(),
        evidence=next(proof.shown[kind] for kind in ("id_card", "e_card", "one_time_code") if kind in proof.shown),
        consent_version=machine.settings.face.consent_version,
        guardian=guardian,
    )
    try:
        opened = await machine.uplink.face_check(request)
    except PhotoMissing:
        raise GivenUp(refusals.identity.FACE_NO_PHOTO, T("没有登记照片，刷不了脸")) from None
    except LimitReached:
        raise GivenUp(refusals.identity.FACE_LIMIT, T("今天刷脸的次数用完了")) from None
    seconds = min(_CHECK_SECONDS, max(1.0, opened.expires_in_seconds - _ANSWER_SECONDS))
    async with comparer.check(_photo(opened), seconds=seconds) as check:
        seen = await visit.meanwhile(_view(asking, check), partial(_score, visit, asking, check), idle=False)
        visit.show(_working(asking, T("正在核对")))  # Before the camera is closed: no picture outlives its page.
    if seen is Answer.ANOTHER:
        raise GivenUp(refusals.identity.FACE_DECLINED)
    if not isinstance(seen, FaceScore):
        return Answer.BACK
    return await machine.uplink.face_evidence(
        FaceEvidence(
            kiosk=request.kiosk,
            check_id=request.check_id,
            distance=min(seen.distance, 4.0),  # The contract's largest; the vectors are about 1 long.
            sharpness=seen.sharpness,
            liveness=Liveness[seen.liveness_hint.name],
            consent_version=request.consent_version,
        )
    )


def _photo(opened: FaceCheckOpened) -> bytes:
    try:
        return base64.b64decode(opened.photo.get_secret_value(), validate=True)
    except (binascii.Error, ValueError):
        raise GivenUp(refusals.identity.FACE_NO_PHOTO, T("登记的照片用不了")) from None


async def _score(visit: Visit, asking: Asking, check: FaceCheck) -> FaceScore:
    """Show hint after hint until there is a score."""
    page = _view(asking, check)
    async for seen in check:
        if isinstance(seen, FaceScore):
            return seen
        visit.show(replace(page, hint=_HINTS[seen]))
    raise FaceWorkerFailed("said nothing any more")


def _given_up(visit: Visit, error: FaceCheckError) -> GivenUp:
    """What a citizen is told where there is no score."""
    match error:
        case CameraFailed():
            visit.machine.code_reader.failed()
            return GivenUp(refusals.identity.FACE_AWAY, T("摄像头没有画面"))
        case PhotoRefused():
            return GivenUp(refusals.identity.FACE_NO_PHOTO, T("登记的照片用不了"))
        case FaceCheckTimedOut():
            return GivenUp(refusals.identity.FACE_DIFFERS, T("没看清您的脸"))
        case _:
            note_fault(visit.machine.board, error)
            return GivenUp(refusals.identity.FACE_AWAY, T("现在刷不了脸"))


def _view(asking: Asking, check: FaceCheck) -> FaceView:
    return FaceView(
        progress=asking.progress,
        title=T("请看屏幕上方的摄像头"),
        subtitle=T("摘下帽子和口罩，脸放进框里。"),
        live=check.preview,
        privacy=T("照片只用来核对，核对完就删除"),
        actions=Actions(secondary=BACK, other=asking.other),
    )


def _working(asking: Asking, title: Text) -> Working:
    return Working(progress=asking.progress, title=title, subtitle=T("大约要几秒钟。"), picture=Picture.FACE_FRAME)


def _consent(asking: Asking, *, guardian: bool) -> Decide:
    """May we look? Two buttons of the same weight."""
    asked = T("不满 14 岁，要监护人同意") if guardian else T("刷脸要您单独同意")
    agree = T("监护人同意，刷脸") if guardian else T("同意，刷脸")
    return Decide(
        progress=asking.progress,
        title=T("请监护人一起看") if guardian else T("可以看一下您的脸吗？"),
        subtitle=asking.why,
        panel=Panel(sign=Sign.INFORMATION, heading=asked, body=T("只和登记的照片比一次，确认是不是本人。")),
        points=(
            Point(sign=Sign.DONE, text=T("照片不出这台机器，比完就删除")),
            Point(sign=Sign.DONE, text=T("送出去的只有比对的分数")),
            Point(sign=Sign.INFORMATION, text=T("不同意也没关系，用别的方式一样办")),
        ),
        actions=Actions(secondary=_out(asking), other=Button(label=agree, answer=Answer.FACE), equal=True),
    )


def _once_more(asking: Asking, left: int) -> Decide:
    """The server didn't take it; there may be another try."""
    return Decide(
        progress=asking.progress,
        title=T("没有认出来"),
        subtitle=T("要不要再刷一次？"),
        panel=Panel(sign=Sign.CARE, heading=Tn("今天还可以刷 {n} 次", left), body=T("什么都没有改，请放心。")),
        points=(
            Point(sign=Sign.INFORMATION, text=T("站近一点，面向亮处")),
            Point(sign=Sign.INFORMATION, text=T("摘下帽子、口罩和墨镜")),
        ),
        actions=Actions(secondary=_out(asking), other=Button(label=T("再刷一次"), answer=Answer.FACE), equal=True),
    )


def _out(asking: Asking) -> Button:
    """To another way; where there is none, to what to do instead."""
    return asking.other or Button(label=T("不刷脸"), answer=Answer.ANOTHER)
