"""Who somebody is: what can't be proven here, or wasn't."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import CARD_FINE, NOTHING_CHANGED, ONCE_MORE, RefusalKind
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
