"""PC/SC dies while a PIN is asked for, and comes back: the citizen is told, and the kiosk serves without a restart."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "served again"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.looks_at("normal")
    citizen.sees(pages.CURRENT_PIN)
    citizen.machine.pcscd.kill()
    citizen.report.act("PC/SC dies")
    citizen.sees_one_of(pages.READER_GONE, pages.CARD_REMOVED)
    citizen.takes_card()
    citizen.has_read()
    citizen.machine.pcscd.start()
    citizen.report.act("PC/SC is back")
    citizen.sees(pages.HOME, seconds=90)
    citizen.looks_at("normal")
    citizen.sees(pages.CURRENT_PIN)
    citizen.types_pin(citizen.persona("normal").pin)
    citizen.sees(pages.STATUS)
    citizen.touches("看完了，取卡")
    citizen.leaves_with_card()
    return "served again", "the kiosk found PC/SC again by itself"
