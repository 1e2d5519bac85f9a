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
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

ROOT = Path(__file__).parents[2]
_KEPT = ROOT / "tests" / "drivers" / "face" / "pictures"
_FETCHED = ROOT / "build" / "faces"
SIZE = (1280, 720)
"""The camera's picture."""
WALL = (172, 176, 178)


@dataclass(frozen=True)
class Photo:
    """Where a photograph's face is, as dlib finds it: its middle and width in pixels."""

    file: Path
    x: int
    y: int
    width: int


PHOTOS = {
    "obama": Photo(_FETCHED / "obama.jpg", 488, 261, 256),
    "obama2": Photo(_FETCHED / "obama2.jpg", 305, 425, 270),
    "obama3": Photo(_FETCHED / "obama3.jpg", 779, 443, 306),
    "biden": Photo(_FETCHED / "biden.jpg", 579, 388, 344),
    "hopper": Photo(_KEPT / "grace_hopper.jpg", 268, 244, 216),
    "collins": Photo(_KEPT / "eileen_collins.jpg", 162, 126, 88),
}
SAME = ("obama", "obama2", "obama3")
"""One person's."""


def person(name: str) -> str:
    """Whose photograph it is."""
    return "obama" if name in SAME else name


@cache
def _opened(name: str) -> Image.Image:
    return Image.open(PHOTOS[name].file).convert("RGB")


def on_record(name: str) -> bytes:
    """A photograph as a server would send it: the size of the photo on a card, 358 x 441."""
    photo = PHOTOS[name]
    half = photo.width
    part = _opened(name).crop(
        (photo.x - half, photo.y - round(half * 1.1), photo.x + half, photo.y + round(half * 1.36))
    )
    return jpeg(part.resize((358, 441), Image.Resampling.LANCZOS))


def jpeg(picture: Image.Image, quality: int = 92) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()


def before_camera(name: str, *, width: float = 0.3, x: float = 0.5, y: float = 0.5) -> Image.Image:
    """The photograph's person before the camera: how wide the face is (of the picture's height) and where."""
    photo, (across, down) = PHOTOS[name], SIZE
    scale = width * down / photo.width
    whole = _opened(name)
    whole = whole.resize((round(whole.width * scale), round(whole.height * scale)), Image.Resampling.LANCZOS)
    scene = Image.new("RGB", SIZE, WALL)
    scene.paste(whole, (round(x * across - photo.x * scale), round(y * down - photo.y * scale)))
    return scene


def two_people(one: str, other: str) -> Image.Image:
    scene = before_camera(one, x=0.5)
    right = before_camera(other, x=0.8).crop((880, 0, 1280, 720))
    scene.paste(right, (880, 0))
    return scene


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


def turned(picture: Image.Image, amount: float, *, width: float = 0.3, x: float = 0.5, y: float = 0.5) -> Image.Image:
    """The head turned to the person's left as far as a warp can: the nose goes that way, then cheeks and mouth.

    `amount` is about the nose's way, of the face's width. Beyond 0.35 the picture folds.
    """
    across, down = SIZE
    size = width * down
    v, u = numpy.mgrid[0:down, 0:across].astype(numpy.float32)
    u, v = (u - x * across) / size, (v - y * down) / size
    depth = 0.4 * numpy.exp(-((u / 0.7) ** 2) - (v / 0.7) ** 2)
    depth += numpy.exp(-((u / 0.32) ** 2) - ((v - 0.15) / 0.2) ** 2)
    shift = amount * depth * size
    source = numpy.clip(numpy.arange(across)[None, :] - shift, 0, across - 1).astype(numpy.int32)
    pixels = numpy.asarray(picture)
    return Image.fromarray(numpy.take_along_axis(pixels, source[:, :, None].repeat(3, axis=2), axis=1))


def tilted(picture: Image.Image, squeeze: float) -> Image.Image:
    """A photograph that is held up and turned about its upright axis: everything narrower."""
    width = round(SIZE[0] * squeeze)
    scene = Image.new("RGB", SIZE, WALL)
    scene.paste(picture.resize((width, SIZE[1])), ((SIZE[0] - width) // 2, 0))
    return scene


def masked(picture: Image.Image, colour: tuple[int, int, int] = (152, 190, 214), *, width: float = 0.3) -> Image.Image:
    """A mask over mouth and nose of a face in the middle."""
    scene, size = picture.copy(), width * SIZE[1]
    middle, top = SIZE[0] / 2, SIZE[1] / 2
    ImageDraw.Draw(scene).rounded_rectangle(
        (middle - 0.42 * size, top + 0.1 * size, middle + 0.42 * size, top + 0.55 * size), size * 0.12, fill=colour
    )
    return scene


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
        self.show(Image.new("RGB", SIZE, WALL))

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
        lobby = Image.new("RGB", SIZE, WALL)
        self._set([jpeg(noisy(lobby, seed)) for seed in range(6)], 0)

    def _set(self, pictures: list[bytes], once: int) -> None:
        if not pictures:
            self.failure = "freeze"
            return
        self._next = iter(pictures[:once])
        self._again, self._at = pictures[once:], 0
        self.failure = None

    @property
    def picture(self) -> bytes:
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
    sys.path.insert(0, str(ROOT))
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
