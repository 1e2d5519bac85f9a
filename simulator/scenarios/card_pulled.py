"""The card is pulled at every step of a PIN change; each time the page says what became of the PIN, and it is true.

Where the page has to say that it doesn't know, the card is asked the next time: then it and the server agree.
"""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen
from simulator.scenarios.pages import Known

EXPECTS = "told each time"
CARD = "normal"


def _while_it_is_read(citizen: Citizen, old: str, new: str) -> None:
    _will_leave(citizen, "ins B2", "pull")
    citizen.inserts(CARD)


def _while_the_pin_is_asked_for(citizen: Citizen, old: str, new: str) -> None:
    citizen.inserts(CARD)
    citizen.sees(pages.CURRENT_PIN)
    citizen.takes_card()


def _while_the_pin_is_compared(citizen: Citizen, old: str, new: str) -> None:
    citizen.inserts(CARD)
    citizen.sees(pages.CURRENT_PIN)
    # Not before: asking how many tries are left is the same instruction.
    _will_leave(citizen, "ins 20", "pull_after_effect")
    citizen.types_pin(old)


def _while_a_new_pin_is_asked_for(citizen: Citizen, old: str, new: str) -> None:
    citizen.inserts(CARD)
    citizen.sees(pages.CURRENT_PIN)
    citizen.types_pin(old)
    citizen.sees(pages.NEW_PIN)
    citizen.takes_card()


def _while_it_is_asked_for_again(citizen: Citizen, old: str, new: str) -> None:
    citizen.inserts(CARD)
    citizen.sees(pages.CURRENT_PIN)
    citizen.types_pin(old)
    citizen.sees(pages.NEW_PIN)
    citizen.types_pin(new)
    citizen.sees(pages.REPEAT_PIN)
    citizen.takes_card()


def _before_the_new_pin_is_written(citizen: Citizen, old: str, new: str) -> None:
    _will_leave(citizen, "ins 5E", "pull")
    citizen.inserts(CARD)
    citizen.changes_pin(old, new)


def _after_the_new_pin_is_written(citizen: Citizen, old: str, new: str) -> None:
    _will_leave(citizen, "ins 5E", "pull_after_effect")
    citizen.inserts(CARD)
    citizen.changes_pin(old, new)


def _will_leave(citizen: Citizen, at: str, how: str) -> None:
    citizen.report.act(f"the card will leave at {at}: {how}")
    citizen.machine.control("card_reader")("fail", at=at, how=how)


@dataclass(frozen=True, slots=True)
class Step:
    """Where the card leaves, the page that follows, and whether the card has the new PIN then."""

    go: Callable[[Citizen, str, str], None]
    answer: Known
    changed: bool = False


STEPS = (
    Step(_while_it_is_read, pages.CARD_REMOVED),
    Step(_while_the_pin_is_asked_for, pages.CARD_REMOVED),
    Step(_while_the_pin_is_compared, pages.PIN_TRY_UNKNOWN),
    Step(_while_a_new_pin_is_asked_for, pages.CARD_REMOVED),
    Step(_while_it_is_asked_for_again, pages.CARD_REMOVED),
    Step(_before_the_new_pin_is_written, pages.PIN_UNKNOWN),
    Step(_after_the_new_pin_is_written, pages.PIN_UNKNOWN, changed=True),
)


def _comes_back(citizen: Citizen, old: str, new: str, changed: bool) -> None:
    """Put the card in again: what became of the PIN is found out before anything else."""
    citizen.sees(pages.HOME)
    citizen.touches("修改密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.sees(pages.LAST_NEW_PIN)
    citizen.types_pin(new)
    if changed:
        citizen.sees(pages.CHANGED_BEFORE)
        citizen.touches("完成，取卡")
    else:
        citizen.sees(pages.PIN_BEFORE)
        citizen.types_pin(old)
        citizen.sees(pages.NEW_PIN)  # It can be done now.
        citizen.touches("退出")
    citizen.leaves_with_card()


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    old = citizen.persona(CARD).pin
    ended: list[tuple[str, str]] = []
    for step in STEPS:
        new = citizen.thinks_of_a_pin()
        citizen.sees(pages.HOME)
        citizen.touches("修改密码")
        citizen.sees(pages.INSERT_CARD)
        step.go(citizen, old, new)
        citizen.sees(step.answer)
        if citizen.card_takes(CARD, new) is not step.changed or citizen.card_takes(CARD, old) is step.changed:
            return "wrong", f"{step.go.__name__}: the PIN is not the one that the page speaks of"
        citizen.has_read()
        if step.answer is pages.PIN_UNKNOWN:
            _comes_back(citizen, old, new, step.changed)
            ended.append(("pin_change", "done" if step.changed else "not_done"))
            if (held := citizen.operations(CARD, len(ended))) != ended:
                return "not settled", f"the central server holds {held}"
    citizen.sees(pages.HOME)
    return (
        "told each time",
        f"pulled at {len(STEPS)} steps; card and page agreed, and in the end card and server",
    )
