"""Codes of the electronic social security card (电子社保卡). `{instead}`: another way here, or else the window."""

from kiosk.pages import Answer, Button, WayOut
from kiosk.refusals.kind import RefusalKind
from kiosk.text import T

_WITHOUT_PHONE = WayOut(title=T("没有手机，{instead}"), note=T("带上身份证"))
_SHOW_E_CARD = WayOut(title=T("打开电子社保卡，再点“再扫一次”"), note=T("电子社保卡在“掌上12333”里就有"))
_SCAN_AGAIN = Button(label=T("再扫一次"), answer=Answer.AGAIN, icon="next")

EXPIRED = RefusalKind(
    code="e_card.expired",
    title=T("这个码过期了"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("电子社保卡的码大约一分钟就会换新的。"),
    ways=(
        WayOut(title=T("在手机上刷新码，再点“再扫一次”"), note=T("点了以后，再把新的码对准摄像头")),
        _WITHOUT_PHONE,
    ),
    again=_SCAN_AGAIN,
)
FOREIGN = RefusalKind(
    code="e_card.foreign",
    title=T("这不是电子社保卡的码"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("机器只认电子社保卡的二维码。"),
    ways=(_SHOW_E_CARD, _WITHOUT_PHONE),
    again=_SCAN_AGAIN,
)
MEDICAL = RefusalKind(
    code="e_card.medical",
    title=T("这是医保码，不是社保码"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("看病买药用医保码；查社保卡，请用电子社保卡的码。"),
    ways=(_SHOW_E_CARD, _WITHOUT_PHONE),
    again=_SCAN_AGAIN,
)
