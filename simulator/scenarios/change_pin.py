"""A citizen changes the PIN; a weak one is refused on the way. The card itself then tells which PIN it takes."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "changed"
CARD = "normal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    old, new = citizen.persona(CARD).pin, citizen.thinks_of_a_pin()
    citizen.sees(pages.HOME)
    citizen.touches("修改密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.changes_pin(old, new, after_weak=("123456", "这是发卡时的密码，人人都知道"))
    citizen.sees(pages.DONE)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()

    if citizen.card_takes(CARD, old) or not citizen.card_takes(CARD, new):
        return "not changed", "the card doesn't take the new PIN, or still the old one"
    if (held := citizen.operations(CARD, 1)) != [("pin_change", "done")]:
        return "not reported", f"the central server holds {held}"
    return "changed", "the card refuses the old PIN and takes the new one; the central server holds one change, done"
