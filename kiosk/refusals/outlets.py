"""Places to go to."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import NOTHING_CHANGED, WHAT_HAPPENED, RefusalKind
from kiosk.text import T

NONE_FOUND = RefusalKind(
    code="outlets.none_found",
    title=T("没有查到附近的网点"),
    reassurance=NOTHING_CHANGED,
    why=T("网点的地址还没有放进来。"),
    ways=(WayOut(title=T("到{window}问")),),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
