"""`python -m kiosk.console.schema docs/console.json` writes what goes over the console's socket; `--json` prints it."""

import json
import sys
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from kiosk.console import wire
from kiosk.console.actions import ACTIONS
from kiosk.console.roles import MAY
from kiosk.language import say

_REFERENCE = "#/$defs/{model}"


def schema() -> dict[str, Any]:
    """Every action with its arguments, its result and who may do it; every message (JSON Schema 2020-12)."""
    lines = (wire.Request, wire.Answered, wire.Told, wire.Asked, wire.Done, wire.Refused)
    models: set[type[BaseModel]] = {
        model for action in ACTIONS.values() for model in (action.arguments, action.result)
    } | set(lines)
    wanted: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (model, "serialization") for model in sorted(models, key=lambda model: model.__name__)
    ]
    names, definitions = models_json_schema(wanted, ref_template=_REFERENCE)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The maintenance console of a kiosk",
        "description": "A line each way is one JSON object: a Request, then Told and Asked (answered by an Answered), "
        "at last Done with the action's result, or Refused. The command line's --json prints the result.",
        "lines": {line.__name__: names[(line, "serialization")] for line in lines},
        "actions": {
            action.name: {
                "title": say(action.title, "en"),
                "roles": sorted(MAY[action.name]),
                "asks_again": action.asks is not None,
                "arguments": names[(action.arguments, "serialization")],
                "result": names[(action.result, "serialization")],
            }
            for action in ACTIONS.values()
        },
        "$defs": definitions["$defs"],
    }


if __name__ == "__main__":
    text = json.dumps(schema(), ensure_ascii=False, indent=1, sort_keys=True)
    Path(sys.argv[1]).write_text(text + "\n", encoding="utf-8")
