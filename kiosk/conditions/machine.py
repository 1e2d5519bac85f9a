"""The machine itself: its people, its program, its clock, its settings."""

from kiosk.conditions.condition import Clears, Condition, Urgency
from kiosk.text import T

OUT_OF_SERVICE = Condition(
    id="machine.out_of_service",
    title=T("已暂停服务"),
    cause=T("维护人员在控制台暂停了服务。"),
    remedy=T("修好以后在控制台恢复服务。"),
    closes="service",
    cleared_by=Clears.CONSOLE,
)
PROGRAM_FAULT = Condition(
    id="machine.program_fault",
    title=T("程序出过错"),
    cause=T("办业务时程序自己出了错，那一位市民没有办成。"),
    remedy=T("把日志里 visit.fault 前后的内容交给开发方，再在控制台清除。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.CONSOLE,
)
UNKNOWN_FAULT = Condition(
    id="machine.unknown_fault",
    title=T("设备报了不认识的故障"),
    cause=T("设备报的错误不在清单里。"),
    remedy=T("在日志里找 visit.device_error，交给开发方，再在控制台清除。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.CONSOLE,
)
CLOCK_WRONG = Condition(
    id="machine.clock_wrong",
    title=T("时钟不准"),
    cause=T("本机时钟和服务器差一分钟以上。凭条和日志上的时间不可信。"),
    remedy=T("用 timedatectl 看看，时间服务器是不是连得上。"),
    closes="",
    urgency=Urgency.SOON,
)
SETTINGS_UNCONFIRMED = Condition(
    id="machine.settings_unconfirmed",
    title=T("新设置等待确认"),
    cause=T("换上的新设置还没有人确认。"),
    remedy=T("120 秒内在控制台确认；不确认就自己退回原来的设置。"),
    closes="",
    urgency=Urgency.SOON,
)
ACCESS_LOCKED = Condition(
    id="machine.access_locked",
    title=T("维护入口暂时关闭"),
    cause=T("维护卡或它的密码连续错了几次。"),
    remedy=T("等到时间再试；不是您试的，就告诉中心。"),
    closes="",
    urgency=Urgency.SOON,
)
