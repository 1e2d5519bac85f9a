"""The camera's own process: `python -m drivers.camera.worker SOURCE`.

Frames of `protocol` go to standard output; a code goes nowhere else, in particular to no log. The process ends
when its standard input does, so it can't outlive whoever started it, and leaves no core dump.
"""

import os
import resource
import sys
import threading
import time

from drivers.camera.protocol import CameraState, CodeSeen, Message, StateChanged, encode

GONE_SECONDS = 1.0
"""How long a code must be out of sight before the same one counts as held up again."""


class Sightings:
    """Tells a code that is held up from one that is still held up. No clock of its own."""

    def __init__(self) -> None:
        self._text: str | None = None
        self._seen_at = 0.0

    def is_new(self, text: str, at: float) -> bool:
        """Whether `text`, seen at `at` (seconds), was just held up."""
        still = text == self._text and at - self._seen_at < GONE_SECONDS
        self._text, self._seen_at = text, at
        return not still


def main(source: str) -> None:
    """Tell states and codes until standard input ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe = os.dup(1)
    os.dup2(2, 1)  # What a library prints must not get between the frames.
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def tell(message: Message) -> None:
        frame = encode(message)
        while frame:
            frame = frame[os.write(pipe, frame) :]

    tell(StateChanged(CameraState.STARTING))
    from drivers.camera.codes import CodeFinder
    from drivers.camera.frames import NewestFrame

    frames, finder, sightings = NewestFrame(source), CodeFinder(), Sightings()
    told = CameraState.STARTING
    while True:
        state, picture = frames.next()
        if state is not told:
            tell(StateChanged(state))
            told = state
        if picture is None:
            continue
        text = finder.find(picture)
        if text is not None and sightings.is_new(text, time.monotonic()):
            tell(CodeSeen(text))


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)  # At once: the other threads may be deep in a library.


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except BrokenPipeError:
        os._exit(0)  # Nobody listens any more.
