"""The newest picture of a camera that may freeze, vanish and come back.

A thread takes every picture as it comes and keeps only the newest: whoever reads slower than the camera
delivers would otherwise see the past.
"""

import os
import threading
import time
from typing import TYPE_CHECKING

import numpy

from drivers.camera.codes import Picture
from drivers.camera.protocol import CameraState

if TYPE_CHECKING:
    import cv2

SILENT_SECONDS = 2
"""How long a camera may be silent before it is opened anew."""
REOPEN_SECONDS = 0.5
"""Between two attempts to open."""


class NewestFrame:
    """Grabs from `source` until the process ends.

    Args:
        source: A device path such as `/dev/video0`, or the address of a stream.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._news = threading.Condition()
        self._picture: Picture | None = None
        self._state = self._told = CameraState.STARTING
        threading.Thread(target=self._grab, name="camera", daemon=True).start()

    def next(self) -> tuple[CameraState, Picture | None]:
        """Wait for a picture that wasn't handed out before, or for another state.

        Returns:
            The state, and the newest picture in grey; None: only the state is new.
        """
        with self._news:
            self._news.wait_for(lambda: self._picture is not None or self._state is not self._told)
            picture, self._picture = self._picture, None
            state = self._told = self._state
        return state, picture

    def _grab(self) -> None:
        while True:
            capture = open_capture(self._source)
            picture: cv2.typing.MatLike | None = None
            while True:
                # Into the same memory again, and kept in grey: a third of the bytes.
                there, picture = capture.read(picture)
                if not there:
                    break
                self._publish(CameraState.ONLINE, _grey(picture))
            capture.release()
            self._publish(CameraState.NO_DEVICE, None)
            time.sleep(REOPEN_SECONDS)

    def _publish(self, state: CameraState, picture: Picture | None) -> None:
        with self._news:
            self._state, self._picture = state, picture
            self._news.notify()


def _grey(picture: "cv2.typing.MatLike") -> Picture:
    import cv2

    return numpy.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=numpy.uint8)


def open_capture(source: str) -> "cv2.VideoCapture":
    """Open the camera; the result may be closed, and reads then give nothing.

    Args:
        source: A device path such as `/dev/video0`, or the address of a stream.
    """
    # OpenCV reads these when it loads or opens, so they are set before.
    os.environ["OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT"] = str(SILENT_SECONDS)
    # A stream is shown as it comes: nothing is read ahead to learn what it is.
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "fflags;nobuffer|flags;low_delay|analyzeduration;0|probesize;32"
    import cv2

    cv2.setNumThreads(1)
    if source.startswith("/dev/"):
        return cv2.VideoCapture(source, cv2.CAP_V4L2)
    milliseconds = SILENT_SECONDS * 1000
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, milliseconds, cv2.CAP_PROP_READ_TIMEOUT_MSEC, milliseconds]
    return cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)
