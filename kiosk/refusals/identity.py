"""Who somebody is: what can't be proven here, or wasn't."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import ASK_WINDOW, CARD_FINE, NOTHING_CHANGED, ONCE_MORE, RefusalKind
from kiosk.text import T

UNAVAILABLE = RefusalKind(
    code="identity.unavailable",
    title=T("这里验不了身份"),
    reassurance=CARD_FINE,
    why=T("办这一项要先确认是您本人，这台机器现在还确认不了。"),
    ways=(WayOut(title=T("到{window}办"), note=T("带上身份证和社保卡")),),
)
NOT_ENOUGH = RefusalKind(
    code="identity.not_enough",
    title=T("身份没有验成"),
    reassurance=NOTHING_CHANGED,
    why=T("社保中心认为出示的证明不够，或者时间过了。"),
    ways=(WayOut(title=T("从头再来一次")), WayOut(title=T("到{window}办"), note=T("带上身份证和社保卡"))),
    again=ONCE_MORE,
)
FOREIGN = RefusalKind(
    code="identity.foreign",
    title=T("两样证件不是同一个人的"),
    reassurance=NOTHING_CHANGED,
    why=T("社保卡和刚才出示的证明，名下不是同一个人，可能拿错了。"),
    ways=(
        WayOut(title=T("换成同一个人的，再来一次"), note=T("拿错卡的，先换卡")),
        WayOut(title=T("替家里人办，到{window}"), note=T("带上两个人的身份证")),
    ),
    sign=Sign.CARE,
    again=ONCE_MORE,
)
NOTHING_AT_HAND = RefusalKind(
    code="identity.nothing_at_hand",
    title=T("要有一样才能办"),
    reassurance=NOTHING_CHANGED,
    why=T("办这一项，要先确认是您本人。"),
    ways=(
        WayOut(title=T("带上{bring}再来")),
        ASK_WINDOW,
    ),
)
ID_UNREADABLE = RefusalKind(
    code="identity.id_unreadable",
    title=T("证件读不出来"),
    reassurance=NOTHING_CHANGED,
    why=T("放上去的不是身份证，或者芯片坏了。"),
    ways=(
        WayOut(title=T("身份证的芯片坏了，去派出所换")),
        WayOut(title=T("着急办，到{window}"), note=T("带上身份证和社保卡")),
    ),
)
ID_EXPIRED = RefusalKind(
    code="identity.id_expired",
    title=T("证件不在有效期里"),
    reassurance=NOTHING_CHANGED,
    why=T("过期的证件，不能用来确认身份。"),
    ways=(WayOut(title=T("去派出所换新的身份证"), note=T("居留证到出入境窗口换")), ASK_WINDOW),
)
ID_NAME_DIFFERS = RefusalKind(
    code="identity.id_name_differs",
    title=T("姓名和登记的不一样"),
    reassurance=NOTHING_CHANGED,
    why=T("身份证上的姓名，和社保登记的不一样。"),
    ways=(
        WayOut(title=T("改社保登记的姓名，到{window}"), note=T("带上身份证和户口簿")),
        WayOut(title=T("身份证写错了，去派出所改")),
    ),
)
ID_UNKNOWN = RefusalKind(
    code="identity.id_unknown",
    title=T("没有查到社保登记"),
    reassurance=NOTHING_CHANGED,
    why=T("这个证件号码，还没有登记社保卡。"),
    ways=(WayOut(title=T("到{window}查一查"), note=T("带上身份证")),),
)
CARD_DIFFERS = RefusalKind(
    code="identity.card_differs",
    title=T("社保卡里写的不一样"),
    reassurance=CARD_FINE,
    why=T("卡里写的姓名或号码，和身份证不一样。"),
    ways=(WayOut(title=T("到{window}更正社保卡"), note=T("带上身份证和社保卡")),),
)
FACE_DECLINED = RefusalKind(
    code="identity.face_declined",
    title=T("没有刷脸"),
    reassurance=NOTHING_CHANGED,
    why=T("别的方式现在用不了，机器就办不了。"),
    ways=(ASK_WINDOW,),
)
FACE_DIFFERS = RefusalKind(
    code="identity.face_differs",
    title=T("刷脸没有通过"),
    reassurance=NOTHING_CHANGED,
    why=T("和登记的照片没有对上，照片旧了也会这样。"),
    ways=(ASK_WINDOW,),
)
FACE_NO_PHOTO = RefusalKind(
    code="identity.face_no_photo",
    title=T("没有能比对的照片"),
    reassurance=NOTHING_CHANGED,
    why=T("社保登记里没有照片，或者照片用不了。"),
    ways=(WayOut(title=T("补一张照片，到{window}"), note=T("带上身份证和社保卡")),),
)
FACE_LIMIT = RefusalKind(
    code="identity.face_limit",
    title=T("今天刷脸的次数用完了"),
    reassurance=NOTHING_CHANGED,
    why=T("为了安全，一天只能刷几次脸。"),
    ways=(WayOut(title=T("明天再来")), ASK_WINDOW),
)
FACE_AWAY = RefusalKind(
    code="identity.face_away",
    title=T("现在刷不了脸"),
    reassurance=NOTHING_CHANGED,
    why=T("机器现在看不了脸，已经记下来请人修。"),
    ways=(WayOut(title=T("换一台机器办")), ASK_WINDOW),
)
NO_PHONE = RefusalKind(
    code="identity.no_phone",
    title=T("没有登记手机号"),
    reassurance=NOTHING_CHANGED,
    why=T("验证码要发到社保登记的手机上。"),
    ways=(WayOut(title=T("登记手机号，到{window}"), note=T("带上身份证和社保卡")),),
)
CODE_DECLINED = RefusalKind(
    code="identity.code_declined",
    title=T("没有用短信验证"),
    reassurance=NOTHING_CHANGED,
    why=T("别的方式现在用不了，机器就办不了。"),
    ways=(WayOut(title=T("手机号换了，到{window}改"), note=T("带上身份证和社保卡")),),
)
CODE_AWAY = RefusalKind(
    code="identity.code_away",
    title=T("短信现在发不出去"),
    reassurance=NOTHING_CHANGED,
    why=T("发短信的那一头没有回答。"),
    ways=(WayOut(title=T("请过 5 分钟再试")), ASK_WINDOW),
)
CODE_LIMIT = RefusalKind(
    code="identity.code_limit",
    title=T("短信发得太多了"),
    reassurance=NOTHING_CHANGED,
    why=T("为了安全，一天只能发几条验证码。"),
    ways=(WayOut(title=T("明天再来")), ASK_WINDOW),
)
