"""The card in the slot, and what its record says."""

from kiosk.pages import Sign, WayOut
from kiosk.refusals.kind import ASK_WINDOW, CARD_FINE, NOTHING_CHANGED, REPLACE_HERE, WHAT_HAPPENED, RefusalKind
from kiosk.text import T

SILENT = RefusalKind(
    code="card.silent",
    title=T("机器没有读到卡"),
    reassurance=NOTHING_CHANGED,
    why=T("卡可能插反了，或者芯片脏了。"),
    ways=(
        WayOut(title=T("芯片朝上，再插一次"), note=T("先用软布擦一擦金色的芯片")),
        WayOut(title=T("还是读不到，到{window}"), note=T("芯片坏了可以换卡")),
    ),
)
FOREIGN = RefusalKind(
    code="card.foreign",
    title=T("这不是社保卡"),
    reassurance=CARD_FINE,
    why=T("这台机器只能办社会保障卡的业务，没有读这张卡里的内容。"),
    ways=(WayOut(title=T("换社保卡插进来"), note=T("正面写着“社会保障卡”")),),
)
REMOVED = RefusalKind(
    code="card.removed",
    title=T("卡取出来了"),
    reassurance=NOTHING_CHANGED,
    why=T("办理的时候卡被取了出来，所以停下了。"),
    ways=(WayOut(title=T("要接着办，请再插一次卡"), note=T("办好以前，请不要拔卡")),),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
)
NONSENSE = RefusalKind(
    code="card.nonsense",
    title=T("卡里的内容读不懂"),
    reassurance=NOTHING_CHANGED,
    why=T("卡回答的内容不完整，可能是芯片接触不好。"),
    ways=(WayOut(title=T("用软布擦一擦芯片，再插一次")), ASK_WINDOW),
)
HUNG = RefusalKind(
    code="card.hung",
    title=T("卡没有回应"),
    reassurance=NOTHING_CHANGED,
    why=T("等了很久，卡一直没有回答。"),
    ways=(WayOut(title=T("取出卡，再插一次")), ASK_WINDOW),
)
APPLICATION_BLOCKED = RefusalKind(
    code="card.application_blocked",
    title=T("这张卡的社保功能用不了"),
    reassurance=NOTHING_CHANGED,
    why=T("芯片里的社保功能已经永久停用，机器恢复不了。"),
    ways=(WayOut(title=T("到{window}换卡"), note=T("带上身份证和这张卡")),),
)
UNKNOWN = RefusalKind(
    code="card.unknown",
    title=T("没有查到这张卡"),
    reassurance=CARD_FINE,
    why=T("本地没有这张卡的记录，可能是外地发的卡。"),
    ways=(WayOut(title=T("问一问发卡的地方")),),
)
ARCHIVED = RefusalKind(
    code="card.archived",
    title=T("这张卡还没有启用"),
    reassurance=CARD_FINE,
    why=T("卡现在是封存状态，启用以后才能办这一项。参保缴费不受影响。"),
    ways=(WayOut(title=T("到{window}启用"), note=T("带上身份证和社保卡")),),
    helps="enable",
    here=WayOut(title=T("在这里启用"), note=T("要带{bring}，还要发卡时的密码")),
)
ON_LOSS = RefusalKind(
    code="card.on_loss",
    title=T("这张卡已经挂失"),
    reassurance=T("卡还给您，什么都没有改。"),
    why=T("临时挂失的卡办不了这一项。{until}"),
    ways=(WayOut(title=T("到{window}解除挂失"), note=T("带上身份证和社保卡")),),
    helps="release_loss",
    here=WayOut(title=T("卡找到了，在这里解除"), note=T("点“解除挂失”，要带{bring}")),
)
FORMAL_LOSS = RefusalKind(
    code="card.formal_loss",
    title=T("这张卡已经正式挂失"),
    reassurance=T("卡还给您，什么都没有改。"),
    why=T("正式挂失的卡办不了这一项。{formal_ends}"),
    ways=(WayOut(title=T("到{window}补卡"), note=T("带上身份证")),),
    helps="replace_card",
    here=REPLACE_HERE,
)
APPLICATION_LOCKED = RefusalKind(
    code="card.application_locked",
    title=T("这张卡的社保功能被锁住了"),
    reassurance=NOTHING_CHANGED,
    why=T("社保功能现在停用，机器解不开。"),
    ways=(ASK_WINDOW,),
)
CANCELLED = RefusalKind(
    code="card.cancelled",
    title=T("这张卡已经注销"),
    reassurance=NOTHING_CHANGED,
    why=T("注销的卡不能再用，可能您已经换了新卡。"),
    ways=(WayOut(title=T("有新卡，请用新卡")), ASK_WINDOW),
)
EXPIRED = RefusalKind(
    code="card.expired",
    title=T("这张卡过期了"),
    reassurance=CARD_FINE,
    why=T("有效期到 {valid_until} 为止，过期的卡办不了这一项。"),
    ways=(WayOut(title=T("到{window}换卡"), note=T("带上身份证和这张卡")),),
    helps="renew_card",
    here=WayOut(title=T("在这里申请换卡"), note=T("要带{bring}")),
)
NOT_COLLECTED = RefusalKind(
    code="card.not_collected",
    title=T("这张卡还没有办领卡"),
    reassurance=CARD_FINE,
    why=T("要先办好领卡，才能启用。"),
    ways=(WayOut(title=T("到{window}办领卡"), note=T("带上身份证和社保卡")),),
)
ENABLED_ALREADY = RefusalKind(
    code="card.enabled_already",
    title=T("这张卡早就启用了"),
    reassurance=T("卡现在就能用，什么都没有改。"),
    why=T("社保功能已经启用，不用再办。"),
    ways=(WayOut(title=T("想看卡能不能用"), note=T("在首页点“查卡状态”")),),
    sign=Sign.INFORMATION,
    heading=WHAT_HAPPENED,
    helps="change_pin",
    here=WayOut(title=T("想换密码，在这里改"), note=T("点“修改密码”")),
)
