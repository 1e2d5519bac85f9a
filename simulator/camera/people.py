"""People before the camera: photographs of two real faces, and what can be computed from them. Drawn with Pillow.

Both are in the public domain: `pictures/README.md`. None is of anybody whose name a virtual person has.
"""

import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter

from simulator.camera import scene

if TYPE_CHECKING:
    import numpy

    Grid = numpy.ndarray[Any, numpy.dtype[numpy.float32]]

SIZE = (scene.WIDTH, scene.HEIGHT)
WAYS = ("plain", "turning", "photo", "two", "mask", "far", "blur", "dark")
"""How somebody stands there. `turning`: looks left and right again and again. `photo`: a photograph of the face is held
up and moved about. `two`: with somebody else beside."""
PICTURES_A_SECOND = 30

_TURN = [0.021 * n for n in range(11)] + [0.2, 0.205, 0.195, 0.19, 0.2, 0.185]
"""How far, picture by picture, each shown twice. Turned, the head isn't still: a warp is no turn, and not every picture
passes for one."""
_STRAIGHT_SECONDS = 1.5
_PICTURES = Path(__file__).with_name("pictures")


@dataclass(frozen=True)
class Photo:
    """Where a photograph's face is, as dlib finds it: its middle and width in pixels."""

    file: Path
    x: int
    y: int
    width: int


FACES = {
    "hopper": Photo(_PICTURES / "grace_hopper.jpg", 268, 244, 216),
    "collins": Photo(_PICTURES / "eileen_collins.jpg", 162, 126, 88),
}
"""By the names that personas know them by."""


@cache
def on_record(photo: Photo) -> bytes:
    """The photograph as a server holds it: a JPEG of 358 x 441, the size of the photo on a card."""
    half = photo.width
    box = (photo.x - half, photo.y - round(half * 1.1), photo.x + half, photo.y + round(half * 1.36))
    return _jpeg(_opened(photo).crop(box).resize((358, 441), Image.Resampling.LANCZOS), quality=92)


def film(face: str, way: str) -> list[bytes]:
    """JPEGs of somebody who stands there in that `way`, to be shown again and again.

    Args:
        face: One of `FACES`.
        way: One of `WAYS`.

    Raises:
        ValueError: There is no such face or way.
    """
    if face not in FACES:
        raise ValueError(f"no such face; there are {', '.join(FACES)}")
    if way not in WAYS:
        raise ValueError(f"no such way; there are {', '.join(WAYS)}")
    lobby, person = scene.draw(None), FACES[face]
    plain = before_camera(person, lobby)
    match way:
        case "turning":
            straight = _alive(plain) * round(_STRAIGHT_SECONDS * PICTURES_A_SECOND / 6)
            return straight + turn(face, "left") + straight + turn(face, "right")
        case "photo":
            shaken = [1 - 0.2 * abs(n % 12 - 6) / 6 for n in range(12)]
            return [_jpeg(_noisy(held_up(plain, lobby, squeeze))) for squeeze in shaken]
        case "two":
            other = next(FACES[name] for name in FACES if name != face)
            return _alive(two_people(person, other, lobby))
        case "mask":
            return _alive(masked(plain))
        case "far":
            return _alive(before_camera(person, lobby, width=0.15))
        case "blur":
            return _alive(plain.filter(ImageFilter.GaussianBlur(5)))
        case "dark":
            return _alive(ImageEnhance.Brightness(plain).enhance(0.2))
        case _:
            return _alive(plain)


@cache
def turn(face: str, to: str) -> list[bytes]:
    """JPEGs of a head that turns to the person's own `left` or `right` and back, to be shown once.

    Raises:
        ValueError: There is no such face or side.
    """
    if face not in FACES:
        raise ValueError(f"no such face; there are {', '.join(FACES)}")
    if to not in ("left", "right"):
        raise ValueError("a head turns left or right")
    plain, side = before_camera(FACES[face], scene.draw(None)), 1 if to == "left" else -1
    there = [_jpeg(turned(plain, side * each, narrower=each / 2)) for each in _TURN]
    return [picture for picture in there + there[::-1] for _ in range(2)]


@cache
def nobody() -> list[bytes]:
    """JPEGs of the empty lobby: with a sensor's noise, as any camera's."""
    return _alive(scene.draw(None), count=3)


# One picture. Lengths are shares of its height.


def before_camera(
    photo: Photo, behind: Image.Image, *, width: float = 0.3, x: float = 0.5, y: float = 0.5
) -> Image.Image:
    """The photograph's person before the camera: how wide the face is and where."""
    scale = width * SIZE[1] / photo.width
    whole = _opened(photo)
    whole = whole.resize((round(whole.width * scale), round(whole.height * scale)), Image.Resampling.LANCZOS)
    seen = behind.copy()
    seen.paste(whole, (round(x * SIZE[0] - photo.x * scale), round(y * SIZE[1] - photo.y * scale)))
    return seen


def two_people(one: Photo, other: Photo, behind: Image.Image) -> Image.Image:
    """One in the middle, the other at the right."""
    seen = before_camera(one, behind)
    seen.paste(before_camera(other, behind, x=0.8).crop((880, 0, *SIZE)), (880, 0))
    return seen


def turned(
    picture: Image.Image, amount: float, *, narrower: float = 0.0, width: float = 0.3, x: float = 0.5, y: float = 0.5
) -> Image.Image:
    """The head turned to the person's left as far as a warp can: the nose goes that way, then cheeks and mouth.

    `amount` is about the nose's way, of the face's width; to the right it is below 0. Beyond 0.35 the picture folds.
    `narrower` is how much less wide the head becomes meanwhile.
    """
    import numpy

    place, depth, near = _head(width, x, y)
    source = (place - amount * depth) / (1 - narrower * near) + x * SIZE[0]
    columns = numpy.clip(source, 0, SIZE[0] - 1).astype(numpy.intp)
    pixels = numpy.asarray(picture)
    return Image.fromarray(pixels[numpy.arange(SIZE[1])[:, None], columns])


@cache
def _head(width: float, x: float, y: float) -> "tuple[Grid, Grid, Grid]":
    """For each point its place beside the head's middle, how far it comes forward, and how much it belongs to it."""
    import numpy

    across, down = SIZE
    size = width * down
    v, u = numpy.mgrid[0:down, 0:across].astype(numpy.float32)
    u, v = (u - x * across) / size, (v - y * down) / size
    depth = 0.4 * numpy.exp(-((u / 0.7) ** 2) - (v / 0.7) ** 2)
    depth += numpy.exp(-((u / 0.32) ** 2) - ((v - 0.15) / 0.2) ** 2)
    return u * size, depth * size, numpy.exp(-(u**4) - v**4)


def held_up(picture: Image.Image, behind: Image.Image, squeeze: float) -> Image.Image:
    """A photograph that is held up and turned about its upright axis: everything narrower."""
    width = round(SIZE[0] * squeeze)
    seen = behind.copy()
    seen.paste(picture.resize((width, SIZE[1])), ((SIZE[0] - width) // 2, 0))
    return seen


def masked(picture: Image.Image, colour: tuple[int, int, int] = (152, 190, 214), *, width: float = 0.3) -> Image.Image:
    """A mask over mouth and nose of a face in the middle."""
    seen, size = picture.copy(), width * SIZE[1]
    middle, top = SIZE[0] / 2, SIZE[1] / 2
    ImageDraw.Draw(seen).rounded_rectangle(
        (middle - 0.42 * size, top + 0.1 * size, middle + 0.42 * size, top + 0.55 * size), size * 0.12, fill=colour
    )
    return seen


@cache
def _opened(photo: Photo) -> Image.Image:
    return Image.open(photo.file).convert("RGB")


def _alive(picture: Image.Image, count: int = 6) -> list[bytes]:
    """The picture some times, none like the one before."""
    return [_jpeg(_noisy(picture)) for _ in range(count)]


def _noisy(picture: Image.Image) -> Image.Image:
    noise = Image.effect_noise(picture.size, 2)  # Around 128.
    return ImageChops.add(picture, Image.merge("RGB", (noise, noise, noise)), scale=1, offset=-128)


def _jpeg(picture: Image.Image, quality: int = 90) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return written.getvalue()
