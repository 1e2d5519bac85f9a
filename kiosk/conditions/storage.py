"""The disk where the journal is kept."""

from kiosk.conditions.condition import Clears, Condition, Urgency
from kiosk.text import T

STORAGE_FULL = Condition(
    id="storage.full",
    title=T("存储空间满了"),
    cause=T("存日志的地方没有空间了。"),
    remedy=T("在 [storage] directory 所在的盘上腾出空间；几秒钟内恢复。"),
    closes="change",
)
STORAGE_LOW = Condition(
    id="storage.low",
    title=T("存储空间不多了"),
    cause=T("存日志的盘剩下不到 500 MB。"),
    remedy=T("近几天腾出空间；看看是什么在变大。"),
    closes="",
    urgency=Urgency.SOON,
)
STORAGE_FAILING = Condition(
    id="storage.failing",
    title=T("存储读写出错"),
    cause=T("日志写不了或打不开：读写错误，或者别的程序占着它。"),
    remedy=T("检查硬盘（dmesg、smartctl）；看看是不是还有一个程序在运行。几秒钟内恢复。"),
    closes="change",
)
STORAGE_DAMAGED = Condition(
    id="storage.damaged",
    title=T("业务日志的文件坏了"),
    cause=T("日志的文件不是本程序的，或者坏了。原样留着没有动。"),
    remedy=T("复制 kiosk.db 和 kiosk.db-wal；修好或者移走，再启动程序。"),
    closes="change",
    cleared_by=Clears.RESTART,
)
