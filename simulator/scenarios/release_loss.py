"""A card was found again: by the e-card code its loss is released; one for want of a bank's activation is not."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "released"
CARD, NOT_HERE = "temporary_loss", "bank_loss"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.touches("解除挂失")
    citizen.shows_e_card(NOT_HERE)
    citizen.sees(pages.BANK_FIRST)
    citizen.takes_phone_away()
    citizen.has_read()

    citizen.sees(pages.HOME)
    citizen.touches("解除挂失")
    citizen.shows_e_card(CARD)
    citizen.sees(pages.RELEASE_QUESTION)
    citizen.takes_phone_away()
    citizen.touches("确认解除")
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成")
    citizen.sees(pages.HOME)

    if (held := citizen.operations(CARD, 1)) != [("loss_release", "done")] or citizen.operations(NOT_HERE, 0):
        return "not reported", f"the central server holds {held} and {citizen.operations(NOT_HERE, 0)}"
    if not citizen.is_enabled(CARD) or citizen.is_enabled(NOT_HERE):
        return "not released", f"the records say {citizen.record(CARD)} and {citizen.record(NOT_HERE)}"
    return "released", "the server holds the card as in use again, and the other still on loss"
