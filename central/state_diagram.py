"""The states of operations and applications in Markdown, drawn from `central.transitions` and `.application_stages`."""

import re
from pathlib import Path

from central.application_stages import STAGES
from central.transitions import AT_FIRST, TRANSITIONS, Beginning, Happening, contradicts
from kiosk.uplink.contract import Delivery, OperationState

_BLOCK = re.compile(r"(<!-- drawn: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_NOTHING = "·"


def draw(document: Path) -> str:
    """The text of `document` with its drawn parts made anew."""
    parts = {"table": table, "diagram": diagram, "beginnings": beginnings, "stages": stages}
    return _BLOCK.sub(lambda found: f"{found[1]}{parts[found[2]]()}{found[3]}", document.read_text(encoding="utf-8"))


def table() -> str:
    """What each event makes of each state; an exclamation mark where it contradicts the state and a person looks."""
    states = list(OperationState)
    rows = [["event", *(f"`{state}`" for state in states)], ["---"] * (len(states) + 1)]
    for happening in Happening:
        cells = [_cell(state, happening) for state in states]
        rows.append([f"`{happening}`", *cells])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cell(state: OperationState, happening: Happening) -> str:
    after = TRANSITIONS.get((state, happening))
    if after is not None:
        return f"{after}"
    return f"{_NOTHING} !" if contradicts(state, happening) else _NOTHING


def stages() -> str:
    """Where each decision leads an application, by what comes of it."""
    what = {
        (False, None): "no card",
        (True, Delivery.COLLECT): "a card, collected",
        (True, Delivery.POST): "a card, posted",
    }
    rows = [
        f"| {what[family]} | `{stage}` | `{decision}` | `{after}` |\n"
        for family, table in STAGES.items()
        for (stage, decision), after in table.items()
    ]
    return "".join(["| what comes of it | stage | decision | next |\n| --- | --- | --- | --- |\n", *rows])


def beginnings() -> str:
    """What a new id becomes."""
    return "| heard first | becomes |\n| --- | --- |\n" + "".join(
        f"| `{beginning}` | {AT_FIRST[beginning]} |\n" for beginning in Beginning
    )


def diagram() -> str:
    """A state diagram in Mermaid."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for beginning, state in AT_FIRST.items():
        arrows.setdefault(("[*]", state), []).append(beginning)
    for (before, happening), after in TRANSITIONS.items():
        arrows.setdefault((before, after), []).append(happening)
    lines = [f"    {before} --> {after}: {', '.join(why)}\n" for (before, after), why in arrows.items()]
    ends = [f"    {state} --> [*]\n" for state in OperationState if state.terminal]
    return "".join(["```mermaid\nstateDiagram-v2\n", *lines, *ends, "```\n"])
