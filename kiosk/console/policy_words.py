"""A region's rules in words, for the bureau's staff: what each service asks, does and refuses."""

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk import refusals
from kiosk.refusals import RefusalKind
from kiosk.text import T, Text, Tn
from kiosk.uplink.contract.policy import Evidence, RegionPolicy, ServiceKind, Way

NAMES: dict[ServiceKind, Text] = {
    ServiceKind.ENABLE: T("启用社保卡"),
    ServiceKind.CHANGE_PIN: T("修改密码"),
    ServiceKind.UNLOCK: T("解锁密码"),
    ServiceKind.RESET_PIN: T("重设密码"),
    ServiceKind.TEMPORARY_LOSS: T("临时挂失"),
    ServiceKind.LOSS_RELEASE: T("解除挂失"),
    ServiceKind.FORMAL_LOSS: T("正式挂失"),
    ServiceKind.STATUS: T("不插卡查状态"),
    ServiceKind.PRODUCTION_PROGRESS: T("查制卡进度"),
    ServiceKind.RECORDS: T("查五险缴费"),
    ServiceKind.CERTIFICATE: T("打印参保证明和权益记录"),
    ServiceKind.ELIGIBILITY: T("待遇资格认证"),
    ServiceKind.SMS: T("短信提醒"),
    ServiceKind.REPLACEMENT: T("补卡"),
    ServiceKind.RENEWAL: T("换卡"),
    ServiceKind.PHONE_NUMBER: T("换登记的手机号"),
    ServiceKind.CARDS: T("查名下的卡"),
    ServiceKind.APPLICATIONS: T("查申请进度"),
}
PROOFS: dict[Evidence, Text] = {
    "card_pin": T("插卡输密码"),
    "id_card": T("刷身份证"),
    "e_card": T("扫电子社保卡"),
    "face": T("刷脸"),
    "one_time_code": T("短信验证码"),
}
_TOPICS = {"payments": T("缴费到账"), "balance": T("余额变动"), "benefits": T("待遇发放"), "card": T("用卡办事")}
_CHANGES = frozenset(ServiceKind) - {
    ServiceKind.STATUS,
    ServiceKind.PRODUCTION_PROGRESS,
    ServiceKind.RECORDS,
    ServiceKind.CERTIFICATE,
    ServiceKind.CARDS,
    ServiceKind.APPLICATIONS,
}
"""After which a text confirms, where the region wants that."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What one service is in one region.

    Attributes:
        asked: Ways to prove who one is, each with its proofs in the order in which they are asked; one way is enough.
        done: What happens then.
        refused: What isn't done, and where it is.
        cases: What else is in the way of it, each with its code and page (docs/refusals.md). That somebody can't prove
            who they are, and what goes wrong at a machine, may happen to each service and isn't told.
    """

    asked: tuple[tuple[Text, ...], ...]
    done: tuple[Text, ...]
    refused: tuple[Text, ...]
    cases: tuple[RefusalKind, ...] = ()


def explain(service: ServiceKind, policy: RegionPolicy) -> Explanation:
    """What `policy` makes of a service."""
    ways = policy.ways_of(service)
    if not ways:
        return Explanation((), (), (T("这个地区的自助机不办，请到服务网点。"),))
    done = list(_done(service, policy))
    if service in _CHANGES and policy.sms.confirmation:
        done.append(T("办完后，登记的手机会收到一条短信。"))
    cases = tuple(_cases(service, policy))
    return Explanation(tuple(map(_in_order, ways)), tuple(done), tuple(_refused(service, policy)), cases)


def _in_order(way: Way) -> tuple[Text, ...]:
    return tuple(words for proof, words in PROOFS.items() if proof in way)


def _done(service: ServiceKind, policy: RegionPolicy) -> Iterator[Text]:
    match service:
        case ServiceKind.ENABLE:
            yield T("密码改成本人自己的，社保功能当场启用。")
            yield from _financial(policy)
        case ServiceKind.CHANGE_PIN:
            yield T("当场改好。")
        case ServiceKind.UNLOCK:
            yield T("当场解锁，密码不变。")
        case ServiceKind.RESET_PIN:
            yield T("当场换成新密码。")
        case ServiceKind.TEMPORARY_LOSS:
            yield Tn("当场挂失，{n} 天后自动解除。", policy.loss.lapses_after_days)
        case ServiceKind.LOSS_RELEASE:
            yield T("当场解除。")
            if policy.loss.formal_can_be_lifted:
                yield T("正式挂失的卡，也可以在这里解除。")
        case ServiceKind.FORMAL_LOSS:
            yield T("当场挂失。办之前会说清楚后果。")
            yield T("以后可以解除。") if policy.loss.formal_can_be_lifted else T("以后不能解除，只能补卡。")
        case ServiceKind.STATUS | ServiceKind.PRODUCTION_PROGRESS | ServiceKind.APPLICATIONS:
            yield T("当场看结果，可以打印。")
        case ServiceKind.RECORDS:
            yield Tn("当场看最近 {n} 年的缴费和余额。", policy.records.years_shown)
        case ServiceKind.CERTIFICATE:
            yield T("当场打印，上面有查验码。")
            if policy.records.certificate_a4:
                yield T("接了 A4 打印机的机器可以打 A4。")
        case ServiceKind.ELIGIBILITY:
            yield Tn("每 {n} 个月认证一次，当场办完。", policy.eligibility.every_months)
            if policy.eligibility.home_visit:
                yield T("行动不便的，可以申请上门认证。")
        case ServiceKind.SMS:
            for topic in policy.sms.covers:
                yield T("提醒：{what}", what=_TOPICS[topic])
            yield _in_effect(policy)
        case ServiceKind.REPLACEMENT | ServiceKind.RENEWAL:
            yield from _new_card(service, policy)
        case ServiceKind.PHONE_NUMBER:
            yield _in_effect(policy)
        case ServiceKind.CARDS:
            yield T("当场看名下每张卡的状态。")
            if policy.card.one_card_a_province:
                yield T("一个省只留一张卡，多出来的要注销。")


def _in_effect(policy: RegionPolicy) -> Text:
    days = policy.sms.review_days
    return Tn("{n} 个工作日内审核，通过后生效。", days) if days else T("马上生效。")


def _financial(policy: RegionPolicy) -> Iterator[Text]:
    rules = policy.financial
    consequences = {
        "loss": T("不激活的，社保功能会被挂失。"),
        "medical": T("不激活的，看病用卡受限制。"),
        "none": T("不激活也不影响社保功能。"),
    }
    yield Tn("金融功能要在领卡后 {n} 天内到银行激活。", rules.deadline_days)
    yield consequences[rules.consequence]
    if rules.medical_restricted_after_days:
        yield Tn("领卡 {n} 天还没激活，看病用卡可能受限制。", rules.medical_restricted_after_days)
    yield T("可以请人代办。") if rules.agent_allowed else T("不能请人代办。")
    if rules.home_visits:
        yield T("行动不便的，银行可以上门。")


def _new_card(service: ServiceKind, policy: RegionPolicy) -> Iterator[Text]:
    rules = policy.replacement
    yield T("在这里申请，由经办机构决定。")
    if service is ServiceKind.RENEWAL:
        yield Tn("到期前 {n} 天起可以换。", policy.card.renewal_window_days)
        yield T("不收费。")
    elif rules.fee_fen == 0:
        yield T("不收费。")
    else:
        yield T("工本费 {yuan} 元。", yuan=f"{rules.fee_fen / 100:.2f}")
        if rules.free_first:
            yield T("第一次补卡不收费。")
    deliveries = {"collect": T("到网点领卡。"), "post": T("卡寄到家。"), "choice": T("自取或者邮寄，由本人选。")}
    yield deliveries[rules.delivery]
    yield Tn("大约 {n} 个工作日制好。", rules.days)
    if rules.temporary_card:
        yield T("制卡期间发一张临时卡。")
    if rules.instant_at_outlet:
        yield T("着急的，有的网点当场制卡。")


def _refused(service: ServiceKind, policy: RegionPolicy) -> Iterator[Text]:
    if service in (ServiceKind.ENABLE, ServiceKind.CHANGE_PIN, ServiceKind.RESET_PIN):
        yield Tn("新密码不是 {n} 位数字。", policy.card.pin_length)
        if policy.card.initial_pins:
            yield T("新密码跟发卡时的初始密码一样，或者太好猜。")


_card, _loss, _application, _records = refusals.card, refusals.loss, refusals.application, refusals.records
_STOPPED = (
    _card.ON_LOSS,
    _loss.BANK_FIRST,
    _card.FORMAL_LOSS,
    _card.APPLICATION_LOCKED,
    _card.CANCELLED,
    _card.EXPIRED,
)
_NEW_CARD = (_application.CARD_NOT_THERE, _application.PHOTO_UNUSABLE, _application.UNDER_REVIEW, _card.CANCELLED)
_CASES: dict[ServiceKind, tuple[RefusalKind, ...]] = {
    ServiceKind.ENABLE: (_card.NOT_COLLECTED, _card.ENABLED_ALREADY, *_STOPPED, refusals.pin.BLOCKED_NOT_ENABLED),
    ServiceKind.CHANGE_PIN: (_card.ARCHIVED, *_STOPPED, refusals.pin.BLOCKED),
    ServiceKind.UNLOCK: (_card.ARCHIVED, *_STOPPED, refusals.pin.NOT_BLOCKED),
    ServiceKind.RESET_PIN: (_card.ARCHIVED, *_STOPPED),
    ServiceKind.TEMPORARY_LOSS: (_loss.ALREADY, _loss.FORMAL_ALREADY, _loss.NOT_HERE, _card.CANCELLED),
    ServiceKind.LOSS_RELEASE: (_loss.NOT_ON_LOSS, _loss.BANK_FIRST, _card.CANCELLED),
    ServiceKind.FORMAL_LOSS: (_loss.FORMAL_ALREADY, _loss.NOT_HERE, _card.CANCELLED),
    ServiceKind.STATUS: (refusals.identity.ID_UNKNOWN,),
    ServiceKind.PRODUCTION_PROGRESS: (_records.NO_CARD_IN_PRODUCTION,),
    ServiceKind.RECORDS: (_records.NOT_INSURED,),
    ServiceKind.CERTIFICATE: (_records.NOTHING_TO_CERTIFY,),
    ServiceKind.ELIGIBILITY: (refusals.eligibility.NO_BENEFITS,),
    ServiceKind.SMS: (
        _application.ALREADY_SUBSCRIBED,
        _application.NOT_SUBSCRIBED,
        _application.PHONE_UNCHANGED,
        _application.PHONE_MISSING,
        _application.PHONE_INVALID,
        _application.UNDER_REVIEW,
    ),
    ServiceKind.REPLACEMENT: _NEW_CARD,
    ServiceKind.RENEWAL: (_application.NOT_DUE, _application.CARD_ON_LOSS, *_NEW_CARD),
    ServiceKind.PHONE_NUMBER: (
        _application.PHONE_UNCHANGED,
        _application.PHONE_INVALID,
        _application.UNDER_REVIEW,
    ),
    ServiceKind.CARDS: (_records.NO_CARD,),
    ServiceKind.APPLICATIONS: (_application.NONE_FOUND,),
}
"""What is in the way of each, whatever the region says."""


def _cases(service: ServiceKind, policy: RegionPolicy) -> Iterator[RefusalKind]:
    if service is ServiceKind.REPLACEMENT and policy.replacement.needs_formal_loss:
        yield _application.FORMAL_LOSS_FIRST
    yield from _CASES[service]
    if service is ServiceKind.LOSS_RELEASE and not policy.loss.formal_can_be_lifted:
        yield _loss.FORMAL
    if service in (ServiceKind.REPLACEMENT, ServiceKind.RENEWAL) and policy.replacement.delivery != "collect":
        yield _application.ADDRESS_MISSING
    if service is ServiceKind.RENEWAL and any("card_pin" in way for way in policy.ways_of(service)):
        yield from (refusals.pin.BLOCKED, refusals.pin.BLOCKED_NOT_ENABLED)
    if service is ServiceKind.ELIGIBILITY:
        visit, none = refusals.eligibility.NOT_PROVEN, refusals.eligibility.NOT_PROVEN_NO_VISIT
        yield visit if policy.eligibility.home_visit else none
