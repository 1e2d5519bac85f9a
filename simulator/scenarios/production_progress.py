"""Somebody whose card is still being made asks how far it is; somebody with a card in hand hears that none is made."""

from simulator.scenarios import pages, proving, reading
from simulator.scenarios.citizen import Citizen

EXPECTS = "told"
WAITING, HAS_ONE = "in_production", "normal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    _asks(citizen, WAITING)
    citizen.sees(pages.IN_PRODUCTION)
    proving.takes_id_card(citizen)
    citizen.touches("打印")
    citizen.takes_receipt()
    citizen.sees(pages.IN_PRODUCTION)
    citizen.touches("看完了")
    citizen.sees(pages.HOME)

    _asks(citizen, HAS_ONE)
    citizen.sees(pages.NONE_IN_PRODUCTION)
    proving.takes_id_card(citizen)
    citizen.has_read()
    citizen.sees(pages.HOME)
    return "told", "when it is expected and where it will wait; and the other, whom to ask"


def _asks(citizen: Citizen, person: str) -> None:
    reading.chooses_in_menu(citizen, "查制卡进度")
    citizen.sees(pages.CHOOSE_WAY)
    citizen.chooses(proving.BY_ID_CARD)
    proving.lays_id_card(citizen, person)
