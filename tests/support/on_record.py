"""The server's database with every virtual person on record: made once a process, since that takes longer than most
tests."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import Engine

from central import personas
from central.database import content_of, open_in_memory
from central.registry import Registry


def open_with(people: Callable[[], str]) -> Engine:
    """A database of its own with those whom `people` writes."""
    return open_in_memory(_content(people))


@cache
def _content(people: Callable[[], str]) -> bytes:
    engine = open_in_memory()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(people())
        file.flush()
        personas.seed(Registry(engine), Path(file.name))
    return content_of(engine)
