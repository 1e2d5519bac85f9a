from pathlib import Path

import pytest

from central.state_diagram import draw

DOCUMENTS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize(
    ("name", "drawn", "shown"),
    [("operations", 3, "reported_in_doubt"), ("applications", 1, "`ready_to_collect` | `hand_over` | `closed`")],
)
def test_the_document_shows_what_the_code_does(name: str, drawn: int, shown: str) -> None:
    """Remedy: `python -m central draw docs/NAME.md`."""
    document = DOCUMENTS / f"{name}.md"
    text = document.read_text(encoding="utf-8")
    assert draw(document) == text
    assert text.count("<!-- drawn: ") == drawn
    assert shown in text
