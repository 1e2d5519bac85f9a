"""Plays one scenario on a stand and reports it: exit status 0 only for the result that the scenario expects."""

import time
from collections.abc import Callable

from simulator.card_reader.personas import personas
from simulator.child import ChildFailed
from simulator.control import ControlError
from simulator.machine import Machine
from simulator.scenarios import Scenario
from simulator.scenarios.citizen import Citizen, NotSeen
from simulator.scenarios.report import Report
from simulator.stand import Stand
from simulator.x_screen import NoWindow


def play(
    scenario: Scenario,
    stand: Stand,
    report: Report,
    *,
    language: str,
    seed: int,
    who: Callable[[Stand, Report, str, int], Citizen] = Citizen,
) -> bool:
    """Have a citizen go through `scenario`; True if it came to the result that it expects."""
    with who(stand, report, language, seed) as citizen:
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
    expected = result == (scenario.expects_on_reader if stand.wishes.pin_path == "reader" else scenario.expects)
    report.end(scenario.name, result, reason)
    if not expected:
        for name, child in stand.children.items():
            report.keep(f"{name}.log", child.last_words(lines=200))
    return expected


def tidy(stand: Stand) -> None:
    """Bring the stand back to how it was: faults mended, slots empty, cards as new.

    A kiosk that runs isn't touched; whatever page it is on, it comes home by itself.
    """
    stand.central("fault", mode="none")
    stand.central("sms", away=False)
    for machine in stand.machines:
        _tidy(machine)
    for persona in personas():
        stand.renew(persona.id)


def _tidy(machine: Machine) -> None:
    reader = machine.control("card_reader")
    reader("mend")
    if reader("state")["inserted"]:
        reader("pull")
        time.sleep(0.2)
    if machine.pcscd.pid is None:
        machine.pcscd.start()
    for device in ("camera", "pin_pad", "receipt_printer", "id_reader"):
        machine.control(device)("mend")
    machine.control("camera")("hide")
    machine.control("id_reader")("lift")
    machine.control("id_reader")("plug")
    machine.loudspeaker.plug()
    if not machine.on:
        machine.start_kiosk()
