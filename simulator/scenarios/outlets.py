"""A citizen looks for a place with people: the nearest first, all of them read, and the list on paper."""

from simulator.scenarios import pages, reading
from simulator.scenarios.citizen import Citizen

EXPECTS = "shown the way"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    reading.chooses_in_menu(citizen, "服务网点")
    citizen.sees(pages.OUTLETS)
    reading.reads_to_the_end(citizen)
    citizen.touches("打印")
    citizen.takes_receipt()
    citizen.sees(pages.OUTLETS)
    citizen.touches("看完了")
    citizen.sees(pages.HOME)
    return "shown the way", "where it is, when it is open and what it does, on the screen and on paper"
