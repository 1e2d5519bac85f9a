"""The social PIN."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import ASK_WINDOW, NOTHING_CHANGED, ONCE_MORE, WHAT_HAPPENED, RefusalKind
from kiosk.text import T

BLOCKED = RefusalKind(
    code="pin.blocked",
    title=T("密码被锁住了"),
    reassurance=T("卡没有坏，也没有扣留。"),
    why=T("密码连着输错太多次，卡自己锁住了，别人也猜不了。"),
    ways=(WayOut(title=T("到{window}解锁"), note=T("带上身份证和社保卡")),),
    helps="unlock",
    here=WayOut(title=T("在这里解锁"), note=T("密码不变，要带{bring}")),
)
BLOCKED_NOT_ENABLED = RefusalKind(
    code="pin.blocked_not_enabled",
    title=T("密码被锁住了"),
    reassurance=T("卡没有坏，也没有扣留。"),
    why=T("发卡时的密码连着输错太多次，卡锁住了。还没启用的卡，这台机器解不了锁。"),
    ways=(WayOut(title=T("到{window}解锁并启用"), note=T("带上身份证和社保卡")),),
)
CANCELLED = RefusalKind(
    code="pin.cancelled",
    title=T("您按了取消"),
    reassurance=T("这次什么都没有改，请放心。"),
    why=T("在键盘上按了红色的取消键，所以停下了。"),
    ways=(WayOut(title=T("要接着办，点“再来一次”")),),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
    again=ONCE_MORE,
)
FORGOTTEN = RefusalKind(
    code="pin.forgotten",
    title=T("忘了密码，要重新设"),
    reassurance=T("密码没有改，卡也没有锁。"),
    why=T("改密码要先输现在的密码。记不起来，可以重新设一个。"),
    ways=(WayOut(title=T("到{window}重设密码"), note=T("带上身份证和社保卡")),),
    sign=Sign.INFORMATION,
    helps="reset_pin",
    here=WayOut(title=T("在这里重设密码"), note=T("点“重设密码”，要带{bring}")),
)
ISSUED_UNKNOWN = RefusalKind(
    code="pin.issued_unknown",
    title=T("要用发卡时的密码"),
    reassurance=T("密码没有改，卡也没有锁。"),
    why=T("启用的时候，先输发卡时的密码，再换成您自己的。"),
    ways=(WayOut(title=T("到{window}问发卡时的密码"), note=T("带上身份证和社保卡")),),
    sign=Sign.INFORMATION,
)
STOPPED_BEFORE_LAST_TRY = RefusalKind(
    code="pin.stopped_before_last_try",
    title=T("先不输了，这样稳当"),
    reassurance=T("密码没有锁，还可以输 1 次。"),
    why=T("再输错一次，密码就会被锁住。"),
    ways=(
        WayOut(title=T("回家想一想，想好再来")),
        WayOut(title=T("想不起来，到{window}重设密码"), note=T("带上身份证和社保卡")),
    ),
    sign=Sign.INFORMATION,
)
TIMED_OUT = RefusalKind(
    code="pin.timed_out",
    title=T("等了很久，没有输密码"),
    reassurance=T("这次什么都没有改，请放心。"),
    why=T("键盘在规定的时间里没有收到密码。"),
    ways=(WayOut(title=T("要接着办，点“再来一次”")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
    again=ONCE_MORE,
)
CHANGE_UNKNOWN = RefusalKind(
    code="pin.change_unknown",
    title=T("没有等到结果"),
    reassurance=T("下次插卡时会核对。"),
    why=T("密码可能改了，也可能没有改：卡没有回答。请先用新密码试。"),
    ways=(
        WayOut(title=T("再插一次卡，查一查")),
        WayOut(title=T("新密码、旧密码都不对，到{window}"), note=T("带上身份证和社保卡")),
    ),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
NOT_ACCEPTED = RefusalKind(
    code="pin.not_accepted",
    title=T("卡不接受这个新密码"),
    reassurance=T("密码没有改，还是原来的。"),
    why=T("卡认为新密码不合规矩。"),
    ways=(WayOut(title=T("点“再来一次”，换一个新密码")), ASK_WINDOW),
    again=ONCE_MORE,
)
TRY_UNKNOWN = RefusalKind(
    code="pin.try_unknown",
    title=T("没有等到卡的回答"),
    reassurance=T("这次密码没有改。"),
    why=T("输密码的时候卡断开了，可能用掉了 1 次机会。"),
    ways=(WayOut(title=T("再插一次卡"), note=T("屏幕会告诉您还可以输几次")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
NOT_BLOCKED = RefusalKind(
    code="pin.not_blocked",
    title=T("密码没有锁，不用解锁"),
    reassurance=NOTHING_CHANGED,
    why=T("这张卡的密码没有锁：{tries}。"),
    ways=(
        WayOut(title=T("记得密码，直接用卡")),
        WayOut(title=T("记不得，到{window}重设密码"), note=T("带上身份证和社保卡")),
    ),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
    helps="reset_pin",
    here=WayOut(title=T("记不得密码，在这里重设"), note=T("点“重设密码”，要带{bring}")),
)
