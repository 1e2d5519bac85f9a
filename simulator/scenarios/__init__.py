"""Scripted citizens who use the running product through its screen and the virtual hardware, and nothing else.

Each scenario is a module with a docstring that says what it shows, `EXPECTS`, the result that it should come to, and
`play`, which a `Citizen` goes through from top to bottom; with `EXPECTS_ON_READER` too where another result is right on
a machine whose only keys are the card reader's, and `REGION` where it is about one region's rules. A new one is listed
in `SCENARIOS`.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.scenarios.citizen import Citizen

SCENARIOS = (
    "status",
    "status-ecard",
    "change-pin",
    "activate",
    "activate-with-id-and-face",
    "face-refused-then-id",
    "id-mismatch",
    "otp",
    "otp-wrong-to-limit",
    "medical-code-shown",
    "unlock",
    "reset-pin",
    "report-loss",
    "release-loss",
    "insurance-records",
    "insured-certificate",
    "rights-record",
    "eligibility-check",
    "sms-reminders",
    "sms-face-to-face",
    "phone-number",
    "replace-card",
    "renew-card",
    "application-refused",
    "formal-loss",
    "card-menu",
    "several-cards",
    "production-progress",
    "financial-function",
    "outlets",
    "questions",
    "wrong-pin-to-block",
    "card-pulled",
    "wrong-card",
    "camera-missing",
    "paper-out",
    "power-cut-during-activation",
    "wrong-clock",
    "lost-reply",
    "duplicate-reply",
    "server-away",
    "pcscd-restart",
    "technician-visit",
    "paper-replaced",
    "network-cut",
    "export-kept",
    "technician-card-refused",
    "settings-rolled-back",
)
"""In the order in which they are best watched."""

TROUBLES = (
    "card-pulled",
    "camera-missing",
    "paper-out",
    "lost-reply",
    "duplicate-reply",
    "wrong-clock",
    "server-away",
    "pcscd-restart",
)
"""Those in which something fails, and whoever waits for it waits long."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One of `SCENARIOS`.

    Attributes:
        summary: What it shows, in one line.
        expects: The result that it should come to.
        expects_on_reader: The same where the only keys are the card reader's.
        region: Whose rules it is about; None: any that let it be.
        play: Goes through it; returns the result and the reason for it.
    """

    name: str
    summary: str
    expects: str
    expects_on_reader: str
    region: str | None
    play: "Callable[[Citizen], tuple[str, str]]"


def load(name: str) -> Scenario:
    """The scenario called `name`.

    Raises:
        KeyError: There is none of this name.
    """
    if name not in SCENARIOS:
        raise KeyError(name)
    module = importlib.import_module(f"simulator.scenarios.{name.replace('-', '_')}")
    on_reader = getattr(module, "EXPECTS_ON_READER", module.EXPECTS)
    return Scenario(
        name=name,
        summary=(module.__doc__ or "").splitlines()[0],
        expects=module.EXPECTS,
        expects_on_reader=on_reader,
        region=getattr(module, "REGION", None),
        play=module.play,
    )
