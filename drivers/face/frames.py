"""The newest pictures of the camera, in memory that three processes share: one writes, two read.

It is an anonymous file in memory (memfd_create(2)): it has no name, and is gone with the last process that holds it.
Three slots take turns. A reader copies the newest and then looks whether the writer has come round to that slot in the
meantime: then it wasn't a picture, and it takes the next. Nobody waits for anybody.

Each number is one aligned word, written whole, and x86-64 shows stores in their order: no lock is needed.
"""

import mmap
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

PIXELS = 640 * 480
"""The largest picture. A face at arm's length is then 100 to 200 pixels wide; finding it takes 20 ms."""
BYTES_A_PIXEL = 3
"""Red, green, blue."""
SLOT_BYTES = PIXELS * BYTES_A_PIXEL

_SLOTS = 3
_HEADER_BYTES = mmap.PAGESIZE
_STATE, _NEWEST, _COMPARED, _FIRST_SLOT = 0, 1, 2, 3
_BEGUN, _ENDED, _WIDTH, _HEIGHT, _AT, _WORDS_A_SLOT = range(6)


class LensState(IntEnum):
    """How the camera is, as the process that reads it knows."""

    STARTING = 0
    ONLINE = 1
    """New pictures come."""
    NO_DEVICE = 2
    """No picture for 2 s, or no camera at all; it is tried again and again."""
    FROZEN = 3
    """The same picture comes again and again. A real sensor's pictures differ by their noise at least."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture that was read: where it stands in the order, its size, when it was taken.

    Attributes:
        number: From 1 on.
        taken_at: Seconds of the system's monotonic clock (the same for every process).
    """

    number: int
    width: int
    height: int
    taken_at: float

    @property
    def size(self) -> int:
        """In bytes."""
        return self.width * self.height * BYTES_A_PIXEL


def create() -> int:
    """A new shared memory's file descriptor. It is inherited only where that is asked for."""
    descriptor = os.memfd_create("pictures", os.MFD_CLOEXEC)
    os.ftruncate(descriptor, _HEADER_BYTES + _SLOTS * SLOT_BYTES)
    return descriptor


class Pictures:
    """The shared memory as one process sees it; the descriptor stays the caller's."""

    def __init__(self, descriptor: int) -> None:
        self._map = mmap.mmap(descriptor, _HEADER_BYTES + _SLOTS * SLOT_BYTES)
        self._map.madvise(mmap.MADV_DONTDUMP)
        self._bytes = memoryview(self._map)
        self._words = self._bytes[:_HEADER_BYTES].cast("Q")

    @property
    def state(self) -> LensState:
        """How the camera is."""
        return LensState(self._words[_STATE])

    @state.setter
    def state(self, state: LensState) -> None:
        self._words[_STATE] = state

    @property
    def newest(self) -> int:
        """The number of the newest picture; 0: none came yet."""
        return self._words[_NEWEST]

    @property
    def compared(self) -> int:
        """The number of the last picture that the comparing process is done with; it alone sets it."""
        return self._words[_COMPARED]

    @compared.setter
    def compared(self, number: int) -> None:
        self._words[_COMPARED] = number

    def write(self, pixels: memoryview, width: int, height: int) -> None:
        """Add a picture; only one process may.

        Args:
            pixels: Row by row, three bytes a pixel.
            width: In pixels.
            height: In pixels.

        Raises:
            ValueError: It is larger than `PIXELS`, or not of that size.
        """
        number = self._words[_NEWEST] + 1
        frame = Frame(number, width, height, 0.0)
        if len(pixels) != frame.size or frame.size > SLOT_BYTES:
            raise ValueError(f"a picture of {width} x {height} in {len(pixels)} bytes")
        word = self._first_word(number)
        self._words[word + _BEGUN] = number
        self._slot(number)[: frame.size] = pixels
        self._words[word + _WIDTH], self._words[word + _HEIGHT] = width, height
        self._words[word + _AT] = time.monotonic_ns()
        self._words[word + _ENDED] = number
        self._words[_NEWEST] = number

    def read(self, into: memoryview, *, after: int = 0) -> Frame | None:
        """Copy the newest picture; None: there is none with a number above `after`, or it was written over meanwhile.

        Args:
            into: At least `SLOT_BYTES` long.
            after: The number of the last picture read.
        """
        number = self._words[_NEWEST]
        if number <= after:
            return None
        word = self._first_word(number)
        width, height = self._words[word + _WIDTH], self._words[word + _HEIGHT]
        frame = Frame(number, width, height, self._words[word + _AT] / 1e9)
        if frame.size > SLOT_BYTES:
            return None  # Half written: the check below would say so as well, but not before the copy.
        into[: frame.size] = self._slot(number)[: frame.size]
        whole = self._words[word + _BEGUN] == number == self._words[word + _ENDED]
        return frame if whole else None

    def wipe(self) -> None:
        """Overwrite every picture; for when nobody writes any more."""
        self._bytes[:] = bytes(len(self._bytes))

    def close(self) -> None:
        """Let go of the memory."""
        self._words.release()
        self._bytes.release()
        self._map.close()

    def _first_word(self, number: int) -> int:
        return _FIRST_SLOT + number % _SLOTS * _WORDS_A_SLOT

    def _slot(self, number: int) -> memoryview:
        start = _HEADER_BYTES + number % _SLOTS * SLOT_BYTES
        return self._bytes[start : start + SLOT_BYTES]


@contextmanager
def picture_buffer() -> Iterator[memoryview]:
    """Room for one picture, kept out of core dumps and overwritten at the end."""
    room = mmap.mmap(-1, SLOT_BYTES)
    room.madvise(mmap.MADV_DONTDUMP)
    view = memoryview(room)
    try:
        yield view
    finally:
        view[:] = bytes(SLOT_BYTES)  # Not closed: a view of it that somebody still holds shows nothing any more.
