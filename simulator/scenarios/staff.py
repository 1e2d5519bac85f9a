"""What a technician's hands do at a machine, beside a citizen's."""

import time

from simulator.card_reader.technicians import technicians
from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen

KEYS = (*"1234567890", "cancel", "clear", "enter")
_KEY_SECONDS = 0.6
_CORNER = 88
"""From the screen's edge to the middle of a target, in the look's unit."""


def enters(citizen: Citizen, card: str = "technician") -> None:
    """Put a technician's card in and type its PIN."""
    citizen.inserts(card)
    citizen.sees(pages.CARD_PIN)
    citizen.types_pin(next(who.pin for who in technicians() if who.id == card))


def sent_to_terminal(citizen: Citizen) -> tuple[str, str]:
    """Try the card at a machine whose only keys are the card reader's; what that comes to."""
    citizen.inserts("technician")
    citizen.sees(pages.NO_STAFF_PAD)
    citizen.touches("知道了")
    citizen.leaves_with_card()
    return "sent to the terminal", "a card's PIN isn't typed on the reader's own keys"


def leaves(citizen: Citizen) -> None:
    """From the menu over the board to the home page, with the card."""
    citizen.sees(pages.CARE)
    citizen.touches("返回")
    citizen.sees(pages.BOARD)
    citizen.touches("退出维护")
    citizen.leaves_with_card()


def presses_every_key(citizen: Citizen) -> None:
    """One finger, one key after another."""
    pad = citizen.machine.control("pin_pad")
    for key in KEYS:
        time.sleep(_KEY_SECONDS)
        pad("key", key=key)
    citizen.report.act("presses every key of the pad")


def touches_every_corner(citizen: Citizen) -> None:
    """The four corners and the middle."""
    wishes = citizen.stand.wishes
    w, h = wishes.width, wishes.height
    near = round(_CORNER * (w / 1080 if h > w else min(w / 1880, h / 1350)))
    for x, y in ((near, near), (w - near, near), (w // 2, h // 2), (near, h - near), (w - near, h - near)):
        citizen.hesitates()
        citizen.screen.touch(x, y)
        time.sleep(0.4)
    citizen.report.act("touches the corners and the middle")
