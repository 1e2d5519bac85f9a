"""The central server's database through a power cut: what it answered 2xx to is in every image.

A server works under strace (`server_life`); its writes and syncs make the images (`recorded_disk`), which the
server's own engine opens. Whole transactions are there or not at all; whatever was answered is; and asked the same
again, the server gives the same bytes.
"""

import asyncio
import contextlib
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recorded_disk import Fact, Fate, Fates, Image, Moment, Recording, Sync, counted, fates_of
from server_life import AT, state_of
from sqlalchemy import Engine
from system_calls import record
from tally import ENOUGH, Tally, Violation

from central import database
from central.database import DATABASE
from central.in_process import InProcess
from central.registry import Registry

REQUESTS = 60
MIGRATED_EVERY = 100
"""So seldom an image is opened as at a start, with a look at the migrations: that takes 50 ms."""
_REPEATED = 3
"""So many of the newest answers are asked for again."""

Found = list[tuple[int, str]]


class Server:
    """One server after another on whatever image lies in `directory`."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file = directory / DATABASE
        self._engine: Engine = database._engine(f"sqlite:///{self._file}")
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """Nothing stays open."""
        self._engine.dispose()
        self._loop.close()

    def examine(self, image: Image, facts: list[dict[str, Any]], allowed: set[str], *, migrate: bool) -> Found:
        """What of `facts` doesn't hold in `image`; by promise.

        Args:
            image: The files.
            facts: What was known to the world at the power cut.
            allowed: What the database may hold; empty: not known.
            migrate: Start on it as a server does.
        """
        for path in self._directory.iterdir():
            path.unlink()
        for name, data in image.items():
            (self._directory / name).write_bytes(data)
        try:
            if migrate:
                database.open_database(self._directory).dispose()
            return list(self._look(facts, allowed, migrated=migrate))
        except Exception as error:  # noqa: BLE001 -- Whatever keeps a server from starting is the finding.
            return [(0, f"{type(error).__name__}: {error}")]
        finally:
            self._engine.dispose()

    def _look(self, facts: list[dict[str, Any]], allowed: set[str], *, migrated: bool) -> Iterator[tuple[int, str]]:
        with self._engine.connect() as connection:
            damage = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        if damage != ["ok"]:
            yield 0, f"damaged: {damage[:3]}"
            return
        held = self._state()
        if allowed and held not in allowed:
            yield 9, "the database holds neither what was committed last nor what was being committed"
        secret = next((fact["secret"] for fact in facts if "secret" in fact), None)
        if secret is None:
            return
        server = InProcess(Registry(self._engine, now=lambda: AT), secret)  # One that remembers no other image.
        answered = [fact["answered"] for fact in facts if "answered" in fact]
        for path, body, answer in answered[-_REPEATED:]:
            status, _, again = self._loop.run_until_complete(server.request("PUT", path, body.encode()))
            if not 200 <= status < 300 or again.decode() != answer:
                yield 6, f"PUT {path} was answered, and is {status} with other bytes now"
        if "/v1/kiosks/" not in str(answered[-_REPEATED:]) and self._state() != held:
            yield 9, "what was answered before is taken once more: it had been lost"

    def _state(self) -> str:
        reader = sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)
        with contextlib.closing(reader):
            return state_of(reader)


def record_life(seed: int, directory: Path, requests: int = REQUESTS) -> Recording:
    """Have a server live in `directory`, under strace."""
    program = str(Path(__file__).with_name("server_life.py"))
    command = [sys.executable, program, "--directory", str(directory), "--seed", str(seed)]
    trace = directory.with_suffix(".strace")
    try:
        return record([*command, "--requests", str(requests)], directory, DATABASE, trace=trace)
    finally:
        trace.unlink(missing_ok=True)


def images_of(recording: Recording, rng: random.Random) -> Iterator[tuple[Moment, Fates]]:
    """Every image of a life: the moment, and what becomes of what was pending."""
    moment = Moment(recording)
    for step in recording.steps:
        if not isinstance(step, Fact):
            for fates in fates_of(moment.pending, rng, thorough=isinstance(step, Sync)):
                yield moment, fates
        moment.pass_by(step)
    yield moment, [Fate.DROPPED] * len(moment.pending)


def run_seed(seed: int, most: int, *, only: str | None = None, requests: int = REQUESTS) -> Tally:
    """One life of a server, and up to `most` images of it; of these `only` one."""
    tally = Tally()
    place = Path(tempfile.mkdtemp(prefix="crash-server-", dir="/dev/shm"))
    live, images = place / "live", place / "image"
    live.mkdir()
    images.mkdir()
    server = Server(images)
    try:
        recording = record_life(seed, live, requests)
        states = [step.what["state"] for step in recording.steps if isinstance(step, Fact) and "state" in step.what]
        tally.counts["sync points"] = sum(isinstance(step, Sync) for step in recording.steps)
        total = sum(1 for _ in images_of(recording, random.Random(seed)))
        wanted = {int(only)} if only is not None else set(random.Random(seed).sample(range(total), min(total, most)))
        for number, (moment, fates) in enumerate(images_of(recording, random.Random(seed))):
            if number not in wanted:
                continue
            known = sum("state" in fact for fact in moment.facts)
            allowed = set(states[known - 1 : known + 1]) if known else set()
            image = moment.image(fates)
            found = server.examine(image, moment.facts, allowed, migrate=not known or number % MIGRATED_EVERY == 0)
            replay = f"./script/crash --server --images 1 --seed {seed} --only {number}"
            tally.violations += [Violation(promise, what, replay) for promise, what in found]
            if len(tally.violations) >= ENOUGH:
                break
            tally.counts.update({"images": 1, "server images": 1, **counted(fates)})
    finally:
        server.close()
        shutil.rmtree(place)
    return tally
