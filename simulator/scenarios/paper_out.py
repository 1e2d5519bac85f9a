"""The paper ends while a receipt is printed: the PIN is changed all the same, and the page says what is missing."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "changed without a receipt"
CARD = "normal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    old, new = citizen.persona(CARD).pin, citizen.thinks_of_a_pin()
    printer = citizen.machine.control("receipt_printer")
    citizen.sees(pages.HOME)
    citizen.touches("修改密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    printer("paper", level="out", after_lines=4)
    citizen.report.act("the paper will end after four lines")
    citizen.changes_pin(old, new)
    citizen.sees(pages.DONE, seconds=30)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    printer("mend")
    if not citizen.card_takes(CARD, new):
        return "not changed", "the card doesn't take the new PIN"
    return "changed without a receipt", "the card takes the new PIN; the page didn't promise paper"
