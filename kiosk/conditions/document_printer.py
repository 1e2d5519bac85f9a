"""The printer of A4 sheets, behind its queue."""

from kiosk.conditions.condition import Clears, Condition, Urgency
from kiosk.text import T

DOCUMENT_QUEUE_AWAY = Condition(
    id="document_printer.away",
    title=T("A4 打印队列没有回应"),
    cause=T("A4 打印机的队列没有回答，或者 CUPS 里没有这个队列。"),
    remedy=T("看 systemctl status cups；对照 [document_printer] queue 和 lpstat -p。"),
    closes="a4",
)
DOCUMENT_QUEUE_STOPPED = Condition(
    id="document_printer.stopped",
    title=T("A4 打印机不出纸"),
    cause=T("队列有回答，但什么都不打：没有纸、卡纸，或者被 CUPS 停了。"),
    remedy=T("先看打印机，再看 lpstat -p -l；停了的队列用 cupsenable 打开。"),
    closes="a4",
)
DOCUMENT_NOT_PRINTED = Condition(
    id="document_printer.not_printed",
    title=T("一张 A4 没有打成"),
    cause=T("队列不收这份文件，或者收了又没打完：可能中途卡纸、被取消，或者队列不认 PDF。"),
    remedy=T("看 lpstat -W completed 和 CUPS 的错误日志；打一张测试页，再在控制台清除。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.CONSOLE,
)
