"""A citizen asks with their card what was paid into their pension, turns a page, and takes the totals along."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "read"
CARD = "sm4"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.inserts(CARD)
    citizen.sees(pages.CARD_MENU)
    citizen.touches("查五险")
    citizen.types_pin(citizen.persona(CARD).pin)
    citizen.sees(pages.INSURANCES)
    citizen.touches("养老")
    citizen.sees(pages.PENSION)
    citizen.reads("每年交了多少元，单位和个人合计")
    citizen.touches("下一页")
    citizen.reads("记录在哪里")
    citizen.touches("返回")
    citizen.sees(pages.INSURANCES)
    citizen.touches("打印")
    citizen.takes_receipt()
    citizen.sees(pages.RECORDS_PRINTED)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    return "read", "a chart and a balance on the screen, the totals on paper"
