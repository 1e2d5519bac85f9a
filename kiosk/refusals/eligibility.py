"""The benefit eligibility check: why it isn't done here, and who does it then."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import NOTHING_CHANGED, WHAT_HAPPENED, RefusalKind
from kiosk.text import T

_WINDOW = WayOut(title=T("到{window}办"), note=T("带上身份证，当面核对"))
_BANK = WayOut(title=T("到发待遇的银行网点办"), note=T("带上身份证和社保卡"))
_VISIT = WayOut(title=T("走不动的，请人上门"), note=T("打下面的电话预约，不收钱"))
_FAMILY = WayOut(title=T("走不动的，请家里人来问"), note=T("带上两个人的身份证"))

NOT_HERE = RefusalKind(
    code="eligibility.not_here",
    title=T("资格认证要到窗口办"),
    reassurance=NOTHING_CHANGED,
    why=T("本地规定，这一项不在机器上办。"),
    ways=(_WINDOW, _BANK),
)
NO_BENEFITS = RefusalKind(
    code="eligibility.no_benefits",
    title=T("您不用办资格认证"),
    reassurance=NOTHING_CHANGED,
    why=T("资格认证是领养老金等待遇的人办的，您名下没有在领的待遇。"),
    ways=(WayOut(title=T("明明在领待遇，到{window}查"), note=T("带上身份证")),),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
NOT_PROVEN = RefusalKind(
    code="eligibility.not_proven",
    title=T("机器没有认出您来"),
    reassurance=NOTHING_CHANGED,
    why=T("照片旧了、样子变了，机器都可能认不出来。"),
    ways=(_WINDOW, _BANK, _VISIT),
    sign=Sign.CARE,
)
NOT_PROVEN_NO_VISIT = RefusalKind(
    code="eligibility.not_proven_no_visit",
    title=T("机器没有认出您来"),
    reassurance=NOTHING_CHANGED,
    why=T("照片旧了、样子变了，机器可能认不出来。"),
    ways=(_WINDOW, _BANK, _FAMILY),
    sign=Sign.CARE,
)
CHECK_UNKNOWN = RefusalKind(
    code="eligibility.check_unknown",
    title=T("没有等到结果"),
    reassurance=T("机器会接着问，不会认证两次。"),
    why=T("社保中心没有回答，可能已经认证好了。"),
    ways=(WayOut(title=T("过一会儿再来看"), note=T("认证过的，会写明到哪一天")), _WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
