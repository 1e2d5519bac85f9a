"""Sample pages on which somebody shows who they are, and on which a number is typed. Virtual people only."""

from dataclasses import replace

from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Choose,
    Decide,
    FaceView,
    Instruct,
    NumberEntry,
    Option,
    Page,
    Panel,
    Picture,
    Point,
    Progress,
    Sign,
)
from kiosk.text import Masked, T, Text, Tn

_BACK = Button(label=T("返回"), answer=Answer.BACK, icon="back")
_AT_IDENTITY = Progress(task=T("启用新卡"), steps=(T("插卡"), T("验身份"), T("设密码"), T("确认"), T("完成")), at=1)
_AT_PHONE = Progress(task=T("短信提醒"), steps=(T("插卡"), T("验身份"), T("手机号"), T("确认"), T("完成")), at=2)


def _option(picture: Picture, answer: Answer, name: Text, note: Text) -> Option:
    return Option(picture=picture, answer=answer, name=name, note=note)


_ID_CARD = _option(Picture.ID_ON_PLATE, Answer.ID_CARD, T("刷身份证"), T("把身份证平放在右下方感应区"))
_FACE = _option(Picture.FACE_FRAME, Answer.FACE, T("刷脸"), T("看一下屏幕上方的摄像头"))
_E_CARD = _option(Picture.QR_SCAN, Answer.E_CARD, T("扫电子社保卡"), T("手机打开二维码，对准扫码口"))
_CODE = _option(Picture.SMS_CODE, Answer.ONE_TIME_CODE, T("短信验证码"), T("发到您登记的手机上"))

CHOOSE = Choose(
    title=T("请核对本人身份"),
    subtitle=T("三种方式任选一种，都可以。"),
    progress=_AT_IDENTITY,
    options=(replace(_ID_CARD, recommended=True, tag=T("最快")), _FACE, _E_CARD),
    actions=Actions(secondary=_BACK, other=Button(label=T("这些都没有"), answer=Answer.STOP)),
)
CHOOSE_TWO = replace(
    CHOOSE,
    subtitle=T("摄像头没有画面"),
    options=(_CODE, _E_CARD),
)
CHOOSE_LONG = replace(
    CHOOSE,
    subtitle=T("今天刷脸的次数用完了"),
    options=(replace(_ID_CARD, recommended=True, tag=T("最快")), _CODE, _E_CARD),
)
ID_CARD = Instruct(
    title=T("请放身份证"),
    subtitle=T("平放在感应区，先不要拿走。"),
    progress=_AT_IDENTITY,
    picture=Picture.ID_ON_PLATE,
    panel=Panel(
        sign=Sign.INFORMATION,
        heading=T("读好了，屏幕会自己往下走"),
        body=T("居留证、居住证也可以。办完请把证件带走。"),
    ),
    actions=Actions(secondary=_BACK, other=Button(label=T("换成扫电子社保卡"), answer=Answer.ANOTHER)),
)
CONSENT = Decide(
    title=T("可以看一下您的脸吗？"),
    subtitle=T("读不出来，请拿起来再放一次"),
    progress=_AT_IDENTITY,
    panel=Panel(
        sign=Sign.INFORMATION,
        heading=T("不满 14 岁，要监护人同意"),
        body=T("只和登记的照片比一次，确认是不是本人。"),
    ),
    points=(
        Point(sign=Sign.DONE, text=T("照片不出这台机器，比完就删除")),
        Point(sign=Sign.DONE, text=T("送出去的只有比对的分数")),
        Point(sign=Sign.INFORMATION, text=T("不同意也没关系，用别的方式一样办")),
    ),
    actions=Actions(
        secondary=Button(label=T("换成短信验证码"), answer=Answer.ANOTHER),
        other=Button(label=T("监护人同意，刷脸"), answer=Answer.FACE),
        equal=True,
    ),
)
FACE = FaceView(
    title=T("请看屏幕上方的摄像头"),
    subtitle=T("摘下帽子和口罩，脸放进框里。"),
    progress=_AT_IDENTITY,
    live=lambda: None,
    hint=T("再靠近一点"),
    privacy=T("照片只用来核对，核对完就删除"),
    actions=Actions(secondary=_BACK, other=Button(label=T("换成刷身份证"), answer=Answer.ANOTHER)),
)
FACE_BEGINS = replace(FACE, hint=None, actions=Actions(secondary=_BACK))
FACE_TURN = replace(
    FACE,
    hint=T("请慢慢向左转头，再转回来"),
    actions=Actions(secondary=_BACK, other=Button(label=T("换成短信验证码"), answer=Answer.ANOTHER)),
)

PHONE = NumberEntry(
    title=T("请输入手机号码"),
    subtitle=T("待遇到账、卡要到期，会发短信告诉您。"),
    progress=_AT_PHONE,
    length=11,
    groups=(3, 4, 4),
    note=T("可以填家人的号码"),
    enter=T("下一步"),
    actions=Actions(secondary=_BACK),
)
CODE = NumberEntry(
    title=T("请输入短信验证码"),
    subtitle=T("已经发到尾号 {tail} 的手机上。", tail=Masked("5678")),
    progress=_AT_IDENTITY,
    length=6,
    hidden=True,
    note=T("{wait}内有效，别告诉任何人", wait=Tn("{n} 分钟", 5)),
    enter=T("输好了"),
    actions=Actions(secondary=Button(label=T("没收到"), answer=Answer.ANOTHER)),
)
CODE_WRONG = replace(
    CODE,
    problem=Tn("验证码不对，还可以输 {n} 次", 2),
    actions=Actions(secondary=_BACK, other=Button(label=T("换一个码"), answer=Answer.AGAIN)),
)

PAGES: dict[str, Page] = {
    "choose": CHOOSE,
    "choose-two": CHOOSE_TWO,
    "choose-long": CHOOSE_LONG,
    "id-card": ID_CARD,
    "face-consent": CONSENT,
    "face": FACE,
    "face-begins": FACE_BEGINS,
    "face-turn": FACE_TURN,
    "phone": PHONE,
    "code": CODE,
    "code-wrong": CODE_WRONG,
}
TYPED = {"phone": "1380000", "code": "482"}
"""What is typed in the gallery's pictures."""
