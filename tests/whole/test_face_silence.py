"""No face of a visit is anywhere afterwards: not in a file, nor in the kiosk's memory; no picture, no vector.

The whole product runs, as chatty as it can be, and compares a real face with the photo on record. That photo lies in
the server's database and in the list of people that it was filled from; nothing else is exempt.
"""

import io
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import evidence
import numpy
import pieces
import pytest
from brisk_citizen import BriskCitizen
from canaries import base64_forms, printed
from PIL import Image

from drivers.camera.frames import open_capture
from drivers.face import lens, measure
from simulator.camera import people
from simulator.machine import Wishes
from simulator.scenarios import pages, proving
from simulator.stand import Stand

CARD = "blocked_sm4"
FACE = people.FACES["hopper"]
PHOTO, PIXELS, LIVE, VECTOR = "photo on record", "its pixels", "live picture", "vector"
_PIECE = 24
"""Bytes: too many to occur by chance."""


class Faces:
    """Looks for a face in bytes: pieces from all over it, as they are and as programs print them."""

    def __init__(self) -> None:
        self.forms: dict[bytes, str] = {}
        """As programs print bytes, too."""
        self.raw: dict[bytes, str] = {}
        """As programs have them: themselves, and as they come over the network."""

    def add(self, name: str, data: bytes, count: int = 16) -> None:
        """What must not be found; pieces that are plain, such as a wall's, are nobody's."""
        step = max(len(data) // (4 * count), _PIECE)
        found = [data[start : start + _PIECE] for start in range(0, len(data) - _PIECE, step)]
        telling = [piece for piece in found if len(set(piece)) > _PIECE // 2]
        assert len(telling) >= 4, name
        for piece in telling[:: max(len(telling) // count, 1)]:
            self.raw |= {piece: name, **dict.fromkeys(base64_forms(piece), f"{name} in base64")}
            self.forms |= dict.fromkeys(printed(piece), f"{name}, printed")

    def found_in(self, data: bytes) -> set[str]:
        """Names of what is there, in any form."""
        return pieces.found(self.raw | self.forms, data)

    def found_in_memory(self, data: bytes) -> set[str]:
        """Names of what is there as programs have it."""
        return pieces.found(self.raw, data)


def faces_of(camera: str) -> Faces:
    """Of the photo on record, and of whoever stands before the camera now."""
    found, photo = Faces(), people.on_record(FACE)
    found.add(PHOTO, photo)
    found.add(PIXELS, numpy.asarray(Image.open(io.BytesIO(photo)).convert("RGB")).tobytes())
    vector = measure.photo_vector(photo)
    for kind in (numpy.float64, numpy.float32):
        found.add(VECTOR, vector.astype(kind).tobytes())
    capture = open_capture(camera)
    for _ in range(6):  # As many as the film has.
        there, taken = capture.read()
        assert there
        found.add(LIVE, lens._small(taken).tobytes(), count=8)
    capture.release()
    return found


@dataclass
class Run:
    """A stand at which a face was compared.

    Attributes:
        held: What the kiosk had in its memory while it was.
        before: Files outside of the stand that were there before.
    """

    stand: Stand
    faces: Faces
    before: set[Path]
    held: set[str] = field(default_factory=set)


def elsewhere() -> set[Path]:
    """Where programs put what they don't want to keep."""
    places = (Path("/dev/shm"), Path("/tmp"), Path("/var/tmp"))
    return {path for place in places if place.is_dir() for path in place.iterdir()}


def in_memory(run: Run) -> set[str]:
    pid = run.stand.first.children["kiosk"].pid
    mappings = [data for _, data in evidence.memory(pid)]  # All at once: the kiosk goes on meanwhile.
    return {name for data in mappings for name in run.faces.found_in_memory(data)}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A PIN is unlocked, with ID card and face."""
    folder, before = tmp_path_factory.mktemp("silence"), elsewhere()
    with (
        Stand(Wishes(state=folder / "s", changes={"log": {"level": "debug"}})) as stand,
        BriskCitizen(stand) as citizen,
    ):
        citizen.finds_it_ready()
        camera = stand.first.control("camera")
        camera("stand", face=citizen.persona(CARD).face)
        run = Run(stand, faces_of(camera("state")["url"]), before)
        citizen.touches("解锁密码")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts(CARD)
        proving.lays_id_card(citizen, CARD)
        citizen.sees(pages.CHOOSE_WAY)
        proving.takes_id_card(citizen)
        citizen.chooses(proving.BY_FACE)
        citizen.sees(pages.FACE_CONSENT)
        citizen.touches("同意，刷脸")
        citizen.sees(pages.FACE, seconds=30)
        time.sleep(1)  # For a picture of the preview.
        run.held = in_memory(run)
        proving.follows_hints(citizen, pages.DONE)
        camera("hide")
        citizen.touches("完成，取卡")
        citizen.leaves_with_card()
        yield run


def test_the_run_was_worth_searching(run: Run) -> None:
    """A face was compared, and while it was the search found it."""
    held = [(operation["kind"], operation["state"]) for operation in run.stand.central("operations")["operations"]]
    assert held == [("unblock", "done")]
    assert LIVE in run.held, "the search finds no face where there must be one"
    assert VECTOR not in run.held, "vectors are the comparing process's alone"


def test_no_face_in_any_file_or_process(run: Run) -> None:
    """Nothing but the photo where the server has it; what it writes is told by what it holds."""
    places = [*evidence.files(run.stand.state), *evidence.processes(run.stand)]
    found = {place: names for place, data in places if (names := run.faces.found_in(data))}
    seeded = {place for place in found if place == "personas.json" or place.startswith("central/")}

    assert seeded, "the search finds no photo where there must be one"
    assert {place: names for place, names in found.items() if place not in seeded} == {}
    assert {name for place in seeded for name in found[place]} == {PHOTO, f"{PHOTO} in base64"}
    assert evidence.core_dumps(run.stand) == []


def test_no_face_in_files_elsewhere(run: Run) -> None:
    """In what appeared since in the places for what isn't kept; what others write there is searched as well."""
    fresh = [path for path in elsewhere() - run.before if path.is_file() and not path.is_symlink()]

    assert {path: names for path in fresh if (names := run.faces.found_in(path.read_bytes()))} == {}


def test_no_face_in_the_kiosks_memory_after_the_visit(run: Run) -> None:
    """Neither the photo on record, as it came or was decoded, nor a picture of the preview."""
    assert in_memory(run) == set()


@pytest.mark.deep
def test_a_vector_left_behind_is_found(run: Run) -> None:
    """The search bites, whatever it is written as."""
    photo = people.on_record(FACE)
    vector = measure.photo_vector(photo)
    left = run.stand.first.folder / "left"
    for data, name in (
        (vector.tobytes(), VECTOR),
        (vector.astype(numpy.float32).tobytes().hex().encode(), f"{VECTOR}, printed"),
        (b"noise" + photo[:-500], PHOTO),
    ):
        left.write_bytes(data)
        assert run.faces.found_in(dict(evidence.files(run.stand.first.folder))["left"]) == {name}
    left.unlink()
