"""Pages with realistic content, for the gallery and the layout audit. Virtual people only."""

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kiosk.home import home_page
from kiosk.pages import (
    AccessSheet,
    Actions,
    Answer,
    Button,
    Chosen,
    Decide,
    Done,
    Elsewhere,
    Home,
    Instruct,
    Notice,
    OnPaper,
    OutOfService,
    Overlay,
    Page,
    Panel,
    Picture,
    PinEntry,
    PinRound,
    Point,
    Progress,
    ReceiptCode,
    Refusal,
    Sign,
    Status,
    StatusRow,
    StillThere,
    TakeItem,
    Tile,
    TileGroup,
    WayOut,
    Work,
    Working,
    WorkItem,
)
from kiosk.settings import load
from kiosk.text import Local, Masked, Month, T, Text, Tn
from screens import samples_identity, samples_staff

BACK = Button(label=T("返回"), answer=Answer.BACK, icon="back")
CHANGE_STEPS = (T("插卡"), T("输密码"), T("新密码"), T("完成"))
STATUS_STEPS = (T("插卡"), T("验身份"), T("看结果"))
ENABLE_STEPS = (T("插卡"), T("验身份"), T("设密码"), T("确认"), T("完成"))
_WINDOW = Local("大厅 5 号窗口", "window 5 in this hall")
_BANK = Local("北京银行", "Bank of Beijing")
LOSS_STEPS = (T("验身份"), T("确认挂失"), T("完成"))


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

_BUREAU = load(Path(__file__).parent.parent / "config" / "kiosk.toml")


def _home_without(*closed: str) -> Home:
    """The kiosk's own home page, with every service that it has, less what is closed."""
    return home_page(_BUREAU, closes=lambda what: what in closed, now=datetime.datetime(2026, 3, 8, 9, 41))


INSERT = Instruct(
    title=T("请插入社保卡"),
    subtitle=T("芯片朝上，对准亮灯的卡槽，推到底。"),
    progress=Progress(task=T("启用新卡"), steps=ENABLE_STEPS, at=0),
    picture=Picture.CARD_INSERT,
    panel=Panel(sign=Sign.INFORMATION, heading=T("插好后，屏幕会自己往下走"), body=T("不用点按钮。卡办完会退还给您。")),
    actions=Actions(secondary=BACK, other=Button(label=T("没带卡，能办什么？"), answer=Answer.WITHOUT_CARD)),
)
SCAN = Instruct(
    title=T("请出示电子社保卡"),
    subtitle=T("打开手机上的电子社保卡，点“展码”，对准摄像头。"),
    progress=Progress(task=T("扫码查卡状态"), steps=(T("扫码"), T("看结果")), at=0),
    picture=Picture.QR_SCAN,
    call=T("再靠近一点"),
    panel=Panel(
        sign=Sign.INFORMATION,
        heading=T("扫到码，屏幕会自己往下走"),
        body=T("手机离摄像头一个手掌远，屏幕调亮一点。没有手机，请带身份证到{window}。", window=_WINDOW),
    ),
    actions=Actions(secondary=BACK),
)
TAKE_CARD = Instruct(
    title=T("请拔卡"),
    subtitle=T("用手拔出社保卡，收好。"),
    picture=Picture.CARD_TAKE,
    can_exit=False,
    exit_waits=T("先拔卡"),
)

TRIES = PinEntry(
    title=T("请输入现在的密码"),
    subtitle=T("在屏幕下方的金属键盘上，按 {n} 位数字。", n=6),
    progress=Progress(task=T("修改密码"), steps=CHANGE_STEPS, at=1),
    tries=Tn("还可以输 {n} 次", 2),
    tries_note=T("都输错，密码会被锁住"),
    dots=2,
    privacy=T("请用手遮住键盘，别让旁人看到"),
    actions=Actions(secondary=BACK, other=Button(label=T("忘记密码了"), answer=Answer.FORGOTTEN)),
)
TRIES_NO_DOTS = PinEntry(
    title=TRIES.title,
    subtitle=TRIES.subtitle,
    progress=TRIES.progress,
    tries=TRIES.tries,
    tries_note=TRIES.tries_note,
    privacy=TRIES.privacy,
    actions=TRIES.actions,
)
LAST_TRY = PinEntry(
    title=TRIES.title,
    subtitle=TRIES.subtitle,
    progress=TRIES.progress,
    problem=Panel(
        sign=Sign.CARE, heading=Tn("密码不对，还可以输 {n} 次", 1), body=T("再输错，密码会被锁住。不急，想好再输。")
    ),
    privacy=TRIES.privacy,
    actions=TRIES.actions,
)
_RULES = (
    T("正好 {n} 位数字", n=6),
    T("不是生日，也不是证件、手机号里的数"),
    T("不是 123456、111111 这类数"),
)
NEW_PIN = PinEntry(
    title=T("请设一个新密码"),
    subtitle=T("按金属键盘上的数字，要输两次。"),
    progress=Progress(task=T("修改密码"), steps=CHANGE_STEPS, at=2),
    rounds=(
        PinRound(label=T("第一次"), state=T("正在输"), done=False),
        PinRound(label=T("第二次"), state=T("等一下"), done=False),
    ),
    rules_title=T("这样的密码才安全"),
    rules=_RULES,
    privacy=TRIES.privacy,
    actions=Actions(secondary=BACK),
)
NEW_PIN_PROBLEM = PinEntry(
    title=NEW_PIN.title,
    subtitle=NEW_PIN.subtitle,
    progress=NEW_PIN.progress,
    problem=Panel(sign=Sign.CARE, heading=T("这个密码太好猜"), body=T("它是连着的数。请换一个。")),
    rounds=NEW_PIN.rounds,
    rules_title=NEW_PIN.rules_title,
    rules=_RULES,
    privacy=TRIES.privacy,
    actions=Actions(secondary=BACK),
)
SECOND_PIN = PinEntry(
    title=T("请再输一次新密码"),
    subtitle=T("两次一样，才能设好。按金属键盘上的数字。"),
    progress=Progress(task=T("启用新卡"), steps=ENABLE_STEPS, at=2),
    rounds=(
        PinRound(label=T("第一次"), state=T("已输好"), done=True),
        PinRound(label=T("第二次"), state=Tn("还差 {n} 位", 3), done=False),
    ),
    dots=3,
    rules_title=T("这样的密码才安全"),
    rules=_RULES,
    privacy=TRIES.privacy,
    actions=Actions(secondary=BACK, other=Button(label=T("从第一次重新输"), answer=Answer.AGAIN)),
)
SECOND_PIN_NO_DOTS = PinEntry(
    title=SECOND_PIN.title,
    subtitle=SECOND_PIN.subtitle,
    progress=SECOND_PIN.progress,
    rounds=(
        PinRound(label=T("第一次"), state=T("已输好"), done=True),
        PinRound(label=T("第二次"), state=T("正在输"), done=False),
    ),
    privacy=TRIES.privacy,
    actions=SECOND_PIN.actions,
)

READER_PIN = PinEntry(
    title=T("请照键盘的提示输密码"),
    subtitle=T("先输现在的密码，再输两次新密码。"),
    progress=Progress(task=T("修改密码"), steps=CHANGE_STEPS, at=1),
    tries=Tn("还可以输 {n} 次", 3),
    tries_note=T("都输错，密码会被锁住"),
    rounds=(
        PinRound(label=T("第一次"), state=T("现在的密码"), done=False),
        PinRound(label=T("第二次"), state=T("新密码"), done=False),
        PinRound(label=T("第三次"), state=T("再输一次新密码"), done=False),
    ),
    rules_title=T("这样的密码才安全"),
    rules=_RULES,
    stop=T("不想输了，请按键盘上红色的取消键"),
    can_exit=False,
    exit_waits=T("按取消键"),
)
READER_ENABLE = replace(
    READER_PIN,
    subtitle=T("刚才是核对。改的时候，键盘要再问一次旧密码，再问两次新密码。"),
    progress=Progress(task=T("启用社保卡"), steps=ENABLE_STEPS, at=2),
    rounds=(PinRound(label=T("第一次"), state=T("刚才那个密码"), done=False), *READER_PIN.rounds[1:]),
)
READER_PIN_PROBLEM = PinEntry(
    title=READER_PIN.title,
    subtitle=READER_PIN.subtitle,
    progress=READER_PIN.progress,
    tries=READER_PIN.tries,
    tries_note=READER_PIN.tries_note,
    problem=Panel(sign=Sign.CARE, heading=T("两次输的不一样"), body=T("密码没有改，请再来一次。")),
    rounds=READER_PIN.rounds,
    rules_title=READER_PIN.rules_title,
    rules=_RULES,
    stop=READER_PIN.stop,
    can_exit=False,
    exit_waits=READER_PIN.exit_waits,
)

WORKING = Working(
    title=T("正在启用，请不要拔卡"),
    subtitle=Tn("大约还要 {n} 秒。", 10),
    progress=Progress(task=T("启用新卡"), steps=ENABLE_STEPS, at=4),
    items=(
        WorkItem(label=T("核对身份"), state=Work.DONE),
        WorkItem(label=T("写入社保卡"), state=Work.RUNNING),
        WorkItem(label=T("打印凭条"), state=Work.WAITING),
    ),
    can_exit=False,
)
READING = Working(title=T("正在读卡，请不要拔卡"), progress=Progress(task=T("查卡状态"), steps=STATUS_STEPS, at=0))

DONE = Done(
    title=T("办好了"),
    subtitle=T("新卡已经启用，看病、买药现在就能用。请按下面两步，把东西拿好。"),
    progress=Progress(task=T("启用新卡"), steps=ENABLE_STEPS, at=5),
    take=(
        TakeItem(label=T("取走凭条"), picture=Picture.RECEIPT_OUT, note=T("在屏幕左下方出纸，上面有办理编号。")),
        TakeItem(label=T("取走社保卡"), picture=Picture.CARD_TAKE, note=T("请用手拔出社保卡，收好。")),
    ),
    note=T("{n} 秒内不操作，会回到首页。", n=60),
    actions=Actions(
        secondary=Button(label=T("再办一项"), answer=Answer.ANOTHER),
        primary=Button(label=T("完成，取卡"), answer=Answer.FINISH, icon="next"),
    ),
)
DONE_WITHOUT_RECEIPT = Done(
    title=T("办好了"),
    subtitle=T("新密码已经改好，从现在起用新密码。"),
    progress=Progress(task=T("修改密码"), steps=CHANGE_STEPS, at=4),
    take=(TakeItem(label=T("取走社保卡"), picture=Picture.CARD_TAKE, note=T("请用手拔出社保卡，收好。")),),
    actions=Actions(primary=Button(label=T("完成，取卡"), answer=Answer.FINISH, icon="next")),
)

DONE_CARD_OUT = Done(
    title=T("办好了"),
    subtitle=T("密码解锁了，还是原来的密码。{tries}。", tries=Tn("还可以输 {n} 次", 6)),
    progress=Progress(task=T("解锁密码"), steps=(T("插卡"), T("验身份"), T("解锁"), T("完成")), at=4),
    take=(),
    note=T("社保卡已经取出来了，请收好。"),
    actions=Actions(
        secondary=Button(label=T("再打一张"), answer=Answer.PRINT, icon="print"),
        primary=Button(label=T("完成"), answer=Answer.FINISH, icon="next"),
    ),
)
ENABLED_BEFORE = Done(
    title=T("上次的启用已经办好"),
    subtitle=T(
        "卡现在就能用，请用新密码。银行功能要到{bank}激活，期限 {day}。", bank=_BANK, day=datetime.date(2026, 12, 31)
    ),
    progress=Progress(task=T("启用社保卡"), steps=(T("插卡"), T("验身份"), T("新密码"), T("完成")), at=4),
    take=(DONE.take[1],),
    actions=Actions(
        secondary=Button(label=T("打印"), answer=Answer.PRINT, icon="print"),
        primary=Button(label=T("完成，取卡"), answer=Answer.FINISH, icon="next"),
    ),
)
PRINTING = Working(
    title=T("正在打印"), subtitle=T("纸从下面的出纸口出来。"), picture=Picture.RECEIPT_OUT, can_exit=False
)
ON_LOSS = Refusal(
    title=T("这张卡已经挂失"),
    subtitle=T("卡还给您，什么都没有改。"),
    sign=Sign.REFUSED,
    heading=T("为什么"),
    why=T("临时挂失的卡办不了这一项。{until}", until=T("到 {day} 自动解除。", day=datetime.date(2026, 3, 15))),
    ways_title=T("您可以这样办"),
    ways=(
        WayOut(title=T("卡找到了，在这里解除"), note=T("点“解除挂失”，要用手机上的电子社保卡")),
        WayOut(title=T("到{window}解除挂失", window=_WINDOW), note=T("带上身份证和社保卡")),
    ),
    contact=T("也可以打 {hotline} 问", hotline="12333"),
    reference="03-0012-Q001",
    actions=Actions(
        secondary=Button(label=T("不办了"), answer=Answer.FINISH, icon="exit"),
        primary=Button(label=T("解除挂失"), answer=Chosen("release_loss"), icon="unloss"),
    ),
)

REFUSAL = Refusal(
    title=T("这张卡现在不能启用"),
    subtitle=T("卡没有坏，也没有扣留，请放心。"),
    progress=Progress(task=T("启用新卡"), steps=ENABLE_STEPS, at=1),
    sign=Sign.REFUSED,
    heading=T("为什么"),
    why=T("身份证上的名字和卡里登记的名字不一样，机器不能替您改。"),
    ways_title=T("您可以这样办"),
    ways=(
        WayOut(title=T("带上身份证、社保卡和户口本"), note=T("户口本上要有改名记录")),
        WayOut(title=T("到本大厅 {n} 号窗口", n=5), note=T("把打印的说明交给窗口，今天 {time} 前", time="17:00")),
        WayOut(title=T("改好后，回到这里启用"), note=Tn("大约 {n} 个工作日", 2)),
    ),
    contact=T("也可以打 12333 问"),
    reference="A1207-0341",
    actions=Actions(
        secondary=Button(label=T("回首页"), answer=Answer.HOME, icon="home"),
        primary=Button(label=T("打印说明，去窗口"), answer=Answer.PRINT, icon="print"),
    ),
)
IN_DOUBT = Refusal(
    title=T("没有等到结果"),
    subtitle=T("下次插卡时，机器会先核对。"),
    progress=Progress(task=T("修改密码"), steps=CHANGE_STEPS, at=2),
    sign=Sign.INFORMATION,
    heading=T("现在不知道改好没有"),
    why=T("卡在中途拔出来了。新密码或老密码，有一个能用。"),
    ways_title=T("您可以这样办"),
    ways=(WayOut(title=T("现在再插一次卡"), note=T("机器会看看改好没有")),),
    contact=T("也可以打 12333 问"),
    reference="A1207-0342",
    actions=Actions(primary=Button(label=T("回首页"), answer=Answer.HOME, icon="home")),
)

STATUS = Status(
    title=T("您的卡可以看病买药"),
    subtitle=T("有一项没开通，办不办由您定。"),
    progress=Progress(task=T("查卡状态"), steps=STATUS_STEPS, at=2),
    name=Masked("张*"),
    number=Masked("110***********001X"),
    card=T("卡尾号 {tail}", tail="4471"),
    rows=(
        StatusRow(label=T("社保功能"), sign=Sign.DONE, value=T("可以用"), note=T("看病、买药、领待遇")),
        StatusRow(label=T("卡密码"), sign=Sign.DONE, value=T("已设好"), note=Tn("还可以输 {n} 次", 3)),
        StatusRow(label=T("挂失"), sign=Sign.DONE, value=T("没有挂失")),
        StatusRow(label=T("有效期"), sign=Sign.DONE, value=T("到 {date}", date=Month(2031, 5, 1))),
        StatusRow(label=T("银行功能"), sign=Sign.INFORMATION, value=T("没开通"), note=T("要去发卡银行办")),
    ),
    further_title=T("您还可以办"),
    further=(
        Button(label=T("短信提醒"), answer=Chosen("sms"), icon="sms"),
        Button(label=T("修改密码"), answer=Chosen("change-pin"), icon="change-pin"),
    ),
    actions=Actions(
        secondary=Button(label=T("打印"), answer=Answer.PRINT, icon="print"),
        primary=Button(label=T("看完了，取卡"), answer=Answer.FINISH, icon="next"),
    ),
)

DECIDE = Decide(
    title=T("确认要挂失这张卡吗？"),
    whose=T("{name}，卡尾号 {tail}，{region}发卡。", name="张*", tail="4471", region=T("北京市")),
    progress=Progress(task=T("挂失"), steps=LOSS_STEPS, at=1),
    panel=Panel(
        sign=Sign.CARE,
        heading=T("挂失后，这张卡马上停用"),
        body=T("找到卡，可以再来解除挂失。"),
    ),
    points=(
        Point(sign=Sign.REFUSED, text=T("不能刷卡看病、买药"), note=T("急着看病，可以用电子社保卡")),
        Point(sign=Sign.DONE, text=T("养老金照常发，不受影响"), note=T("参保和缴费也照常")),
        Point(sign=Sign.CARE, text=T("银行里的钱，要另外挂失"), note=T("请马上打发卡银行电话")),
    ),
    on_paper=OnPaper(heading=T("凭条上会印好这些："), body=T("挂失编号、银行电话、补卡地点")),
    actions=Actions(
        secondary=Button(label=T("先不挂失"), answer=Answer.STOP, icon="back"),
        primary=Button(label=T("确认挂失"), answer=Answer.NEXT, icon="next"),
        equal=True,
    ),
)
DECIDE_LOSS = replace(
    DECIDE,
    whose=T("{name}，卡尾号 {tail}", name="张*", tail="4471"),
    panel=replace(DECIDE.panel, body=Tn("{n} 天后自动解除。找不到卡，请在那以前补卡，不然捡到的人又能用。", 7)),
    points=(
        Point(
            sign=Sign.REFUSED,
            text=T("不能用卡看病、买药、领待遇"),
            note=T("电子社保卡要您本人授权，才能接着用"),
        ),
        Point(sign=Sign.DONE, text=T("参保缴费照常，不受影响")),
        Point(sign=Sign.CARE, text=T("银行里的钱，要另外挂失"), note=T("请马上打{bank}的电话", bank=_BANK)),
    ),
    on_paper=OnPaper(heading=T("凭条上会印好这些："), body=T("挂失编号、自动解除的日期、补卡地点")),
)
DECIDE_RELEASE = Decide(
    title=T("确认要解除挂失吗？"),
    whose=T("{name}，卡尾号 {tail}", name="张*", tail="4471"),
    progress=Progress(task=T("解除挂失"), steps=(T("验身份"), T("确认解除"), T("完成")), at=1),
    panel=Panel(
        sign=Sign.CARE, heading=T("请先看看，卡是不是在您手里"), body=T("没找到，请先不要解除。捡到卡的人也能用。")
    ),
    points=(
        Point(sign=Sign.DONE, text=T("卡马上恢复，和挂失以前一样")),
        Point(sign=Sign.DONE, text=T("密码不变，还是原来的")),
        Point(
            sign=Sign.CARE,
            text=T("银行那边，要另外解除"),
            note=T("在银行也挂失过的，请找{bank}", bank=_BANK),
        ),
    ),
    actions=Actions(
        secondary=Button(label=T("先不解除"), answer=Answer.STOP, icon="back"),
        primary=Button(label=T("确认解除"), answer=Answer.NEXT, icon="next"),
        equal=True,
    ),
)
DECIDE_SHORT = Decide(
    title=T("只剩最后 1 次了"),
    subtitle=T("先停一下，想好再输。"),
    progress=Progress(task=T("修改密码"), steps=CHANGE_STEPS, at=1),
    panel=Panel(
        sign=Sign.CARE,
        heading=T("再输错，密码就会被锁住"),
        body=T("锁住以后：{unlock}。卡不会扣留。", unlock=T("用“解锁密码”，或者到{window}", window=_WINDOW)),
    ),
    points=(
        Point(sign=Sign.INFORMATION, text=T("想起来了：可以再输 1 次")),
        Point(sign=Sign.DONE, text=T("不确定：先不输，密码不会锁")),
    ),
    actions=Actions(
        secondary=Button(label=T("先不输了"), answer=Answer.STOP),
        other=Button(label=T("再输 1 次"), answer=Answer.AGAIN),
        equal=True,
    ),
)

RECEIPT_CODE = ReceiptCode(
    title=T("用手机扫一扫，存下来"),
    subtitle=T("码里只有凭条上的字，没有链接。"),
    progress=Progress(task=T("挂失"), steps=LOSS_STEPS, at=3),
    content=Masked(
        "挂失凭条\n社保卡已经临时挂失\n姓名：张*\n社会保障号码：110***********001X\n卡号：尾号 4471\n"
        "自动解除：2026 年 3 月 15 日\n1. 银行里的钱要另外挂失，请打发卡银行的电话。\n2. 找到卡，带手机来解除挂失。\n"
        "3. 找不到，到大厅 5 号窗口补卡。\n编号：03-0012-0347\n时间：2026-03-08 09:41\n地点：政务服务中心一楼大厅\n"
        "机器：3 号机\n没有人会发短信链接说社保卡“到期”，收到了不要点。有疑问打 12333。"
    ),
    note=T("不点按钮，过一会儿自动关掉，机器里不留。"),
    actions=Actions(
        secondary=Button(label=T("返回"), answer=Answer.BACK, icon="back"),
        primary=Button(label=T("存好了"), answer=Answer.FINISH, icon="next"),
    ),
)

_TELL_THE_BANK = TakeItem(
    label=T("给银行打电话"),
    picture=Picture.STAFF_WINDOW,
    note=T("银行里的钱要另外挂失，请马上打{bank}的电话。", bank=_BANK),
)
LOSS_DONE = Done(
    title=T("办好了"),
    subtitle=T(
        "这张卡已经临时挂失，别人用不了。{until}", until=T("到 {day} 自动解除。", day=datetime.date(2026, 3, 15))
    ),
    progress=Progress(task=T("挂失"), steps=LOSS_STEPS, at=3),
    take=(DONE.take[0], _TELL_THE_BANK),
    actions=Actions(
        secondary=Button(label=T("再打一张"), answer=Answer.PRINT, icon="print"),
        primary=Button(label=T("完成"), answer=Answer.FINISH, icon="next"),
    ),
)
LOSS_UNPRINTED = Done(
    title=LOSS_DONE.title,
    subtitle=LOSS_DONE.subtitle,
    progress=LOSS_DONE.progress,
    take=(_TELL_THE_BANK,),
    note=T("凭条没有打出来，事情已经办好。编号 {number}", number="03-0012-0347"),
    actions=Actions(
        secondary=Button(label=T("显示二维码"), answer=Answer.SHOW_CODE, icon="qr"),
        primary=Button(label=T("完成"), answer=Answer.FINISH, icon="next"),
    ),
)

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

STILL_THERE = StillThere(
    title=T("您还在吗？"),
    seconds=20,
    of=30,
    body=T("时间到了会退出，并把卡退还给您。没办完的内容不会保存。"),
    button=Button(label=T("我还在，继续"), answer=Answer.STILL_HERE),
)
ACCESS = AccessSheet(
    title=T("怎样更方便？"),
    subtitle=T("点一下打开，再点一下关掉。"),
    button=Button(label=T("好了"), answer=Answer.CLOSE),
)
STAFF_CALLED = Notice(
    title=T("已经叫了工作人员"),
    body=T("请在这里等一下，工作人员马上过来。"),
    button=Button(label=T("好了"), answer=Answer.CLOSE),
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
    "insert-card": INSERT,
    "scan": SCAN,
    "take-card": TAKE_CARD,
    "pin-entry": TRIES,
    "pin-entry-no-dots": TRIES_NO_DOTS,
    "pin-last-try": LAST_TRY,
    "new-pin": NEW_PIN,
    "new-pin-problem": NEW_PIN_PROBLEM,
    "second-pin": SECOND_PIN,
    "second-pin-no-dots": SECOND_PIN_NO_DOTS,
    "reader-pin": READER_PIN,
    "reader-enable": READER_ENABLE,
    "reader-pin-problem": READER_PIN_PROBLEM,
    "working": WORKING,
    "reading": READING,
    "done": DONE,
    "done-without-receipt": DONE_WITHOUT_RECEIPT,
    "done-card-out": DONE_CARD_OUT,
    "enabled-before": ENABLED_BEFORE,
    "printing": PRINTING,
    "on-loss": ON_LOSS,
    "refusal": REFUSAL,
    "in-doubt": IN_DOUBT,
    "status": STATUS,
    "decide": DECIDE,
    "decide-loss": DECIDE_LOSS,
    "decide-short": DECIDE_SHORT,
    "decide-release": DECIDE_RELEASE,
    "receipt-code": RECEIPT_CODE,
    "loss-done": LOSS_DONE,
    "loss-unprinted": LOSS_UNPRINTED,
    "out-of-service": OUT,
    **samples_identity.PAGES,
    **samples_staff.PAGES,
}
OVERLAYS: dict[str, tuple[Page, Overlay]] = {
    "still-there": (STATUS, STILL_THERE),
    "access": (INSERT, ACCESS),
    "staff-called": (HOME_FULL, STAFF_CALLED),
}


def every() -> Iterator[tuple[str, Page, Overlay | None]]:
    """Each sample by name."""
    for name, page in PAGES.items():
        yield name, page, None
    for name, (page, overlay) in OVERLAYS.items():
        yield name, page, overlay
