"""A reader to drive: the pure model behind an in-memory line, on a faked clock."""

from collections.abc import AsyncIterator

import pytest
import trio

from drivers.id_reader.session import IdReader, open_id_reader
from simulator.id_reader.memory import MemoryIdReader
from simulator.id_reader.model import IdReaderModel


@pytest.fixture
def far_end(nursery: trio.Nursery) -> MemoryIdReader:
    """The reader's end of the line. A test names `autojump_clock` too: time then jumps to the next timer."""
    return MemoryIdReader(IdReaderModel(), nursery)


@pytest.fixture
async def reader(far_end: MemoryIdReader) -> AsyncIterator[IdReader]:
    """The driver, connected by itself."""
    async with open_id_reader(far_end.connect) as driver:
        yield driver
