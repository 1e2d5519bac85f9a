"""Whether a service makes sense for a card in the state that it is in; and if not, why, in a few words.

The same rule as the services' own refusals, told beforehand; a test compares the two. Pure.
"""

from collections.abc import Callable

from kiosk.card_facts import CardFacts
from kiosk.text import T, Text, Tn
from kiosk.uplink.contract import ApplicationStatus, Lifecycle, LossReason, OperationKind
from kiosk.uplink.contract.policy import RegionPolicy


def why_not(service: str, facts: CardFacts, policy: RegionPolicy) -> Text | None:
    """Why `service` makes no sense for this card now; None: it does, or the card has no say in it.

    Args:
        service: By its name in the catalogue.
        facts: What chip and record say of the card.
        policy: What the region allows.
    """
    rule = _RULES.get(service)
    return None if rule is None else rule(facts, policy)


_STOPPED = {
    ApplicationStatus.ARCHIVED: T("先启用社保卡"),
    ApplicationStatus.FORMAL_LOSS: T("正式挂失了，要补新卡"),
    ApplicationStatus.APPLICATION_LOCKED: T("社保功能锁住了，到窗口问"),
    ApplicationStatus.CANCELLED: T("这张卡已经注销"),
}


def _unusable(facts: CardFacts, policy: RegionPolicy) -> Text | None:
    """What forbids that anything is done to the PIN."""
    status = facts.record.application_status
    if status is ApplicationStatus.TEMPORARY_LOSS:
        return _BANK_FIRST if _for_want_of_activation(facts) else _ON_LOSS
    if status is ApplicationStatus.FORMAL_LOSS and policy.loss.formal_can_be_lifted:
        return _ON_LOSS
    if status in _STOPPED:
        return _STOPPED[status]
    return _EXPIRED if facts.expired else None


_ON_LOSS = T("卡在挂失，先解除挂失")
_BANK_FIRST = T("先到银行开通，再到窗口")
_EXPIRED = T("卡过期了，要换卡")
_PIN_BLOCKED = T("密码锁住了，先解锁")


def _for_want_of_activation(facts: CardFacts) -> bool:
    return facts.record.loss_reason is LossReason.FINANCIAL_NOT_ACTIVATED


def _open(facts: CardFacts, kind: OperationKind) -> bool:
    """Whether such an operation hasn't ended: the service finds out first what became of it."""
    return facts.record.open_operation is not None and facts.record.open_operation.kind is kind


def _enable(facts: CardFacts, policy: RegionPolicy) -> Text | None:
    record = facts.record
    if _open(facts, OperationKind.ENABLE):
        return None
    if record.application_status is ApplicationStatus.NORMAL:
        return T("这张卡已经启用")
    if record.application_status is not ApplicationStatus.ARCHIVED:
        return _unusable(facts, policy)
    if record.lifecycle is not Lifecycle.COLLECTED:
        return T("先到窗口办好领卡")
    if facts.expired:
        return _EXPIRED
    return T("密码锁住了，到窗口办") if facts.pin_blocked else None


def _change_pin(facts: CardFacts, policy: RegionPolicy) -> Text | None:
    return _unusable(facts, policy) or (_PIN_BLOCKED if facts.pin_blocked else None)


def _unlock(facts: CardFacts, policy: RegionPolicy) -> Text | None:
    needless = not facts.pin_blocked and not _open(facts, OperationKind.UNBLOCK)
    return _unusable(facts, policy) or (T("密码没有锁") if needless else None)


def _report_loss(facts: CardFacts, _: RegionPolicy) -> Text | None:
    match facts.record.application_status:
        case ApplicationStatus.NORMAL:
            return None
        case ApplicationStatus.ARCHIVED if facts.record.lifecycle is Lifecycle.COLLECTED:
            return None
        case ApplicationStatus.TEMPORARY_LOSS if not _for_want_of_activation(facts):
            return T("已经挂失了")
        case ApplicationStatus.FORMAL_LOSS:
            return T("已经正式挂失了")
        case ApplicationStatus.CANCELLED:
            return _STOPPED[ApplicationStatus.CANCELLED]
        case _:
            return T("这张卡要到窗口挂失")


def _release_loss(facts: CardFacts, policy: RegionPolicy) -> Text | None:
    match facts.record.application_status:
        case ApplicationStatus.FORMAL_LOSS if not policy.loss.formal_can_be_lifted:
            return _STOPPED[ApplicationStatus.FORMAL_LOSS]
        case ApplicationStatus.TEMPORARY_LOSS | ApplicationStatus.FORMAL_LOSS:
            return _BANK_FIRST if _for_want_of_activation(facts) else None
        case ApplicationStatus.CANCELLED as status:
            return _STOPPED[status]
        case _:
            return T("卡没有挂失")


def _formal_loss(facts: CardFacts, policy: RegionPolicy) -> Text | None:
    if not policy.loss.formal_here:
        return T("本地要到窗口办")
    match facts.record.application_status:
        case ApplicationStatus.FORMAL_LOSS:
            return T("已经正式挂失了")
        case ApplicationStatus.CANCELLED as status:
            return _STOPPED[status]
        case ApplicationStatus.ARCHIVED if facts.record.lifecycle is Lifecycle.COLLECTED:
            return None
        case ApplicationStatus.NORMAL | ApplicationStatus.TEMPORARY_LOSS:
            return None
        case _:
            return T("这张卡要到窗口挂失")


def _replace_card(facts: CardFacts, policy: RegionPolicy) -> Text | None:
    if not policy.replacement.here:
        return T("本地要到网点办")
    if facts.record.application_status is ApplicationStatus.CANCELLED:
        return _STOPPED[ApplicationStatus.CANCELLED]
    match facts.record.lifecycle:
        case Lifecycle.BEING_REPLACED | Lifecycle.BEING_RENEWED:
            return T("已经申请了，正在办")
        case Lifecycle.INITIAL | Lifecycle.IN_PRODUCTION | Lifecycle.AWAITING_COLLECTION:
            return T("先到窗口办好领卡")
        case _:
            return None


def _renew_card(facts: CardFacts, policy: RegionPolicy) -> Text | None:
    record, window = facts.record, policy.card.renewal_window_days
    if needless := _replace_card(facts, policy):
        return needless
    if record.application_status in (ApplicationStatus.TEMPORARY_LOSS, ApplicationStatus.FORMAL_LOSS):
        return T("挂失的卡不能换，要补卡")
    if record.valid_until is None or (record.valid_until - record.as_of).days > window:
        return Tn("到期前 {n} 天才能换", window)
    return None


def _financial_function(facts: CardFacts, _: RegionPolicy) -> Text | None:
    status = facts.record.application_status
    if status in (ApplicationStatus.FORMAL_LOSS, ApplicationStatus.CANCELLED):
        return _STOPPED[status]
    return T("已经激活了") if facts.record.financial_activated else None


_RULES: dict[str, Callable[[CardFacts, RegionPolicy], Text | None]] = {
    "enable": _enable,
    "change_pin": _change_pin,
    "unlock": _unlock,
    "reset_pin": _unusable,
    "report_loss": _report_loss,
    "release_loss": _release_loss,
    "formal_loss": _formal_loss,
    "replace_card": _replace_card,
    "renew_card": _renew_card,
    "financial_function": _financial_function,
}
