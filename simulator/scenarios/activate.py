"""A citizen has a new card enabled: ID card and a text prove who it is, the initial PIN is changed on the card."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "enabled"
CARD = "archived"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    old, new = citizen.persona(CARD).pin, citizen.thinks_of_a_pin()
    citizen.sees(pages.HOME)
    citizen.touches("启用社保卡")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.types_initial_pin(old)
    proving.with_text(citizen, CARD)
    citizen.changes_initial_pin(old, new)
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()

    if citizen.card_takes(CARD, old) or not citizen.card_takes(CARD, new):
        return "not changed", "the card doesn't take the new PIN, or still the initial one"
    if (held := citizen.operations(CARD, 1)) != [("enable", "done")]:
        return "not reported", f"the central server holds {held}"
    if not citizen.is_enabled(CARD):
        return "not enabled", f"the record says {citizen.record(CARD)}"
    return "enabled", "the card takes the new PIN alone; the central server holds it as enabled, by one operation"
