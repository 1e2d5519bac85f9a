"""Operations that haven't come to an end, and the journal that tells of them."""

from kiosk.conditions.condition import Clears, Condition
from kiosk.text import T

OPERATIONS_UNSETTLED = Condition(
    id="operations.unsettled",
    title=T("有业务还没核对完"),
    cause=T("有一笔结果不明的业务，或者上次启动前的业务，服务器还不知道。"),
    remedy=T("等网络：服务器收到以后自己恢复。"),
    closes="change",
)
RECOVERY_STOPPED = Condition(
    id="operations.recovery_stopped",
    title=T("恢复连续三次没做完"),
    cause=T("连续三次启动都没有做完恢复；不再自己试。"),
    remedy=T("看最近几次启动的日志；停下程序，运行 kiosk recover，再启动。"),
    closes="change",
    cleared_by=Clears.RESTART,
)
JOURNAL_BROKEN = Condition(
    id="journal.broken",
    title=T("业务日志被改过"),
    cause=T("日志里有一条记录不是当时写的。"),
    remedy=T("把存储目录复制一份交给中心；kiosk journal 会说在哪里；然后换掉它。"),
    closes="change",
    cleared_by=Clears.RESTART,
)
JOURNAL_CONTRADICTION = Condition(
    id="journal.contradiction",
    title=T("业务日志和服务器对不上"),
    cause=T("日志不是服务器见过的那一份：被退回、改过，或者是别的机器的。"),
    remedy=T(
        "把存储目录复制一份交给中心。正当换了硬盘的，给机器换一个 [machine] number（凭条重新编号），"
        "请中心运行 kiosk-central forget-journal：两分钟内恢复。"
    ),
    closes="change",
    cleared_by=Clears.BUREAU,
)
