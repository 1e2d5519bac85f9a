"""What the README says of virtual people and scripted citizens."""

import re

import pytest

from simulator.card_reader.personas import Persona, personas
from simulator.child import CHECKOUT
from simulator.scenarios import SCENARIOS

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
WITH_PIN = [persona for persona in personas() if persona.server_record is not None]


@pytest.mark.parametrize("persona", WITH_PIN, ids=lambda persona: persona.id)
def test_every_virtual_person_is_named_with_the_pin(persona: Persona) -> None:
    """In a row, with what to try."""
    rows = [row for row in README.splitlines() if persona.title_zh in row and persona.pin in row]
    assert len(rows) == 1
    _, name, pin, to_try, _ = (cell.strip() for cell in rows[0].split("|"))
    assert name == f"{persona.title_zh} {name.removeprefix(persona.title_zh).strip()}"
    assert pin == persona.pin
    assert to_try


def test_every_scenario_is_named_and_no_other() -> None:
    table = README.partition("| scenarios |")[2].partition("\n\n")[0]
    named = [name for row in table.splitlines()[2:] for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])]

    assert sorted(named) == sorted(SCENARIOS)
