"""Cards in six states are put in, one after another: what each needs is offered first, the rest with the reason."""

from simulator.scenarios import pages, reading
from simulator.scenarios.citizen import Citizen
from simulator.scenarios.pages import Known

EXPECTS = "each its own"
CARDS: tuple[tuple[str, Known, str, str], ...] = (
    ("normal", pages.IN_ORDER, "修改密码", "解锁密码"),
    ("archived", pages.ARCHIVED, "启用社保卡", "修改密码"),
    ("temporary_loss", pages.ON_LOSS, "解除挂失", "修改密码"),
    ("formal_loss", pages.ON_FORMAL_LOSS, "补卡", "解除挂失"),
    ("blocked", pages.BLOCKED, "解锁密码", "修改密码"),
    ("expired", pages.EXPIRED, "换卡", "修改密码"),
)
"""A card, how it is, what it needs most, and what makes no sense for it."""


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    for card, state, needed, senseless in CARDS:
        citizen.inserts(card)
        citizen.sees(state)
        heading, first, other = (citizen.reads(words) for words in ("现在可以办", needed, "查卡状态"))
        if (other.y, other.x) < (first.y - first.height, first.x) or first.y < heading.y:
            return "in another order", f"{needed} isn't what the card {card} is offered first"
        reading.turns_to(citizen, senseless)
        citizen.touches("不办了，取卡")
        citizen.leaves_with_card()
    return "each its own", "what a card needs comes first, and what makes no sense for it can't be chosen"
