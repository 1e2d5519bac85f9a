"""The loudspeaker: the sound card, and the program that reads pages aloud."""

from kiosk.conditions.condition import Clears, Condition, Urgency
from kiosk.text import T

LOUDSPEAKER_GONE = Condition(
    id="loudspeaker.gone",
    title=T("找不到声卡"),
    cause=T("没有能放声音的设备，或者程序没有权限用它。"),
    remedy=T("检查声卡；[voice] devices 的目录里要有它的 pcm 设备。本来就没有喇叭，就把 [voice] command 设成 []。"),
    closes="voice tones",
    urgency=Urgency.SOON,
)
LOUDSPEAKER_FAULT = Condition(
    id="loudspeaker.fault",
    title=T("喇叭放不出声音"),
    cause=T("声卡在，可是打不开：别的程序占着它，或者它坏了。"),
    remedy=T("在日志里找 sound.unavailable；看看是哪个程序占着，或者换声卡。程序每半分钟自己再试。"),
    closes="voice tones",
    urgency=Urgency.SOON,
)
VOICE_NOT_INSTALLED = Condition(
    id="loudspeaker.no_voice",
    title=T("朗读程序没有装"),
    cause=T("[voice] command 写的程序找不到，或者不能运行。"),
    remedy=T("装上它（一般是 espeak-ng），再重新启动程序；不要朗读，就设成 []。"),
    closes="voice",
    urgency=Urgency.SOON,
    cleared_by=Clears.RESTART,
)
