"""The card is pulled at every step of a PIN change; each time the page says what became of the PIN, and it is true."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen
from simulator.scenarios.pages import Known

EXPECTS = "told each time"
CARD = "normal"


@dataclass(frozen=True, slots=True)
class Step:
    """Where the card leaves.

    Attributes:
        name: For the report.
        trap: Instruction and manner of a pull by surprise, or None: the citizen pulls it after `goes_on`.
        goes_on: What the citizen does before.
        answer: The page that follows.
    """

    name: str
    trap: tuple[str, str] | None
    goes_on: Callable[[Citizen, str, str], None]
    answer: Known


def _nothing(citizen: Citizen, old: str, new: str) -> None:
    pass


def _to_the_pin(citizen: Citizen, old: str, new: str) -> None:
    citizen.sees(pages.CURRENT_PIN)


def _types_the_pin(citizen: Citizen, old: str, new: str) -> None:
    citizen.sees(pages.CURRENT_PIN)
    citizen.types_pin(old)


def _to_the_new_pin(citizen: Citizen, old: str, new: str) -> None:
    _types_the_pin(citizen, old, new)
    citizen.sees(pages.NEW_PIN)


def _to_the_repeat(citizen: Citizen, old: str, new: str) -> None:
    _to_the_new_pin(citizen, old, new)
    citizen.types_pin(new)
    citizen.sees(pages.REPEAT_PIN)


def _to_the_end(citizen: Citizen, old: str, new: str) -> None:
    citizen.changes_pin(old, new)


STEPS = (
    Step("while it is read", ("ins B2", "pull"), _nothing, pages.CARD_REMOVED),
    Step("while the PIN is asked for", None, _to_the_pin, pages.CARD_REMOVED),
    Step("while the PIN is compared", ("ins 20", "pull_after_effect"), _types_the_pin, pages.PIN_TRY_UNKNOWN),
    Step("while a new PIN is asked for", None, _to_the_new_pin, pages.CARD_REMOVED),
    Step("while it is asked for again", None, _to_the_repeat, pages.CARD_REMOVED),
    Step("before the new PIN is written", ("ins 5E", "pull"), _to_the_end, pages.PIN_UNKNOWN),
    Step("after the new PIN is written", ("ins 5E", "pull_after_effect"), _to_the_end, pages.PIN_UNKNOWN),
)


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    old = citizen.persona(CARD).pin
    reader = citizen.stand.control("card_reader")
    for step in STEPS:
        new = citizen.thinks_of_a_pin()
        citizen.sees(pages.HOME)
        citizen.touches("修改密码")
        citizen.sees(pages.INSERT_CARD)
        if step.trap is not None:
            reader("fail", at=step.trap[0], how=step.trap[1])
        citizen.report.act(f"the card will leave {step.name}")
        citizen.inserts(CARD)
        step.goes_on(citizen, old, new)
        if step.trap is None:
            citizen.takes_card()
        citizen.sees(step.answer, seconds=25)
        changed = step.trap == ("ins 5E", "pull_after_effect")
        if citizen.card_takes(CARD, new) is not changed or citizen.card_takes(CARD, old) is changed:
            return "wrong", f"pulled {step.name}, the PIN is not the one that the page speaks of"
        citizen.touches("回首页")
    citizen.sees(pages.HOME)
    return "told each time", f"pulled at {len(STEPS)} steps; the card agreed with the page each time"
