"""The technician's guide, against the program."""

import re
from pathlib import Path

import pytest
import typer

from kiosk.console.cli import app
from kiosk.console.roles import MAY, Role
from screens.catalogues import catalogue_files, read, translations
from simulator.scenarios import SCENARIOS

GUIDE = (Path(__file__).parents[3] / "docs" / "technician.md").read_text(encoding="utf-8")
ROLES = (Role.OPERATOR, Role.TECHNICIAN, Role.ENGINEER, Role.AUDITOR)


def test_who_may_do_what_is_the_table_of_the_code() -> None:
    """Every action by every role; no other row."""
    table = GUIDE.partition("## Who may do what")[2]
    rows = dict(re.findall(r"^\| `([a-z-]+)` \|(.*)\|$", table, re.MULTILINE))
    said = {name: [cell.strip() == "yes" for cell in cells.split("|")] for name, cells in rows.items()}

    assert said == {name.replace("_", "-"): [role in may for role in ROLES] for name, may in MAY.items()}


def test_every_command_in_it_is_there() -> None:
    """As it is typed."""
    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"(?:^|`)kiosk ([a-z-]+)", GUIDE, re.MULTILINE))

    assert len(named) > 10
    assert named <= commands


def test_every_picture_is_there() -> None:
    """None is forgotten in the tree either."""
    folder = Path(__file__).parents[3] / "docs" / "pictures" / "technician"
    assert {Path(name).name for name in re.findall(r"\]\((pictures/[^)]+)\)", GUIDE)} == {
        path.name for path in folder.iterdir()
    }


@pytest.mark.parametrize(
    ("thing", "scenario"),
    [
        ("The paper is at its end", "paper-replaced"),
        ("The network is cut", "network-cut"),
        ("Is the card reader healthy?", "technician-visit"),
        ("The makers want to see the machine", "export-kept"),
    ],
)
def test_what_comes_up_is_played_at_the_running_product(thing: str, scenario: str) -> None:
    """Each with its steps, and with a picture of its page."""
    section = GUIDE.partition(f"### {thing}\n")[2].partition("\n##")[0]
    assert "](pictures/technician/" in section
    assert scenario in SCENARIOS


def test_what_stands_on_the_screen_is_called_as_it_is_there() -> None:
    """Every name in *italics* is, or begins, words of the English catalogue."""
    words = {line for message in read(catalogue_files()[0]) for line in translations(message)}
    named = {re.sub(r"\s+", " ", name) for name in re.findall(r"(?<![*\w])\*([^*|]+?)\*(?![*\w])", GUIDE)}

    assert len(named) > 10
    assert [name for name in sorted(named) if not any(said.startswith(name) for said in words)] == []
