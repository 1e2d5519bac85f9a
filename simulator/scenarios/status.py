"""A citizen puts a card in, proves to be its holder, reads its status, and takes a receipt and the card."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "shown"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.looks_at("normal")
    citizen.sees(pages.CURRENT_PIN)
    citizen.types_pin(citizen.persona("normal").pin)
    citizen.sees(pages.STATUS)
    citizen.touches("打印")
    citizen.takes_receipt()
    citizen.sees(pages.STATUS)
    citizen.touches("看完了，取卡")
    citizen.leaves_with_card()
    return "shown", "the status was on the screen and on paper"
