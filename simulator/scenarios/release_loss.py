"""A card was found again: by e-card code and text its loss is released; one for want of a bank's activation is not."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "released"
CARD, NOT_HERE = "temporary_loss", "bank_loss"


def _prove(citizen: Citizen, person: str) -> None:
    """Without an ID card: the phone alone."""
    citizen.sees(pages.CHOOSE_WAY)
    citizen.chooses(proving.BY_E_CARD)
    proving.shows_e_card(citizen, person)
    proving.types_text(citizen, person)
    citizen.takes_phone_away()


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.touches("解除挂失")
    _prove(citizen, NOT_HERE)
    citizen.sees(pages.BANK_FIRST)
    citizen.has_read()

    citizen.sees(pages.HOME)
    citizen.touches("解除挂失")
    _prove(citizen, CARD)
    citizen.sees(pages.RELEASE_QUESTION)
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
