"""What the bureau holds of somebody: nothing on record, and whom to ask then."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import ASK_WINDOW, WHAT_HAPPENED, RefusalKind
from kiosk.text import T

_HEARD_OF_NOTHING = T("只是查了一下，什么都没有改。")

NOT_INSURED = RefusalKind(
    code="records.not_insured",
    title=T("这里没有您的参保记录"),
    reassurance=_HEARD_OF_NOTHING,
    why=T("您可能在别的地方参保，或者还没有参保。"),
    ways=(
        WayOut(title=T("问一问{body}"), note=T("本地的参保记录在那里")),
        WayOut(title=T("在外地参保的，问当地社保经办机构")),
        ASK_WINDOW,
    ),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
NO_CARD_IN_PRODUCTION = RefusalKind(
    code="records.no_card_in_production",
    title=T("没有正在制作的卡"),
    reassurance=_HEARD_OF_NOTHING,
    why=T("您名下没有正在制作或者等您领取的卡。"),
    ways=(
        WayOut(title=T("刚申请的，过几天再来查")),
        WayOut(title=T("在别处申请的，到{window}查"), note=T("带上身份证")),
    ),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
NO_CARD = RefusalKind(
    code="records.no_card",
    title=T("没有查到您的社保卡"),
    reassurance=_HEARD_OF_NOTHING,
    why=T("您名下没有在本地发的社保卡。"),
    ways=(
        WayOut(title=T("在外地领的卡，问当地社保经办机构")),
        WayOut(title=T("还没有卡，到{window}申请"), note=T("带上身份证")),
    ),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
NOTHING_TO_CERTIFY = RefusalKind(
    code="records.nothing_to_certify",
    title=T("这里没有您的参保记录"),
    reassurance=_HEARD_OF_NOTHING,
    why=T("没有参保记录，就开不了证明。您可能在别的地方参保。"),
    ways=(
        WayOut(title=T("在外地参保的，问当地社保经办机构")),
        ASK_WINDOW,
    ),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
