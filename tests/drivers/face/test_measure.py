"""The real model on real photographs, and on what can be computed from them."""

import io
import subprocess
import sys
from pathlib import Path

import faces
import numpy
import pytest
from PIL import Image

from drivers.face import measure
from drivers.face.guidance import COVERED, LEAST_SHARPNESS, Hint, Measurement, amiss
from drivers.face.liveness import TURN_YAW
from drivers.face.measure import PhotoUnusableError
from drivers.face.protocol import PhotoTrouble
from drivers.face.session import THRESHOLD

ROOT = Path(__file__).parents[3]


def seen(picture: Image.Image) -> tuple[Measurement, measure.Picture, list[measure.Found]]:
    """As the camera's process hands it over."""
    pixels = numpy.array(picture.resize((739, 415), Image.Resampling.BOX), dtype=numpy.uint8)
    measured, found = measure.measure(pixels)
    return measured, pixels, found


def distance(record: str, picture: Image.Image) -> float:
    _, pixels, found = seen(picture)
    assert len(found) == 1
    return measure.distance(measure.photo_vector(faces.on_record(record)), measure.vector(pixels, found[0]))


def test_the_import_really_worked() -> None:
    """Where something is missing face_recognition prints a hint and ends the process, with status 0."""
    program = "from drivers.face.measure import api; print('loaded', api.face_encoder.__class__.__name__)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("loaded face_recognition_model_v1\n", "")
    without = "import sys; sys.modules['pkg_resources'] = None; " + program
    ended = subprocess.run([sys.executable, "-c", without], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0
    assert "loaded" not in ended.stdout


@pytest.mark.parametrize("name", faces.PHOTOS)
def test_a_good_picture_of_anybody_is_good(name: str) -> None:
    assert amiss(seen(faces.before_camera(name))[0]) is None


def test_the_same_person_is_near_and_others_are_far() -> None:
    assert distance("obama", faces.before_camera("obama")) < 0.2
    assert distance("obama2", faces.before_camera("obama")) < THRESHOLD
    for other in ("biden", "hopper", "collins"):
        assert distance("obama", faces.before_camera(other)) > 0.6


@pytest.mark.parametrize(
    ("make", "hint"),
    [
        (lambda plain: faces.blurred(plain, 5), Hint.HOLD_STILL),
        (lambda plain: faces.lit(plain, 0.3), Hint.MORE_LIGHT),
        (lambda _: faces.two_people("obama", "biden"), Hint.ONE_PERSON),
        (lambda _: Image.new("RGB", faces.SIZE, (172, 176, 178)), Hint.CENTRE),
        (lambda _: Image.new("RGB", faces.SIZE, (8, 8, 8)), Hint.MORE_LIGHT),
        (lambda _: faces.before_camera("obama", width=0.24), None),
        (lambda _: faces.before_camera("obama", width=0.2), Hint.CLOSER),
        (lambda _: faces.before_camera("obama", width=0.7), Hint.FURTHER),
        (lambda _: faces.before_camera("obama", x=0.2), Hint.CENTRE),
        (faces.masked, Hint.TAKE_OFF_MASK),
        (lambda plain: faces.masked(plain, (236, 238, 238)), Hint.TAKE_OFF_MASK),
    ],
    ids=["blur", "dark", "two", "none", "black", "near-enough", "far", "near", "aside", "mask", "white-mask"],
)
def test_what_is_amiss_is_seen(make: object, hint: Hint | None) -> None:
    assert callable(make)
    assert amiss(seen(make(faces.before_camera("obama")))[0]) is hint


def test_a_turn_is_measured_and_a_tilted_photograph_is_none() -> None:
    """What the task rests on: a face has depth, a photograph hasn't."""
    plain = faces.before_camera("obama")
    start = seen(plain)[0].faces[0].yaw
    left, right = (seen(faces.turned(plain, amount))[0].faces[0].yaw for amount in (0.25, -0.25))
    assert left - start > TURN_YAW
    assert start - right > TURN_YAW
    for squeeze in (0.9, 0.8, 0.7):
        assert abs(seen(faces.tilted(plain, squeeze))[0].faces[0].yaw - start) < TURN_YAW / 2


def test_the_dark_is_not_the_blurred() -> None:
    picture = faces.before_camera("obama")
    plain, dark = (seen(each)[0].faces[0] for each in (picture, faces.lit(picture, 0.5)))
    assert dark.sharpness == pytest.approx(plain.sharpness, rel=0.3)
    assert abs(plain.mouth_paler) < COVERED
    assert plain.sharpness > 2 * LEAST_SHARPNESS


def photo(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    ("record", "trouble"),
    [
        (b"", PhotoTrouble.NO_PICTURE),
        (b"CANARY" * 100, PhotoTrouble.NO_PICTURE),
        (faces.on_record("hopper")[:9000], PhotoTrouble.NO_PICTURE),
        (photo(Image.new("L", (8000, 8000))), PhotoTrouble.NO_PICTURE),
        (photo(Image.new("RGB", (358, 441), "white")), PhotoTrouble.NO_FACE),
        (photo(faces.two_people("hopper", "collins")), PhotoTrouble.SEVERAL_FACES),
    ],
    ids=["empty", "noise", "half", "bomb", "nobody", "two"],
)
def test_a_photo_on_record_that_is_of_no_use_is_refused(record: bytes, trouble: PhotoTrouble) -> None:
    with pytest.raises(PhotoUnusableError) as refused:
        measure.photo_vector(record)
    assert refused.value.trouble is trouble
    assert "CANARY" not in repr(refused.value)


def test_found_shows_no_place_and_no_vector() -> None:
    """A face's measurements are shares and means; where dlib found it stays out of any text."""
    (found,) = seen(faces.before_camera("hopper"))[2]
    assert "rectangle" not in repr(found)
