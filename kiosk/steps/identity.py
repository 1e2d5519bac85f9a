"""Who somebody is, proven to the central server. The one place where evidence is asked for.

A service names what the bureau asks for it (`[identity]` in kiosk.toml): all of it is shown to the server, which
judges it and answers with an id. The operation's intent names these ids; the server decides whether they are enough.
A further kind of evidence is a further branch here.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

from pydantic import SecretStr, ValidationError

from kiosk import refusals
from kiosk.code_reader import CameraGone
from kiosk.pages import Actions, Answer, Button, Instruct, Panel, Picture, Progress, Sign, Working
from kiosk.refusals import Refused
from kiosk.settings import Evidence
from kiosk.text import Local, T
from kiosk.uplink.contract import CardPinEvidence, CardRecord, ECardEvidence, EvidenceAccepted
from kiosk.uplink.errors import CodeExpired, CodeForeign, MedicalCode
from kiosk.visit import Visit

_Shown = TypeVar("_Shown")


def refuse_unless_offered(visit: Visit, kinds: Sequence[Evidence]) -> None:
    """Stop at once where this machine can't get the evidence that is asked for.

    Raises:
        Refused: The bureau lists none, or the camera for a code has no picture.
    """
    if not kinds:
        raise Refused(refusals.identity.UNAVAILABLE)
    if "e_card" in kinds and visit.machine.board.closes("e_card"):
        raise Refused(refusals.machine.CAMERA_GONE)


async def prove_identity(
    visit: Visit, progress: Progress, kinds: Sequence[Evidence], *, record: CardRecord, pin_proven: bool = False
) -> tuple[UUID, ...]:
    """Have whoever brought a card prove to be its holder.

    Args:
        visit: Whose identity.
        progress: The service's steps, at this one.
        kinds: All that is asked for.
        record: Of the card that is in.
        pin_proven: The card has just accepted its PIN, in this visit.

    Returns:
        The server's ids of what was shown, for the operation's intent.

    Raises:
        Refused: A code that isn't taken, or somebody else's.
        CentralError: The server gave no answer.
    """
    refuse_unless_offered(visit, kinds)
    accepted: list[UUID] = []
    for kind in kinds:
        if kind == "card_pin":
            assert pin_proven, "only a service that has the PIN proven may ask for it"
            told = CardPinEvidence(kiosk=visit.machine.settings.machine.name, card=record.handle)
            shown = await visit.machine.uplink.card_pin_evidence(told)
        else:
            shown = await _show_e_card(visit, progress)
            if shown.record.social_security_number != record.social_security_number:
                raise Refused(refusals.identity.FOREIGN)
        accepted.append(shown.evidence)
    return tuple(accepted)


async def identify(visit: Visit, progress: Progress, kinds: Sequence[Evidence]) -> EvidenceAccepted:
    """Learn who stands here without a card.

    Args:
        visit: Whose identity.
        progress: The service's steps, at this one.
        kinds: What is asked for; without a card a code is all that this machine can look at.

    Returns:
        What the server holds now, with the record of the person's card in use.

    Raises:
        Refused: A code that isn't taken.
        CentralError: The server gave no answer.
    """
    refuse_unless_offered(visit, kinds)
    assert set(kinds) == {"e_card"}, "the PIN needs its card"
    return await _show_e_card(visit, progress)


async def _show_e_card(visit: Visit, progress: Progress) -> EvidenceAccepted:
    kiosk = visit.machine.settings.machine.name
    return await scan_e_card(
        visit,
        progress,
        lambda code: visit.machine.uplink.e_card_evidence(ECardEvidence(kiosk=kiosk, e_card_code=code)),
    )


async def scan_e_card(visit: Visit, progress: Progress, show: Callable[[SecretStr], Awaitable[_Shown]]) -> _Shown:
    """Ask for the code of an electronic social security card (电子社保卡) and show it to the server.

    Args:
        visit: Whose code.
        progress: The service's steps, at this one.
        show: Sends the code.

    Raises:
        Refused: The camera has no picture, or the code is none that the server takes.
        CentralError: The server gave no answer.
    """
    page = Instruct(
        progress=progress,
        title=T("请出示电子社保卡"),
        subtitle=T("打开手机上的电子社保卡，点“展码”，对准摄像头。"),
        picture=Picture.QR_SCAN,
        panel=Panel(
            sign=Sign.INFORMATION,
            heading=T("扫到码，屏幕会自己往下走"),
            body=T(
                "手机离摄像头一个手掌远，屏幕调亮一点。没有手机，请带身份证到{window}。",
                window=Local(visit.machine.settings.machine.window, visit.machine.settings.machine.window_en),
            ),
        ),
        actions=Actions(secondary=Button(label=T("返回"), answer=Answer.BACK, icon="back")),
    )
    async with visit.machine.code_reader.open() as camera:
        try:
            code = await visit.meanwhile(page, camera.next_code)
        except CameraGone:
            raise Refused(refusals.machine.CAMERA_GONE) from None
    if not isinstance(code, str):
        visit.go_home()
    visit.show(Working(progress=progress, title=T("正在查，请稍等"), subtitle=T("大约要几秒钟。")))
    try:
        return await show(SecretStr(code))
    except CodeExpired:
        raise Refused(refusals.e_card.EXPIRED) from None
    except MedicalCode:
        raise Refused(refusals.e_card.MEDICAL) from None
    except (CodeForeign, ValidationError):  # Longer than any e-card code.
        raise Refused(refusals.e_card.FOREIGN) from None
