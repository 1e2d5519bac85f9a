"""Applications: why one isn't taken here, or now, and where the answer is still to come."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import ASK_WINDOW, CARD_FINE, NOTHING_CHANGED, ONCE_MORE, WHAT_HAPPENED, RefusalKind
from kiosk.text import T

_NOT_APPLIED = T("什么都没有申请，也没有扣钱。")
_WITH_PAPERS = WayOut(title=T("到{window}办"), note=T("带上身份证和社保卡"))
_LOOK = WayOut(title=T("在这里查办到哪一步"), note=T("点“我的申请”"))

# Texts.
SMS_FACE_TO_FACE = RefusalKind(
    code="application.sms_face_to_face",
    title=T("短信提醒要到窗口办"),
    reassurance=_NOT_APPLIED,
    why=T("本地要本人当面签字，机器不受理。不是您的原因。"),
    ways=(WayOut(title=T("到{window}签字办理"), note=T("带上社保卡、身份证和手机")),),
    sign=Sign.INFORMATION,
)
ALREADY_SUBSCRIBED = RefusalKind(
    code="application.already_subscribed",
    title=T("短信提醒早就开通了"),
    reassurance=T("不用再办，提醒照常发。"),
    why=T("您已经在收短信提醒。没收到，可能被手机拦下了。"),
    ways=(WayOut(title=T("看看手机的拦截短信")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
NOT_SUBSCRIBED = RefusalKind(
    code="application.not_subscribed",
    title=T("还没有开通短信提醒"),
    reassurance=_NOT_APPLIED,
    why=T("没有开通，就不用停。还收到短信的，可能不是社保发的。"),
    ways=(WayOut(title=T("要开通，再点“短信提醒”")), WayOut(title=T("短信里有链接，不要点"))),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)

# Phone numbers.
PHONE_UNCHANGED = RefusalKind(
    code="application.phone_unchanged",
    title=T("号码没有变，不用办"),
    reassurance=_NOT_APPLIED,
    why=T("填的号码，就是现在登记的号码。"),
    ways=(WayOut(title=T("要换别的号码，再来一次")),),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
    again=ONCE_MORE,
)
PHONE_MISSING = RefusalKind(
    code="application.phone_missing",
    title=T("没有登记手机号"),
    reassurance=_NOT_APPLIED,
    why=T("要有一个能收短信的手机号，才能办这一项。"),
    ways=(WayOut(title=T("到{window}登记手机号"), note=T("带上身份证和手机")),),
    helps="phone_number",
    here=WayOut(title=T("在这里登记手机号"), note=T("点“改手机号”")),
)
PHONE_INVALID = RefusalKind(
    code="application.phone_invalid",
    title=T("这个号码收不了短信"),
    reassurance=_NOT_APPLIED,
    why=T("填的不是手机号，或者这个号段发不了短信。"),
    ways=(WayOut(title=T("换一个手机号，再来一次")), ASK_WINDOW),
    again=ONCE_MORE,
)

# Cards.
AT_OUTLET = RefusalKind(
    code="application.at_outlet",
    title=T("补卡换卡要到网点办"),
    reassurance=_NOT_APPLIED,
    why=T("本地的机器不受理补卡换卡。不是您的原因。"),
    ways=(WayOut(title=T("到{window}或服务网点"), note=T("带上身份证；换卡的，带上旧卡")),),
    sign=Sign.INFORMATION,
)
FORMAL_LOSS_FIRST = RefusalKind(
    code="application.formal_loss_first",
    title=T("补卡要先正式挂失"),
    reassurance=_NOT_APPLIED,
    why=T("旧卡没有正式挂失，别人可能还能用，所以先挂失再补。"),
    ways=(WayOut(title=T("到{window}正式挂失再补卡"), note=T("带上身份证")),),
    sign=Sign.INFORMATION,
    helps="formal_loss",
    here=WayOut(title=T("在这里正式挂失"), note=T("要带{bring}，办好了再补卡")),
)
NOT_DUE = RefusalKind(
    code="application.not_due",
    title=T("还没到换卡的时候"),
    reassurance=CARD_FINE,
    why=T("卡的有效期还长，快到期才能换。坏了、丢了的，可以补卡。"),
    ways=(WayOut(title=T("卡坏了、丢了，点“补卡”")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    helps="replace_card",
)
CARD_NOT_THERE = RefusalKind(
    code="application.card_not_there",
    title=T("卡还没有领到手"),
    reassurance=_NOT_APPLIED,
    why=T("卡还在制作，或者等您去领，不用补，也不用换。"),
    ways=(WayOut(title=T("到{window}问在哪里领"), note=T("带上身份证")),),
    sign=Sign.INFORMATION,
    helps="production_progress",
    here=WayOut(title=T("在这里查制卡进度"), note=T("点“查制卡进度”")),
)
CARD_ON_LOSS = RefusalKind(
    code="application.card_on_loss",
    title=T("挂失的卡不能换"),
    reassurance=_NOT_APPLIED,
    why=T("卡在挂失。找到了先解除，找不到就补卡。"),
    ways=(WayOut(title=T("找不到卡，点“补卡”")), ASK_WINDOW),
    helps="release_loss",
    here=WayOut(title=T("卡找到了，在这里解除"), note=T("点“解除挂失”，要带{bring}")),
)
PHOTO_UNUSABLE = RefusalKind(
    code="application.photo_unusable",
    title=T("登记的照片用不了"),
    reassurance=_NOT_APPLIED,
    why=T("制卡要用一张清楚的近照，登记里没有，或者不合要求。"),
    ways=(WayOut(title=T("到{window}拍一张照片再办"), note=T("带上身份证")),),
)
ADDRESS_MISSING = RefusalKind(
    code="application.address_missing",
    title=T("没有登记收卡的地址"),
    reassurance=_NOT_APPLIED,
    why=T("寄卡要寄到登记的地址，登记里还没有。"),
    ways=(WayOut(title=T("改成自己去领，再来一次")), WayOut(title=T("登记地址，到{window}"), note=T("带上身份证"))),
    again=ONCE_MORE,
)
DELIVERY_CHANGED = RefusalKind(
    code="application.delivery_changed",
    title=T("领卡的办法要重新选"),
    reassurance=_NOT_APPLIED,
    why=T("刚才选的地方现在不发卡了。"),
    ways=(WayOut(title=T("再来一次，换一个地方领")), ASK_WINDOW),
    again=ONCE_MORE,
)

# All kinds.
UNDER_REVIEW = RefusalKind(
    code="application.under_review",
    title=T("已经申请过，正在办"),
    reassurance=T("不用再办，申请还在。"),
    why=T("同样的申请还没有办完，不能再交一份。"),
    ways=(WayOut(title=T("等审核，过几天再来查")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
    helps="my_applications",
    here=_LOOK,
)
NOT_HERE = RefusalKind(
    code="application.not_here",
    title=T("这一项要到窗口办"),
    reassurance=_NOT_APPLIED,
    why=T("本地的机器不受理这一项。不是您的原因。"),
    ways=(_WITH_PAPERS,),
    sign=Sign.INFORMATION,
)
NOT_ELIGIBLE = RefusalKind(
    code="application.not_eligible",
    title=T("现在还不能申请"),
    reassurance=_NOT_APPLIED,
    why=T("按本地的规定，这个申请现在不能受理。"),
    ways=(_WITH_PAPERS,),
)
DRAFT_EXPIRED = RefusalKind(
    code="application.draft_expired",
    title=T("填好的内容过时了"),
    reassurance=_NOT_APPLIED,
    why=T("填好以后等得太久，为了安全已经清掉了。"),
    ways=(WayOut(title=T("再来一次，重新填")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
    again=ONCE_MORE,
)
NONE_FOUND = RefusalKind(
    code="application.none_found",
    title=T("没有查到您的申请"),
    reassurance=NOTHING_CHANGED,
    why=T("您还没有在机器上申请过什么。窗口办的，可能要过一天才能查到。"),
    ways=(ASK_WINDOW,),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
UNKNOWN = RefusalKind(
    code="application.unknown",
    title=T("没有等到结果"),
    reassurance=T("机器会接着问，不会交两份。"),
    why=T("可能已经交上去，也可能没有：现在还不知道。"),
    ways=(WayOut(title=T("过一会儿来查"), note=T("点“我的申请”")), ASK_WINDOW),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
