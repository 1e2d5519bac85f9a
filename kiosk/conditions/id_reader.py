"""The reader of resident ID cards."""

from kiosk.conditions.condition import Condition
from kiosk.text import T

ID_READER_GONE = Condition(
    id="id_reader.gone",
    title=T("找不到身份证读卡器"),
    cause=T("身份证读卡器的端口不见了。"),
    remedy=T("检查它的线；看看 [id_reader] port。"),
    closes="id_card",
)
ID_READER_SILENT = Condition(
    id="id_reader.silent",
    title=T("身份证读卡器没有回应"),
    cause=T("身份证读卡器的端口在，没有人回答。"),
    remedy=T("检查它的电源；看看 [id_reader] baud。"),
    closes="id_card",
)
ID_READER_FAULT = Condition(
    id="id_reader.fault",
    title=T("身份证读卡器有故障"),
    cause=T("身份证读卡器有回答，可是安全模块不工作。"),
    remedy=T("关机再开机。还是这样，就是模块坏了或者没有授权：换一台。"),
    closes="id_card",
)
ID_READER_NOISY = Condition(
    id="id_reader.noisy",
    title=T("身份证读卡器的线有干扰"),
    cause=T("身份证读卡器发来的数据一再损坏。"),
    remedy=T("换一根线，离电源线远一点；看看 [id_reader] baud。"),
    closes="id_card",
)
