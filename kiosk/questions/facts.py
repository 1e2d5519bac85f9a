"""What the answers name: a region's days and fees, a machine's window and hotline."""

from collections.abc import Sequence

from kiosk.settings import Settings
from kiosk.text import Argument, Local, T, Text

_COVERED = {"payments": T("缴费"), "balance": T("余额"), "benefits": T("待遇发放"), "card": T("社保卡的变动")}
_FEN_A_YUAN = 100
_DAYS_A_MONTH = 30


def facts(settings: Settings) -> dict[str, Argument]:
    """By the names that texts give them in braces."""
    machine, policy = settings.machine, settings.policy
    return {
        "window": Local(machine.window, machine.window_en),
        "hotline": machine.hotline,
        "deadline_days": policy.financial.deadline_days,
        "medical_months": policy.financial.medical_restricted_after_days // _DAYS_A_MONTH,
        "renewal_days": policy.card.renewal_window_days,
        "loss_days": policy.loss.lapses_after_days,
        "fee": yuan(policy.replacement.fee_fen),
        "card_days": policy.replacement.days,
        "every_months": policy.eligibility.every_months,
        "review_days": policy.sms.review_days,
        "covers": covered(settings),
    }


def covered(settings: Settings) -> Text:
    """What the region's texts are about, in words."""
    return listed([_COVERED[what] for what in settings.policy.sms.covers])


def listed(texts: Sequence[Text]) -> Text:
    """Several, as one enumeration."""
    first, *rest = texts
    return T("{first}、{rest}", first=first, rest=listed(rest)) if rest else first


def yuan(fen: int) -> str:
    """An amount without its unit: 20, or 7.50."""
    return str(fen // _FEN_A_YUAN) if fen % _FEN_A_YUAN == 0 else f"{fen / _FEN_A_YUAN:.2f}"


def fill(text: Text, names: dict[str, Argument]) -> Text:
    """`text` with what its braces name."""
    return Text(text.message, (*text.arguments, *names.items()), text.count)
