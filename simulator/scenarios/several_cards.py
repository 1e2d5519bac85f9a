"""Somebody with two cards asks by ID card which of them counts, and how the other is cancelled."""

from simulator.scenarios import pages, proving, reading
from simulator.scenarios.citizen import Citizen

EXPECTS = "told"
PERSON = "unreadable_item"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    reading.chooses_in_menu(citizen, "查名下的卡")
    citizen.sees(pages.CHOOSE_WAY)
    citizen.chooses(proving.BY_ID_CARD)
    proving.lays_id_card(citizen, PERSON)
    citizen.sees(pages.TWO_CARDS)
    proving.takes_id_card(citizen)
    reading.reads_to_the_end(citizen)
    citizen.touches("打印")
    citizen.takes_receipt()
    citizen.sees(pages.TWO_CARDS)
    citizen.touches("看完了")
    citizen.sees(pages.HOME)
    return "told", "both cards with their state, and the two steps that cancel the one not used"
