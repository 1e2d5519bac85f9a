"""The house's rule: imports go one way."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ALLOWED = {
    "drivers": {"drivers"},
    "kiosk": {"kiosk", "drivers"},
    "screens": {"screens", "kiosk"},
    "central": {"central", "kiosk.uplink.contract"},
    "simulator": {"simulator", "kiosk.uplink.contract"},
}
JOINERS = {"kiosk/app.py": {"screens"}}
"""The one place that builds and joins everything."""
ONLY_IN = {
    "pygame": "screens",
    "smartcard": "drivers/card_reader",
    "serial": "drivers",
    "cv2": "drivers/camera drivers/face/lens simulator",
    "face_recognition": "drivers/face/measure",
    "dlib": "drivers/face/measure",
    "apsw": "kiosk/operations",
    "sqlalchemy": "central",
    "fastapi": "central simulator",
    "requests": "kiosk/uplink",
    "escpos": "drivers/receipt_printer",
    "h11": "drivers/document_printer simulator/document_printer",
    "typst": "kiosk/paper",
}


def files() -> list[Path]:
    return sorted(path for package in ALLOWED for path in (ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            for alias in node.names:
                yield f"{base}{node.module or ''}.{alias.name}"


def within(module: str, allowed: str) -> bool:
    return module == allowed or module.startswith(allowed + ".")


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    """screens -> kiosk -> drivers; the server and the far ends know the wire contract alone."""
    name = str(path.relative_to(ROOT))
    package = name.split("/")[0]
    allowed = ALLOWED[package] | JOINERS.get(name, set())
    for module in imports(path):
        if module.split(".")[0] in ALLOWED:
            assert any(within(module, name) for name in allowed), f"{name} imports {module}"
        for library, homes in ONLY_IN.items():
            if within(module, library):
                assert any(name.startswith(home) for home in homes.split()), f"{name} imports {module}"
