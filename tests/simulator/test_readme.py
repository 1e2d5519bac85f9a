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
    """In one row: as many names as PINs, in the same order."""
    rows = [row for row in README.splitlines() if persona.title_zh in row and persona.pin in row]
    assert len(rows) == 1
    _, names, pins, *_ = (cell.split(" · ") for cell in rows[0].split("|"))
    at = [persona.title_zh in name for name in names].index(True)
    assert pins[at].strip() == persona.pin


def test_every_scenario_is_named_and_no_other() -> None:
    table = README.partition("| scenarios |")[2].partition("\n\n")[0]
    named = [name for row in table.splitlines()[2:] for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])]

    assert sorted(named) == sorted(SCENARIOS)
