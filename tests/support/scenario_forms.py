"""Which scenarios the fast run plays, and which are left to the long one."""

from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet

VARIANTS = {
    "activate": "`power-cut-during-activation` begins like it, `duplicate-reply` ends like it",
    "unlock": "`lost-reply` does it four times",
    "insured-certificate": "`insurance-records` takes the same card, and what it prints comes out the same way",
    "eligibility-check": "`report-loss` proves the same and is printed like it",
    "rights-record": "tests/kiosk/services issue one, tests/central look its code up",
    "formal-loss": "`report-loss` proves the same; the warning is turned back at in tests/kiosk/services",
    "card-menu": "tests/kiosk/services puts in a card in each state",
    "outlets": "`several-cards` finds a service in the menu, turns pages and prints one",
    "production-progress": "an ID card and a page, as `several-cards`",
    "financial-function": "`several-cards` turns and prints a page, tests/kiosk/services puts in each card",
    "questions": "every one is opened and printed in tests/kiosk/services",
    "otp-wrong-to-limit": "`otp` mistypes a code, `face-refused-then-id` changes from one way to the other",
    "medical-code-shown": "`status-ecard` shows one",
    "id-mismatch": "each of its endings has a test of its own in tests/kiosk/steps",
    "wrong-clock": "the simulation's clocks jump by decades",
    "duplicate-reply": "`lost-reply` sends again what was answered",
    "camera-missing": "tests/kiosk and tests/drivers take the camera away",
}
"""What differs little from others, and is left to the long run."""


def forms(names: Iterable[str]) -> list[ParameterSet]:
    """Each with the mark that it has."""
    return [pytest.param(name, marks=[pytest.mark.deep] if name in VARIANTS else []) for name in names]
