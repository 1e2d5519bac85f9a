"""Samples of what came of it: done, refused, not known. Virtual people only."""

import datetime

from kiosk.pages import Actions, Answer, Button, Done, Page, Picture, Progress, Refusal, Sign, TakeItem, WayOut, Working
from kiosk.text import T, Tn
from screens.samples.shared import BANK, CHANGE_STEPS, ENABLE_STEPS

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
        "卡现在就能用，请用新密码。银行功能要到{bank}激活，期限 {day}。", bank=BANK, day=datetime.date(2026, 12, 31)
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

PAGES: dict[str, Page] = {
    "done": DONE,
    "done-without-receipt": DONE_WITHOUT_RECEIPT,
    "done-card-out": DONE_CARD_OUT,
    "enabled-before": ENABLED_BEFORE,
    "printing": PRINTING,
    "refusal": REFUSAL,
    "in-doubt": IN_DOUBT,
}
