"""Where and until when the bank's side is activated: without a card, with one that has days left, one too late."""

from simulator.scenarios import pages, reading
from simulator.scenarios.citizen import Citizen

EXPECTS = "advised"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    reading.chooses_in_menu(citizen, "激活银行功能")
    citizen.sees(pages.INSERT_CARD)
    citizen.touches("没带卡，先看怎么办")
    citizen.sees(pages.FINANCIAL)
    reading.reads_to_the_end(citizen)
    citizen.touches("看完了")
    citizen.sees(pages.HOME)

    for card in ("archived", "bank_loss"):
        citizen.inserts(card)
        citizen.sees(pages.CARD_MENU)
        citizen.touches("激活银行功能")
        citizen.sees(pages.FINANCIAL)
        citizen.touches("打印")
        citizen.takes_receipt()
        citizen.sees(pages.FINANCIAL)
        citizen.touches("看完了")
        citizen.leaves_with_card()
    return "advised", "which bank, until when, and what to bring, on the screen and on paper; no PIN was asked for"
