"""The staff's board and menus, from how the machine is now."""

from collections.abc import Callable

from kiosk.conditions import OUT_OF_SERVICE, SETTINGS_UNCONFIRMED, Clears, Condition, Urgency
from kiosk.console.actions.board import Board as BoardFacts
from kiosk.console.glass_pages import BACK, Look, menu_page, task
from kiosk.console.pages import Attention, Board, Fine, Line, Menu, MenuItem, Task
from kiosk.console.self_tests import SELF_TESTS
from kiosk.counters import RECEIPTS, VISITS
from kiosk.machine import Machine
from kiosk.pages import Button, Chosen, Panel, Sign
from kiosk.text import T, Text, Tn

__all__ = ["Board", "Menu", "board", "condition", "devices", "menu"]

_MOST = 3
"""Rows of what wants a hand; with more, the last one leads to the rest."""
_MOST_FINE = 12
"""Parts in order that there is room for beside one row of what wants a hand; each further one takes the room of two."""
PARTS: dict[str, tuple[str, Text]] = {
    "card_reader": ("card", T("卡槽读写器")),
    "pin_pad": ("pin-pad", T("密码键盘")),
    "receipt_printer": ("paper", T("凭条打印机")),
    "document_printer": ("print", T("A4 打印机")),
    "id_reader": ("id-card", T("身份证阅读器")),
    "camera": ("camera", T("摄像头")),
    "face": ("face", T("人脸比对")),
    "loudspeaker": ("voice", T("喇叭")),
    "central": ("network", T("网络")),
    "storage": ("storage", T("存储")),
    "journal": ("record", T("业务记录")),
    "certificates": ("info", T("证书")),
}
"""What the machine consists of, by what its conditions' names begin with: icon and name."""
_OTHERS = ("technician", T("这台机器"))


def board(machine: Machine, look: Look, facts: BoardFacts, may: Callable[[str], bool], *, first: int = 0) -> Board:
    """The board as the machine is now.

    Args:
        machine: Whose.
        look: What every page says.
        facts: What the console's own board tells.
        may: Whether whoever looks may do an action.
        first: Which of the standing conditions stands first.
    """
    standing = sorted((c for c, _ in machine.board.standing()), key=lambda c: c.urgency is not Urgency.NOW)
    ours = {c.device for c in standing}
    have = {"id_reader": machine.id_reader, "document_printer": machine.document_printer}
    absent = {part for part, device in have.items() if device is None}
    absent |= {"face"} if machine.faces is None else set()
    absent |= set() if machine.settings.voice.command else {"loudspeaker"}
    values = _values(facts)
    fine = tuple(
        Fine(icon=icon, name=name, value=values.get(part))
        for part, (icon, name) in PARTS.items()
        if part not in ours and part not in absent
    )
    out = machine.board.closes("service")
    service = "back_in_service" if out else "out_of_service"
    pause = Button(label=T("恢复服务") if out else T("暂停服务"), answer=Chosen(f"do:{service}"))
    return Board(
        title=T("设备状况") if not out else T("已暂停服务"),
        machine=look.machine,
        place=look.place,
        who=look.who,
        about=look.about,
        leaving=look.leaving,
        now=sum(c.urgency is Urgency.NOW for c in standing),
        soon=sum(c.urgency is Urgency.SOON for c in standing),
        attention=_attention(standing, first, may),
        fine=fine[: _MOST_FINE - 2 * max(0, min(len(standing), _MOST) - 1)],
        today=_today(facts),
        below=(
            Button(label=T("退出维护"), answer=Chosen("leave")),
            *((pause,) if may(service) else ()),
            Button(label=T("检查和维护"), answer=Chosen("menu")),
        ),
        can_exit=False,
    )


def _attention(standing: list[Condition], first: int, may: Callable[[str], bool]) -> tuple[Attention, ...]:
    rest = standing[first:]
    if first == 0 and len(rest) <= _MOST:
        return tuple(_row(what, may) for what in rest)
    shown = rest[: _MOST - 1]
    after = first + len(shown)
    left = len(standing) - after
    more = Attention(
        sign=Sign.CARE,
        icon="technician",
        name=Tn("还有 {n} 项", left) if left > 0 else T("没有别的了"),
        when=T("往下看") if left > 0 else T("到头了"),
        note=T("一页放不下，分几页看。"),
        button=Button(label=T("看看") if left > 0 else T("回开头"), answer=Chosen(f"board:{after if left > 0 else 0}")),
    )
    return (*(_row(what, may) for what in shown), more)


def _row(what: Condition, may: Callable[[str], bool]) -> Attention:
    icon, name = PARTS.get(what.device, _OTHERS)
    now = what.urgency is Urgency.NOW
    button = Button(label=T("看看"), answer=Chosen(f"condition:{what.id}"))
    if what.id in ("receipt_printer.paper_out", "receipt_printer.paper_low") and may("paper_replaced"):
        button = Button(label=T("换纸"), answer=Chosen("paper"))
    return Attention(
        sign=Sign.REFUSED if now else Sign.CARE,
        icon=icon,
        name=name,
        when=T("现在") if now else T("尽快"),
        note=what.title,
        button=button,
    )


def _values(facts: BoardFacts) -> dict[str, Text]:
    """What was measured of the parts that are in order."""
    values: dict[str, Text] = {}
    if facts.paper is not None and facts.paper.days_left is not None:
        values["receipt_printer"] = Tn("约 {n} 天", round(facts.paper.days_left))
    elif facts.paper is not None and facts.paper.slips_left is not None:
        values["receipt_printer"] = Tn("还有 {n} 张", facts.paper.slips_left)
    if facts.disk is not None and facts.disk.days_left is not None:
        values["storage"] = Tn("约 {n} 天", round(facts.disk.days_left))
    elif facts.disk is not None:
        values["storage"] = T("空 {n} GB", n=facts.disk.free_mb // 1024)
    values["pin_pad"] = T("符合标准") if facts.pin_path.conforms else T("不符合标准")
    if facts.clock.offset_seconds is not None:
        values["central"] = T("时钟差 {n} 秒", n=round(abs(facts.clock.offset_seconds)))
    days = [certificate.days_left for certificate in facts.certificates if certificate.days_left is not None]
    if days:
        values["certificates"] = Tn("还有 {n} 天", round(min(days)))
    return values


def _today(facts: BoardFacts) -> tuple[Text, ...]:
    """Today's work in four pieces."""
    if facts.today is None:
        return (T("今天的数现在读不出来"), Tn("{n} 条消息等着发", facts.outbox_length))
    return (
        Tn("今天 {n} 人次", facts.today.get(VISITS, 0)),
        Tn("凭条 {n} 张", facts.today.get(RECEIPTS, 0)),
        Tn("{n} 笔没结果", facts.in_doubt or 0),
        Tn("{n} 条等着发", facts.outbox_length),
    )


def condition(look: Look, what: Condition, may: Callable[[str], bool]) -> Task:
    """One condition in full, with the test of its device where there is one, or what clears it."""
    device = {"central": "network", "loudspeaker": "voice"}.get(what.device, what.device)
    below: tuple[Button, ...] = (BACK,)
    if what is SETTINGS_UNCONFIRMED and may("settings_confirm"):
        below = (BACK, Button(label=T("确认新设置"), answer=Chosen("do:settings_confirm")))
    elif what.cleared_by is Clears.CONSOLE and what is not OUT_OF_SERVICE and may("clear"):
        below = (BACK, Button(label=T("看过了，清除"), answer=Chosen(f"clear:{what.id}")))
    elif device == "network" and may("network"):
        below = (BACK, Button(label=T("查网络"), answer=Chosen("network")))
    elif device in SELF_TESTS and device != "network" and may("self_test"):
        below = (BACK, Button(label=T("检查一下"), answer=Chosen(f"test:{device}")))
    return task(
        look,
        what.title,
        subtitle=what.cause,
        panel=Panel(sign=Sign.INFORMATION, heading=T("怎么处理"), body=what.remedy),
        lines=(Line(label=T("市民会怎样"), sign=Sign.CARE, value=what.effect),),
        below=below,
    )


def devices(look: Look, first: int) -> Menu:
    """The devices that can be tested one by one."""
    items = [
        MenuItem(
            icon=test.icon,
            name=test.title,
            note=T("要有人在机器前动手") if test.hand else T("自己就能查"),
            button=Button(label=T("开始"), answer=Chosen(f"test:{test.device}")),
        )
        for test in SELF_TESTS.values()
    ]
    return menu_page(look, T("查一个设备"), items, first, "devices")


def menu(look: Look, may: Callable[[str], bool], *, first: int) -> Menu:
    """What can be done at the glass; without a button where another role has to do it."""
    offered = (
        ("readiness", "check", T("全面自检"), T("一项一项查，约 90 秒，出报告"), T("全查"), "readiness"),
        ("paper_replaced", "paper", T("换凭条纸"), T("照图换纸，再打一张试试"), T("换纸"), "paper"),
        ("network", "network", T("查网络"), T("从网线到服务器，断在哪一层"), T("测网络"), "network"),
        ("self_test", "card", T("查一个设备"), T("读卡器、键盘、屏幕、声音"), T("选设备"), "devices"),
        ("self_test_results", "technician", T("自检记录"), T("每个设备上一次查的结果"), T("看看"), "tests"),
        ("restart", "power", T("重新启动"), T("办完手上的业务，停几秒再开"), T("重启"), "do:restart"),
        ("operations", "status", T("办过的业务"), T("办了什么，中心知道没有"), T("看看"), "operations"),
        ("log", "clock", T("运行日志"), T("这次开机以来的事，可以筛选"), T("看看"), "log"),
        ("records", "record", T("业务日志"), T("一条一条记下的，谁也改不了"), T("看看"), "records"),
        ("settings", "edit", T("设置"), T("看改了什么；改、确认、退回"), T("看看"), "settings"),
        ("export", "storage", T("导出诊断资料"), T("加密存在机器里，从终端取走"), T("存下来"), "export"),
    )
    items = [
        MenuItem(
            icon=icon,
            name=name,
            note=note if may(action) else T("您的身份不能做这一项"),
            button=Button(label=label, answer=Chosen(to)) if may(action) else None,
        )
        for action, icon, name, note, label, to in offered
    ]
    return menu_page(look, T("检查和维护"), items, first, "menu")
