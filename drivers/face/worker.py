"""The comparing process: `python -m drivers.face.worker DESCRIPTOR`.

It loads the models, says so, takes one order from standard input, and then looks at the newest picture of the shared
memory whenever it is done with the one before. Hints and the score go to standard output; faces go nowhere. It ends
when its standard input does, or with the score.
"""

import os
import sys
import time
from contextlib import suppress

import numpy

from drivers.face.confinement import confine, end_with_parent
from drivers.face.course import Course
from drivers.face.frames import SLOT_BYTES, Frame, LensState, Pictures
from drivers.face.liveness import Challenge
from drivers.face.protocol import (
    ANSWER_BYTES,
    PHOTO_BYTES,
    Answer,
    HintGiven,
    Order,
    PhotoUnusable,
    Ready,
    Scored,
    decode_order,
    encode,
)

MEMORY_BYTES = 640 << 20
"""Of address space; loaded and comparing it takes 263 MB."""
CPU_SECONDS = 150
"""Loading, and the longest check at full speed (`session.MOST_SECONDS`)."""
NICE = 5
"""The screen and the preview go before."""
PAUSE_SECONDS = 0.004
"""Between two looks for a new picture."""


def main(descriptor: int) -> None:
    """Serve one order."""
    confine(memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    os.nice(NICE)
    pipe = os.dup(1)
    os.dup2(2, 1)  # What a library prints must not get between the frames.

    def tell(answer: Answer) -> None:
        frame = encode(answer)
        while frame:
            frame = frame[os.write(pipe, frame) :]

    from drivers.face import measure

    tell(Ready())
    order = _read_order()
    end_with_parent()
    pictures = Pictures(descriptor)
    try:
        on_record = measure.photo_vector(order.photo)
    except measure.PhotoUnusableError as error:
        tell(PhotoUnusable(error.trouble))
        return
    eyes, course, told, last = order.challenge is Challenge.BLINK, Course(order.challenge), None, 0
    del order
    room = memoryview(bytearray(SLOT_BYTES))
    while True:
        frame = pictures.read(room, after=last)
        if frame is None or pictures.state is not LensState.ONLINE:
            time.sleep(PAUSE_SECONDS)
            continue
        last = frame.number
        picture = _picture(room, frame)
        seen, found = measure.measure(picture, eyes=eyes)
        hint, face = course.see(seen, frame.taken_at)
        if hint is not told:
            tell(HintGiven(hint))
            told = hint
        if face is not None:
            score = course.compared(face, measure.distance(on_record, measure.vector(picture, found[0])))
            if score is not None:
                tell(Scored(score))
                return
        pictures.compared = frame.number


def _picture(room: memoryview, frame: Frame) -> "numpy.ndarray[tuple[int, int, int], numpy.dtype[numpy.uint8]]":
    # dlib wants an array that it could write to, and this is one: nothing is copied.
    flat = numpy.frombuffer(room, numpy.uint8, frame.size)
    return flat.reshape((frame.height, frame.width, 3))


def _read_order() -> Order:
    """The order; ends the process where standard input ends first."""
    length = int.from_bytes(_read(4))
    if not 1 <= length <= PHOTO_BYTES + ANSWER_BYTES:
        raise ValueError("an order of an impossible length")
    return decode_order(_read(length))


def _read(count: int) -> bytes:
    got = bytearray()
    while len(got) < count:
        piece = os.read(0, count - len(got))
        if not piece:
            os._exit(0)
        got += piece
    return bytes(got)


if __name__ == "__main__":
    with suppress(BrokenPipeError):  # Nobody listens any more.
        main(int(sys.argv[1]))
    os._exit(0)  # The pictures' memory is the system's again; tidying up would only take time.
