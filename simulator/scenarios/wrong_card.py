"""A transport card, then a social security card put in upside down: each is told apart, and the next one is read."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "refused"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    for card, upside_down, answer in (
        ("wrong_card", False, pages.CARD_FOREIGN),
        ("normal", True, pages.CARD_SILENT),
    ):
        citizen.inserts(card, upside_down=upside_down)
        citizen.sees(answer)
        citizen.has_read()
        citizen.leaves_with_card()
    citizen.looks_at("normal")
    citizen.sees(pages.CURRENT_PIN)
    citizen.touches("退出")
    citizen.leaves_with_card()
    return "refused", "both were refused with the reason, and the machine went on serving"
