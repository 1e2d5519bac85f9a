"""Everything that the pages of a visit say: words, and what stands in them."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum

from far_ends import ScriptedScreen


def texts(shown: object) -> Iterator[str]:
    """Every string within, hidden from `repr` or not."""
    if isinstance(shown, str):
        yield shown
    elif isinstance(shown, tuple):
        for each in shown:
            yield from texts(each)
    elif is_dataclass(shown) and not isinstance(shown, type | Enum):
        for field in fields(shown):
            yield from texts(getattr(shown, field.name))


def all_texts(screen: ScriptedScreen) -> str:
    """Of every view that was shown."""
    return "\n".join(text for view in screen.views for text in texts(view))
