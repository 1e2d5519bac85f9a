"""The staff's pages with realistic content, for the gallery and the layout audit."""

from dataclasses import replace

from kiosk.console.pages import Attention, Board, Corners, Entry, Fine, Line, Listing, Menu, MenuItem, Task
from kiosk.pages import Button, Chosen, Page, Panel, Picture, Sign
from kiosk.text import Local, T, Text, Tn

ABOUT = T("软件 {version}　开机 {days} 天 {hours} 小时", version="1.4.2", days=6, hours=3)
LEAVING = Tn("{n} 分钟不操作自动退出维护", 10)
MACHINE = T("{n} 号机", n=3)
PLACE = T("{place}", place=Local("市民中心一楼", "Civic centre, ground floor"))
WHO = T("维护　{role}", role=T("技术员"))


def _go(label: Text, to: str, icon: str | None = None) -> Button:
    return Button(label=label, answer=Chosen(to), icon=icon)


_BELOW = (_go(T("退出维护"), "leave"), _go(T("暂停服务"), "pause"), _go(T("检查和维护"), "menu"))

BOARD = Board(
    title=T("设备状况"),
    machine=MACHINE,
    place=PLACE,
    who=WHO,
    about=ABOUT,
    leaving=LEAVING,
    now=1,
    soon=2,
    attention=(
        Attention(
            sign=Sign.REFUSED,
            icon="paper",
            name=T("凭条打印机"),
            when=T("现在"),
            note=T("没有纸，凭条改发二维码"),
            button=_go(T("换纸"), "paper"),
        ),
        Attention(
            sign=Sign.CARE,
            icon="card",
            name=T("卡槽读写器"),
            when=T("今天内"),
            note=T("读卡重试 {percent}%，要清洁", percent=6),
            button=_go(T("清洁"), "clean"),
        ),
        Attention(
            sign=Sign.CARE,
            icon="storage",
            name=T("日志空间"),
            when=Tn("约 {n} 天", 9),
            note=T("已用 {percent}%", percent=86),
            button=_go(T("清理"), "tidy"),
        ),
    ),
    fine=(
        Fine(icon="pin-pad", name=T("密码键盘")),
        Fine(icon="id-card", name=T("身份证阅读器")),
        Fine(icon="camera", name=T("摄像头")),
        Fine(icon="qr", name=T("扫码口")),
        Fine(icon="network", name=T("网络"), value=T("{n} 毫秒", n=38)),
        Fine(icon="battery", name=T("后备电源"), value=T("{percent}%", percent=100)),
        Fine(icon="screen", name=T("触摸屏")),
        Fine(icon="door", name=T("机柜门"), value=T("已锁")),
    ),
    today=(
        Tn("今天办理 {n} 笔", 126),
        T("成功 {percent}%", percent=97),
        Tn("叫人 {n} 次", 3),
        Tn("留卡 {n} 张", 0),
    ),
    below=_BELOW,
)

BOARD_FULL = replace(
    BOARD,
    soon=4,
    attention=(
        *BOARD.attention[:2],
        Attention(
            sign=Sign.CARE,
            icon="warning",
            name=Tn("还有 {n} 项", 3),
            when=T("尽快"),
            note=T("卡槽读写器的 PC/SC 服务没有回答，网络上的中心服务器连不上。"),
            button=_go(T("看看"), "more"),
        ),
    ),
)

MENU = Menu(
    title=T("检查和维护"),
    machine=MACHINE,
    place=PLACE,
    who=WHO,
    about=ABOUT,
    leaving=LEAVING,
    items=(
        MenuItem(
            icon="check", name=T("全面自检"), note=T("一项一项查，约 90 秒，出报告"), button=_go(T("开始"), "readiness")
        ),
        MenuItem(icon="paper", name=T("换凭条纸"), note=T("照图换纸，再打一张试试"), button=_go(T("开始"), "paper")),
        MenuItem(
            icon="network",
            name=T("查网络"),
            note=T("从网线到服务器，断在哪一层"),
            button=_go(T("开始"), "network"),
        ),
        MenuItem(
            icon="card", name=T("查一个设备"), note=T("读卡器、键盘、屏幕、声音"), button=_go(T("选设备"), "devices")
        ),
        MenuItem(
            icon="storage",
            name=T("导出诊断文件"),
            note=T("加密存在机器里，由工程师取走"),
            button=_go(T("导出"), "export"),
        ),
        MenuItem(icon="power", name=T("重新启动"), note=T("这一项要工程师来办"), button=None),
    ),
    below=(_go(T("返回"), "board", "back"),),
)

PAPER = Task(
    title=T("换凭条纸"),
    subtitle=T("打开机盖，拿出旧纸卷，放进新纸卷。"),
    machine=MACHINE,
    place=PLACE,
    who=WHO,
    about=ABOUT,
    leaving=LEAVING,
    picture=Picture.RECEIPT_OUT,
    panel=Panel(
        sign=Sign.INFORMATION,
        heading=T("纸头朝上，露出 5 厘米"),
        body=T("合上盖子听到“咔”一声，再点打印试试。"),
    ),
    below=(_go(T("不换了"), "board"), _go(T("打印试试"), "print")),
    filled=True,
)

QUESTION = Task(
    title=T("听到声音了吗？"),
    subtitle=T("喇叭刚才读了一句话。"),
    machine=MACHINE,
    place=PLACE,
    who=WHO,
    about=ABOUT,
    leaving=LEAVING,
    below=(_go(T("没听到"), "no"), _go(T("再放一遍"), "again"), _go(T("听到了"), "yes")),
    filled=True,
)

RESULTS = Task(
    title=T("还不能对外服务"),
    subtitle=T("自检用了 {seconds} 秒。", seconds=48),
    machine=MACHINE,
    place=PLACE,
    who=WHO,
    about=ABOUT,
    leaving=LEAVING,
    lines=(
        Line(label=T("读卡器"), sign=Sign.DONE, value=T("读到了测试卡")),
        Line(label=T("密码键盘"), sign=Sign.DONE, value=Tn("{n} 个键都响应", 13)),
        Line(label=T("凭条打印机"), sign=Sign.CARE, value=T("打出来了，纸快用完")),
        Line(label=T("身份证阅读器"), sign=Sign.DONE),
        Line(label=T("A4 打印机"), sign=Sign.DONE),
        Line(label=T("扫码口"), sign=Sign.REFUSED, value=T("30 秒内没有读到码，请看看摄像头前面有没有东西挡着")),
        Line(label=T("触摸屏"), sign=Sign.DONE),
        Line(label=T("声音")),
        Line(label=T("网络")),
        Line(label=T("存储")),
    ),
    below=(_go(T("返回"), "menu", "back"), _go(T("打印报告"), "print", "print")),
)

LOG = Listing(
    title=T("运行日志"),
    machine=MACHINE,
    place=PLACE,
    who=WHO,
    about=ABOUT,
    leaving=LEAVING,
    entries=(
        Entry(
            sign=Sign.REFUSED,
            what=T("{words}", words="condition.raised"),
            when=T("{words}", words="03-08 09:31:20"),
            note=T("{words}", words="condition=receipt_printer.paper_out"),
        ),
        Entry(
            sign=Sign.CARE,
            what=T("{words}", words="document_printer.not_printed"),
            when=T("{words}", words="03-08 09:31:02"),
            note=T(
                "{words}",
                words="error=DocumentPrinterRefused  reason=client-error-not-possible  job=41  seconds=12.0  queue=a4",
            ),
        ),
        *(
            Entry(
                sign=Sign.INFORMATION,
                what=T("{words}", words="console.action"),
                when=T("{words}", words=f"03-08 09:30:{second}"),
                note=T("{words}", words="action=board  who=technician-17  roles=technician  face=glass"),
            )
            for second in (55, 50, 45, 40, 35)
        ),
    ),
    below=(_go(T("返回"), "back", "back"), _go(T("下一页"), "turn"), _go(T("筛选"), "filter")),
)

OPERATIONS = replace(
    LOG,
    title=T("办过的业务"),
    entries=(
        Entry(
            sign=Sign.CARE,
            what=T("重设密码"),
            when=T("{words}", words="214.31"),
            note=T(
                "{state}；{told}。编号 {id}",
                state=T("发出了，还没有结果"),
                told=T("中心还不知道"),
                id="4f0c9a1e",
            ),
        ),
        Entry(
            sign=Sign.DONE,
            what=T("待遇资格认证"),
            when=T("{words}", words="214.12"),
            note=T("{state}；{told}。编号 {id}", state=T("办成了"), told=T("中心已经知道"), id="be17d6a0"),
        ),
    ),
    below=(_go(T("返回"), "back", "back"), _go(T("下一页"), "turn"), _go(T("看没结果的"), "other")),
)

DIFFERENCE = replace(
    LOG,
    title=T("会改这些"),
    entries=(
        Entry(
            sign=Sign.CARE,
            what=T("{words}", words="visit.idle_seconds_unhurried"),
            note=T("{words}", words="120.0 → 90.0"),
        ),
        Entry(sign=Sign.CARE, what=T("{words}", words="log.level"), note=T("{words}", words="info → debug")),
    ),
    below=(_go(T("返回"), "back", "back"), _go(T("再改一项"), "more"), _go(T("换上新设置"), "apply")),
)

NOTHING = replace(LOG, title=T("设置和安装时一样"), subtitle=T("没有要列的"), entries=(), below=LOG.below[:1])

CORNERS = Corners(
    title=T("请点一遍圆圈"),
    subtitle=T("四个角和中间，点到的会消失。"),
    machine=MACHINE,
    place=PLACE,
    who=WHO,
    about=ABOUT,
    leaving=LEAVING,
    left=(0, 1, 2, 3, 4),
    stop=_go(T("点不到，结束"), "no"),
)

PAGES: dict[str, Page] = {
    "staff-board": BOARD,
    "staff-board-full": BOARD_FULL,
    "staff-menu": MENU,
    "staff-paper": PAPER,
    "staff-question": QUESTION,
    "staff-results": RESULTS,
    "staff-log": LOG,
    "staff-operations": OPERATIONS,
    "staff-difference": DIFFERENCE,
    "staff-nothing": NOTHING,
    "staff-corners": CORNERS,
}
