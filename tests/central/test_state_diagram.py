from pathlib import Path

from central.state_diagram import draw

DOCUMENT = Path(__file__).parents[2] / "docs" / "operations.md"


def test_the_document_shows_what_the_code_does() -> None:
    """Remedy: `python -m central draw docs/operations.md`."""
    text = DOCUMENT.read_text(encoding="utf-8")
    assert draw(DOCUMENT) == text
    assert text.count("<!-- drawn: ") == 3
    assert "reported_in_doubt" in text
