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
from kiosk.text import T, Text, Tn

_BACK = Button(label=T("返回"), answer=Answer.BACK, icon="back")
_AT_IDENTITY = Progress(task=T("启用新卡"), steps=(T("插卡"), T("验身份"), T("设密码"), T("确认"), T("完成")), at=1)
_AT_PHONE = Progress(task=T("短信提醒"), steps=(T("插卡"), T("验身份"), T("手机号"), T("确认"), T("完成")), at=2)


def _option(picture: Picture, answer: Answer, name: Text, note: Text) -> Option:
    return Option(picture=picture, answer=answer, name=name, note=note)


_ID_CARD = _option(Picture.ID_ON_PLATE, Answer.ID_CARD, T("刷身份证"), T("把身份证平放在右下方感应区"))
_FACE = _option(Picture.FACE_FRAME, Answer.FACE, T("刷脸"), T("看一下屏幕上方的摄像头"))
_E_CARD = _option(Picture.QR_SCAN, Answer.E_CARD, T("扫电子社保卡"), T("手机打开二维码，对准扫码口"))
_CODE = _option(Picture.SMS_CODE, Answer.ONE_TIME_CODE, T("短信验证码"), T("发到登记的手机，尾号 {tail}", tail="5678"))

CHOOSE = Choose(
    title=T("请核对本人身份"),
    subtitle=T("三种方式任选一种，都可以。"),
    progress=_AT_IDENTITY,
    options=(replace(_ID_CARD, recommended=True, tag=T("最快")), _FACE, _E_CARD),
    actions=Actions(secondary=_BACK, other=Button(label=T("这些都没有"), answer=Answer.STOP)),
)
CHOOSE_TWO = Choose(
    title=T("请再核对一样"),
    subtitle=T("摄像头现在不能用，可以换别的方式。身份证核对好了，还差一样。"),
    progress=_AT_IDENTITY,
    options=(replace(_CODE, recommended=True, tag=T("最快")), _E_CARD),
    actions=CHOOSE.actions,
)
ID_CARD = Instruct(
    title=T("请把身份证平放在感应区"),
    subtitle=T("感应区在屏幕右下方，放平，不要拿起来。"),
    progress=_AT_IDENTITY,
    picture=Picture.ID_ON_PLATE,
    panel=Panel(sign=Sign.INFORMATION, heading=T("外国人永居证、港澳台居住证也可以")),
    actions=Actions(secondary=_BACK),
)
CONSENT = Decide(
    title=T("同意用刷脸核对身份吗？"),
    subtitle=T("不同意也能办，换一种方式就行。"),
    progress=_AT_IDENTITY,
    panel=Panel(
        sign=Sign.INFORMATION,
        heading=T("拿摄像头里的您，和登记的照片比一比"),
        body=T("只在这台机器上比，只比这一次，只为核对身份。"),
    ),
    points=(
        Point(sign=Sign.DONE, text=T("照片和脸部特征，比完马上删除"), note=T("不存进机器，也不给别人")),
        Point(
            sign=Sign.INFORMATION,
            text=T("只把像不像的结果告诉社保"),
            note=T("和您同意的这一版说明一起记下来"),
        ),
        Point(sign=Sign.CARE, text=T("不满 14 岁，要监护人在旁边同意")),
    ),
    actions=Actions(
        secondary=Button(label=T("不刷脸，换一种"), answer=Answer.ONE_TIME_CODE),
        other=Button(label=T("同意，刷脸"), answer=Answer.NEXT),
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
    actions=Actions(secondary=_BACK, other=Button(label=T("换成刷身份证"), answer=Answer.ID_CARD)),
)
FACE_BEGINS = replace(FACE, hint=None, actions=Actions(secondary=_BACK))

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
    subtitle=T("已经发到尾号 {tail} 的手机，{n} 分钟内有效。", tail="5678", n=5),
    progress=_AT_IDENTITY,
    length=6,
    hidden=True,
    note=T("谁来要都别给，工作人员也不会问"),
    enter=T("核对"),
    actions=Actions(secondary=_BACK, other=Button(label=T("换一个码"), answer=Answer.AGAIN)),
)
CODE_WRONG = replace(CODE, problem=Tn("验证码不对，还可以输 {n} 次", 2))

PAGES: dict[str, Page] = {
    "choose": CHOOSE,
    "choose-two": CHOOSE_TWO,
    "id-card": ID_CARD,
    "face-consent": CONSENT,
    "face": FACE,
    "face-begins": FACE_BEGINS,
    "phone": PHONE,
    "code": CODE,
    "code-wrong": CODE_WRONG,
}
TYPED = {"phone": "1380000", "code": "482"}
"""What is typed in the gallery's pictures."""
