"""A PIN is blocked: after ID card and text the issuer unblocks the card, and the same PIN works again."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "unlocked"
CARD = "blocked"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.touches("解锁密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    proving.with_text(citizen, CARD)
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()

    persona = citizen.persona(CARD)
    if citizen.tries_left(CARD) != persona.profile.tries or not citizen.card_takes(CARD, persona.pin):
        return "not unlocked", "the card doesn't give all tries, or doesn't take its PIN"
    if (held := citizen.operations(CARD, 1)) != [("unblock", "done")] or citizen.record(CARD)["pin_blocked"]:
        return "not reported", f"the central server holds {held} and {citizen.record(CARD)}"
    return "unlocked", "the card gives all tries for the same PIN; the central server no longer holds it as blocked"
