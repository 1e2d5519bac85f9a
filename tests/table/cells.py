"""The cells of the table: every service, for a card in every state, by every region's rules, with what is there and
what somebody has with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from kiosk.catalogue import SERVICES
from kiosk.questions import BY_NAME
from kiosk.uplink.contract import ApplicationStatus, Lifecycle

REGIONS = ("default", "110000", "330100")
MACHINES = (
    "everything",
    "no ID card reader",
    "no camera",
    "no faces",
    "no texts",
    "no printer",
    "PIN at the reader",
)
"""What a machine has, or what has failed there."""
FLAGS = (
    "",
    "PIN blocked",
    "expired",
    "expiring",
    "initial PIN",
    "never at the bank",
    "nothing on record",
    "applied",
)
"""What else is so of the card; or of its holder: neither phone, photo nor address on record, or applications of theirs
that wait, are under way, or came to an end."""
_OF_LOSSES = "never at the bank"
_WITH_LACKS = ("", "PIN blocked", "initial PIN", "nothing on record")
"""What a lack at the machine could make a difference to."""
EVERYTHING = "everything"
AT_HAND = (EVERYTHING, "card", "ID card and phone", "nothing")
"""What somebody has with them."""
_QUESTIONS = tuple(BY_NAME)
ASKS_NOTHING = (*_QUESTIONS, "questions", "published_rules", "legal_basis", "outlets")
"""Services that don't look at any card."""
OF_A_CARD = tuple(name for name in SERVICES if name not in (*ASKS_NOTHING, "more"))

USUAL = {
    ApplicationStatus.ARCHIVED: Lifecycle.COLLECTED,
    ApplicationStatus.NORMAL: Lifecycle.ENABLED,
    ApplicationStatus.FORMAL_LOSS: Lifecycle.FORMAL_LOSS,
    ApplicationStatus.APPLICATION_LOCKED: Lifecycle.ENABLED,
    ApplicationStatus.TEMPORARY_LOSS: Lifecycle.TEMPORARY_LOSS,
    ApplicationStatus.CANCELLED: Lifecycle.CANCELLED,
}
"""The lifecycle that goes with a status. Records don't always keep to it, and a machine has to get along with that."""
LOSSES = (ApplicationStatus.FORMAL_LOSS, ApplicationStatus.TEMPORARY_LOSS)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where: whose rules, and what the machine has."""

    region: str
    has: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One visit. `at_hand` is one of `AT_HAND`; `turn` says which of several ways is gone where there is a choice."""

    service: str
    status: ApplicationStatus
    lifecycle: Lifecycle
    flag: str
    at_hand: str
    turn: int

    def has(self, thing: str) -> bool:
        """Whether somebody has `card`, `ID card` or `phone` with them."""
        return self.at_hand == EVERYTHING or thing in self.at_hand.split(" and ")

    def __str__(self) -> str:
        return f"{self.service}, {self.status.name} {self.lifecycle.name} {self.flag}, {self.at_hand}, turn {self.turn}"


def machines() -> Iterator[Machine]:
    """All of them."""
    yield from (Machine(region, has) for region, has in product(REGIONS, MACHINES))


def cells(machine: Machine) -> Iterator[Cell]:
    """All that is tried at one machine: of one that has everything, with each lifecycle that a record may hold, and by
    somebody who has left things at home."""
    turn = 0
    whole = machine.has == EVERYTHING
    for service, status, flag in product(OF_A_CARD, ApplicationStatus, FLAGS):
        if (flag == _OF_LOSSES and status not in LOSSES) or not (whole or flag in _WITH_LACKS):
            continue
        for lifecycle, at_hand in product(Lifecycle, AT_HAND):
            usual, all_there = lifecycle is USUAL[status], at_hand == EVERYTHING
            if (usual and all_there) or (whole and (usual or (all_there and not flag))):
                yield Cell(service, status, lifecycle, flag, at_hand, turn)
                turn += 1
    for service in ASKS_NOTHING:
        yield Cell(service, ApplicationStatus.NORMAL, Lifecycle.ENABLED, "", EVERYTHING, turn)
