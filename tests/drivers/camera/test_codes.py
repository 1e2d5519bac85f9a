"""Finding a code: two opinions, the slow one within its budget."""

import io

import numpy
import pytest
import qrcode
from PIL import Image

from drivers.camera import codes
from drivers.camera.codes import SECOND_OPINION_SHARE, CodeFinder
from drivers.camera.worker import GONE_SECONDS, Sightings
from simulator.camera import scene

TEXT = "ecard:5KlARbYwGXlTIIyUzWtVroS49XkxbdiU5fuU6exF2L8"


def picture(code: str | None, variant: str = "plain") -> codes.Picture:
    """As the camera sends it: through a JPEG."""
    image = Image.open(io.BytesIO(scene.jpeg(code, variant))).convert("L")
    return numpy.asarray(image, dtype=numpy.uint8)


@pytest.mark.parametrize("variant", scene.VARIANTS)
def test_a_code_is_found_however_it_is_held(variant: str) -> None:
    assert CodeFinder().find(picture(TEXT, variant)) == TEXT


def test_nobody_there() -> None:
    assert CodeFinder().find(picture(None)) is None


def test_only_qr_codes_count() -> None:
    """A bar code on a shopping bag is no e-card."""
    import barcode
    from barcode.writer import ImageWriter

    drawn = barcode.get("code128", "4006381333931", writer=ImageWriter()).render()
    found = numpy.asarray(drawn.convert("L"), dtype=numpy.uint8)
    assert CodeFinder().find(found) is None


class Opinions:
    """Counts how often the second one is asked; each time takes 10 ms."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answer: str | None) -> None:
        self.now, self.asked = 0.0, 0
        self._answer = answer
        monkeypatch.setattr(codes, "_second_opinion", self._ask)

    def _ask(self, _picture: codes.Picture) -> str | None:
        self.asked += 1
        self.now += 0.010
        return self._answer


def test_the_second_opinion_has_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    opinions = Opinions(monkeypatch, None)
    finder, empty = CodeFinder(clock=lambda: opinions.now), picture(None)
    while opinions.now < 1.0:
        finder.find(empty)
        opinions.now += 0.001
    assert opinions.asked * 0.010 == pytest.approx(SECOND_OPINION_SHARE, abs=0.02)


def test_the_second_opinion_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    opinions = Opinions(monkeypatch, "seen")
    assert CodeFinder(clock=lambda: opinions.now).find(picture(None)) == "seen"


def test_the_second_opinion_really_looks() -> None:
    flat = numpy.asarray(qrcode.make(TEXT).get_image().convert("L"), dtype=numpy.uint8)
    assert codes._second_opinion(flat) == TEXT
    assert codes._second_opinion(picture(None)) is None


def test_a_text_in_no_known_coding_is_no_code(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyzbar import pyzbar

    symbol = qrcode.QRCode()
    symbol.add_data(b"\xff\xfe\xfd")
    drawn = numpy.asarray(symbol.make_image().get_image().convert("L"), dtype=numpy.uint8)
    (found,) = pyzbar.decode(drawn)
    monkeypatch.setattr(pyzbar, "decode", lambda *_, **__: [found._replace(data=b"\xff")])
    assert codes._second_opinion(drawn) is None


def test_a_code_that_stays_is_held_up_once() -> None:
    sightings, step = Sightings(), GONE_SECONDS / 3
    assert sightings.is_new("a", 0)
    assert not any(sightings.is_new("a", step * n) for n in range(1, 30))
    assert sightings.is_new("b", step * 30)
    assert sightings.is_new("a", step * 31)
    assert sightings.is_new("a", step * 31 + GONE_SECONDS), "it went away in between"
