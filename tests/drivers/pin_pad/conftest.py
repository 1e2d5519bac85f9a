"""A pad to drive: the pure model behind an in-memory line, on a faked clock."""

from collections.abc import AsyncIterator

import pydukpt
import pytest
import trio

from drivers.pin_pad import PadKey, PinPad
from simulator.pin_pad.memory import MemoryPad
from simulator.pin_pad.model import PinPadModel

KSN = bytes.fromhex("FFFF9876543210E00000")
IPEK = pydukpt.derive_ipek(bytes.fromhex("0123456789ABCDEFFEDCBA9876543210"), KSN)


@pytest.fixture
def model() -> PinPadModel:
    """A pad with the key of the examples in ANSI X9.24."""
    return PinPadModel(IPEK, KSN)


@pytest.fixture
def pad_key() -> PadKey:
    """The key that the same pad's kiosk holds."""
    return PadKey(bytearray(IPEK), KSN)


@pytest.fixture
def far_end(model: PinPadModel, nursery: trio.Nursery) -> MemoryPad:
    """The pad's end of the line. A test names `autojump_clock` too: time then jumps to the next timer."""
    return MemoryPad(model, nursery)


@pytest.fixture
async def pad(far_end: MemoryPad, nursery: trio.Nursery) -> AsyncIterator[PinPad]:
    """The driver, connected on first use."""
    async with PinPad(far_end.connect, nursery) as driver:
        yield driver
