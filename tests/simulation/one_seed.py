"""Runs seeds: `.venv/bin/python tests/simulation/one_seed.py 1234 --trace` replays one, `--seeds 1000` runs many."""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

if __name__ == "__main__":
    root = Path(__file__).parents[2]
    sys.path[:0] = [str(root), str(root / "tests" / "support"), str(root / "tests" / "simulation")]

import deterministic
import structlog
import trio
from citizen import Citizen
from pydantic import HttpUrl
from world import World

from drivers.pin import Pin
from kiosk.pages import Home
from kiosk.settings import Settings, load

STEPS = 250
SETTLE_SECONDS = 300
SERVICES = ("change_pin", "card_status", "card_status_by_code")


@dataclass
class Report:
    """What one seed came to."""

    seed: int
    violations: list[str] = field(default_factory=list)
    trace: str = ""
    lines: list[str] = field(default_factory=list)
    visits: int = 0
    operations: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    boots: int = 0
    views: int = 0
    receipts: int = 0

    def __str__(self) -> str:
        replay = f".venv/bin/python tests/simulation/one_seed.py {self.seed} --trace"
        return "\n".join(
            [f"seed {self.seed}: {len(self.violations)} violations", *self.violations, f"replay: {replay}"]
        )


def run_seed(seed: int, *, steps: int = STEPS, troubled: bool = True, keep_trace: bool = False) -> Report:
    """One seed's world, from boot to rest."""
    shared_memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=shared_memory if shared_memory.is_dir() else None) as directory,
        structlog.testing.capture_logs() as log,
    ):
        return deterministic.run(_live, seed, steps, troubled, keep_trace, Path(directory), log, seed=seed)


async def _live(
    seed: int, steps: int, troubled: bool, keep_trace: bool, directory: Path, log: list[structlog.typing.EventDict]
) -> Report:
    rng = random.Random(seed)
    async with trio.open_nursery() as nursery:
        path = rng.choice(("pad", "pad", "reader"))
        world = World(rng, settings_for(directory, path), directory, nursery)
        invariants = world.invariants
        invariants.trace_lines = [] if keep_trace else None
        citizen = Citizen(world, troubled=troubled)
        with _pins_watched(world):
            try:
                await world.boot()
                for _ in range(steps):
                    await citizen.act()
                    _check(world, log)
                    if invariants.violations:
                        break
                else:
                    await _rest(world, log)
            except Exception as error:
                if not keep_trace:
                    raise RuntimeError(f"seed {seed} broke the harness at {trio.current_time():.1f} s") from error
                invariants.violated(f"harness: {error!r}")
            invariants.note("end")
        rows = world.machine.operations() if not invariants.violations else []
        nursery.cancel_scope.cancel()
    if world.crash is not None and keep_trace:
        raise world.crash
    return Report(
        seed=seed,
        violations=invariants.violations,
        trace=invariants.trace.hexdigest(),
        lines=invariants.trace_lines or [],
        visits=citizen.visits,
        operations={str(outcome): rows.count(outcome) for outcome in set(rows)},
        faults=citizen.faults,
        boots=world.boots,
        views=invariants.views,
        receipts=len(world.printer.receipts),
    )


def _check(world: World, log: list[structlog.typing.EventDict]) -> None:
    world.heard(log)
    world.invariants.stepped()
    world.invariants.check_records()
    if not world.machine.screen.views:
        world.invariants.violated("nothing is shown")


async def _rest(world: World, log: list[structlog.typing.EventDict]) -> None:
    """Everything is mended and nobody is there: in five minutes the machine is as new."""
    world.invariants.note("rest")
    world.mend()
    await trio.sleep(SETTLE_SECONDS)
    _check(world, log)
    page = world.machine.page
    if not isinstance(page, Home):
        world.invariants.violated(f"at rest {type(page).__name__} {page.title.message} is shown")
    elif offers(page) != SERVICES:
        standing = [condition.id for condition, _ in world.machine.board.standing()]
        world.invariants.violated(f"at rest only {offers(page)} are offered; standing: {standing}")
    if world.machine.screen.view.overlay is not None:
        world.invariants.violated("at rest something lies over the home page")
    if world.machine.screen.view.preferences.language != world.settings.screen.language:
        world.invariants.violated("at rest the last citizen's language is still on")
    world.invariants.check_records(world.at_server())


def offers(page: Home) -> tuple[str, ...]:
    """The services on a home page."""
    return tuple(tile.service for group in page.groups for tile in group.tiles)


def settings_for(directory: Path, path: str) -> Settings:
    """The shipped settings, with this directory and this way for the PIN (`pad` or `reader`)."""
    shipped = load(Path(__file__).parents[2] / "config" / "kiosk.toml")
    storage = shipped.storage.model_copy(update={"directory": directory})
    central = shipped.central.model_copy(update={"url": HttpUrl("https://central")})
    pin_pad = shipped.pin_pad.model_copy(update={"path": path})
    return shipped.model_copy(update={"storage": storage, "central": central, "pin_pad": pin_pad})


@contextmanager
def _pins_watched(world: World) -> Iterator[None]:
    """Every PIN that comes to be in the program is known, without the program's knowing."""
    make = Pin.__init__

    def made(pin: Pin, digits: bytearray) -> None:
        make(pin, digits)
        world.invariants.pin_made(pin)

    with mock.patch.object(Pin, "__init__", made):
        yield


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed", type=int, nargs="?", default=0, help="the seed, or the first of several")
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--trace", action="store_true", help="print what happened")
    arguments = parser.parse_args()
    began, reports = time.perf_counter(), []
    for seed in range(arguments.seed, arguments.seed + arguments.seeds):
        report = run_seed(seed, steps=arguments.steps, keep_trace=arguments.trace)
        if arguments.trace:
            print(*report.lines, sep="\n")
        if report.violations:
            print(report)
        reports.append(report)
    print(summary(reports, time.perf_counter() - began))
    sys.exit(any(report.violations for report in reports))


def summary(reports: list[Report], seconds: float) -> str:
    """One line on many seeds."""
    operations: dict[str, int] = {}
    for report in reports:
        for outcome, count in report.operations.items():
            operations[outcome] = operations.get(outcome, 0) + count
    visits = sum(report.visits for report in reports)
    return (
        f"{len(reports)} seeds, {visits} visits, operations {operations}, {sum(r.faults for r in reports)} faults, "
        f"{sum(r.boots for r in reports)} boots, {sum(r.receipts for r in reports)} slips, "
        f"{sum(r.views for r in reports)} views; {seconds:.1f} s, {visits / seconds:.0f} visits a second; "
        f"{sum(bool(r.violations) for r in reports)} seeds failed"
    )


if __name__ == "__main__":
    main()
