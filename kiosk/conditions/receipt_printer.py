"""The receipt printer."""

from kiosk.conditions.condition import Clears, Condition, Urgency
from kiosk.text import T

PAPER_LOW = Condition(
    id="receipt_printer.paper_low",
    title=T("凭条纸快用完了"),
    cause=T("纸卷快到头了。"),
    remedy=T("近几天换一卷新纸。"),
    closes="",
    urgency=Urgency.SOON,
)
PAPER_OUT = Condition(
    id="receipt_printer.paper_out",
    title=T("凭条纸用完了"),
    cause=T("纸卷到头了。"),
    remedy=T("换一卷新纸。"),
    closes="receipt",
)
COVER_OPEN = Condition(
    id="receipt_printer.cover_open",
    title=T("打印机盖子开着"),
    cause=T("打印机的盖子没有盖好。"),
    remedy=T("把盖子按到咔嗒一声。"),
    closes="receipt",
)
PRINTER_OFFLINE = Condition(
    id="receipt_printer.offline",
    title=T("打印机不收任务"),
    cause=T("打印机有回答，但不收任务。"),
    remedy=T("按打印机上的 FEED 或 READY；打印头热了就等它凉。"),
    closes="receipt",
)
PRINTER_FAULT = Condition(
    id="receipt_printer.fault",
    title=T("打印机有故障"),
    cause=T("打印机报告机械故障。"),
    remedy=T("打开盖子，取出卡住的纸，看看切刀，再关机开机。"),
    closes="receipt",
)
PRINTER_SILENT = Condition(
    id="receipt_printer.silent",
    title=T("打印机没有回应"),
    cause=T("端口在，没有人回答：多半没有电。"),
    remedy=T("检查打印机的电源和开关。"),
    closes="receipt",
)
PRINTER_GONE = Condition(
    id="receipt_printer.gone",
    title=T("打印机的线断了"),
    cause=T("打印机的端口不见了。"),
    remedy=T("检查打印机的线。"),
    closes="receipt",
)
PRINT_UNCONFIRMED = Condition(
    id="receipt_printer.unconfirmed",
    title=T("一张凭条没有得到确认"),
    cause=T("打印机好好的，却一直没有说打完了：可能断过一下电。"),
    remedy=T("看看出纸口；检查电源线，打一张测试凭条，再在控制台清除。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.CONSOLE,
)
