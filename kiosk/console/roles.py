"""Who may be at the maintenance console, and who may do what there: one table for every face."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.uplink.contract.access import Role as Role


class Face(StrEnum):
    """Where somebody stands."""

    GLASS = "glass"
    """The machine's own screen."""
    SOCKET = "socket"
    """A terminal or a command line on the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody at the console.

    Attributes:
        who: A name for the journal: a user of this computer's, or the number of a technician's card.
        roles: May be none: nothing is allowed then.
        face: Where they stand.
    """

    who: str
    roles: frozenset[Role]
    face: Face


_O, _T, _E, _A = Role.OPERATOR, Role.TECHNICIAN, Role.ENGINEER, Role.AUDITOR

MAY: dict[str, frozenset[Role]] = {
    "board": frozenset({_O, _T, _E, _A}),
    "actions": frozenset({_O, _T, _E, _A}),
    "out_of_service": frozenset({_O, _T, _E}),
    "back_in_service": frozenset({_O, _T, _E}),
    "clear": frozenset({_T, _E}),
    "restart": frozenset({_T, _E}),
    "paper_replaced": frozenset({_O, _T, _E}),
    "network": frozenset({_O, _T, _E}),
    "operations": frozenset({_T, _E, _A}),
    "records": frozenset({_E, _A}),
    "log": frozenset({_T, _E, _A}),
    "export": frozenset({_T, _E}),
    "kept_export": frozenset({_T, _E}),
    "settings": frozenset({_T, _E, _A}),
    "settings_check": frozenset({_E}),
    "settings_apply": frozenset({_E}),
    "settings_confirm": frozenset({_E}),
    "self_test": frozenset({_O, _T, _E}),
    "readiness": frozenset({_O, _T, _E}),
    "self_test_results": frozenset({_O, _T, _E, _A}),
    "readiness_report": frozenset({_O, _T, _E, _A}),
    "print_readiness": frozenset({_O, _T, _E}),
}
"""The roles that may do each action. One that isn't here can't be done."""


def may(roles: Iterable[Role], action: str) -> bool:
    """Whether somebody with `roles` may do `action`."""
    return not MAY.get(action, frozenset()).isdisjoint(roles)
