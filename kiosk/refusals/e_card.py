"""Codes of the electronic social security card (电子社保卡)."""

from kiosk.pages import Answer, Button, WayOut
from kiosk.refusals.kind import RefusalKind
from kiosk.text import T

_SCAN_AGAIN = Button(label=T("再扫一次"), answer=Answer.AGAIN, icon="next")

EXPIRED = RefusalKind(
    code="e_card.expired",
    title=T("这个码过期了"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("电子社保卡的码大约一分钟就会换新的。"),
    ways=(WayOut(title=T("在手机上点一下，刷新码")), WayOut(title=T("把新的码对准摄像头"))),
    again=_SCAN_AGAIN,
)
FOREIGN = RefusalKind(
    code="e_card.foreign",
    title=T("这不是电子社保卡的码"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("机器只认电子社保卡的二维码。"),
    ways=(
        WayOut(title=T("打开电子社保卡"), note=T("在“掌上12333”里就有")),
        WayOut(title=T("点“展码”，对准摄像头")),
    ),
    again=_SCAN_AGAIN,
)
MEDICAL = RefusalKind(
    code="e_card.medical",
    title=T("这是医保码，不是社保码"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("看病买药用医保码；查社保卡，请用电子社保卡的码。"),
    ways=(
        WayOut(title=T("打开电子社保卡"), note=T("在“掌上12333”里就有")),
        WayOut(title=T("点“展码”，对准摄像头")),
    ),
    again=_SCAN_AGAIN,
)
