"""A citizen errs until one try is left, is stopped and asked, errs once more: the card is blocked and given back."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "blocked"
CARD = "normal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    wrong = citizen.thinks_of_a_pin()
    tries = citizen.tries_left(CARD)
    citizen.sees(pages.HOME)
    citizen.touches("修改密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.sees(pages.CURRENT_PIN)
    for left in range(tries - 1, 0, -1):
        citizen.types_pin(wrong)
        if left > 1:
            citizen.reads_tries_left(left)
    citizen.sees(pages.LAST_TRY)
    citizen.touches("再输 1 次")
    citizen.sees(pages.CURRENT_PIN)
    citizen.types_pin(wrong)
    citizen.sees(pages.PIN_BLOCKED)
    citizen.has_read()
    citizen.leaves_with_card()
    left = citizen.tries_left(CARD)
    if left:
        return "not blocked", f"the card still gives {left} tries"
    return "blocked", f"each of {tries} entries cost one try, the last one after a question"
