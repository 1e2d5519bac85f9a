"""The power fails when the card has its new PIN and nobody knows: a second kiosk settles it, and the card is enabled.

The first kiosk comes back afterwards, tells what it knows, and changes nothing.
"""

from typing import Any

from simulator.machine import Machine
from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "enabled"
CARD = "archived"
SERVICE = "启用社保卡"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    old, new = citizen.persona(CARD).pin, citizen.thinks_of_a_pin()
    first = citizen.machine
    citizen.sees(pages.HOME)
    citizen.touches(SERVICE)
    citizen.sees(pages.INSERT_CARD)
    first.control("card_reader")("fail", at="ins 5E", how="hang_after_effect")
    citizen.inserts(CARD)
    citizen.types_initial_pin(old)
    proving.with_text(citizen, CARD)
    citizen.changes_initial_pin(old, new)
    citizen.waits_until(lambda: citizen.card_takes(CARD, new), "the card has its new PIN")
    first.cut_power()
    citizen.report.act("the power fails")
    citizen.takes_card()

    citizen.goes_to(citizen.stand.second())
    citizen.sees(pages.HOME, seconds=30)
    citizen.touches(SERVICE, seconds=20)
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.sees(pages.LAST_NEW_PIN)
    citizen.types_pin(new)
    citizen.sees(pages.ENABLED_BEFORE)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    if (wrong := _disagreement(citizen, old, new)) is not None:
        return "not settled", wrong

    boots = _heard_of(citizen, first)["boot"]
    first.start_kiosk()
    citizen.goes_to(first)
    citizen.report.act("the power is back")
    citizen.waits_until(
        lambda: _heard_of(citizen, first)["boot"] > boots and _heard_of(citizen, first)["outbox_length"] == 0,
        "the first kiosk has told all that it knows",
    )
    citizen.sees(pages.HOME, seconds=30)
    citizen.reads(SERVICE, seconds=30)  # It takes changes again.
    if (wrong := _disagreement(citizen, old, new)) is not None:
        return "unsettled again", wrong
    return "enabled", "settled at the second kiosk; card and server agree, before and after the first one came back"


def _heard_of(citizen: Citizen, machine: Machine) -> dict[str, Any]:
    """What a machine last told the server of itself."""
    return citizen.stand.central("kiosk", name=machine.name)


def _disagreement(citizen: Citizen, old: str, new: str) -> str | None:
    """What is wrong with the card or with what the server holds of it."""
    if citizen.card_takes(CARD, old) or not citizen.card_takes(CARD, new):
        return "the card doesn't take the new PIN, or still the initial one"
    if (held := citizen.operations(CARD, 1)) != [("enable", "done")]:
        return f"the central server holds {held}"
    if citizen.cases():
        return f"somebody has to look at {citizen.cases()}"
    return None if citizen.is_enabled(CARD) else f"the record says {citizen.record(CARD)}"
