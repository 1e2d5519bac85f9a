"""Samples of the home page in its several states, and of a machine that can't serve. Virtual people only."""

import datetime
from pathlib import Path

from kiosk.home import home_page
from kiosk.pages import Actions, Answer, Button, Elsewhere, Home, OutOfService, Page, Panel, Sign, Tile, TileGroup
from kiosk.settings import load
from kiosk.text import Local, T, Text


def _tile(service: str, icon: str, name: Text, situation: Text) -> Tile:
    return Tile(service=service, icon=icon, name=name, situation=situation)


STATUS_TILE = _tile("status", "status", T("查卡状态"), T("看看卡能不能用"))
CHANGE_TILE = _tile("change-pin", "change-pin", T("修改密码"), T("记得现在的密码"))
E_CARD_TILE = _tile("status-ecard", "qr", T("扫码查卡状态"), T("用手机上的电子社保卡"))

WITH_CARD = TileGroup(
    name=T("带着社保卡"),
    note=T("先点业务，再插卡也可以"),
    tiles=(
        _tile("enable", "activate", T("启用新卡"), T("领到新卡后先办")),
        CHANGE_TILE,
        _tile("unlock", "unlock", T("密码解锁"), T("忘记密码或输错")),
        STATUS_TILE,
        _tile("unloss", "unloss", T("解除挂失"), T("卡又找到了")),
        _tile("sms", "sms", T("短信提醒"), T("更换接收手机号")),
    ),
)
WITHOUT_CARD = TileGroup(
    name=T("没带卡"),
    note=T("用身份证办"),
    tiles=(
        _tile("loss", "loss", T("挂失"), T("卡丢了，马上停用")),
        _tile("replacement", "replacement", T("补卡换卡"), T("丢了、坏了、到期")),
        _tile("eligibility", "eligibility", T("待遇认证"), T("养老金每年一次")),
        _tile("record", "record", T("参保记录"), T("查缴费、打证明")),
    ),
)


def _home(*groups: TileGroup, notice: Panel | None = None, where: Text | None = None) -> Home:
    return Home(
        title=T("请插入社保卡"),
        subtitle=T("不知道办哪一项？插卡后，机器会告诉您能办什么。"),
        machine=T("{n} 号机", n=3),
        clock="9:41",
        where=where or T("卡槽在屏幕下方，亮灯处"),
        groups=groups,
        notice=notice,
    )


HOME_FULL = _home(WITH_CARD, WITHOUT_CARD)
HOME_FEW = _home(
    TileGroup(name=T("带着社保卡"), note=T("先点业务，再插卡也可以"), tiles=(STATUS_TILE, CHANGE_TILE)),
    TileGroup(name=T("没带卡"), note=T("用手机上的电子社保卡办"), tiles=(E_CARD_TILE,)),
)
HOME_NOTICE = _home(
    TileGroup(name=T("带着社保卡"), note=T("先点业务，再插卡也可以"), tiles=(STATUS_TILE,)),
    notice=Panel(sign=Sign.INFORMATION, heading=T("现在只能查询"), body=T("网络断了，要改动的业务暂时不能办。")),
)

HOME_CLOSED = Home(
    title=T("现在不能插卡办理"),
    machine=T("{n} 号机", n=3),
    clock="9:41",
    where=None,
    groups=(TileGroup(name=T("没带卡"), note=T("用手机上的电子社保卡"), tiles=(E_CARD_TILE,)),),
    notice=Panel(
        sign=Sign.CARE,
        heading=T("读卡器坏了"),
        body=T("要用社保卡办的，请到{window}或者换一台机器。", window=Local("大厅 5 号窗口", "window 5 in this hall")),
    ),
)

_BUREAU = load(Path(__file__).parents[2] / "config" / "kiosk.toml")


def _home_without(*closed: str) -> Home:
    """The kiosk's own home page, with every service that it has, less what is closed."""
    return home_page(_BUREAU, closes=lambda what: what in closed, now=datetime.datetime(2026, 3, 8, 9, 41))


OUT = OutOfService(
    title=T("本机暂停服务"),
    subtitle=T("正在检修，预计今天 {time} 恢复。给您添麻烦了。", time="14:30"),
    machine=T("{n} 号机", n=3),
    clock="9:41",
    elsewhere_title=T("现在可以去这里办"),
    elsewhere=(
        Elsewhere(icon="next", place=T("右边的 {n} 号机", n=4), note=T("正常服务")),
        Elsewhere(
            icon="staff", place=T("大厅 {a} 号、{b} 号窗口", a=5, b=6), note=T("带身份证，到 {time}", time="17:00")
        ),
    ),
    actions=Actions(primary=Button(label=T("卡还在机器里？叫工作人员"), answer=Answer.CALL_STAFF)),
)

PAGES: dict[str, Page] = {
    "home": HOME_FULL,
    "home-few": HOME_FEW,
    "home-notice": HOME_NOTICE,
    "home-closed": HOME_CLOSED,
    "home-all": _home_without(),
    "home-only-queries": _home_without("change"),
    "home-no-receipt": _home_without("receipt"),
    "home-no-pin": _home_without("pin"),
    "home-no-camera": _home_without("e_card", "face"),
    "home-no-card": _home_without("card"),
    "home-no-network": _home_without("central"),
    "out-of-service": OUT,
}
