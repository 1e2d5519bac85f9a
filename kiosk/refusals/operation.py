"""Operations: why a change isn't begun, and changes whose end isn't known."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import (
    ASK_WINDOW,
    CARD_FINE,
    NOTHING_CHANGED,
    TRY_AGAIN,
    WHAT_HAPPENED,
    RefusalKind,
)
from kiosk.text import T

_LOOK_AGAIN = WayOut(title=T("再插一次卡"), note=T("办下一项以前，机器会先核对"))

# Not begun.
CHANGES_CLOSED = RefusalKind(
    code="operation.changes_closed",
    title=T("这台机器现在只能查询"),
    reassurance=NOTHING_CHANGED,
    why=T("机器里有事情还没有核对完。核对好以前，不改任何卡。"),
    ways=(WayOut(title=T("换一台机器办")), ASK_WINDOW),
)
CARD_BUSY = RefusalKind(
    code="operation.card_busy",
    title=T("这张卡还有一件事没办完"),
    reassurance=NOTHING_CHANGED,
    why=T("上一件事的结果还没有记好，记好以后才能办下一件。"),
    ways=(TRY_AGAIN, ASK_WINDOW),
)
STATE_FORBIDS = RefusalKind(
    code="operation.state_forbids",
    title=T("这张卡现在办不了这一项"),
    reassurance=NOTHING_CHANGED,
    why=T("社保中心记录的卡状态，不能办这一项。"),
    ways=(WayOut(title=T("先查一查卡状态"), note=T("在首页点“查卡状态”")), ASK_WINDOW),
)
LIMIT_REACHED = RefusalKind(
    code="operation.limit_reached",
    title=T("办的次数到上限了"),
    reassurance=NOTHING_CHANGED,
    why=T("为了您的卡安全，一段时间里只能办几次。"),
    ways=(WayOut(title=T("过 {wait} 再来")), ASK_WINDOW),
)
ISSUER_REFUSED = RefusalKind(
    code="operation.issuer_refused",
    title=T("卡不接受社保中心的指令"),
    reassurance=T("密码没有改，还是原来的。"),
    why=T("卡和社保中心没有对上，要请工作人员看。"),
    ways=(ASK_WINDOW,),
)
NEEDS_PAD = RefusalKind(
    code="operation.needs_pad",
    title=T("这台机器重设不了密码"),
    reassurance=NOTHING_CHANGED,
    why=T("重设密码要用能加密的密码键盘，这台机器没有。"),
    ways=(WayOut(title=T("到{window}重设密码"), note=T("带上身份证和社保卡")),),
)

# An earlier one that hasn't ended.
UNSETTLED = RefusalKind(
    code="operation.unsettled",
    title=T("上一次办的还没有核对"),
    reassurance=CARD_FINE,
    why=T("要输密码才能核对。剩下的次数不多，或者记不清，就不要再试。"),
    ways=(ASK_WINDOW,),
    sign=Sign.INFORMATION,
    helps="reset_pin",
    here=WayOut(title=T("在这里重设密码"), note=T("点“重设密码”，要带{bring}")),
)
ESCALATED = RefusalKind(
    code="operation.escalated",
    title=T("两个密码都不对"),
    reassurance=CARD_FINE,
    why=T("机器核对不出上一次办成没有，已经转给工作人员处理。"),
    ways=(WayOut(title=T("到{window}"), note=T("带上身份证和社保卡")),),
    sign=Sign.CARE,
)

# Begun, and its end not known.
OUTCOME_UNKNOWN = RefusalKind(
    code="operation.outcome_unknown",
    title=T("没有等到结果"),
    reassurance=T("机器会接着核对，不会办两次。"),
    why=T("可能已经办好，也可能没有：现在还不知道。"),
    ways=(WayOut(title=T("过一会儿查一查卡状态")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
UNLOCK_UNKNOWN = RefusalKind(
    code="operation.unlock_unknown",
    title=T("没有等到结果"),
    reassurance=T("下次插卡时会核对。"),
    why=T("密码可能已经解锁，也可能没有：卡没有回答。密码本身没有变。"),
    ways=(_LOOK_AGAIN, ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
RESET_UNKNOWN = RefusalKind(
    code="operation.reset_unknown",
    title=T("没有等到结果"),
    reassurance=T("下次插卡时会核对。"),
    why=T("新密码可能设好了，也可能没有：卡没有回答。"),
    ways=(_LOOK_AGAIN, WayOut(title=T("新密码不对，再重设一次")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
ENABLE_UNKNOWN = RefusalKind(
    code="operation.enable_unknown",
    title=T("没有等到结果"),
    reassurance=T("下次插卡时会核对。"),
    why=T("新密码可能设好了，也可能没有：卡没有回答。卡还没有启用。"),
    ways=(_LOOK_AGAIN, WayOut(title=T("新密码、旧密码都不对，到{window}"), note=T("带上身份证和社保卡"))),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
ENABLE_WAITS = RefusalKind(
    code="operation.enable_waits",
    title=T("密码改好了，等中心启用"),
    reassurance=T("不用再办什么，新密码已经在卡里。"),
    why=T("社保中心还没有回话。机器会接着报上去，由中心启用。"),
    ways=(WayOut(title=T("过一会儿查一查卡状态"), note=T("启用了，再用卡看病买药")),),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
ENABLE_STOPPED = RefusalKind(
    code="operation.enable_stopped",
    title=T("密码改好了，卡没有启用"),
    reassurance=CARD_FINE,
    why=T("社保中心记录的卡状态变了，现在不能启用。请用新密码。"),
    ways=(WayOut(title=T("先查一查卡状态"), note=T("在首页点“查卡状态”")), ASK_WINDOW),
    sign=Sign.CARE,
    heading=WHAT_HAPPENED,
)
