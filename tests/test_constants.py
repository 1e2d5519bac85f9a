"""A constant is bound once: of two that branches brought along under one name, the second would silently win."""

import ast
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
PACKAGES = ("kiosk", "drivers", "screens", "central", "simulator")


def _twice(source: str) -> list[str]:
    targets = Counter(
        target.id
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for target in (statement.targets if isinstance(statement, ast.Assign) else [statement.target])
        if isinstance(target, ast.Name)
    )
    return [name for name, count in targets.items() if count > 1]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_constant_is_bound_twice(package: str) -> None:
    """Neither ruff nor mypy says so of plain assignments."""
    found = {str(path.relative_to(HERE)): _twice(path.read_text("utf-8")) for path in (HERE / package).rglob("*.py")}
    assert {path: names for path, names in found.items() if names} == {}
    assert _twice("A = 1\nB = 2\nA = 3") == ["A"]
