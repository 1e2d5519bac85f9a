"""Every way in which a visit can end without the thing done: one registry, each with a stable code.

A refusal says what happened, whether anything was changed, why, and what to do instead. `{window}` and `{hotline}`
stand for the machine's own; further names come with the exception.
"""

from dataclasses import dataclass

from kiosk.pages import Actions, Answer, Button, Chosen, Sign, WayOut
from kiosk.text import Argument, T, Text

_WHY = T("为什么")
_ONCE_MORE = Button(label=T("再来一次"), answer=Answer.AGAIN, icon="next")
_SCAN_AGAIN = Button(label=T("再扫一次"), answer=Chosen("card_status_by_code"), icon="next")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalKind:
    """One entry of the registry. `sign` and `heading` tell a refusal from something that merely happened."""

    code: str
    title: Text
    reassurance: Text
    why: Text
    ways: tuple[WayOut, ...]
    sign: Sign = Sign.REFUSED
    heading: Text = _WHY
    again: Button | None = None
    """Where trying again right away makes sense; it takes the place of a printed note."""

    def actions(self, *, can_print: bool) -> Actions:
        """The buttons of its page."""
        if self.again is not None:
            leave = Button(label=T("不办了"), answer=Answer.FINISH, icon="exit")
            return Actions(secondary=leave, primary=self.again)
        note = Button(label=T("打印说明"), answer=Answer.PRINT, icon="print")
        understood = Button(label=T("知道了"), answer=Answer.FINISH, icon="next")
        return Actions(secondary=note if can_print else None, primary=understood)


class Refused(Exception):
    """The service stops here, and the citizen is told why.

    Args:
        kind: The entry of the registry.
        arguments: What its texts name: counts, dates; never a full name or number.
    """

    def __init__(self, kind: RefusalKind, **arguments: Argument) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.arguments = arguments


_NOTHING_CHANGED = T("什么都没有改，请放心。")
_CARD_FINE = T("卡没有坏，也没有扣留，请放心。")
_ASK_WINDOW = WayOut(title=T("到{window}"), note=T("带上身份证和社保卡"))
_CALL_HOTLINE = WayOut(title=T("打 {hotline} 问"), note=T("全国社保服务热线"))
_TRY_AGAIN = WayOut(title=T("过几分钟再来"), note=T("也可以换一台机器"))

# The card.
CARD_SILENT = RefusalKind(
    code="card.silent",
    title=T("机器没有读到卡"),
    reassurance=_NOTHING_CHANGED,
    why=T("卡可能插反了，或者芯片脏了。"),
    ways=(
        WayOut(title=T("取出来，看看芯片"), note=T("金色的芯片朝上，先进卡槽")),
        WayOut(title=T("用软布擦一擦芯片，再插一次")),
        WayOut(title=T("还是读不到，到{window}"), note=T("芯片坏了可以换卡")),
    ),
)
CARD_FOREIGN = RefusalKind(
    code="card.foreign",
    title=T("这不是社保卡"),
    reassurance=_CARD_FINE,
    why=T("这台机器只能办社会保障卡的业务，没有读这张卡里的内容。"),
    ways=(
        WayOut(title=T("取出这张卡")),
        WayOut(title=T("换社保卡插进来"), note=T("正面写着“社会保障卡”")),
    ),
)
CARD_REMOVED = RefusalKind(
    code="card.removed",
    title=T("卡取出来了"),
    reassurance=_NOTHING_CHANGED,
    why=T("办理的时候卡被取了出来，所以停下了。"),
    ways=(WayOut(title=T("要接着办，请再插一次卡"), note=T("办好以前，请不要拔卡")),),
    sign=Sign.INFORMATION,
    heading=T("怎么了"),
)
CARD_NONSENSE = RefusalKind(
    code="card.nonsense",
    title=T("卡里的内容读不懂"),
    reassurance=_NOTHING_CHANGED,
    why=T("卡回答的内容不完整，可能是芯片接触不好。"),
    ways=(WayOut(title=T("用软布擦一擦芯片，再插一次")), _ASK_WINDOW),
)
CARD_HUNG = RefusalKind(
    code="card.hung",
    title=T("卡没有回应"),
    reassurance=_NOTHING_CHANGED,
    why=T("等了很久，卡一直没有回答。"),
    ways=(WayOut(title=T("取出卡，再插一次")), _ASK_WINDOW),
)
CARD_DEAD = RefusalKind(
    code="card.application_blocked",
    title=T("这张卡的社保功能用不了"),
    reassurance=_NOTHING_CHANGED,
    why=T("芯片里的社保功能已经永久停用，机器恢复不了。"),
    ways=(WayOut(title=T("到{window}换卡"), note=T("带上身份证和这张卡")), _CALL_HOTLINE),
)
CARD_UNKNOWN = RefusalKind(
    code="card.unknown",
    title=T("没有查到这张卡"),
    reassurance=_CARD_FINE,
    why=T("本地没有这张卡的记录，可能是外地发的卡。"),
    ways=(WayOut(title=T("问一问发卡的地方")), _CALL_HOTLINE),
)
CARD_ARCHIVED = RefusalKind(
    code="card.archived",
    title=T("这张卡还没有启用"),
    reassurance=_CARD_FINE,
    why=T("卡现在是封存状态，启用以后才能改密码。参保缴费不受影响。"),
    ways=(WayOut(title=T("到{window}启用"), note=T("带上身份证和社保卡")), _CALL_HOTLINE),
)
CARD_LOST = RefusalKind(
    code="card.on_loss",
    title=T("这张卡已经挂失"),
    reassurance=T("卡还给您，什么都没有改。"),
    why=T("挂失的卡不能改密码。"),
    ways=(WayOut(title=T("卡找到了，到{window}解除挂失"), note=T("带上身份证和社保卡")), _CALL_HOTLINE),
)
CARD_LOCKED = RefusalKind(
    code="card.application_locked",
    title=T("这张卡的社保功能被锁住了"),
    reassurance=_NOTHING_CHANGED,
    why=T("社保功能现在停用，机器解不开。"),
    ways=(_ASK_WINDOW, _CALL_HOTLINE),
)
CARD_CANCELLED = RefusalKind(
    code="card.cancelled",
    title=T("这张卡已经注销"),
    reassurance=_NOTHING_CHANGED,
    why=T("注销的卡不能再用，可能您已经换了新卡。"),
    ways=(WayOut(title=T("有新卡，请用新卡")), _ASK_WINDOW),
)
CARD_EXPIRED = RefusalKind(
    code="card.expired",
    title=T("这张卡过期了"),
    reassurance=_CARD_FINE,
    why=T("有效期到 {valid_until} 为止，过期的卡不能改密码。"),
    ways=(WayOut(title=T("到{window}换卡"), note=T("带上身份证和这张卡")), _CALL_HOTLINE),
)

# The PIN.
PIN_BLOCKED = RefusalKind(
    code="pin.blocked",
    title=T("密码被锁住了"),
    reassurance=T("卡没有坏，也没有扣留。"),
    why=T("密码连着输错太多次，卡自己锁住了，别人也猜不了。"),
    ways=(WayOut(title=T("到{window}解锁"), note=T("带上身份证和社保卡")), _CALL_HOTLINE),
)
PIN_CANCELLED = RefusalKind(
    code="pin.cancelled",
    title=T("您按了取消"),
    reassurance=T("密码没有改，还是原来的。"),
    why=T("在键盘上按了红色的取消键，所以停下了。"),
    ways=(WayOut(title=T("要接着办，从头再来一次")),),
    sign=Sign.INFORMATION,
    heading=T("怎么了"),
    again=_ONCE_MORE,
)
PIN_FORGOTTEN = RefusalKind(
    code="pin.forgotten",
    title=T("忘了密码，要重新设"),
    reassurance=T("密码没有改，卡也没有锁。"),
    why=T("改密码要先输现在的密码。记不起来，可以凭身份证重新设。"),
    ways=(WayOut(title=T("到{window}重设密码"), note=T("带上身份证和社保卡")), _CALL_HOTLINE),
    sign=Sign.INFORMATION,
)
PIN_STOPPED = RefusalKind(
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
PIN_TIMED_OUT = RefusalKind(
    code="pin.timed_out",
    title=T("等了很久，没有输密码"),
    reassurance=T("密码没有改，还是原来的。"),
    why=T("键盘在规定的时间里没有收到密码。"),
    ways=(WayOut(title=T("要接着办，从头再来一次")), _ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=T("怎么了"),
    again=_ONCE_MORE,
)
PIN_UNKNOWN = RefusalKind(
    code="pin.change_unknown",
    title=T("没有等到结果"),
    reassurance=T("下次插卡时会核对。"),
    why=T("密码可能改了，也可能没有改：卡没有回答。请先用新密码试。"),
    ways=(
        WayOut(title=T("再插一次卡，查一查")),
        WayOut(title=T("新密码、旧密码都不对，到{window}"), note=T("带上身份证和社保卡")),
    ),
    sign=Sign.INFORMATION,
    heading=T("怎么了"),
)
PIN_NOT_ACCEPTED = RefusalKind(
    code="pin.not_accepted",
    title=T("卡不接受这个新密码"),
    reassurance=T("密码没有改，还是原来的。"),
    why=T("卡认为新密码不合规矩。"),
    ways=(WayOut(title=T("换一个新密码，再办一次")), _ASK_WINDOW),
    again=_ONCE_MORE,
)
PIN_TRY_UNKNOWN = RefusalKind(
    code="pin.try_unknown",
    title=T("没有等到卡的回答"),
    reassurance=T("密码没有改。"),
    why=T("输密码的时候卡断开了，可能用掉了 1 次机会。"),
    ways=(WayOut(title=T("再插一次卡"), note=T("屏幕会告诉您还可以输几次")), _ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=T("怎么了"),
)

# The machine.
PIN_PAD_SILENT = RefusalKind(
    code="pin_pad.silent",
    title=T("密码键盘没有反应"),
    reassurance=_NOTHING_CHANGED,
    why=T("机器的密码键盘坏了，已经记下来请人修。"),
    ways=(WayOut(title=T("换一台机器办")), _ASK_WINDOW),
)
READER_GONE = RefusalKind(
    code="card_reader.gone",
    title=T("读卡器断开了"),
    reassurance=_NOTHING_CHANGED,
    why=T("机器读不了卡，正在自己恢复。"),
    ways=(_TRY_AGAIN, _ASK_WINDOW),
)
CAMERA_GONE = RefusalKind(
    code="camera.gone",
    title=T("摄像头没有画面"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("机器看不到您手机上的码。"),
    ways=(WayOut(title=T("插社保卡来查")), WayOut(title=T("换一台机器"))),
)
KIOSK_FAULT = RefusalKind(
    code="kiosk.fault",
    title=T("机器出了问题，先停下"),
    reassurance=T("卡还给您。"),
    why=T("这台机器没有办完，已经记下来请人看。"),
    ways=(WayOut(title=T("换一台机器办")), _ASK_WINDOW),
)

# The central server.
CENTRAL_UNREACHABLE = RefusalKind(
    code="central.unreachable",
    title=T("网络断了，没有办成"),
    reassurance=T("什么都没有改，也没有扣钱。"),
    why=T("机器现在连不上社保中心。"),
    ways=(WayOut(title=T("请过 5 分钟再试")), _ASK_WINDOW),
)
CENTRAL_SLOW = RefusalKind(
    code="central.slow",
    title=T("社保中心没有回答"),
    reassurance=T("什么都没有改，也没有扣钱。"),
    why=T("等了很久，社保中心一直没有回答。"),
    ways=(WayOut(title=T("请过 5 分钟再试")), _ASK_WINDOW),
)
CENTRAL_BROKEN = RefusalKind(
    code="central.broken",
    title=T("社保中心现在办不了"),
    reassurance=T("什么都没有改，也没有扣钱。"),
    why=T("社保中心的回答不对，已经记下来请人看。"),
    ways=(WayOut(title=T("请过一会儿再试")), _ASK_WINDOW, _CALL_HOTLINE),
)

# E-card codes.
CODE_EXPIRED = RefusalKind(
    code="e_card.expired",
    title=T("这个码过期了"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("电子社保卡的码大约一分钟就会换新的。"),
    ways=(WayOut(title=T("在手机上点一下，刷新码")), WayOut(title=T("把新的码对准摄像头"))),
    again=_SCAN_AGAIN,
)
CODE_FOREIGN = RefusalKind(
    code="e_card.foreign",
    title=T("这不是电子社保卡的码"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("机器只认电子社保卡的二维码。"),
    ways=(
        WayOut(title=T("打开电子社保卡"), note=T("在“掌上12333”里就有")),
        WayOut(title=T("点“展码”，对准摄像头")),
    ),
    again=_SCAN_AGAIN,
)
CODE_MEDICAL = RefusalKind(
    code="e_card.medical",
    title=T("这是医保码，不是社保码"),
    reassurance=T("什么都没有查，也没有改。"),
    why=T("看病买药用医保码；查社保卡，请用电子社保卡的码。"),
    ways=(
        WayOut(title=T("打开电子社保卡"), note=T("在“掌上12333”里就有")),
        WayOut(title=T("点“展码”，对准摄像头")),
    ),
    again=_SCAN_AGAIN,
)

ALL: tuple[RefusalKind, ...] = tuple(value for value in globals().values() if isinstance(value, RefusalKind))
"""The registry, in the order of this file."""
