"""Samples of loss and its release: the decision, its receipt, the refusal. Virtual people only."""

import datetime
from dataclasses import replace

from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Chosen,
    Decide,
    Done,
    OnPaper,
    Page,
    Panel,
    Picture,
    Point,
    Progress,
    ReceiptCode,
    Refusal,
    Sign,
    TakeItem,
    WayOut,
)
from kiosk.text import Masked, T, Tn
from kiosk.ways import what_to_bring
from screens.samples.outcome import DONE
from screens.samples.shared import BANK, CHANGE_STEPS, LOSS_STEPS, WINDOW

_TELL_THE_BANK = TakeItem(
    label=T("给银行打电话"),
    picture=Picture.STAFF_WINDOW,
    note=T("银行里的钱要另外挂失，请马上打{bank}的电话。", bank=BANK),
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

ON_LOSS = Refusal(
    title=T("这张卡已经挂失"),
    subtitle=T("卡还给您，什么都没有改。"),
    sign=Sign.REFUSED,
    heading=T("为什么"),
    why=T("临时挂失的卡办不了这一项。{until}", until=T("到 {day} 自动解除。", day=datetime.date(2026, 3, 15))),
    ways_title=T("您可以这样办"),
    ways=(
        WayOut(
            title=T("卡找到了，在这里解除"),
            note=T("点“解除挂失”，要带{bring}", bring=what_to_bring([("id_card",), ("e_card",)])),
        ),
        WayOut(title=T("到{window}解除挂失", window=WINDOW), note=T("带上身份证和社保卡")),
    ),
    contact=T("也可以打 {hotline} 问", hotline="12333"),
    reference="03-0012-Q001",
    actions=Actions(
        secondary=Button(label=T("打印"), answer=Answer.PRINT, icon="print"),
        primary=Button(label=T("解除挂失"), answer=Chosen("release_loss"), icon="unloss"),
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
        Point(sign=Sign.CARE, text=T("银行里的钱，要另外挂失"), note=T("请马上打{bank}的电话", bank=BANK)),
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
            note=T("在银行也挂失过的，请找{bank}", bank=BANK),
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
        body=T("锁住以后：{unlock}。卡不会扣留。", unlock=T("用“解锁密码”，或者到{window}", window=WINDOW)),
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

PAGES: dict[str, Page] = {
    "on-loss": ON_LOSS,
    "decide": DECIDE,
    "decide-loss": DECIDE_LOSS,
    "decide-short": DECIDE_SHORT,
    "decide-release": DECIDE_RELEASE,
    "receipt-code": RECEIPT_CODE,
    "loss-done": LOSS_DONE,
    "loss-unprinted": LOSS_UNPRINTED,
}
