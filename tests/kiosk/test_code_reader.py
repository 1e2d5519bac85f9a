"""A camera that shows nothing closes what needs it, and opens it again by itself."""

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio
from trio.testing import MockClock

from drivers.camera.protocol import CameraState
from kiosk.code_reader import CodeReader
from kiosk.conditions import ConditionBoard


class Lens:
    """A camera that is well or isn't, and stays so while it is open."""

    def __init__(self) -> None:
        self.state = CameraState.NO_DEVICE
        self.opened_at: list[float] = []

    async def changed(self, seen: CameraState) -> CameraState:
        await trio.sleep_forever()
        raise AssertionError

    async def next_code(self) -> str:
        raise AssertionError("nobody holds up a code")

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Lens"]:
        self.opened_at.append(trio.current_time())
        yield self


async def test_it_is_looked_at_once_a_minute_until_it_is_back(autojump_clock: MockClock) -> None:
    lens, board = Lens(), ConditionBoard(lambda: datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    reader = CodeReader(lens.open, board)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(reader.watch)
        await trio.sleep(1000)
        assert lens.opened_at == [], "nobody looks while nothing is wrong"

        reader.failed()
        began = trio.current_time()
        assert board.closes("e_card")
        assert board.closes("face")
        await trio.sleep(140)
        assert [round(at - began) for at in lens.opened_at] == [60, 126], "a minute, six seconds' patience, a minute"
        assert board.closes("face")

        lens.state = CameraState.ONLINE
        await trio.sleep(70)
        assert len(lens.opened_at) == 3
        assert not board.closes("e_card")
        assert not board.closes("face")
        await trio.sleep(1000)
        assert len(lens.opened_at) == 3
        nursery.cancel_scope.cancel()
