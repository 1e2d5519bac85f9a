"""Pages and overlays that every service shares: the words around a visit rather than within a service."""

from kiosk.pages import AccessSheet, Answer, Button, Instruct, Notice, Panel, Picture, Sign, StillThere
from kiosk.settings import MachineSettings
from kiosk.text import Local, T


def still_there(seconds: int, of: int) -> StillThere:
    """Nobody has touched anything for a while."""
    return StillThere(
        title=T("您还在吗？"),
        seconds=seconds,
        of=of,
        body=T("时间到了会退出，请记得把卡带走。没办完的内容不会保存。"),
        button=Button(label=T("我还在，继续"), answer=Answer.STILL_HERE),
    )


def access_sheet(*, voice: bool) -> AccessSheet:
    """How this citizen wants to be shown things."""
    return AccessSheet(
        title=T("怎样更方便？"),
        subtitle=T("点一下打开，再点一下关掉。"),
        voice=voice,
        button=Button(label=T("好了"), answer=Answer.CLOSE),
    )


def calling_staff() -> Notice:
    """The call is on its way to the central server."""
    return Notice(
        title=T("正在叫工作人员"),
        body=T("请稍等一下。"),
        button=Button(label=T("知道了"), answer=Answer.CLOSE),
    )


def staff_called(machine: MachineSettings, *, reached: bool) -> Notice:
    """Whether the call arrived; where to go if it didn't."""
    window = Local(machine.window, machine.window_en)
    if reached:
        return Notice(
            title=T("已经通知工作人员"),
            body=T("请在机器旁边等一等，也可以直接到{window}。", window=window),
            button=Button(label=T("知道了"), answer=Answer.CLOSE),
        )
    return Notice(
        title=T("没有叫通，请走几步"),
        body=T("网络断了。请到{window}，或者打 {hotline}。", window=window, hotline=machine.hotline),
        button=Button(label=T("知道了"), answer=Answer.CLOSE),
    )


def take_card() -> Instruct:
    """A hand-pulled reader can't eject: ask for it."""
    return Instruct(
        title=T("请拔卡"),
        subtitle=T("把社保卡从卡槽里拔出来，收好。"),
        picture=Picture.CARD_TAKE,
        panel=Panel(
            sign=Sign.INFORMATION,
            heading=T("拔出来，就回到首页"),
            body=T("别忘了您的身份证、手机和凭条。"),
        ),
        can_exit=False,
        exit_waits=T("先拔卡"),
    )


def take_id_card() -> Instruct:
    """An ID card still lies on its reader: whoever comes next must not find it."""
    return Instruct(
        title=T("请拿走身份证"),
        subtitle=T("身份证还放在感应区，请收好。"),
        picture=Picture.ID_ON_PLATE,
        panel=Panel(
            sign=Sign.CARE,
            heading=T("拿走以前，机器不办业务"),
            body=T("不是您的，请交给工作人员。"),
        ),
        can_exit=False,
        exit_waits=T("先拿证"),
    )


def card_left() -> Instruct:
    """A card that nobody takes: no personal data, and nothing starts until it has been out."""
    return Instruct(
        title=T("有一张卡还在机器里"),
        subtitle=T("是您的，请拔出来。不是您的，请交给工作人员。"),
        picture=Picture.CARD_TAKE,
        panel=Panel(
            sign=Sign.CARE,
            heading=T("卡拔出来以前，机器不办业务"),
            body=T("卡里的内容没有显示出来，请放心。"),
        ),
        can_exit=False,
        exit_waits=T("先拔卡"),
    )
