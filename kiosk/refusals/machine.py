"""The machine's own devices."""

from kiosk.pages import WayOut
from kiosk.refusals.kind import ASK_WINDOW, NOTHING_CHANGED, TRY_AGAIN, RefusalKind
from kiosk.text import T

PIN_PAD_SILENT = RefusalKind(
    code="pin_pad.silent",
    title=T("密码键盘没有反应"),
    reassurance=NOTHING_CHANGED,
    why=T("机器的密码键盘坏了，已经记下来请人修。"),
    ways=(WayOut(title=T("换一台机器办")), ASK_WINDOW),
)
CARD_READER_GONE = RefusalKind(
    code="card_reader.gone",
    title=T("读卡器断开了"),
    reassurance=NOTHING_CHANGED,
    why=T("机器读不了卡，正在自己恢复。"),
    ways=(TRY_AGAIN, ASK_WINDOW),
)
CAMERA_GONE = RefusalKind(
    code="camera.gone",
    title=T("摄像头没有画面"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("机器看不到您手机上的码。"),
    ways=(WayOut(title=T("插社保卡来查")), WayOut(title=T("换一台机器"))),
)
ID_READER_GONE = RefusalKind(
    code="id_reader.gone",
    title=T("身份证读卡器没有反应"),
    reassurance=NOTHING_CHANGED,
    why=T("机器读不了身份证，已经记下来请人修。"),
    ways=(WayOut(title=T("换一台机器办")), ASK_WINDOW),
)
KIOSK_FAULT = RefusalKind(
    code="kiosk.fault",
    title=T("机器出了问题，先停下"),
    reassurance=T("卡还给您。"),
    why=T("这台机器没有办完，已经记下来请人看。"),
    ways=(WayOut(title=T("换一台机器办")), ASK_WINDOW),
)
