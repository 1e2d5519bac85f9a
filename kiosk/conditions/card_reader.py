"""The card reader, and the cards that it meets."""

from kiosk.conditions.condition import Clears, Condition, Urgency
from kiosk.text import T

READER_GONE = Condition(
    id="card_reader.gone",
    title=T("找不到读卡器"),
    cause=T("没有叫这个名字的 PC/SC 读卡器。"),
    remedy=T("检查读卡器的线；把设置里 [card_reader] name 和 kiosk information 列出的名字对一对。"),
    closes="card",
)
CARD_SERVICE_DOWN = Condition(
    id="card_reader.service_down",
    title=T("读卡服务没有回应"),
    cause=T("PC/SC 服务（pcscd）没有回答。"),
    remedy=T("运行 systemctl status pcscd 看看；程序会自己重连。"),
    closes="card",
)
READER_WITHOUT_KEYS = Condition(
    id="card_reader.no_keys",
    title=T("读卡器不能输密码"),
    cause=T("设置里 [pin_pad] path 是 reader，可是这台读卡器没有密码键。"),
    remedy=T("换带密码键的读卡器（PC/SC 第 10 部分），或者把 path 改成单独的键盘，再重新启动程序。"),
    closes="pin",
    cleared_by=Clears.RESTART,
)
CARD_IN_USE = Condition(
    id="card_reader.in_use",
    title=T("读卡器被别的程序占用"),
    cause=T("别的程序正占着卡。"),
    remedy=T("找出还有谁在用 pcscd，把它停掉，再在控制台清除。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.CONSOLE,
)
PROOF_REFUSED = Condition(
    id="card_reader.proof_refused",
    title=T("卡不认发卡方的证明"),
    cause=T("一张卡拒绝了发卡方的认证：密钥不对，或者是复制的卡。"),
    remedy=T("在服务器的记录里找这一笔；多张卡都这样，就请中心查密钥。看过后在控制台清除。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.CONSOLE,
)
