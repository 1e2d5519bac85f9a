"""A citizen has a certificate of their insurances printed, with a code by which anybody can check it."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "certified"
CARD = "sm4"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.touches("更多业务")
    citizen.sees(pages.MENU)
    citizen.touches("下一页")
    citizen.touches("打印参保证明")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.types_pin(citizen.persona(CARD).pin)
    citizen.takes_receipt(30)
    citizen.sees(pages.CERTIFIED)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    return "certified", "on paper, with a code"
