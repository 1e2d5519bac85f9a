"""Who somebody is: what can't be proven here, or wasn't."""

from kiosk.pages import WayOut
from kiosk.refusals.kind import CALL_HOTLINE, CARD_FINE, RefusalKind
from kiosk.text import T

UNAVAILABLE = RefusalKind(
    code="identity.unavailable",
    title=T("这里验不了身份"),
    reassurance=CARD_FINE,
    why=T("办这一项要先确认是您本人，这台机器现在还确认不了。"),
    ways=(WayOut(title=T("到{window}办"), note=T("带上身份证和社保卡")), CALL_HOTLINE),
)
