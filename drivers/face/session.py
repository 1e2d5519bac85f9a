"""The near end of a face check: two processes, started when needed, gone for sure after.

    async with open_face_worker() as worker:      # No camera yet: while the page asks for consent.
        ...
        async with worker.check(source, photo, challenge=rng.choice(TURNS)) as check:
            async for seen in check:              # Hints, and last a FaceScore.
                ...

Each worker serves one check. The caller weighs the score: the distance against a threshold that is policy
(`THRESHOLD` where there is none), with other evidence; a face alone decides nothing.
"""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import structlog
import trio

from drivers.errors import DeviceError, Outcome
from drivers.face import frames
from drivers.face.course import FaceScore
from drivers.face.frames import LensState, Pictures
from drivers.face.guidance import Hint
from drivers.face.liveness import Challenge
from drivers.face.protocol import (
    Answer,
    FaceProtocolError,
    HintGiven,
    Order,
    PhotoTrouble,
    PhotoUnusable,
    Ready,
    Scored,
    decode,
    encode_order,
)

_log = structlog.get_logger()

THRESHOLD = 0.40
"""The largest distance that counts as the same person, unless policy says otherwise: docs/identity.md."""
TURNS = (Challenge.TURN_LEFT, Challenge.TURN_RIGHT)
"""The tasks that need no model with a doubtful licence; which one is chance's to say."""
MOST_SECONDS = 120.0
"""The longest check: the processes' own limits are made for it."""
START_SECONDS = 20.0
"""How long the models may take to load: 1 to 2 s, several times that on a busy machine."""
CAMERA_SECONDS = 5.0
"""How long no new picture may come: it is opened anew after 2 s, which takes up to another 2."""
COMPARING_SECONDS = 10.0
"""How long one picture may occupy the comparing process: 20 to 200 ms, and more for the first one and the photo."""

_LOOK_SECONDS = 0.25
_MODEST = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",  # The other core is the screen's.
    "OPENCV_FFMPEG_THREADS": "1",  # Several decode ahead of each other: later pictures and more memory.
    "MALLOC_ARENA_MAX": "1",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",  # What happened is told by the camera's state.
    "OPENCV_LOG_LEVEL": "ERROR",
}
_CHECKOUT = Path(__file__).parent.parent.parent


class FaceCheckError(DeviceError):
    """There is no score. Nothing was changed by asking: another try, or another way, is safe.

    Attributes:
        remedy: What to do about it, in words a technician understands.
    """

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}", outcome=Outcome.NOT_DONE)
        self.remedy = remedy


class CameraFailed(FaceCheckError):
    """No new picture came for `CAMERA_SECONDS`.

    Attributes:
        state: NO_DEVICE: none at all. FROZEN: the same one again and again. Otherwise its process hangs or is gone.
    """

    def __init__(self, state: LensState) -> None:
        remedies = {
            LensState.NO_DEVICE: "check its cable and its path in the settings; no other program may hold it",
            LensState.FROZEN: "unplug it and plug it in again; look whether somebody feeds it a picture",
        }
        super().__init__(
            f"the camera gives no new picture ({state.name})",
            remedies.get(state, "unplug the camera and plug it in again; offer another way meanwhile"),
        )
        self.state = state


class PhotoRefused(FaceCheckError):
    """The photo on record is of no use; trying again is in vain.

    Attributes:
        trouble: Why.
    """

    def __init__(self, trouble: PhotoTrouble) -> None:
        super().__init__(
            f"the photo on record can't be compared with ({trouble.value})",
            "offer another way; the bureau has to replace the photo",
        )
        self.trouble = trouble


class FaceCheckTimedOut(FaceCheckError):
    """No score within the time given.

    Attributes:
        hint: What was last asked of the person; None: nobody was looked at yet.
    """

    def __init__(self, hint: Hint | None) -> None:
        last = "nothing was asked yet" if hint is None else f"last asked: {hint.value}"
        super().__init__(f"no good picture in time ({last})", "try once more, or offer another way")
        self.hint = hint


class FaceWorkerFailed(FaceCheckError):
    """The comparing process didn't start, ended early, stands still, or said nonsense."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the comparing process {what}", "offer another way; if it stays so, run ./script/setup")


@dataclass(frozen=True, slots=True)
class Preview:
    """The newest picture, for drawing at once: the next `preview` overwrites it.

    Attributes:
        number: Counts the camera's pictures.
        width: In pixels.
        height: In pixels.
        pixels: Row by row; red, green, blue. Not mirrored.
    """

    number: int
    width: int
    height: int
    pixels: memoryview = field(repr=False)


class FaceCheck:
    """One check under way: iterate over it for hints and, last, the score."""

    def __init__(self, worker: "FaceWorker", lens: trio.Process, room: memoryview, seconds: float) -> None:
        self._worker = worker
        self._lens = lens
        self._room = room
        self._ends_at = trio.current_time() + seconds
        self._hint: Hint | None = None
        self._done = False
        self._newest = self._shown = 0
        self._news_at = trio.current_time()
        self._compared = 0
        self._compared_at = trio.current_time()

    def preview(self) -> Preview | None:
        """The newest picture; None: no newer one than last time. Takes 0.1 ms and never waits."""
        frame = self._worker.pictures.read(self._room, after=self._shown)
        if frame is None:
            return None
        self._shown = frame.number
        return Preview(frame.number, frame.width, frame.height, self._room[: frame.size].toreadonly())

    def __aiter__(self) -> "FaceCheck":
        return self

    async def __anext__(self) -> Hint | FaceScore:
        """Wait for the next hint, or the score.

        Raises:
            FaceCheckError: One of its kinds; the check is over.
        """
        if self._done:
            raise StopAsyncIteration
        while True:
            answer = await self._worker.answer(within=_LOOK_SECONDS)
            match answer:
                case HintGiven(hint):
                    self._hint = hint
                    return hint
                case Scored(score):
                    self._done = True
                    return score
                case PhotoUnusable(trouble):
                    raise PhotoRefused(trouble)
                case Ready():
                    raise FaceWorkerFailed("said nonsense")
            if trio.current_time() >= self._ends_at:
                raise FaceCheckTimedOut(self._hint)
            self._mind_the_camera()
            self._mind_the_worker()

    def _mind_the_worker(self) -> None:
        """It is done with one picture after another while such come, or it hangs."""
        pictures, now = self._worker.pictures, trio.current_time()
        nothing_to_do = pictures.state is not LensState.ONLINE or pictures.compared == pictures.newest
        if nothing_to_do or pictures.compared != self._compared:
            self._compared, self._compared_at = pictures.compared, now
        elif now - self._compared_at >= COMPARING_SECONDS:
            raise FaceWorkerFailed("stands still")

    def _mind_the_camera(self) -> None:
        """One rule for all that can go wrong there: new pictures come, or it failed."""
        newest = self._worker.pictures.newest
        if newest != self._newest:
            self._newest, self._news_at = newest, trio.current_time()
        elif self._lens.poll() is not None or trio.current_time() - self._news_at >= CAMERA_SECONDS:
            raise CameraFailed(self._worker.pictures.state)


class FaceWorker:
    """A comparing process that loads its models, or has. It sees nothing before `check`."""

    def __init__(self, process: trio.Process, descriptor: int, pictures: Pictures) -> None:
        self._process = process
        self._descriptor = descriptor
        self.pictures = pictures
        self._pending = b""
        self._answers: list[Answer] = []
        self._ready = self._used = False

    async def ready(self) -> None:
        """Wait until the models are loaded; `check` does so too.

        Raises:
            FaceWorkerFailed: They can't be, or not in `START_SECONDS`.
        """
        if self._ready:
            return
        if not isinstance(await self.answer(within=START_SECONDS), Ready):
            raise FaceWorkerFailed(f"wasn't ready in {START_SECONDS:g} s")
        self._ready = True

    @asynccontextmanager
    async def check(
        self, source: str, photo: bytes, *, challenge: Challenge | None, seconds: float = 60.0
    ) -> AsyncIterator[FaceCheck]:
        """Open the camera and compare who is before it with `photo`; at the block's end the camera is closed.

        Args:
            source: A device path such as `/dev/video0`, or the address of a stream.
            photo: The photo on record, JPEG or PNG. It is kept nowhere on this side.
            challenge: The task; None: none is asked for.
            seconds: For the whole check, once the models are loaded; at most `MOST_SECONDS`.

        Raises:
            FaceWorkerFailed: The models can't be loaded.
            ValueError: The photo or the time is beyond what is served.
        """
        assert not self._used, "each worker serves one check"
        self._used = True
        if not 0 < seconds <= MOST_SECONDS:
            raise ValueError(f"a check takes up to {MOST_SECONDS:g} s")
        order = encode_order(Order(challenge, photo))
        del photo
        async with _process("drivers.face.lens", source, str(self._descriptor), descriptor=self._descriptor) as lens:
            await self.ready()
            await self._send(order)
            del order
            with frames.picture_buffer() as room:
                check = FaceCheck(self, lens, room, seconds)
                try:
                    yield check
                finally:
                    check._done = True

    async def answer(self, *, within: float) -> Answer | None:
        """The process's next message; None: none came in so many seconds.

        Raises:
            FaceWorkerFailed: It ended, or what came is no message.
        """
        assert self._process.stdout is not None
        with trio.move_on_after(within):
            while not self._answers:
                piece = await self._process.stdout.receive_some()
                if not piece:
                    raise FaceWorkerFailed(await self._how_it_ended())
                try:
                    self._answers, self._pending = decode(self._pending + piece)
                except FaceProtocolError as error:
                    raise FaceWorkerFailed(f"sent {error}") from None
        return self._answers.pop(0) if self._answers else None

    async def _send(self, order: bytes) -> None:
        assert self._process.stdin is not None
        try:
            await self._process.stdin.send_all(order)
        except trio.BrokenResourceError:
            raise FaceWorkerFailed(await self._how_it_ended()) from None

    async def _how_it_ended(self) -> str:
        status = None
        with trio.move_on_after(1):
            status = await self._process.wait()
        if status is None:
            return "closed its pipe"
        if status == -signal.SIGXCPU:
            return "used up its time on the processor"
        # With status 0, too: that is how face_recognition ends a process whose models are missing.
        return f"ended early, with status {status}"


@asynccontextmanager
async def open_face_worker() -> AsyncIterator[FaceWorker]:
    """Start the comparing process; it is gone, and every picture overwritten, when the block ends."""
    descriptor = frames.create()
    pictures = Pictures(descriptor)
    try:
        async with _process("drivers.face.worker", str(descriptor), descriptor=descriptor) as process:
            yield FaceWorker(process, descriptor, pictures)
    finally:
        pictures.wipe()
        pictures.close()
        os.close(descriptor)


@asynccontextmanager
async def open_face_check(
    source: str, reference_photo: bytes, *, challenge: Challenge | None, seconds: float = 60.0
) -> AsyncIterator[FaceCheck]:
    """A worker and its check in one, where nothing hides the second that the worker takes to start."""
    async with (
        open_face_worker() as worker,
        worker.check(source, reference_photo, challenge=challenge, seconds=seconds) as check,
    ):
        yield check


@asynccontextmanager
async def _process(module: str, *arguments: str, descriptor: int) -> AsyncIterator[trio.Process]:
    process = await trio.lowlevel.open_process(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.PIPE,  # Held open: its end tells the process that we are gone, however we went.
        stdout=subprocess.PIPE,
        pass_fds=[descriptor],
        cwd=_CHECKOUT,
        env={**os.environ, **_MODEST},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process
    finally:
        process.kill()
        with trio.CancelScope(shield=True):
            status = await process.wait()
            await process.stdin.aclose()
            await process.stdout.aclose()
        if status not in (0, -signal.SIGKILL):
            _log.error("face.process_ended", module=module, status=status)
