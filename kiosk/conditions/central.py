"""The central server, and what waits for it."""

from kiosk.conditions.condition import Clears, Condition, Urgency
from kiosk.text import T

CENTRAL_AWAY = Condition(
    id="central.away",
    title=T("连不上服务器"),
    cause=T("连不上中心服务器，或者它的回答读不懂。"),
    remedy=T("先做网络测试，再看服务器；日志里 uplink.heartbeat_failed 有最近的原因。"),
    closes="central",
)
REPORT_CONFLICT = Condition(
    id="central.report_conflict",
    title=T("服务器上的报告对不上"),
    cause=T("本机一笔业务的编号，服务器上已经有另一份报告。"),
    remedy=T("把 kiosk journal 和服务器的事件对一对；然后停下程序，运行 kiosk recover，再启动。"),
    closes="change",
    cleared_by=Clears.RESTART,
)
OUTBOX_STUCK = Condition(
    id="central.outbox_stuck",
    title=T("有消息被服务器拒收"),
    cause=T("本机的一条消息被服务器拒收了很多次，先放到了一边。"),
    remedy=T("在日志里找 outbox.not_delivered；停下程序，运行 kiosk recover 会再发。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.RESTART,
)
OUTBOX_FAILING = Condition(
    id="central.outbox_failing",
    title=T("有消息一直发不出去"),
    cause=T("服务器一再办不了本机的一条消息：没有回答，或者它自己出错。"),
    remedy=T("在日志里找 outbox.not_delivered，再看服务器的日志；每分钟会再发。"),
    closes="",
    urgency=Urgency.SOON,
)
OUTBOX_FULL = Condition(
    id="central.outbox_full",
    title=T("待发的消息太多"),
    cause=T("等着发给服务器的消息太多。"),
    remedy=T("查清它为什么不收（网络，或 central.outbox_stuck）；发出去以后自己恢复。"),
    closes="change",
)
CERTIFICATE_ENDING = Condition(
    id="central.certificate_ending",
    title=T("证书快到期了"),
    cause=T("机器信任的证书（服务器的，或者维护人员的）一个月内到期，或者已经过期。"),
    remedy=T("向中心要新的证书文件，装好后重新启动程序。"),
    closes="",
    urgency=Urgency.SOON,
)
RULES_DIFFER = Condition(
    id="policy.differs",
    title=T("规则和服务器不一样"),
    cause=T("本机规则文件 policy.toml 今天的规则，和服务器判断本机用的不一样。能不能办，以服务器为准。"),
    remedy=T("换上和服务器同一份 policy.toml，对一对 kiosk.toml 的地区和 central.toml 的 regions，再重新启动。"),
    closes="rules",
)
