"""Faces as a core under test sees them compared: what happens is written beforehand, and what was left open shows."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio

from drivers.face.course import FaceScore
from drivers.face.guidance import Hint
from drivers.face.liveness import LivenessHint
from drivers.face.session import FaceCheckError
from kiosk.pages import LivePicture

SAME = FaceScore(0.21, 120.0, LivenessHint.SEEN)
ANOTHER = FaceScore(0.68, 120.0, LivenessHint.SEEN)

Script = Sequence[Hint | FaceScore | FaceCheckError]
"""What one check comes to, one after another, a second each; after the last nothing more comes."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Four dark points."""

    number: int = 1
    width: int = 2
    height: int = 2
    pixels: memoryview = field(default_factory=lambda: memoryview(bytes(12)), repr=False)


class ScriptedFaces:
    """Stands where `kiosk.face_check.FaceChecks` does. Set `script`; a list of lists where there are several checks."""

    def __init__(self) -> None:
        self.script: list[Script] = [[Hint.CENTRE, Hint.TURN_LEFT, Hint.HOLD_STILL, SAME]]
        self.fails_to_start: FaceCheckError | None = None
        self.workers = 0
        """Comparing processes that run."""
        self.cameras = 0
        """Cameras that are open."""
        self.started = self.looked = 0
        """How many of each there were."""
        self.photos: list[bytes] = []

    @asynccontextmanager
    async def open(self) -> AsyncIterator["_Comparer"]:
        if self.fails_to_start is not None:
            raise self.fails_to_start
        self.workers += 1
        self.started += 1
        try:
            yield _Comparer(self)
        finally:
            self.workers -= 1


class _Comparer:
    def __init__(self, faces: ScriptedFaces) -> None:
        self._faces = faces
        self._used = False

    @asynccontextmanager
    async def check(self, photo: bytes, *, seconds: float) -> AsyncIterator["_Check"]:
        assert not self._used, "each worker serves one check"
        assert 0 < seconds <= 120
        self._used = True
        faces = self._faces
        faces.photos.append(photo)
        faces.cameras += 1
        faces.looked += 1
        try:
            yield _Check(faces.script.pop(0) if len(faces.script) > 1 else faces.script[0])
        finally:
            faces.cameras -= 1


class _Check:
    def __init__(self, script: Script) -> None:
        self._script = iter(script)

    def preview(self) -> LivePicture | None:
        return Picture()

    def __aiter__(self) -> "_Check":
        return self

    async def __anext__(self) -> Hint | FaceScore:
        await trio.sleep(1)
        seen = next(self._script, None)
        if seen is None:
            await trio.sleep_forever()
        if isinstance(seen, FaceCheckError):
            raise seen
        assert seen is not None
        return seen
