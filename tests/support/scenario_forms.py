"""Which scenarios the fast run plays, and which are left to the long one."""

from collections.abc import Iterable

import pytest
from _pytest.mark import ParameterSet

VARIANTS = {
    "activate": "`power-cut-during-activation` begins like it, `duplicate-reply` ends like it",
    "unlock": "`lost-reply` does it four times",
    "insured-certificate": "`insurance-records` takes the same card, and what it prints comes out the same way",
    "eligibility-check": "`report-loss` proves the same and is printed like it",
    "phone-number": "`sms-reminders` types a number too, and is decided and looked up the same way",
    "replace-card": "it shows a face; its parts are those of `sms-reminders` and `report-loss`",
    "renew-card": "`sms-reminders` is handed in, decided and looked up the same way",
    "application-refused": "`sms-reminders` differs by the decision",
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
    "card-pulled": "tests/whole pulls one while a PIN is typed, and the simulation at every moment",
    "face-refused-then-id": "`activate-with-id-and-face` looks into the same camera; tests/kiosk refuses faces",
    "settings-rolled-back": "it waits for two minutes; tests/kiosk/test_applied_settings.py doesn't",
    "technician-visit": "`paper-replaced` comes in by the same card, and `status-ecard` reads a code",
    "network-cut": "`server-away` cuts the same way, tests/kiosk/console breaks every layer",
    "export-kept": "tests/kiosk/console keeps one at the glass, and opens one",
    "camera-missing": "tests/kiosk and tests/drivers take the camera away",
}
"""What differs little from others, and is left to the long run."""


def forms(names: Iterable[str]) -> list[ParameterSet]:
    """Each with the mark that it has."""
    return [pytest.param(name, marks=[pytest.mark.deep] if name in VARIANTS else []) for name in names]
