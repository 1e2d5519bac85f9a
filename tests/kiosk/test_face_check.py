"""Faces at the machine: a worker that fails is known, and the picture ends with the check, whoever still looks."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
from trio.testing import MockClock

from drivers.face.session import TURNS, FaceCheckTimedOut, FaceWorkerFailed
from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.face_check import FaceChecks, LiveCheck


class Worker:
    """What `open_face_worker` gives, as far as it goes here."""

    def __init__(self) -> None:
        self.loads = True
        self.starts = True
        self.running = 0
        self.asked: list[tuple[str, bytes, object, float]] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Worker"]:
        if not self.starts:
            raise OSError(12, "Cannot allocate memory")
        self.running += 1
        try:
            yield self
        finally:
            self.running -= 1

    async def ready(self) -> None:
        await trio.lowlevel.checkpoint()
        if not self.loads:
            raise FaceWorkerFailed("wasn't ready in time")

    @asynccontextmanager
    async def check(self, source: str, photo: bytes, *, challenge: object, seconds: float) -> AsyncIterator["Check"]:
        await self.ready()
        self.asked.append((source, photo, challenge, seconds))
        yield Check()


class Check:
    """A check whose memory is gone once it is over."""

    def __init__(self) -> None:
        self.gone = False

    def preview(self) -> str:
        assert not self.gone
        return "a picture"

    def __aiter__(self) -> "Check":
        return self

    async def __anext__(self) -> None:
        await trio.lowlevel.checkpoint()
        raise StopAsyncIteration


@pytest.fixture
def worker() -> Worker:
    return Worker()


@pytest.fixture
def board() -> ConditionBoard:
    import datetime

    return ConditionBoard(lambda: datetime.datetime.now(datetime.UTC))


@pytest.fixture
def faces(worker: Worker, board: ConditionBoard) -> FaceChecks:
    return FaceChecks("/dev/video7", board, open_worker=worker.open)  # type: ignore[arg-type]


async def test_a_check(faces: FaceChecks, worker: Worker, board: ConditionBoard) -> None:
    """The machine's camera, a turn by chance; gone afterwards."""
    for _ in range(40):
        async with faces.open() as comparer, comparer.check(b"photo", seconds=30) as check:
            assert worker.running == 1
            assert check.preview() == "a picture"
            assert [seen async for seen in check] == []
        assert check.preview() is None
    assert worker.running == 0
    assert {asked[:2] + asked[3:] for asked in worker.asked} == {("/dev/video7", b"photo", 30)}
    assert {asked[2] for asked in worker.asked} == set(TURNS)
    assert board.standing() == []


@pytest.mark.parametrize("how", ["starts", "loads"])
async def test_a_worker_that_fails(
    autojump_clock: MockClock, faces: FaceChecks, worker: Worker, board: ConditionBoard, nursery: Any, how: str
) -> None:
    """It is on the board until it loads again, which is tried every few minutes."""
    nursery.start_soon(faces.watch)
    setattr(worker, how, False)
    with pytest.raises(FaceWorkerFailed):
        async with faces.open() as comparer, comparer.check(b"photo", seconds=30):
            raise AssertionError("nothing to check with")
    assert board.stands(conditions.FACE_FAILED)
    assert board.closes("face")
    assert not board.closes("e_card")
    await trio.sleep(1000)
    assert board.stands(conditions.FACE_FAILED)
    setattr(worker, how, True)
    await trio.sleep(301)
    assert board.standing() == []
    assert worker.running == 0


async def test_what_is_nobodys_fault(faces: FaceChecks, board: ConditionBoard) -> None:
    """A person who didn't come near enough closes nothing."""
    with pytest.raises(FaceCheckTimedOut):
        async with faces.open() as comparer, comparer.check(b"photo", seconds=30):
            raise FaceCheckTimedOut(None)
    assert board.standing() == []


def test_the_picture_ends_while_somebody_looks() -> None:
    """From the screen's thread: a picture or none, never memory that was given back."""
    faults: list[BaseException] = []
    for _ in range(50):
        below = Check()
        check = LiveCheck(below)  # type: ignore[arg-type]

        def look(check: LiveCheck = check) -> None:
            try:
                while check.preview() is not None:
                    pass
            except BaseException as error:
                faults.append(error)
                raise

        thread = threading.Thread(target=look)
        thread.start()
        check.close()
        below.gone = True
        thread.join(5)
        assert not thread.is_alive()
    assert not faults
