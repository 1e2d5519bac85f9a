"""A citizen who reports a loss holds up a medical-insurance code: told apart, and the e-card code is taken after it."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "told apart"
CARD = "normal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.touches("挂失")
    citizen.sees(pages.CHOOSE_WAY)
    citizen.chooses(proving.BY_E_CARD)
    citizen.sees(pages.SHOW_CODE)
    citizen.shows_code(citizen.stand.central("medical_code")["code"], "a medical-insurance code")
    citizen.sees(pages.CODE_MEDICAL)
    citizen.takes_phone_away()
    citizen.touches("再扫一次")
    citizen.sees(pages.CHOOSE_WAY)
    citizen.chooses(proving.BY_E_CARD)
    proving.shows_e_card(citizen, CARD)
    proving.types_text(citizen, CARD)
    citizen.sees(pages.LOSS_QUESTION)
    citizen.takes_phone_away()
    citizen.touches("退出")
    citizen.sees(pages.HOME)
    if held := citizen.operations(CARD, 0, seconds=0):
        return "changed", f"the central server holds {held}"
    return "told apart", "the medical-insurance code was refused by its name, the e-card code taken"
