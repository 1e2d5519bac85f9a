"""An engineer applies settings and nobody confirms them: after two minutes the machine is as it was, by itself.

Takes some three minutes, and a stand that root started: the engineer is another user.
"""

import re

from simulator import engineer
from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "as it was"
_TRIAL_SECONDS = 150.0


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    machine, own = citizen.machine, citizen.language
    other = "en" if own == "zh" else "zh"
    citizen.sees(pages.HOME)
    try:
        text = str(engineer.asks(machine.console, "settings", {})["text"])
        changed = re.sub(rf'(?m)^language = "{own}"', f'language = "{other}"', text)
        engineer.asks(machine.console, "settings_apply", {"text": changed}, confirmed=True)
    except engineer.NotAsked as refused:
        return "not asked", str(refused)
    citizen.report.act(f"an engineer applies settings: the language is {other}")
    machine.start_again(20)
    citizen.goes_to(machine)
    citizen.language = other
    citizen.sees(pages.HOME)
    citizen.report.act("nobody confirms them")
    machine.start_again(_TRIAL_SECONDS)
    citizen.goes_to(machine)
    citizen.language = own
    citizen.sees(pages.HOME)
    if engineer.asks(machine.console, "settings", {})["text"] != text:
        return "changed", "the settings in force aren't those from before"
    return "as it was", "the machine went back to its settings by itself, and serves"
