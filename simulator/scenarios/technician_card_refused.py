"""Cards that open nothing: of another authority, out of date, and with a wrong PIN. Nobody sees the board."""

from simulator.scenarios import pages, staff
from simulator.scenarios.citizen import Citizen

EXPECTS = "refused"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.inserts("technician_foreign")
    citizen.sees(pages.FOREIGN_STAFF_CARD)
    citizen.touches("知道了")
    citizen.leaves_with_card()
    if not citizen.types_on_reader:
        staff.enters(citizen, "technician_expired")
        citizen.sees(pages.EXPIRED_STAFF_CARD)
        citizen.touches("知道了")
        citizen.leaves_with_card()
    citizen.inserts("normal")
    citizen.sees_one_of(pages.CURRENT_PIN, pages.STATUS)
    citizen.touches("退出")
    citizen.leaves_with_card()
    return "refused", "nobody was let in, and the next citizen was served"
