"""The table of docs/identity.md: who is taken for whom at which threshold. `python -m benchmarks.faces` prints it anew.

The photographs are those of the tests (tests/support/faces.py; `script/setup --test` fetches them), and what is
computed from them. `--write` puts the table into the document; `--time` measures only what a citizen waits for.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy
import trio
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

import faces

from drivers.face import measure
from drivers.face.course import SAMPLES
from drivers.face.guidance import Hint, amiss
from drivers.face.session import open_face_worker

DOCUMENT = Path(__file__).parents[1] / "docs" / "identity.md"
BEGIN, END = "<!-- benchmarks.faces -->", "<!-- end -->"
ROUNDS = 12
WAITS = ("the comparing process, until its models are loaded", "from a good picture before the camera to the score")
THRESHOLDS = (0.30, 0.35, 0.40, 0.45, 0.50, 0.60)

Alter = Callable[[Image.Image], Image.Image]
VARIANTS: dict[str, Alter] = {
    "as photographed": lambda p: p,
    "half the light": lambda p: faces.lit(p, 0.5),
    "a third of the light": lambda p: faces.lit(p, 0.33),
    "glaring": lambda p: faces.lit(p, 1.6),
    "lit from one side": lambda p: faces.lit_from_side(p, 0.35),
    "blurred by 1 pixel": lambda p: faces.blurred(p, 1),
    "blurred by 2 pixels": lambda p: faces.blurred(p, 2),
    "blurred by 4 pixels": lambda p: faces.blurred(p, 4),
    "blurred by 7 pixels": lambda p: faces.blurred(p, 7),
    "turned a little": lambda p: faces.turned(p, 0.1),
    "turned": lambda p: faces.turned(p, 0.25),
    "with a mask": faces.masked,
    "held up, tilted": lambda p: faces.tilted(p, 0.8),
    "small (a fifth)": lambda p: p.resize((853, 480)),
}
"""Pixels are those of the camera, 1280 x 720; a face is 216 wide."""


@dataclass(frozen=True)
class Pair:
    """A photo on record and somebody before the camera."""

    same: bool
    good: bool
    distance: float


def pairs(alter: Alter, records: dict[str, measure.Vector]) -> Iterator[Pair]:
    """Everybody before the camera against everybody's photo on record; not a photograph against itself."""
    for live in faces.PHOTOS:
        picture = _as_delivered(alter(faces.before_camera(live)))
        seen, found = measure.measure(picture)
        if len(found) != 1:
            continue
        vector = measure.vector(picture, found[0])
        for record, known in records.items():
            if record != live or faces.person(live) != "obama":
                same = faces.person(live) == faces.person(record)
                yield Pair(same, amiss(seen) is None, measure.distance(known, vector))


def _as_delivered(picture: Image.Image) -> measure.Picture:
    small = picture.resize((739, 415), Image.Resampling.BOX)
    return numpy.array(small, dtype=numpy.uint8)


def table() -> str:
    """In Markdown."""
    records = {name: measure.photo_vector(faces.on_record(name)) for name in faces.PHOTOS}
    columns = " | ".join(f"{threshold:.2f}" for threshold in THRESHOLDS)
    lines = [
        f"| before the camera | passes the gates | same: distance | others: nearest | {columns} |",
        "| --- | --- | --- | --- |" + " --- |" * len(THRESHOLDS),
    ]
    for name, alter in VARIANTS.items():
        found = list(pairs(alter, records))
        same = [pair.distance for pair in found if pair.same]
        others = [pair.distance for pair in found if not pair.same]
        if not found:
            lines.append(f"| {name} | no face found |  |  |" + "  |" * len(THRESHOLDS))
            continue
        judged = [
            f"{sum(d <= limit for d in same)}/{len(same)}, {sum(d <= limit for d in others)}/{len(others)}"
            for limit in THRESHOLDS
        ]
        good = sum(pair.good for pair in found)
        spread = f"{min(same):.2f} to {max(same):.2f}" if same else ""
        nearest = f"{min(others):.2f}" if others else ""
        passes = f"{good / len(found):.0%}"
        lines.append(f"| {name} | {passes} | {spread} | {nearest} | {' | '.join(judged)} |")
    return "\n".join(lines)


def seconds() -> str:
    """What a citizen waits for, and the processor's part of it; the load of the machine with it."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    with faces.face_camera() as camera:
        waits = trio.run(_waits, camera)
    told = [f"{what}: {min(found):.2f} s at best, {statistics.median(found):.2f} in the middle of {ROUNDS}"
            for what, found in zip(WAITS, waits, strict=True)]  # fmt: skip
    return "\n".join((f"load {load} (1, 5, 15 minutes)", *told, _processor_time()))


async def _waits(camera: faces.FaceCamera) -> tuple[list[float], list[float]]:
    """Whole checks by the driver, without a task, of somebody who steps before a camera that already runs."""
    loading, deciding = [], []
    for _ in range(ROUNDS):
        camera.show_lobby()
        begun = time.monotonic()
        async with open_face_worker() as worker:
            await worker.ready()
            loading.append(time.monotonic() - begun)
            async with worker.check(camera.url, faces.on_record("obama2"), challenge=None) as check:
                async for seen in check:
                    if seen is Hint.CENTRE:  # Nobody is there: now somebody is.
                        camera.show(faces.before_camera("obama"))
                        begun = time.monotonic()
            deciding.append(time.monotonic() - begun)
    return loading, deciding


def _processor_time() -> str:
    """From a good picture to the score, without the pauses between pictures."""
    picture = _as_delivered(faces.before_camera("obama"))
    record = measure.photo_vector(faces.on_record("obama2"))
    took = []
    for _ in range(10):
        begun = time.process_time()
        for _ in range(SAMPLES):
            _, found = measure.measure(picture)
            measure.distance(record, measure.vector(picture, found[0]))
        took.append(time.process_time() - begun)
    return f"{SAMPLES} pictures measured and compared: {statistics.median(took):.2f} s of one core"


if __name__ == "__main__":
    if "--time" in sys.argv:
        sys.exit(print(seconds()))
    made = table()
    print(made)
    if "--write" in sys.argv:
        before, begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
        _, end, after = rest.partition(END)
        DOCUMENT.write_text(f"{before}{begin}\n{made}\n{end}{after}", encoding="utf-8")
