"""The printer of A4 sheets, behind its queue."""

from kiosk.conditions.condition import Condition
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
