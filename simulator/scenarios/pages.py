"""The pages that a scripted citizen knows, by what stands at their head."""

import gettext
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from simulator.scenarios.eye import CALL, LABEL, PLAIN_TITLE, RESULT, TITLE

_HOTLINE = "12333"
"""As it is in the stand's configuration."""
_LOCALE = Path(__file__).parents[2] / "config" / "locale"


@dataclass(frozen=True, slots=True)
class Known:
    """A page: its short name in reports, its title in Chinese, how large that is set, and the number in it."""

    name: str
    title: str
    sizes: tuple[float, ...] = TITLE
    count: int | None = None


HOME = Known("home", "请插入社保卡", CALL)
HOME_WITHOUT_CARD = Known("home-without-card", "现在不能插卡办理", CALL)
INSERT_CARD = Known("insert-card", "请插入社保卡", PLAIN_TITLE)  # Home says the same, larger.
TAKE_CARD = Known("take-card", "请拔卡")
CARD_MENU = Known("card-menu", "现在可以办", LABEL)  # Its title says how the card is:
IN_ORDER = Known("menu-in-order", "您的卡可以看病买药")
ARCHIVED = Known("menu-archived", "您的卡还没有启用")
ON_LOSS = Known("menu-on-loss", "您的卡在临时挂失")
ON_FORMAL_LOSS = Known("menu-on-formal-loss", "您的卡已经正式挂失")
BLOCKED = Known("menu-blocked", "您的卡密码被锁住了")
EXPIRED = Known("menu-expired", "您的卡过期了")
MENU = Known("menu", "您想办哪一项？")
INSURANCES = Known("insurances", "您的社会保险")
PENSION = Known("pension", "养老保险")
RECORDS_PRINTED = Known("records-printed", "查好了", RESULT)
CERTIFIED = Known("certified", "证明开好了", RESULT)
IN_PRODUCTION = Known("in-production", "卡正在制作")
NONE_IN_PRODUCTION = Known("none-in-production", "没有正在制作的卡")
TWO_CARDS = Known("two-cards", "您名下有 {n} 张社保卡", count=2)
FINANCIAL = Known("financial", "银行功能怎么激活？")
OUTLETS = Known("outlets", "附近有哪些网点？")
SUBJECTS = Known("subjects", "您想问什么？")
QUESTIONS = Known("questions", "点一个问题，看答案")
CHECK_QUESTION = Known("check-question", "现在认证吗？")
WHICH_PHONE = Known("which-phone", "提醒发到哪个手机？")
PHONE_NUMBER = Known("phone-number", "请输入手机号")
SUBSCRIBE_QUESTION = Known("subscribe-question", "确认开通短信提醒吗？")
NUMBER_QUESTION = Known("number-question", "确认换成这个号码吗？")
FACE_TO_FACE = Known("face-to-face", "短信提醒要到窗口办")
WHY_REPLACE = Known("why-replace", "为什么要补卡？")
FORMAL_LOSS_FIRST = Known("formal-loss-first", "补卡要先正式挂失")
DELIVERY = Known("delivery", "新卡怎么给您？")
WHERE_TO_COLLECT = Known("where-to-collect", "到哪里领卡？")
REPLACE_QUESTION = Known("replace-question", "确认要补这张卡吗？")
RENEW_QUESTION = Known("renew-question", "确认要换这张卡吗？")
HANDED_IN = Known("handed-in", "申请交上去了", RESULT)
# Of one's applications the title names both what it is and how far; the latter stands below once more.
EFFECTIVE = Known("application-effective", "通过了，已经生效", LABEL)
REFUSED = Known("application-refused", "没有通过", LABEL)
APPLIED_IN_PRODUCTION = Known("application-in-production", "正在制卡", LABEL)
READY_TO_COLLECT = Known("application-ready-to-collect", "可以领卡了", LABEL)
POSTED = Known("application-posted", "已经寄出", LABEL)
STATUS = Known("status", "您的卡可以看病买药")
SHOW_CODE = Known("show-code", "请出示电子社保卡")
LAY_ID_CARD = Known("lay-id-card", "请放身份证")
TAKE_ID_CARD = Known("take-id-card", "请拿走身份证")
CHOOSE_WAY = Known("choose-way", "请核对本人身份")
FACE_CONSENT = Known("face-consent", "可以看一下您的脸吗？")
FACE = Known("face", "请看屏幕上方的摄像头")
FACE_DIFFERS = Known("face-differs", "没有认出来")
TEXT = Known("text", "请输入短信验证码")
NO_TEXT = Known("no-text", "没收到短信？")
TEXT_SPENT = Known("text-spent", "要换一个验证码")
NOT_ONE_PERSON = Known("not-one-person", "两样证件不是同一个人的")
NAME_DIFFERS = Known("name-differs", "姓名和登记的不一样")
ID_EXPIRED = Known("id-expired", "证件不在有效期里")
CURRENT_PIN = Known("current-pin", "请输入现在的密码")
LAST_TRY = Known("last-try", "只剩最后 1 次了")
INITIAL_PIN = Known("initial-pin", "请输入发卡时的密码")
NEW_PIN = Known("new-pin", "请设一个新密码")
REPEAT_PIN = Known("repeat-pin", "请再输一次新密码")
PINS_ON_READER = Known("pins-on-reader", "请照键盘的提示输密码")
DONE = Known("done", "办好了")
LAST_NEW_PIN = Known("last-new-pin", "请输上次设的新密码")
PIN_BEFORE = Known("pin-before", "请输原来的密码")
CHANGED_BEFORE = Known("changed-before", "上次的密码已经改好", RESULT)
ENABLED_BEFORE = Known("enabled-before", "上次的启用已经办好", RESULT)
LOSS_QUESTION = Known("loss-question", "确认要挂失这张卡吗？")
FORMAL_LOSS_QUESTION = Known("formal-loss-question", "确认要正式挂失吗？")
RELEASE_QUESTION = Known("release-question", "确认要解除挂失吗？")
BANK_FIRST = Known("bank-first", "要先到银行开通")
CARD_LOST = Known("card-lost", "这张卡已经挂失")
NO_PAD = Known("no-pad", "这台机器重设不了密码")
PIN_BLOCKED = Known("pin-blocked", "密码被锁住了")
PIN_UNKNOWN = Known("pin-unknown", "没有等到结果")
PIN_TRY_UNKNOWN = Known("pin-try-unknown", "没有等到卡的回答")
CARD_REMOVED = Known("card-removed", "卡取出来了")
CARD_FOREIGN = Known("card-foreign", "这不是社保卡")
CARD_SILENT = Known("card-silent", "机器没有读到卡")
READER_GONE = Known("reader-gone", "读卡器断开了")
CENTRAL_UNREACHABLE = Known("central-unreachable", "网络断了，没有办成")
CENTRAL_SLOW = Known("central-slow", "社保中心没有回答")
CENTRAL_BROKEN = Known("central-broken", "社保中心现在办不了")
CODE_EXPIRED = Known("code-expired", "这个码过期了")
CODE_FOREIGN = Known("code-foreign", "这不是电子社保卡的码")
CODE_MEDICAL = Known("code-medical", "这是医保码，不是社保码")
CARD_PIN = Known("staff-card-pin", "请输维护卡密码")
BOARD = Known("staff-board", "设备状况")
PAUSED_BOARD = Known("staff-board-paused", "已暂停服务")
CARE = Known("staff-menu", "检查和维护")
TEST_CARD_OUT = Known("staff-test-card-out", "请拔出测试卡")
TEST_CARD_IN = Known("staff-test-card-in", "请插入测试卡")
TEST_KEYS = Known("staff-test-keys", "请按一遍密码键盘")
TEST_CODE = Known("staff-test-code", "请举起一个二维码")
CORNERS = Known("staff-test-corners", "请点一遍圆圈", (64,))
ALL_TESTS = Known("staff-tests", "全面自检")
READY = Known("staff-ready", "能对外服务")
NEW_PAPER = Known("staff-new-paper", "换凭条纸")
PAPER_IS_IN = Known("staff-paper-in", "纸换好了")
NETWORK_CUT = Known("staff-network-cut", "网络断了")
NETWORK_WHOLE = Known("staff-network-whole", "网络是通的")
EXPORT_KEPT = Known("staff-export-kept", "存在机器里了")
FOREIGN_STAFF_CARD = Known("staff-card-foreign", "这张卡不是本单位的维护卡")
EXPIRED_STAFF_CARD = Known("staff-card-expired", "这张卡的证书过期了，或者还没有生效")
NO_STAFF_PAD = Known("staff-no-pad", "这台机器没有单独的键盘，请从终端维护")


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.NullTranslations() if language == "zh" else gettext.translation("kiosk", _LOCALE, [language])


def in_language(words: str, language: str, count: int | None = None) -> str:
    """`words` as the kiosk prints them in `language`, by the catalogues that the bureau edits; `count` is its `{n}`."""
    catalogue = _catalogue(language)
    if count is None:
        return catalogue.gettext(words).replace("{hotline}", _HOTLINE)
    return catalogue.ngettext(words, words, count).format(n=count)
