"""Plays one scenario on a stand and reports it: exit status 0 only for the result that the scenario expects."""

import time

from simulator.child import ChildFailed
from simulator.control import ControlError
from simulator.scenarios import Scenario
from simulator.scenarios.citizen import Citizen, NotSeen
from simulator.scenarios.report import Report
from simulator.stand import Stand
from simulator.x_screen import NoWindow, XScreen


def play(scenario: Scenario, stand: Stand, report: Report, *, language: str, seed: int) -> bool:
    """Have a citizen go through `scenario`; True if it came to the result that it expects."""
    with XScreen(stand.display) as screen:
        screen.watch(True)
        screen.wait_for_window(10)
        citizen = Citizen(stand, screen, report, language, seed)
        try:
            result, reason = scenario.play(citizen)
        except NotSeen as missing:
            result, reason = "lost", str(missing)
        except NoWindow:
            result, reason = "no screen", "the kiosk's window went away"
        except (ChildFailed, ControlError, OSError) as broken:
            result, reason = "stand broken", f"{type(broken).__name__}: {broken}"
    for child in stand.ended():
        result, reason = "ended", child.explain()
    expected = result == scenario.expects
    report.end(scenario.name, result, reason)
    if not expected:
        for name, child in stand.children.items():
            report.keep(f"{name}.log", child.last_words(lines=200))
    return expected


def tidy(stand: Stand) -> None:
    """Bring the stand back to how it was: faults mended, the slot empty, cards as new.

    The kiosk isn't touched; whatever page it is on, it comes home by itself.
    """
    reader = stand.control("card_reader")
    reader("mend")
    if reader("state")["inserted"]:
        reader("pull")
        time.sleep(0.2)
    for card in reader("cards")["cards"]:
        reader("reset_card", card=card["id"])
    if stand.pcscd.pid is None:
        stand.start_pcscd()
    stand.control("central")("fault", mode="none")
    stand.control("camera")("mend")
    stand.control("camera")("hide")
    stand.control("pin_pad")("mend")
    stand.control("receipt_printer")("mend")
