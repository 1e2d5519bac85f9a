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
    remedy=T("在日志里找 device.unknown_fault，交给开发方，再在控制台清除。"),
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
SETTINGS_NOT_USED = Condition(
    id="machine.settings_not_used",
    title=T("换上的设置没有用上"),
    cause=T("在控制台换上的设置没有人确认，或者不能用了，或者安装的设置文件后来改过：机器没有照它运行。"),
    remedy=T("看日志里 settings 开头的事。还要用，就在控制台再换一次、确认；不要了，就在控制台清除，它就丢掉。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.CONSOLE,
)
BROKE_OFF = Condition(
    id="machine.broke_off",
    title=T("程序中断过"),
    cause=T("上一次运行不是正常结束的：程序出了错，或者没有反应、内存不够，被停掉了。"),
    remedy=T("看 journalctl -u kiosk 里重新启动前的内容，交给开发方，再在控制台清除。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.CONSOLE,
)
NOT_ALLOWED = Condition(
    id="machine.not_allowed",
    title=T("程序没有权限用设备"),
    cause=T("设置里写的设备或目录在，可是程序没有权限用；它自己的那一条说市民会怎样。"),
    remedy=T("看日志里 device.not_allowed：是哪个，属于谁；改好 udev 规则或用户组，再重新启动程序。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.RESTART,
)
ACCESS_NOT_SET_UP = Condition(
    id="machine.access_not_set_up",
    title=T("维护卡的文件用不了"),
    cause=T("设置里 [access] 写的文件读不了，或者不是要的证书、公钥：在机器上用维护卡进不来，或者时钟不准时进不来。"),
    remedy=T("看日志里 access.not_set_up 写的是哪个文件，装上对的，再重新启动程序；这时请从终端维护。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.RESTART,
)
CONSOLE_CLOSED = Condition(
    id="machine.console_closed",
    title=T("终端维护进不来"),
    cause=T("维护用的套接字开不了，或者看不出对面是哪个用户：从终端谁也进不来。"),
    remedy=T("看日志里 console.no_socket 或 console.peers_hidden，改好设置或服务单元，再重新启动程序。"),
    closes="",
    urgency=Urgency.SOON,
    cleared_by=Clears.RESTART,
)
ACCESS_LOCKED = Condition(
    id="machine.access_locked",
    title=T("维护入口暂时关闭"),
    cause=T("维护卡或它的密码连续错了几次。"),
    remedy=T("等到时间再试；不是您试的，就告诉中心。"),
    closes="",
    urgency=Urgency.SOON,
)
