"""One value of a settings file changed, and nothing else of its text."""

import difflib
import tomllib
from pathlib import Path

import pytest

from kiosk.console.settings_text import NotThere, value_set

SHIPPED = (Path(__file__).parents[3] / "config" / "kiosk.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("visit", "idle_seconds", 90),
        ("central", "connect_seconds", 2.5),
        ("receipt_printer", "flow_control", False),
        ("receipt_printer", "baud", 9600),
        ("pin_pad", "path", "reader"),
        ("log", "level", "debug"),
    ],
)
def test_one_line_is_another(section: str, key: str, value: object) -> None:
    """With its remark, if it has one; a key of the same name elsewhere stays."""
    changed = value_set(SHIPPED, section, key, value)  # type: ignore[arg-type]
    lines = [line for line in difflib.ndiff(SHIPPED.splitlines(), changed.splitlines()) if line[0] in "+-"]
    assert len(lines) == 2
    assert lines[0].partition("#")[2] == lines[1].partition("#")[2]
    assert tomllib.loads(changed)[section][key] == value


def test_what_is_not_there_is_not_made() -> None:
    """Nor is what stands in another way than on a line of its own."""
    with pytest.raises(NotThere):
        value_set(SHIPPED, "visit", "patience", 1)
    with pytest.raises(NotThere):
        value_set('[log]\nlevel = """info"""\n', "log", "level", "debug")
