"""`python -m kiosk.conditions.document docs/conditions.md` writes the registry for people, in English."""

import sys
from collections.abc import Iterator
from pathlib import Path

from kiosk.conditions import REGISTRY, Clears, Condition
from kiosk.language import say
from kiosk.text import Text

_HEAD = """# What can be wrong with a machine

Every fault of every device and of the program is one of these conditions, or `machine.unknown_fault`. The board of the
maintenance console (`kiosk board`, `kiosk console`, the screen itself) shows those that stand; the central server lists
them for each machine. This page is made from `kiosk/conditions/`; a test holds the two together.

*Now*: somebody has to come. *Soon*: within days.
"""
_CLEARED = {
    Clears.ITSELF: "by itself, when the device, the disk or the server says so",
    Clears.CONSOLE: "`kiosk clear`, by a technician or engineer who has seen to it",
    Clears.RESTART: "with the next start after the remedy",
    Clears.BUREAU: "by the bureau, at the central server",
}


def document() -> str:
    """The page."""
    return _HEAD + "".join(f"\n{line}" for condition in REGISTRY for line in _lines(condition)) + "\n"


def _lines(condition: Condition) -> Iterator[str]:
    def en(text: Text) -> str:
        return say(text, "en")

    yield f"## `{condition.id}`: {en(condition.title)}"
    yield ""
    yield f"- **Cause**: {en(condition.cause)}"
    yield f"- **For the citizen**: {en(condition.effect)}"
    yield f"- **Remedy**: {en(condition.remedy)}"
    cleared = "`kiosk back-in-service`" if condition.id == "machine.out_of_service" else _CLEARED[condition.cleared_by]
    yield f"- **When**: {condition.urgency.value}. **Goes**: {cleared}."
    yield ""


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(document(), encoding="utf-8")
