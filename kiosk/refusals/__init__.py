"""Every way in which a visit can end without the thing done: one registry by subject, each with a stable code.

An entry is named after its code: `refusals.card.ON_LOSS` is `card.on_loss`.
"""

from kiosk.refusals import (
    application,
    card,
    central,
    e_card,
    eligibility,
    identity,
    loss,
    machine,
    operation,
    outlets,
    pin,
    records,
)
from kiosk.refusals.kind import RefusalKind, Refused

__all__ = [
    "ALL",
    "RefusalKind",
    "Refused",
    "application",
    "card",
    "central",
    "e_card",
    "eligibility",
    "identity",
    "loss",
    "machine",
    "operation",
    "outlets",
    "pin",
    "records",
]

ALL: tuple[RefusalKind, ...] = tuple(
    value
    for subject in (
        card,
        pin,
        machine,
        central,
        e_card,
        identity,
        operation,
        loss,
        application,
        records,
        eligibility,
        outlets,
    )
    for value in vars(subject).values()
    if isinstance(value, RefusalKind)
)
"""The registry, in the order of its files."""
