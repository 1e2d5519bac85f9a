"""The central server is away, answers nonsense, fails, and dawdles: nothing is changed, and the citizen is told."""

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "refused, then served"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    central = citizen.stand.central
    for mode, answer in (
        ("nonsense", pages.CENTRAL_BROKEN),
        ("500", pages.CENTRAL_BROKEN),
        ("slow", pages.CENTRAL_SLOW),
        ("away", pages.CENTRAL_UNREACHABLE),
    ):
        citizen.sees(pages.HOME, seconds=40)
        central("fault", mode=mode)
        citizen.report.act(f"the central server fails: {mode}")
        citizen.inserts("normal")
        citizen.sees(answer, seconds=40)
        citizen.takes_card()
        citizen.has_read()
        central("fault", mode="none")
    citizen.sees(pages.HOME, seconds=40)
    citizen.looks_at("normal")
    citizen.sees(pages.CURRENT_PIN)
    citizen.touches("退出")
    citizen.leaves_with_card()
    return "refused, then served", "each failure had a page of its own, and mended it served again"
