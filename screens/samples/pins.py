"""Samples of PIN entry: the present one, a new one, on a separate pad and on the reader. Virtual people only."""

from dataclasses import replace

from kiosk.pages import Actions, Answer, Button, Page, Panel, PinEntry, PinRound, Progress, Sign
from kiosk.text import T, Tn
from screens.samples.shared import BACK, CHANGE_STEPS, ENABLE_STEPS

TRIES = PinEntry(
    title=T("请输入现在的密码"),
    subtitle=T("在屏幕下方的金属键盘上，按 {n} 位数字。", n=6),
    progress=Progress(task=T("修改密码"), steps=CHANGE_STEPS, at=1),
    tries=Tn("还可以输 {n} 次", 2),
    tries_note=T("都输错，密码会被锁住"),
    dots=2,
    privacy=T("请用手遮住键盘，别让旁人看到"),
    actions=Actions(secondary=BACK, other=Button(label=T("忘记密码了"), answer=Answer.FORGOTTEN)),
)
TRIES_NO_DOTS = PinEntry(
    title=TRIES.title,
    subtitle=TRIES.subtitle,
    progress=TRIES.progress,
    tries=TRIES.tries,
    tries_note=TRIES.tries_note,
    privacy=TRIES.privacy,
    actions=TRIES.actions,
)
LAST_TRY = PinEntry(
    title=TRIES.title,
    subtitle=TRIES.subtitle,
    progress=TRIES.progress,
    problem=Panel(
        sign=Sign.CARE, heading=Tn("密码不对，还可以输 {n} 次", 1), body=T("再输错，密码会被锁住。不急，想好再输。")
    ),
    privacy=TRIES.privacy,
    actions=TRIES.actions,
)
_RULES = (
    T("正好 {n} 位数字", n=6),
    T("不是生日，也不是证件、手机号里的数"),
    T("不是 123456、111111 这类数"),
)
NEW_PIN = PinEntry(
    title=T("请设一个新密码"),
    subtitle=T("按金属键盘上的数字，要输两次。"),
    progress=Progress(task=T("修改密码"), steps=CHANGE_STEPS, at=2),
    rounds=(
        PinRound(label=T("第一次"), state=T("正在输"), done=False),
        PinRound(label=T("第二次"), state=T("等一下"), done=False),
    ),
    rules_title=T("这样的密码才安全"),
    rules=_RULES,
    privacy=TRIES.privacy,
    actions=Actions(secondary=BACK),
)
NEW_PIN_PROBLEM = PinEntry(
    title=NEW_PIN.title,
    subtitle=NEW_PIN.subtitle,
    progress=NEW_PIN.progress,
    problem=Panel(sign=Sign.CARE, heading=T("这个密码太好猜"), body=T("它是连着的数。请换一个。")),
    rounds=NEW_PIN.rounds,
    rules_title=NEW_PIN.rules_title,
    rules=_RULES,
    privacy=TRIES.privacy,
    actions=Actions(secondary=BACK),
)
SECOND_PIN = PinEntry(
    title=T("请再输一次新密码"),
    subtitle=T("两次一样，才能设好。按金属键盘上的数字。"),
    progress=Progress(task=T("启用新卡"), steps=ENABLE_STEPS, at=2),
    rounds=(
        PinRound(label=T("第一次"), state=T("已输好"), done=True),
        PinRound(label=T("第二次"), state=Tn("还差 {n} 位", 3), done=False),
    ),
    dots=3,
    rules_title=T("这样的密码才安全"),
    rules=_RULES,
    privacy=TRIES.privacy,
    actions=Actions(secondary=BACK, other=Button(label=T("从第一次重新输"), answer=Answer.AGAIN)),
)
SECOND_PIN_NO_DOTS = PinEntry(
    title=SECOND_PIN.title,
    subtitle=SECOND_PIN.subtitle,
    progress=SECOND_PIN.progress,
    rounds=(
        PinRound(label=T("第一次"), state=T("已输好"), done=True),
        PinRound(label=T("第二次"), state=T("正在输"), done=False),
    ),
    privacy=TRIES.privacy,
    actions=SECOND_PIN.actions,
)

READER_PIN = PinEntry(
    title=T("请照键盘的提示输密码"),
    subtitle=T("先输现在的密码，再输两次新密码。"),
    progress=Progress(task=T("修改密码"), steps=CHANGE_STEPS, at=1),
    tries=Tn("还可以输 {n} 次", 3),
    tries_note=T("都输错，密码会被锁住"),
    rounds=(
        PinRound(label=T("第一次"), state=T("现在的密码"), done=False),
        PinRound(label=T("第二次"), state=T("新密码"), done=False),
        PinRound(label=T("第三次"), state=T("再输一次新密码"), done=False),
    ),
    rules_title=T("这样的密码才安全"),
    rules=_RULES,
    stop=T("不想输了，请按键盘上红色的取消键"),
    can_exit=False,
    exit_waits=T("按取消键"),
)
READER_ENABLE = replace(
    READER_PIN,
    subtitle=T("刚才是核对。改的时候，键盘要再问一次旧密码，再问两次新密码。"),
    progress=Progress(task=T("启用社保卡"), steps=ENABLE_STEPS, at=2),
    rounds=(PinRound(label=T("第一次"), state=T("刚才那个密码"), done=False), *READER_PIN.rounds[1:]),
)
READER_PIN_PROBLEM = PinEntry(
    title=READER_PIN.title,
    subtitle=READER_PIN.subtitle,
    progress=READER_PIN.progress,
    tries=READER_PIN.tries,
    tries_note=READER_PIN.tries_note,
    problem=Panel(sign=Sign.CARE, heading=T("两次输的不一样"), body=T("密码没有改，请再来一次。")),
    rounds=READER_PIN.rounds,
    rules_title=READER_PIN.rules_title,
    rules=_RULES,
    stop=READER_PIN.stop,
    can_exit=False,
    exit_waits=READER_PIN.exit_waits,
)

PAGES: dict[str, Page] = {
    "pin-entry": TRIES,
    "pin-entry-no-dots": TRIES_NO_DOTS,
    "pin-last-try": LAST_TRY,
    "new-pin": NEW_PIN,
    "new-pin-problem": NEW_PIN_PROBLEM,
    "second-pin": SECOND_PIN,
    "second-pin-no-dots": SECOND_PIN_NO_DOTS,
    "reader-pin": READER_PIN,
    "reader-enable": READER_ENABLE,
    "reader-pin-problem": READER_PIN_PROBLEM,
}
