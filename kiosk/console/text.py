"""A result of the console's as plain text: names on the left, lists as blocks."""

from collections.abc import Iterator, Mapping
from typing import Any


def lines(result: Mapping[str, Any], indent: int = 0) -> Iterator[str]:
    """`result`, a line at a time. What is empty isn't shown."""
    pad = " " * indent
    shown = {name.replace("_", " "): value for name, value in result.items() if value not in (None, "", [], {})}
    width = max((len(name) for name, value in shown.items() if not isinstance(value, (dict, list))), default=0)
    for name, value in shown.items():
        if isinstance(value, dict):
            yield f"{pad}{name}"
            yield from lines(value, indent + 2)
        elif isinstance(value, list):
            yield f"{pad}{name}"
            yield from _items(value, indent + 2)
        else:
            yield f"{pad}{name.ljust(width)}  {_word(value)}"


def _items(values: list[Any], indent: int) -> Iterator[str]:
    for value in values:
        if isinstance(value, dict):
            block = list(lines(value, indent + 2))
            if block:
                yield f"{' ' * indent}- {block[0].strip()}"
                yield from block[1:]
        else:
            yield f"{' ' * indent}- {_word(value)}"


def _word(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
