"""The process that opens the camera: `python -m drivers.face.lens SOURCE DESCRIPTOR`.

It puts each picture into the shared memory of `frames`, and tells the camera's state there; it knows nothing of faces.
"""

import sys
import time
import zlib
from typing import TYPE_CHECKING

from drivers.camera.frames import REOPEN_SECONDS, SILENT_SECONDS, open_capture
from drivers.face.confinement import confine, end_with_parent
from drivers.face.frames import PIXELS, LensState, Pictures

if TYPE_CHECKING:
    import cv2

FROZEN_SECONDS = float(SILENT_SECONDS)
"""How long the same picture may come before that is a fault."""
MEMORY_BYTES = 1 << 30
"""Of address space. OpenCV with a stream of 1280x720 takes 300 MB of it, most never touched; cameras differ."""
CPU_SECONDS = 120
"""A check of two minutes takes 25 with a stream of 1280x720."""


class News:
    """Tells a picture from the one before. No clock of its own."""

    def __init__(self) -> None:
        self._seal: int | None = None
        self._changed_at = 0.0

    def judge(self, picture: bytes, at: float) -> LensState | None:
        """ONLINE: it is another one. FROZEN: it has been the same for too long. None: the same, not yet for long."""
        seal = zlib.crc32(picture)
        if seal != self._seal:
            self._seal, self._changed_at = seal, at
            return LensState.ONLINE
        return LensState.FROZEN if at - self._changed_at >= FROZEN_SECONDS else None


def main(source: str, descriptor: int) -> None:
    """Write pictures until standard input ends."""
    confine(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    end_with_parent()
    pictures = Pictures(descriptor)
    while True:
        capture = open_capture(source)
        news, picture = News(), None
        while True:
            there, picture = capture.read(picture)  # Into the same memory again.
            if not there:
                break
            # Every fourth row: noise is everywhere, and all of it would take 1 ms.
            state = news.judge(picture[::4].tobytes(), time.monotonic())
            if state is LensState.ONLINE:
                small = _small(picture)
                pictures.write(small.data.cast("B"), small.shape[1], small.shape[0])
            if state is not None:
                pictures.state = state
        capture.release()
        pictures.state = LensState.NO_DEVICE
        time.sleep(REOPEN_SECONDS)


def _small(picture: "cv2.typing.MatLike") -> "cv2.typing.MatLike":
    """Red, green, blue; as large as a slot takes, never larger than it came."""
    import cv2

    height, width = picture.shape[:2]
    scale = min(1.0, (PIXELS / (width * height)) ** 0.5)
    if scale < 1:
        size = (int(width * scale), int(height * scale))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
