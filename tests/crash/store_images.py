"""The kiosk's store through power cuts: every state that one may leave its disk in is opened, recovered and checked.

A life is a chain of boots; each begins on what a power cut, or an orderly end, left of the one before. All that the
store wrote is recorded on the way. Some images are cut once more while they recover.
"""

import contextlib
import os
import random
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import apsw
import deterministic
import structlog
import trio
from recorded_disk import Fact, Fate, Fates, Image, Moment, Recording, Sync, any_fate, counted, fates_of
from recording_vfs import RecordingVFS
from store_promises import Known, examine
from store_world import World
from tally import ENOUGH, Tally, Violation

from kiosk.operations import upkeep

BOOTS = 4
VISITS = 6
CUT_AGAIN = 500
"""One image in so many is cut again at every step of its recovery."""
FORGETFUL: Any = {"JOURNAL_LIMIT": 8, "PRUNED_AT_ONCE": 4}
"""Of a journal whose beginning is dropped after some records rather than after 20,000."""
TWICE = 4
"""One image in so many recovers twice."""


class NoStorage(Exception):
    """A boot finds no database that it can use."""


async def live(seed: int, directory: Path) -> AsyncIterator[Recording]:
    """One machine's life, boot by boot.

    Raises:
        NoStorage: It ended before its time.
    """
    world = World(seed)
    rng = random.Random(f"life {seed}")
    image: Image = {}
    known: list[object] = []
    for _ in range(BOOTS):
        put(image, directory)
        limit = rng.randrange(20, 600) if rng.random() < 0.8 else sys.maxsize
        recording = world.recording = Recording(base=image, known=tuple(known), limit=limit)
        await _boot(world, directory, rng)
        yield recording
        moment = Moment(recording)
        for step in recording.steps:
            moment.pass_by(step)
        image = moment.image([any_fate(step, rng) for step in moment.pending])
        known = moment.facts


async def _boot(world: World, directory: Path, rng: random.Random) -> None:
    pages = rng.choice((4, 20, 1000))

    def checkpoint_often(connection: apsw.Connection) -> None:
        connection.wal_autocheckpoint(pages)

    with RecordingVFS(world.recording) as vfs:
        apsw.connection_hooks.append(checkpoint_often)
        try:
            machine = world.operations(directory, vfs=vfs.name)
        finally:
            apsw.connection_hooks.remove(checkpoint_often)
        if machine._storage.store is None:
            raise NoStorage
        # Half of the machines forget early, so that forgetting is cut too.
        with mock.patch.multiple(upkeep, **FORGETFUL) if world.forgetful else contextlib.nullcontext():
            async with trio.open_nursery() as nursery:
                nursery.start_soon(machine.run)
                await world.live(machine, VISITS)
                nursery.cancel_scope.cancel()
        machine.close()


def put(image: Image, directory: Path) -> None:
    """Make the directory what the image says."""
    for name in os.listdir(directory):
        os.unlink(directory / name)
    for name, data in image.items():
        file = os.open(directory / name, os.O_WRONLY | os.O_CREAT, 0o600)
        os.write(file, data)
        os.close(file)


def images_of(recording: Recording, rng: random.Random) -> Iterator[tuple[Moment, Fates]]:
    """Every image of a recording: the moment, and what becomes of what was pending."""
    moment = Moment(recording)
    for step in recording.steps:
        if not isinstance(step, Fact) or moment.pending:
            for fates in fates_of(moment.pending, rng, thorough=isinstance(step, Sync)):
                yield moment, fates
        moment.pass_by(step)
    yield moment, [Fate.DROPPED] * len(moment.pending)


@dataclass
class _Run:
    seed: int
    most: int
    only: str | None
    images: Path
    tally: Tally

    async def all(self, directory: Path) -> None:
        """Every image of a life; where they are more than are wanted, some of all."""
        try:
            recordings = [recording async for recording in live(self.seed, directory)]
        except NoStorage:
            self._violated(0, "a boot finds a database that it can't use", "0")
            return
        self.tally.counts["sync points"] = sum(isinstance(s, Sync) for r in recordings for s in r.steps)
        total = sum(1 for _ in self._numbered(recordings))
        wanted = set(random.Random(f"wanted {self.seed}").sample(range(total), min(total, self.most)))
        known, learnt, before = Known(), 0, None
        for number, recording, moment, fates in self._numbered(recordings):
            if recording is not before:
                known, learnt, before = Known(), 0, recording
            known.learn(moment.facts[learnt:])
            learnt = len(moment.facts)
            if self.only is not None and number != int(self.only.partition(".")[0]):
                continue
            if self.only is not None or number in wanted:
                image = moment.image(fates)
                await self._one(image, fates, known, str(number))
                if number % CUT_AGAIN == 0:
                    await self._cut_again(image, known, number)
            if len(self.tally.violations) >= ENOUGH:
                return

    def _numbered(self, recordings: list[Recording]) -> Iterator[tuple[int, Recording, Moment, Fates]]:
        rng = random.Random(f"images {self.seed}")
        images = ((recording, *image) for recording in recordings for image in images_of(recording, rng))
        return ((number, *image) for number, image in enumerate(images))

    async def _one(self, image: Image, fates: Fates, known: Known, number: str) -> None:
        if self.only is not None and self.only != number:
            return
        self.tally.counts.update({"images": 1, **counted(fates)})
        put(image, self.images)
        twice = self.only is not None or self.tally.counts["images"] % TWICE == 0
        for promise, what in await examine(self.images, known, twice=twice):
            self._violated(promise, what, number)

    async def _cut_again(self, image: Image, known: Known, number: int) -> None:
        """The power goes while this image recovers."""
        put(image, self.images)
        recording = Recording(base=image)
        with RecordingVFS(recording) as vfs:
            await examine(self.images, known, vfs=vfs.name, twice=False)
        rng = random.Random(f"again {self.seed} {number}")
        for again, (moment, fates) in enumerate(images_of(recording, rng)):
            self.tally.counts["cut again"] += 1
            await self._one(moment.image(fates), fates, known, f"{number}.{again}")

    def _violated(self, promise: int, what: str, number: str) -> None:
        replay = f"./script/crash --images 1 --seed {self.seed} --only {number}"
        self.tally.violations.append(Violation(promise, what, replay))


def run_seed(seed: int, most: int, *, only: str | None = None) -> Tally:
    """One life, and up to `most` images of it; of these `only` one is looked at."""
    place = Path(tempfile.mkdtemp(prefix="crash-store-", dir="/dev/shm"))
    (place / "live").mkdir()
    (place / "image").mkdir()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        run = _Run(seed, most, only, place / "image", Tally())
        try:
            deterministic.run(run.all, place / "live", seed=seed)
        except* apsw.Error as errors:
            run._violated(0, f"the store takes no more: {errors.exceptions[0]!r}"[:200], "0")
    finally:
        structlog.reset_defaults()
        shutil.rmtree(place)
    return run.tally
