"""The central server."""

from kiosk.pages import WayOut
from kiosk.refusals.kind import ASK_WINDOW, RefusalKind
from kiosk.text import T

UNREACHABLE = RefusalKind(
    code="central.unreachable",
    title=T("网络断了，没有办成"),
    reassurance=T("什么都没有改，也没有扣钱。"),
    why=T("机器现在连不上社保中心。"),
    ways=(WayOut(title=T("请过 5 分钟再试")), ASK_WINDOW),
)
SLOW = RefusalKind(
    code="central.slow",
    title=T("社保中心没有回答"),
    reassurance=T("什么都没有改，也没有扣钱。"),
    why=T("等了很久，社保中心一直没有回答。"),
    ways=(WayOut(title=T("请过 5 分钟再试")), ASK_WINDOW),
)
BROKEN = RefusalKind(
    code="central.broken",
    title=T("社保中心现在办不了"),
    reassurance=T("什么都没有改，也没有扣钱。"),
    why=T("社保中心的回答不对，已经记下来请人看。"),
    ways=(WayOut(title=T("请过一会儿再试")), ASK_WINDOW),
)
