"""Who somebody is: what can't be proven here, or wasn't."""

from kiosk.pages import WayOut
from kiosk.refusals.kind import CALL_HOTLINE, CARD_FINE, NOTHING_CHANGED, RefusalKind
from kiosk.text import T

UNAVAILABLE = RefusalKind(
    code="identity.unavailable",
    title=T("这里验不了身份"),
    reassurance=CARD_FINE,
    why=T("办这一项要先确认是您本人，这台机器现在还确认不了。"),
    ways=(WayOut(title=T("到{window}办"), note=T("带上身份证和社保卡")), CALL_HOTLINE),
)
NOT_ENOUGH = RefusalKind(
    code="identity.not_enough",
    title=T("身份没有验成"),
    reassurance=NOTHING_CHANGED,
    why=T("社保中心认为出示的证明不够，或者时间过了。"),
    ways=(WayOut(title=T("从头再来一次")), WayOut(title=T("到{window}办"), note=T("带上身份证和社保卡"))),
)
FOREIGN = RefusalKind(
    code="identity.foreign",
    title=T("不是持卡人本人"),
    reassurance=NOTHING_CHANGED,
    why=T("出示的证明，和这张社保卡不是同一个人的。"),
    ways=(
        WayOut(title=T("请持卡人本人来办")),
        WayOut(title=T("替家里人办，到{window}"), note=T("带上两个人的身份证")),
    ),
)
