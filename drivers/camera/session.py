"""The near end of the camera's process: started when a page needs it, gone when the page is."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
import trio

from drivers.camera.protocol import CameraProtocolError, CameraState, CodeSeen, StateChanged, decode

_log = structlog.get_logger()

_RESTART_SECONDS = 1.0  # A process that ends at once, again and again, must not keep the machine busy.
_MODEST = {
    "OPENBLAS_NUM_THREADS": "1",  # numpy computes nothing here, and each thread has its own memory.
    "OPENCV_FFMPEG_THREADS": "1",  # Several decode ahead of each other: later pictures and more memory.
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "262144",  # Pictures that are done with leave the process: 4 MB.
    "OPENCV_FFMPEG_LOGLEVEL": "-8",  # What happened is told by the camera's state.
    "OPENCV_LOG_LEVEL": "ERROR",
}
_CHECKOUT = Path(__file__).parent.parent.parent


class Camera:
    """What `open_camera` gives: codes as they are held up, and how the camera is."""

    def __init__(self) -> None:
        self._state = CameraState.STARTING
        self._code: str | None = None
        self._news = trio.Condition()

    @property
    def state(self) -> CameraState:
        """How the camera is now. It comes back by itself."""
        return self._state

    async def changed(self, seen: CameraState) -> CameraState:
        """Wait until the state is another than `seen`, and return it."""
        async with self._news:
            while self._state is seen:
                await self._news.wait()
            return self._state

    async def next_code(self) -> str:
        """Wait for a code to be held up, and return its text.

        A code that is held up while nobody waits is kept for the next call; of several, the last. One that stays
        before the camera is told once.
        """
        async with self._news:
            while self._code is None:
                await self._news.wait()
            text, self._code = self._code, None
            return text

    async def _become(self, state: CameraState) -> None:
        if state is not self._state:
            _log.info("camera.state", state=state.value)
        async with self._news:
            self._state = state
            self._news.notify_all()

    async def _see(self, text: str) -> None:
        async with self._news:
            self._code = text
            self._news.notify_all()


@asynccontextmanager
async def open_camera(source: str) -> AsyncIterator[Camera]:
    """Start the camera's process; it is gone, for sure, when the block ends.

    Args:
        source: A device path such as `/dev/video0`, or the address of a stream.
    """
    camera = Camera()
    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_keep_running, source, camera)
            yield camera
            nursery.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        # The nursery is this function's own affair: what the caller's block raised leaves as it was.
        if len(group.exceptions) == 1:
            raise group.exceptions[0] from None
        raise


async def _keep_running(source: str, camera: Camera) -> None:
    while True:
        await camera._become(CameraState.STARTING)
        await _run(source, camera)
        await camera._become(CameraState.NO_DEVICE)
        await trio.sleep(_RESTART_SECONDS)


async def _run(source: str, camera: Camera) -> None:
    """One process, until it ends or says nonsense."""
    process = await trio.lowlevel.open_process(
        [sys.executable, "-m", "drivers.camera.worker", source],
        stdin=subprocess.PIPE,  # Held open: its end tells the process that we are gone, however we went.
        stdout=subprocess.PIPE,
        cwd=_CHECKOUT,
        env={**os.environ, **_MODEST},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        await _listen(process.stdout, camera)
        _log.error("camera.process_ended")
    except CameraProtocolError as error:
        _log.error("camera.process_broken", reason=str(error))
    finally:
        process.kill()
        with trio.CancelScope(shield=True):
            await process.wait()
            await process.stdin.aclose()
            await process.stdout.aclose()


async def _listen(pipe: trio.abc.ReceiveStream, camera: Camera) -> None:
    pending = b""
    async for piece in pipe:
        messages, pending = decode(pending + piece)
        for message in messages:
            match message:
                case StateChanged(state):
                    await camera._become(state)
                case CodeSeen(text):
                    await camera._see(text)
