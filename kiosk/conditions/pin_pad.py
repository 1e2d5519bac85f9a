"""The PIN pad."""

from kiosk.conditions.condition import Clears, Condition
from kiosk.text import T

PIN_PAD_GONE = Condition(
    id="pin_pad.gone",
    title=T("密码键盘没有回应"),
    cause=T("密码键盘的端口不见了，或者键盘不回答。"),
    remedy=T("检查线和电源，再看设置里 [pin_pad] 的 baud 和 parity。"),
    closes="pin",
)
ENCIPHERING_PAD_GONE = Condition(
    id="pin_pad.enciphering_gone",
    title=T("重设用的键盘没有回应"),
    cause=T("读卡器自己收密码，旁边单独的键盘不回答：重设不了密码。"),
    remedy=T("检查线和电源，再看 [pin_pad] 的 baud 和 parity；没有这个键盘就去掉它的端口。"),
    closes="enciphered_pin",
)
PIN_PAD_FOREIGN = Condition(
    id="pin_pad.foreign_key",
    title=T("密码键盘的密钥对不上"),
    cause=T("键盘给的密文用存的密钥打不开：换过键盘，或者密钥文件不对。"),
    remedy=T("重新给键盘注入密钥，装上它的密钥文件，再重新启动程序。"),
    closes="pin",
    cleared_by=Clears.RESTART,
)
PIN_PAD_REFUSES = Condition(
    id="pin_pad.refuses",
    title=T("密码键盘拒绝了命令"),
    cause=T("键盘有回答，但不肯收密码：多半是里面没有要用的提示语或密钥。"),
    remedy=T("看日志里 pin_pad.refused 的代码；按设备说明装好提示语表或密钥；程序每半分钟再问它一次。"),
    closes="pin",
)
ENCIPHERING_PAD_REFUSES = Condition(
    id="pin_pad.enciphering_refuses",
    title=T("重设用的键盘拒绝命令"),
    cause=T("读卡器自己收密码，旁边单独的键盘有回答，但不肯收密码：重设不了密码。"),
    remedy=T("看日志里 pin_pad.refused 的代码；按设备说明装好提示语表或密钥；程序每半分钟再问它一次。"),
    closes="enciphered_pin",
)
