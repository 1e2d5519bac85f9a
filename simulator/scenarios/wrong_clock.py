"""A kiosk's clock is 20 years ahead, then falls 40 years back in mid-visit: the same is done, in the same order."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "all the same"
CARD, BLOCKED = "archived", "blocked"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    machine = citizen.machine
    initial, first, second = citizen.persona(CARD).pin, citizen.thinks_of_a_pin(), citizen.thinks_of_a_pin()
    citizen.sees(pages.HOME)
    machine.stop_kiosk()
    machine.set_clock("+20y")
    machine.start_kiosk()
    machine.wait_until_it_serves()
    citizen.report.act("the clock is 20 years ahead")
    citizen.sees(pages.HOME, seconds=30)
    citizen.touches("启用社保卡", seconds=20)
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.types_initial_pin(initial)
    proving.with_text(citizen, CARD)
    citizen.changes_initial_pin(initial, first)
    citizen.sees(pages.DONE, seconds=30)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()

    citizen.touches("修改密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    machine.set_clock("-20y")
    citizen.report.act("the clock falls back to 20 years behind")
    citizen.changes_pin(first, second)
    citizen.sees(pages.DONE, seconds=30)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()

    citizen.touches("解锁密码")  # With the issuer's authority, which lasts for seconds.
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(BLOCKED)
    proving.with_text(citizen, BLOCKED)
    citizen.sees(pages.DONE, seconds=30)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    machine.set_clock(None)

    if citizen.operations(BLOCKED, 1) != [("unblock", "done")] or not citizen.tries_left(BLOCKED):
        return "not unlocked", f"the central server holds {citizen.operations(BLOCKED, 1)}"
    if not citizen.card_takes(CARD, second):
        return "not changed", "the card doesn't take the last PIN"
    if (held := citizen.operations(CARD, 2)) != [("enable", "done"), ("pin_change", "done")]:
        return "not reported", f"the central server holds {held}"
    if not citizen.is_enabled(CARD):
        return "not enabled", f"the record says {citizen.record(CARD)}"
    return "all the same", "the cards have what the server holds of them, in the order in which it was done"
