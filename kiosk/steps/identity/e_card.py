"""A code of an electronic social security card (电子社保卡) before the camera."""

from dataclasses import replace

from pydantic import SecretStr, ValidationError

from kiosk import refusals
from kiosk.code_reader import CameraGone
from kiosk.pages import Actions, Answer, Instruct, Panel, Picture, Sign, Working
from kiosk.refusals import Refused
from kiosk.steps.identity.proof import Asking, GivenUp, Proof
from kiosk.steps.pin import BACK
from kiosk.text import Local, T, Text
from kiosk.uplink.contract import ECardEvidence, EvidenceAccepted
from kiosk.uplink.errors import CodeExpired, CodeForeign, MedicalCode
from kiosk.visit import Visit


async def show_e_card(visit: Visit, asking: Asking, proof: Proof) -> EvidenceAccepted | Answer:
    """Ask for a code, and show it to the server.

    Raises:
        GivenUp: The camera has no picture, or the citizen chose another way.
        Refused: The code is none that the server takes.
        CentralError: The server gave no answer.
    """
    async with visit.machine.code_reader.open() as camera:
        try:
            code = await visit.meanwhile(page(asking), camera.next_code)
        except CameraGone:
            raise GivenUp(refusals.machine.CAMERA_GONE, T("摄像头没有画面")) from None
    if code is Answer.ANOTHER:
        raise GivenUp(refusals.identity.NOTHING_AT_HAND)
    if not isinstance(code, str):
        return Answer.BACK
    visit.show(Working(progress=asking.progress, title=T("正在查，请稍等"), subtitle=T("大约要几秒钟。")))
    try:
        shown = ECardEvidence(kiosk=visit.machine.settings.machine.name, e_card_code=SecretStr(code))
        return await visit.machine.uplink.e_card_evidence(shown)
    except CodeExpired:
        raise Refused(refusals.e_card.EXPIRED, instead=_instead(visit, asking)) from None
    except MedicalCode:
        raise Refused(refusals.e_card.MEDICAL, instead=_instead(visit, asking)) from None
    except (CodeForeign, ValidationError):  # Longer than any e-card code.
        raise Refused(refusals.e_card.FOREIGN, instead=_instead(visit, asking)) from None


def _instead(visit: Visit, asking: Asking) -> Text:
    """What is left to whoever has no phone with them."""
    if asking.other is not None:
        return T("再来一次，换一种方式")
    machine = visit.machine.settings.machine
    return T("到{window}", window=Local(machine.window, machine.window_en))


def page(asking: Asking) -> Instruct:
    """It moves on by itself."""
    panel = Panel(
        sign=Sign.INFORMATION,
        heading=T("扫到码，屏幕会自己往下走"),
        body=T("手机离摄像头一个手掌远，屏幕调亮一点。"),
    )
    return Instruct(
        progress=asking.progress,
        title=T("请出示电子社保卡"),
        subtitle=T("打开手机上的电子社保卡，点“展码”，对准摄像头。"),
        picture=Picture.QR_SCAN,
        panel=panel if asking.why is None else replace(panel, sign=Sign.CARE, heading=asking.why),
        actions=Actions(secondary=BACK, other=asking.other),
    )
