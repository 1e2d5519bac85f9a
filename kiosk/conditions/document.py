"""The registry for people, in English: the first part of docs/conditions.md.

`python tests/conditions/condition_table.py` writes that, with the proof of each condition behind it.
"""

from collections.abc import Iterator

from kiosk.conditions import REGISTRY, Clears, Condition
from kiosk.language import say
from kiosk.text import Text

_HEAD = """# What can be wrong with a machine

Every fault of every device and of the program is one of these conditions, or `machine.unknown_fault`. The board of the
maintenance console (`kiosk board`, `kiosk console`, the screen itself) shows those that stand; the central server lists
them for each machine. This page is made from `kiosk/conditions/` and `tests/conditions/`; a test holds them together.
How each was raised on the real product, and went, stands [at the end](#how-each-was-raised).

*Now*: somebody has to come. *Soon*: within days.
"""
_CLEARED = {
    Clears.ITSELF: "by itself, when the device, the disk or the server says so",
    Clears.CONSOLE: "`kiosk clear`, by a technician or engineer who has seen to it",
    Clears.RESTART: "with the next start after the remedy",
    Clears.BUREAU: "by the bureau, at the central server",
}


def document() -> str:
    """All conditions."""
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
