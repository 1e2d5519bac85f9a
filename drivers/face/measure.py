"""Measures a picture, and computes a face's vector: all that needs the model, and the only place that imports it."""

import warnings
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy

from drivers.face.guidance import Face, Measurement
from drivers.face.protocol import PhotoTrouble

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # It says of pkg_resources that its end is near; the version is pinned.
    # Where its models or pkg_resources are missing this prints a hint and raises SystemExit(None): a process that
    # ends with status 0 having done nothing. The session takes an end before `Ready` for what it is.
    from face_recognition import api  # type: ignore[import-untyped]

from PIL import Image, ImageFile

ImageFile.LOAD_TRUNCATED_IMAGES = False  # face_recognition sets it: half a photo on record is none.

Picture = numpy.ndarray[Any, numpy.dtype[numpy.uint8]]
"""Height by width by red, green, blue."""
Vector = numpy.ndarray[Any, numpy.dtype[numpy.float64]]

PHOTO_PIXELS = 24_000_000
"""The largest photo on record, in pixels; its two megabytes could hold far more."""

_CHIP = 150  # What the model was taught with, in pixels.
_PHOTO_SIDE = 640


class PhotoUnusableError(Exception):
    """The photo on record can't be compared with."""

    def __init__(self, trouble: PhotoTrouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class Found:
    """A face and where it is, in dlib's words. Shows no vector and no place."""

    face: Face
    box: Any = field(repr=False)


def measure(picture: Picture, *, eyes: bool = False) -> tuple[Measurement, list[Found]]:
    """What this picture shows.

    Args:
        picture: A view is taken, and dropped.
        eyes: Whether to measure them, by the 68-point landmarks.
    """
    height = picture.shape[0]
    boxes, _, _ = api.face_detector.run(picture, 0, 0.0)
    found = [Found(_face(picture, box, height, eyes=eyes), box) for box in boxes]
    brightness = float(picture[::8, ::8].mean())
    return Measurement(brightness, tuple(each.face for each in found)), found


def vector(picture: Picture, found: Found) -> Vector:
    """The 128 numbers that the model knows a face by."""
    points = api.pose_predictor_5_point(picture, found.box)
    return numpy.array(api.face_encoder.compute_face_descriptor(picture, points, 1))


def distance(one: Vector, other: Vector) -> float:
    """How far two faces are apart; 0 is the same picture, the model was taught to keep people 0.6 apart."""
    return float(numpy.linalg.norm(one - other))


def photo_vector(photo: bytes) -> Vector:
    """The vector of the photo on record.

    Raises:
        PhotoUnusableError: It holds no picture, or not exactly one face.
    """
    try:
        with Image.open(BytesIO(photo), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > PHOTO_PIXELS:
                raise PhotoUnusableError(PhotoTrouble.NO_PICTURE)
            image.draft("RGB", (_PHOTO_SIDE, _PHOTO_SIDE))  # A large JPEG is read small.
            image.thumbnail((_PHOTO_SIDE, _PHOTO_SIDE))
            picture = numpy.asarray(image.convert("RGB"), dtype=numpy.uint8)
    except (OSError, SyntaxError, ValueError):  # What Pillow says of what is no picture.
        raise PhotoUnusableError(PhotoTrouble.NO_PICTURE) from None
    boxes, _, _ = api.face_detector.run(picture, 0, 0.0)
    if not boxes:
        boxes, _, _ = api.face_detector.run(picture, 1, 0.0)  # Twice as large: the photo of a card is small.
    if len(boxes) != 1:
        raise PhotoUnusableError(PhotoTrouble.SEVERAL_FACES if boxes else PhotoTrouble.NO_FACE)
    points = api.pose_predictor_5_point(picture, boxes[0])
    return numpy.array(api.face_encoder.compute_face_descriptor(picture, points, 1))


def _face(picture: Picture, box: Any, height: int, *, eyes: bool) -> Face:
    points = [(point.x, point.y) for point in api.pose_predictor_5_point(picture, box).parts()]
    # Two corners of the eye at the picture's right, two of the other, the nose's lower end.
    right, left = (_middle(points[0], points[1]), _middle(points[2], points[3]))
    apart = max(abs(right[0] - left[0]), 1.0)
    middle = _middle(right, left)
    chip = Image.fromarray(picture).crop((box.left(), box.top(), box.right(), box.bottom()))
    chip = chip.resize((_CHIP, _CHIP), Image.Resampling.BILINEAR)
    grey = numpy.asarray(chip.convert("L"), dtype=numpy.float32)
    brightness = float(grey.mean())
    red = numpy.asarray(chip.convert("YCbCr"), dtype=numpy.float32)[:, :, 2]
    return Face(
        x=(box.left() + box.right()) / 2 / picture.shape[1],
        y=(box.top() + box.bottom()) / 2 / height,
        width=box.width() / height,
        brightness=brightness,
        sharpness=_sharpness(grey, brightness),
        yaw=(points[4][0] - middle[0]) / apart,
        mouth_paler=float(red[55:85, 55:95].mean() - red[105:135, 50:100].mean()),
        eye_aspect=_eye_aspect(picture, box) if eyes else None,
    )


def _middle(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _sharpness(grey: numpy.ndarray[Any, Any], brightness: float) -> float:
    """Variance of the Laplacian, as if the face's mean were 128: the dark isn't the blurred."""
    around = grey[1:-1, :-2] + grey[1:-1, 2:] + grey[:-2, 1:-1] + grey[2:, 1:-1]
    return float((around - 4 * grey[1:-1, 1:-1]).var()) * (128 / max(brightness, 1.0)) ** 2


def _eye_aspect(picture: Picture, box: Any) -> float:
    """Height by width, the mean of both eyes (Soukupova and Cech, 2016)."""
    points = numpy.array([(point.x, point.y) for point in api.pose_predictor_68_point(picture, box).parts()], float)

    def apart(one: int, other: int) -> float:
        return float(numpy.linalg.norm(points[one] - points[other]))

    eyes = [(apart(o + 1, o + 5) + apart(o + 2, o + 4)) / (2 * max(apart(o, o + 3), 1.0)) for o in (36, 42)]
    return sum(eyes) / 2
