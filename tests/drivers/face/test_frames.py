"""Pictures in shared memory: the newest, whole or not at all, and nothing left over."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face import frames
from drivers.face.frames import PIXELS, SLOT_BYTES, LensState, Pictures, picture_buffer
from drivers.face.lens import FROZEN_SECONDS, News

ROOT = Path(__file__).parents[3]


@pytest.fixture
def descriptor() -> Iterator[int]:
    made = frames.create()
    yield made
    os.close(made)


def plain(value: int, count: int = PIXELS) -> memoryview:
    return memoryview(bytes([value]) * count * 3)


def test_the_newest_is_read_once(descriptor: int) -> None:
    lens, near = Pictures(descriptor), Pictures(descriptor)
    room = memoryview(bytearray(SLOT_BYTES))
    assert near.state is LensState.STARTING
    assert near.read(room) is None
    for value in (1, 2, 3, 4, 5):
        lens.write(plain(value, 6), 3, 2)
    lens.state = LensState.FROZEN
    frame = near.read(room)
    assert frame is not None
    assert (frame.number, frame.width, frame.height, room[0], room[17]) == (5, 3, 2, 5, 5)
    assert near.newest == 5
    assert near.read(room, after=5) is None
    assert near.state is LensState.FROZEN
    lens.close()
    near.close()


def test_a_picture_is_whole_or_none(descriptor: int) -> None:
    """A process writes as fast as it can; what is read here is of one colour, always."""
    program = (
        "import sys\n"
        "from drivers.face.frames import PIXELS, Pictures\n"
        "pictures, n = Pictures(int(sys.argv[1])), 0\n"
        "plain = [memoryview(bytes([value]) * PIXELS * 3) for value in range(7)]\n"
        "while True:\n"
        "    n += 1\n"
        "    pictures.write(plain[n % 7], 640, 480)\n"
    )
    near, room, last, whole, torn = Pictures(descriptor), memoryview(bytearray(SLOT_BYTES)), 0, 0, 0
    command = [sys.executable, "-c", program, str(descriptor)]
    with subprocess.Popen(command, cwd=ROOT, pass_fds=[descriptor]) as writer:
        while whole < 100:
            assert writer.poll() is None
            frame = near.read(room, after=last)
            if frame is not None:
                whole, last = whole + 1, frame.number
                torn += room[:SLOT_BYTES] != bytes([frame.number % 7]) * SLOT_BYTES
        writer.kill()
    near.close()
    assert torn == 0


def test_a_slot_that_is_being_written_is_no_picture(descriptor: int) -> None:
    lens = Pictures(descriptor)
    room = memoryview(bytearray(SLOT_BYTES))
    lens.write(plain(1), 640, 480)
    word = lens._first_word(1)
    for place, broken in ((frames._BEGUN, 4), (frames._ENDED, 0), (frames._WIDTH, 1 << 40)):
        kept, lens._words[word + place] = lens._words[word + place], broken
        assert lens.read(room) is None
        lens._words[word + place] = kept
    assert lens.read(room) is not None


@given(width=st.integers(0, 2000), height=st.integers(0, 2000), size=st.integers(0, 100))
def test_only_what_fits_is_written(width: int, height: int, size: int) -> None:
    descriptor = frames.create()
    pictures = Pictures(descriptor)
    if width * height * 3 != size:
        with pytest.raises(ValueError, match="picture"):
            pictures.write(memoryview(bytes(size)), width, height)
    large = memoryview(bytes((PIXELS + 640) * 3))
    with pytest.raises(ValueError, match="picture"):
        pictures.write(large, 640, 481)
    pictures.close()
    os.close(descriptor)


def test_nothing_is_left_over(descriptor: int) -> None:
    pictures = Pictures(descriptor)
    for value in (1, 2, 3):
        pictures.write(plain(value), 640, 480)
    with picture_buffer() as room:
        assert pictures.read(room) is not None
        kept = room[:10]
    assert bytes(kept) == bytes(10)
    pictures.wipe()
    pictures.close()
    content = os.pread(descriptor, 1 << 23, 0)
    assert content == bytes(len(content))
    assert os.readlink(f"/proc/self/fd/{descriptor}").startswith("/memfd:"), "it has no name on a disk"
    assert not os.get_inheritable(descriptor)


def test_a_picture_that_stays_the_same_is_frozen_after_a_while() -> None:
    news = News()
    assert news.judge(b"a", 0.0) is LensState.ONLINE
    assert news.judge(b"b", 0.1) is LensState.ONLINE
    assert news.judge(b"b", 0.1 + FROZEN_SECONDS * 0.9) is None
    assert news.judge(b"b", 0.1 + FROZEN_SECONDS) is LensState.FROZEN
    assert news.judge(b"c", 9.0) is LensState.ONLINE
