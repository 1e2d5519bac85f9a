"""What the virtual camera shows, and how it breaks."""

import io

import cv2
import numpy
import pytest
from PIL import Image

from simulator.camera import scene
from simulator.camera.camera import FAILURES, Camera


@pytest.mark.parametrize("variant", scene.VARIANTS)
def test_a_picture_is_a_picture(variant: str) -> None:
    image = Image.open(io.BytesIO(scene.jpeg("x", variant)))
    assert image.size == (scene.WIDTH, scene.HEIGHT)


def test_the_code_can_be_read_by_a_decoder_that_the_kiosk_does_not_use() -> None:
    seen = numpy.asarray(scene.draw("ecard:abc"))
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(cv2.cvtColor(seen, cv2.COLOR_RGB2BGR))
    assert text == "ecard:abc"


def test_variants_differ_and_none_is_made_up() -> None:
    assert len({scene.jpeg("x", variant) for variant in scene.VARIANTS}) == len(scene.VARIANTS)
    with pytest.raises(ValueError, match="no such variant"):
        scene.draw("x", "sideways")


def test_a_camera_breaks_only_in_known_ways() -> None:
    camera = Camera()
    for how in FAILURES:
        camera.fail(how)
        assert camera.failure == how
    with pytest.raises(ValueError, match="no such failure"):
        camera.fail("explode")
    camera.mend()
    assert camera.failure is None


def test_the_code_shows_in_no_repr() -> None:
    camera = Camera()
    camera.see([b""], code="ecard:abc")
    assert "ecard" not in repr(camera)
