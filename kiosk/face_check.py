"""Faces compared at this machine: `drivers.face` with the machine's camera, a task by chance, and a word on the board.

Nothing of the driver is imported before somebody's face is asked for. The comparing process is started by `open`, sees
nothing before `check`, and is gone when the block ends. Its picture may be asked for from the screen's thread:
`LiveCheck` says "none" there once the check is over, when the memory behind the pictures is given back.
"""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from random import SystemRandom
from typing import TYPE_CHECKING

import structlog
import trio

from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.pages import LivePicture

if TYPE_CHECKING:
    from drivers.face.course import FaceScore
    from drivers.face.guidance import Hint
    from drivers.face.session import FaceCheck, FaceWorker

log = structlog.get_logger()

_RETRY_SECONDS = 300.0
"""How often a comparing process that failed is tried again while nobody needs it."""


class FaceChecks:
    """Compares faces, and knows whether that works.

    Args:
        source: The camera: a device path, or the address of a stream.
        board: Learns here when the comparing process fails.
        open_worker: Starts one; None: the driver's.
    """

    def __init__(
        self,
        source: str,
        board: ConditionBoard,
        *,
        open_worker: "Callable[[], AbstractAsyncContextManager[FaceWorker]] | None" = None,
    ) -> None:
        self._source = source
        self._board = board
        self._open_worker = open_worker
        self._failed = trio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Comparer"]:
        """Start the comparing process.

        Raises:
            FaceWorkerFailed: It can't be started; from what is inside: it failed there. No face is looked at here then,
                until it starts again.
        """
        from drivers.face.session import FaceWorkerFailed

        try:
            async with self._worker() as worker:
                yield Comparer(worker, self._source)
        except FaceWorkerFailed as error:
            log.warning("face.failed", what=str(error))
            self._board.set(conditions.FACE_FAILED, stands=True)
            self._failed.set()
            raise

    async def watch(self) -> None:
        """After a failure look again from time to time whether the process loads."""
        while True:
            await self._failed.wait()
            self._failed = trio.Event()
            while self._board.stands(conditions.FACE_FAILED):
                await trio.sleep(_RETRY_SECONDS)
                self._board.set(conditions.FACE_FAILED, stands=not await self._loads())

    async def _loads(self) -> bool:
        from drivers.face.session import FaceWorkerFailed

        try:
            async with self._worker() as worker:
                await worker.ready()
        except FaceWorkerFailed:
            return False
        return True

    @asynccontextmanager
    async def _worker(self) -> "AsyncIterator[FaceWorker]":
        from drivers.face.session import FaceWorkerFailed, open_face_worker

        async with AsyncExitStack() as stack:
            try:
                worker = await stack.enter_async_context((self._open_worker or open_face_worker)())
            except OSError as error:
                raise FaceWorkerFailed(f"couldn't be started ({error.strerror})") from None
            yield worker


class Comparer:
    """A comparing process that loads its models, or has; it serves one check."""

    def __init__(self, worker: "FaceWorker", source: str) -> None:
        self._worker = worker
        self._source = source

    @asynccontextmanager
    async def check(self, photo: bytes, *, seconds: float) -> AsyncIterator["LiveCheck"]:
        """Open the camera and compare who is before it with `photo`.

        Raises:
            FaceCheckError: There is no score.
        """
        from drivers.face.session import TURNS

        challenge = SystemRandom().choice(TURNS)
        async with self._worker.check(self._source, photo, challenge=challenge, seconds=seconds) as check:
            live = LiveCheck(check)
            try:
                yield live
            finally:
                live.close()


class LiveCheck:
    """One comparison under way, whose picture another thread may look at."""

    def __init__(self, check: "FaceCheck") -> None:
        self._check: FaceCheck | None = check
        self._looking = threading.Lock()

    def preview(self) -> LivePicture | None:
        """The newest picture; None: no newer one than last time, or the check is over."""
        with self._looking:
            return None if self._check is None else self._check.preview()

    def close(self) -> None:
        """From now on there is no picture; one that is being copied is waited for (0.1 ms)."""
        with self._looking:
            self._check = None

    def __aiter__(self) -> "AsyncIterator[Hint | FaceScore]":
        assert self._check is not None, "a check that is over says nothing more"
        return self._check
