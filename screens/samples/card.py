"""Samples of a card put in, worked on and looked at. Virtual people only."""

from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Chosen,
    Instruct,
    Page,
    Panel,
    Picture,
    Progress,
    Sign,
    Status,
    StatusRow,
    Work,
    Working,
    WorkItem,
)
from kiosk.text import Masked, Month, T, Tn
from screens.samples.shared import BACK, ENABLE_STEPS, STATUS_STEPS, WINDOW

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
        body=T("手机离摄像头一个手掌远，屏幕调亮一点。没有手机，请带身份证到{window}。", window=WINDOW),
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

PAGES: dict[str, Page] = {
    "insert-card": INSERT,
    "scan": SCAN,
    "take-card": TAKE_CARD,
    "working": WORKING,
    "reading": READING,
    "status": STATUS,
}
