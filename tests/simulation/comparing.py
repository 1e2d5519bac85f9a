"""The comparing process of a station, and the camera before it: who stands there, and everything that goes wrong.

It stands where the driver's process does; `kiosk.face_check` is the real one.
"""

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import trio
from documents import pictured
from hands import Eye

from drivers.camera.protocol import CameraState
from drivers.face.course import FaceScore
from drivers.face.frames import LensState
from drivers.face.guidance import Hint
from drivers.face.liveness import Challenge, LivenessHint
from drivers.face.protocol import PhotoTrouble
from drivers.face.session import CameraFailed, FaceCheckError, FaceCheckTimedOut, FaceWorkerFailed, PhotoRefused

FACE_FAULTS = ("start", "load", "dies", "camera", "frozen", "photo")
_HINTS = (Hint.CENTRE, Hint.CLOSER, Hint.TURN_LEFT, Hint.HOLD_STILL)


class Mirror:
    """What a station's comparing processes see and say.

    Args:
        rng: Where distances come from.
        eye: The camera, which another driver uses for codes.
        opened: Told that the camera has been opened for somebody's face.

    Attributes:
        standing: Whose face is before the camera; None: nobody's.
        fault: One of `FACE_FAULTS`, until it is mended.
        looking: A camera is open.
    """

    def __init__(self, rng: random.Random, eye: Eye, opened: Callable[[], None]) -> None:
        self.standing: str | None = None
        self.fault: str | None = None
        self.looking = False
        self.blurred = False
        self._rng = rng
        self._eye = eye
        self._opened = opened

    @asynccontextmanager
    async def open_worker(self) -> AsyncIterator["_Worker"]:
        """As `drivers.face.session.open_face_worker`."""
        if self.fault == "start":
            raise OSError(11, "no more processes")
        yield _Worker(self)

    def failed(self) -> FaceCheckError | None:
        """What the fault comes to while somebody is looked at."""
        match self.fault:
            case "camera":
                return CameraFailed(LensState.NO_DEVICE)
            case "frozen":
                return CameraFailed(LensState.FROZEN)
            case "photo":
                return PhotoRefused(PhotoTrouble.NO_FACE)
            case "dies":
                return FaceWorkerFailed("ended")
        return CameraFailed(LensState.NO_DEVICE) if self._eye.state is not CameraState.ONLINE else None

    def score(self, photo: bytes) -> FaceScore:
        """The faces are compared."""
        rng = self._rng
        same = self.standing == pictured(photo)
        distance = rng.uniform(0.15, 0.38) if same else rng.uniform(0.45, 0.95)
        liveness = LivenessHint.NOT_SEEN if rng.random() < 0.1 else LivenessHint.SEEN
        return FaceScore(distance, rng.uniform(2.0, 20.0) if self.blurred else 120.0, liveness)


class _Worker:
    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror

    async def ready(self) -> None:
        await trio.sleep(1)
        if self._mirror.fault == "load":
            raise FaceWorkerFailed("wasn't ready")

    @asynccontextmanager
    async def check(
        self, source: str, photo: bytes, *, challenge: Challenge | None, seconds: float
    ) -> AsyncIterator["_Check"]:
        await self.ready()
        mirror = self._mirror
        mirror._opened()
        mirror.standing, mirror.looking, mirror.blurred = None, True, False
        try:
            yield _Check(mirror, photo, trio.current_time() + seconds)
        finally:
            mirror.looking, mirror.standing = False, None


class _Check:
    """Says one hint a second; the score two seconds after somebody came."""

    def __init__(self, mirror: Mirror, photo: bytes, until: float) -> None:
        self._mirror = mirror
        self._photo = photo
        self._until = until
        self._said = 0

    def preview(self) -> None:
        return None

    def __aiter__(self) -> "_Check":
        return self

    async def __anext__(self) -> Hint | FaceScore:
        while True:
            await trio.sleep(1)
            if (error := self._mirror.failed()) is not None:
                raise error
            if trio.current_time() >= self._until:
                raise FaceCheckTimedOut(Hint.CENTRE)
            if self._mirror.standing is None:
                continue
            self._said += 1
            if self._said > 2:
                return self._mirror.score(self._photo)
            return _HINTS[self._said]
