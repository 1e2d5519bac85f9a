"""Writes `docs/claims.md`: `.venv/bin/python tests/acceptance/claims_document.py`."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]  # As pytest has them.

from claims import CLAIMS, Claim  # noqa: E402

from kiosk.questions import BY_NAME  # noqa: E402
from kiosk.questions.rules import PUBLISHED_RULES  # noqa: E402

DOCUMENT = ROOT / "docs" / "claims.md"
_HEAD = """# What citizens are told, and where this product does it

Each claim of the material that people are given about the card: reminders by text (R), the annual review and the
card's uses (A), questions about the card (Q), activation for an employee (E), the financial function (F). A service
does it here or takes the application; a page answers the question in its title and prints as a slip; a scenario plays
it on the running product, with a picture of each page (`./script/run --scenario NAME --out DIR`); a test holds it.
This file is made by `tests/acceptance/claims_document.py` from `tests/acceptance/claims.py`; a test holds it current.

| claim | what it says | service | page | scenario | test |
| --- | --- | --- | --- | --- | --- |
"""


def text() -> str:
    """The document as it has to be."""
    return _HEAD + "".join(map(_row, CLAIMS))


def _row(claim: Claim) -> str:
    titles = {**BY_NAME, PUBLISHED_RULES.name: PUBLISHED_RULES}
    services = ", ".join(f"`{name}`" for name in claim.services)
    pages = ", ".join(titles[name].title.message.replace("{hotline}", "12333") for name in claim.pages)
    scenarios = ", ".join(f"`{name}`" for name in claim.scenarios)
    tests = ", ".join(f"`{test}`" for test in claim.tests)
    return f"| {claim.id} | {claim.says} | {services} | {pages} | {scenarios} | {tests} |\n"


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
