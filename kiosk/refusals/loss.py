"""Loss and its release: why it isn't done here, and where the answer is still to come."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import ASK_WINDOW, NOTHING_CHANGED, REPLACE_HERE, WHAT_HAPPENED, RefusalKind
from kiosk.text import T

_AT_THE_BANK = WayOut(title=T("银行里的钱，另外打{bank}的电话"), note=T("银行那边要单独挂失"))
_LOOK_LATER = WayOut(title=T("过一会儿来查"), note=T("在首页点“不插卡查状态”"))

ALREADY = RefusalKind(
    code="loss.already",
    title=T("这张卡已经在挂失"),
    reassurance=T("不用再办，别人用不了这张卡。"),
    why=T("上次的临时挂失还没有到期。{until}"),
    ways=(
        WayOut(title=T("卡找不到了，到{window}补卡"), note=T("带上身份证")),
        _AT_THE_BANK,
    ),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
    helps="release_loss",
    here=WayOut(title=T("卡找到了，在这里解除"), note=T("点“解除挂失”，要带{bring}")),
)
FORMAL_ALREADY = RefusalKind(
    code="loss.formal_already",
    title=T("这张卡已经正式挂失"),
    reassurance=T("不用再办，别人用不了这张卡。"),
    why=T("正式挂失的卡不能用。{formal_ends}"),
    ways=(WayOut(title=T("到{window}补卡"), note=T("带上身份证")), _AT_THE_BANK),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
    helps="replace_card",
    here=REPLACE_HERE,
)
NOT_HERE = RefusalKind(
    code="loss.not_here",
    title=T("这张卡要到窗口挂失"),
    reassurance=NOTHING_CHANGED,
    why=T("卡现在的状态，机器办不了挂失。"),
    ways=(WayOut(title=T("到{window}"), note=T("带上身份证")), _AT_THE_BANK),
)
NOT_ON_LOSS = RefusalKind(
    code="loss.not_on_loss",
    title=T("这张卡没有挂失"),
    reassurance=NOTHING_CHANGED,
    why=T("没有挂失，就不用解除。也可能已经到期自动解除了。"),
    ways=(WayOut(title=T("卡还是用不了，先查卡状态")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
FORMAL = RefusalKind(
    code="loss.formal",
    title=T("正式挂失，这里解除不了"),
    reassurance=NOTHING_CHANGED,
    why=T("正式挂失的卡一般不能再用，要补一张新卡。"),
    ways=(WayOut(title=T("到{window}补卡"), note=T("带上身份证")),),
    helps="replace_card",
    here=REPLACE_HERE,
)
BANK_FIRST = RefusalKind(
    code="loss.bank_first",
    title=T("要先到银行开通"),
    reassurance=NOTHING_CHANGED,
    why=T("领卡以后一直没有开通银行功能，所以停用了，机器解除不了。"),
    ways=(WayOut(title=T("到{bank}开通，再到{window}解除"), note=T("两处都要本人带身份证和社保卡去")),),
)

# Asked for, and no answer yet.
REPORT_UNKNOWN = RefusalKind(
    code="loss.report_unknown",
    title=T("没有等到结果"),
    reassurance=T("现在不知道挂失没有，机器会接着问。"),
    why=T("社保中心没有回答。着急的话，请马上打电话挂失，号码在下面。"),
    ways=(_LOOK_LATER, _AT_THE_BANK),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
RELEASE_UNKNOWN = RefusalKind(
    code="loss.release_unknown",
    title=T("没有等到结果"),
    reassurance=T("现在不知道解除没有，机器会接着问。"),
    why=T("社保中心没有回答。查清楚以前，这张卡可能还不能用。"),
    ways=(_LOOK_LATER, ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
FORMAL_NOT_HERE = RefusalKind(
    code="loss.formal_not_here",
    title=T("正式挂失要到窗口办"),
    reassurance=NOTHING_CHANGED,
    why=T("本地规定，正式挂失不在机器上办。可以先在这里临时挂失。"),
    ways=(WayOut(title=T("到{window}办"), note=T("带上身份证")), WayOut(title=T("银行里的钱，另外打银行的电话"))),
    helps="report_loss",
    here=WayOut(title=T("先在这里临时挂失"), note=T("点“挂失”，马上停用")),
)
FORMAL_UNKNOWN = RefusalKind(
    code="loss.formal_unknown",
    title=T("没有等到结果"),
    reassurance=T("现在不知道挂失没有，机器会接着问。"),
    why=T("社保中心没有回答。查清楚以前，请当它还没有挂失。"),
    ways=(_LOOK_LATER, _AT_THE_BANK),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
