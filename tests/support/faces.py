"""Photographs of faces for tests, what can be computed from them, and a camera that shows them.

Run as a program it is the camera: `python tests/support/faces.py` serves MJPEG on loopback, prints the address, and
takes orders: a line of JSON with the sizes of the JPEGs that follow it, and how many of them are shown only once.
"""

import asyncio
import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy
from PIL import Image, ImageEnhance, ImageFilter

from simulator.camera import people
from simulator.camera.people import FACES, SIZE, Photo, masked, turned

__all__ = ["SIZE", "masked", "turned"]

ROOT = Path(__file__).parents[2]
_FETCHED = ROOT / "build" / "faces"
WALL = (172, 176, 178)
PHOTOS = {
    "obama": Photo(_FETCHED / "obama.jpg", 488, 261, 256),
    "obama2": Photo(_FETCHED / "obama2.jpg", 305, 425, 270),
    "obama3": Photo(_FETCHED / "obama3.jpg", 779, 443, 306),
    "biden": Photo(_FETCHED / "biden.jpg", 579, 388, 344),
    **FACES,
}
SAME = ("obama", "obama2", "obama3")
"""One person's."""


def person(name: str) -> str:
    """Whose photograph it is."""
    return "obama" if name in SAME else name


def on_record(name: str) -> bytes:
    """A photograph as a server would send it."""
    return people.on_record(PHOTOS[name])


def jpeg(picture: Image.Image, quality: int = 92) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()


def before_camera(name: str, *, width: float = 0.3, x: float = 0.5, y: float = 0.5) -> Image.Image:
    """The photograph's person before the camera: how wide the face is (of the picture's height) and where."""
    return people.before_camera(PHOTOS[name], _wall(), width=width, x=x, y=y)


def two_people(one: str, other: str) -> Image.Image:
    return people.two_people(PHOTOS[one], PHOTOS[other], _wall())


def tilted(picture: Image.Image, squeeze: float) -> Image.Image:
    """A photograph that is held up and turned about its upright axis: everything narrower."""
    return people.held_up(picture, _wall(), squeeze)


def _wall() -> Image.Image:
    return Image.new("RGB", SIZE, WALL)


def blurred(picture: Image.Image, pixels: float) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(pixels))


def lit(picture: Image.Image, share: float) -> Image.Image:
    """Darker, or brighter, all over."""
    return ImageEnhance.Brightness(picture).enhance(share)


def lit_from_side(picture: Image.Image, share: float) -> Image.Image:
    """The left half of the picture has only that share of the light, with a soft edge."""
    ramp = numpy.interp(numpy.arange(SIZE[0]), [540, 740], [share, 1.0])
    pixels = numpy.asarray(picture, numpy.float32) * ramp[None, :, None].astype(numpy.float32)
    return Image.fromarray(pixels.clip(0, 255).astype(numpy.uint8))


def noisy(picture: Image.Image, seed: int) -> Image.Image:
    """With a sensor's noise, so that no picture is the one before."""
    pixels = numpy.asarray(picture, numpy.int16)
    noise = numpy.random.default_rng(seed).normal(0, 2, pixels.shape[:2]).astype(numpy.int16)
    return Image.fromarray((pixels + noise[:, :, None]).clip(0, 255).astype(numpy.uint8))


class FaceCamera:
    """The near end of the camera's process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process, self._orders = process, process.stdin
        self.url = process.stdout.readline().decode().strip()

    def show(self, picture: Image.Image) -> None:
        """From now on this, with noise."""
        self._tell([jpeg(noisy(picture, seed)) for seed in range(6)])

    def show_lobby(self) -> None:
        """Nobody is there."""
        self.show(_wall())

    def play(self, pictures: Sequence[Image.Image]) -> None:
        """These once, a picture each 33 ms, then the last with noise."""
        once = [jpeg(picture) for picture in pictures]
        self._tell(once + [jpeg(noisy(pictures[-1], seed)) for seed in range(6)], once=len(once))

    def freeze(self, picture: Image.Image) -> None:
        """From now on this, the same again and again."""
        self._tell([jpeg(picture)])

    def fail(self) -> None:
        """Deliver nothing more."""
        self._tell([])

    def _tell(self, pictures: list[bytes], once: int = 0) -> None:
        head = {"sizes": [len(each) for each in pictures], "once": once}
        self._orders.write(json.dumps(head).encode() + b"\n" + b"".join(pictures))
        self._orders.flush()


@contextmanager
def face_camera() -> Iterator[FaceCamera]:
    """The camera, showing an empty lobby."""
    command = [sys.executable, __file__]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            yield FaceCamera(process)
        finally:
            process.terminate()


class _Showing:
    """What `simulator.camera.stream` asks of a camera; each look takes the next picture."""

    failure: str | None = None

    def __init__(self) -> None:
        self._set([jpeg(noisy(_wall(), seed)) for seed in range(6)], 0)

    def _set(self, pictures: list[bytes], once: int) -> None:
        if not pictures:
            self.failure = "freeze"
            return
        self._next = iter(pictures[:once])
        self._again, self._at = pictures[once:], 0
        self.failure = None

    def take(self) -> bytes:
        """The next picture."""
        played = next(self._next, None)
        if played is not None:
            return played
        self._at += 1
        return self._again[self._at % len(self._again)]

    def follow(self, changed: Callable[[], object]) -> None:
        """Take orders until they end."""
        for line in sys.stdin.buffer:
            head = json.loads(line)
            self._set([sys.stdin.buffer.read(size) for size in head["sizes"]], head["once"])
            changed()


async def _serve() -> None:
    from simulator.camera.stream import Stream

    showing = _Showing()
    stream = Stream(showing)  # type: ignore[arg-type]
    await stream.start()
    print(stream.url, flush=True)
    loop = asyncio.get_running_loop()

    def changed() -> None:
        asyncio.run_coroutine_threadsafe(stream.refresh(), loop)

    threading.Thread(target=showing.follow, args=[changed], daemon=True).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
