"""What is published of the console is what it does."""

import json
from pathlib import Path

from kiosk.console.schema import schema

PUBLISHED = Path(__file__).parents[3] / "docs" / "console.json"


def test_the_published_schema_is_current() -> None:
    """`python -m kiosk.console.schema docs/console.json` writes it."""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json.loads(json.dumps(schema()))


def test_every_reference_leads_somewhere() -> None:
    """Whoever reads it finds each model."""
    text = PUBLISHED.read_text(encoding="utf-8")
    content = json.loads(text)
    wanted = {piece.split('"')[0] for piece in text.split('"$ref": "#/$defs/')[1:]}
    assert wanted <= content["$defs"].keys()
