"""One seed's world, from the first boot to rest, and what it came to."""

import functools
import importlib.metadata
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial, partialmethod
from pathlib import Path
from unittest import mock

import deterministic
import structlog
import trio
import trio.testing
from at_rest import AtRest
from citizen import Citizen
from closing import see_every_card
from overreach import ask_for_proofs, out_of_time, overreach
from promises import Violation
from station import HERE
from tamper import alter_a_journal
from trouble import Trouble
from world import World

from drivers.pin import Pin
from drivers.receipt_printer import columns, layout
from kiosk import pin_entry
from kiosk.operations import storage, upkeep
from kiosk.pages import Home
from kiosk.uplink import link
from kiosk.uplink.contract.policy import RegionPolicy

STEPS = 1600
"""A long day: what comes before and after it (the first boots, every card seen once more, all that a rogue tries at
the end) takes as long as some two hundred of them."""
AT_ONCE = 0.5
"""In how many of the seeds people prove who they are without a mistake."""
QUIET_SECONDS = 60.0
"""Within these everything agrees once the network is well and every card was seen."""
MEND_SECONDS = 320.0
"""The longest pause between two tries of the outbox, and some."""
REOPEN_SECONDS = 10.0
"""Within these a machine that a technician has helped has sent what waited, and takes changes again."""
PAUSES = (0.0, 0.05, 0.4, 2.0, 6.0, 31.0, 65.0, 95.0, 300.0, 3600.0)
PAUSE_WEIGHTS = (30, 20, 20, 14, 5, 1, 1, 0.7, 0.1, 0.01)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a seed is run.

    Attributes:
        steps: How many things somebody does.
        kiosks: How many stations; None: the seed decides, one to three.
        troubled: Whether anything but citizens goes wrong.
        clocks_jump: Whether the stations' wall clocks are set now and then.
        keep_trace: Keep every line of what happened.
    """

    steps: int = STEPS
    kiosks: int | None = None
    troubled: bool = True
    clocks_jump: bool = True
    keep_trace: bool = False


@dataclass
class Report:
    """What one seed came to."""

    seed: int
    violations: list[Violation] = field(default_factory=list)
    trace: str = ""
    lines: list[str] = field(default_factory=list)
    kiosks: int = 0
    visits: int = 0
    operations: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind and state at the server."""
    faults: Counter[str] = field(default_factory=Counter)
    boots: int = 0
    views: int = 0
    receipts: int = 0


def run_seed(seed: int, plan: Plan = Plan()) -> Report:
    """One seed's world, from boot to rest."""
    shared_memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=shared_memory if shared_memory.is_dir() else None) as directory,
        structlog.testing.capture_logs() as log,
        _quickened(),
    ):
        return deterministic.run(_live, seed, plan, Path(directory), log, seed=seed)


async def _live(seed: int, plan: Plan, directory: Path, log: list[structlog.typing.EventDict]) -> Report:
    rng = random.Random(seed)
    clock = random.Random(f"clock {seed}") if plan.clocks_jump and plan.troubled else None
    async with trio.open_nursery() as nursery:
        world = World(rng, directory, plan.kiosks or rng.choice((1, 2, 2, 3)), nursery)
        promises = world.promises
        promises.trace_lines = [] if plan.keep_trace else None
        amount = rng.choice((0.02, 0.1, 0.3, 1.0)) if plan.troubled else 0.0
        loses = rng.choice((0.1, 0.5)) if plan.troubled else 0.0
        at_once = rng.random() < AT_ONCE
        citizens = [
            Citizen(station, nervous=rng.choice((0.2, 1.0)), loses=loses, at_once=at_once) for station in world.stations
        ]
        troubles = [
            Trouble(station, citizen, amount=amount, clock=clock)
            for station, citizen in zip(world.stations, citizens, strict=True)
        ]
        with pins_watched():
            try:
                for station in world.stations:
                    await station.boot()
                for _ in range(plan.steps):
                    await _step(world, citizens, troubles, log)
                    if promises.violations:
                        break
                else:
                    await rest(world, log)
            except Exception as error:
                if not plan.keep_trace:
                    raise RuntimeError(f"seed {seed} broke the harness at {trio.current_time():.1f} s") from error
                promises.violated(0, f"harness: {error!r}")
                raise
            promises.note("end")
        for station in world.stations:
            station.disk.unmount()
        nursery.cancel_scope.cancel()
    return Report(
        seed=seed,
        violations=promises.violations,
        trace=promises.trace.hexdigest(),
        lines=promises.trace_lines or [],
        kiosks=len(world.stations),
        visits=sum(citizen.visits for citizen in citizens) + world.closing_visits,
        operations=Counter((row.kind, row.state) for row in world.server.operations()),
        faults=world.faults,
        boots=sum(station.boots for station in world.stations),
        views=sum(station.watch.views for station in world.stations),
        receipts=sum(len(station.printer.receipts) for station in world.stations),
    )


async def _step(
    world: World, citizens: list[Citizen], troubles: list[Trouble], log: list[structlog.typing.EventDict]
) -> None:
    """Somebody does something at one of the stations, or something goes wrong there; then a pause."""
    rng = world.rng
    number = rng.randrange(len(citizens))
    citizen, trouble = citizens[number], troubles[number]
    trouble.tick()
    draw = rng.random()
    if draw < (0.03 + 0.12 * trouble.amount) * bool(trouble.amount):
        await trouble.act()
    elif draw > 0.98:
        world.elsewhere()
    elif draw > 0.965:
        world.review()
    elif draw > 0.945 and trouble.amount:
        await world.rogue.act()
    elif citizen.station.running:
        await citizen.act()
    pause = rng.choice((0.05, 0.3)) if citizen.typing else rng.choices(PAUSES, PAUSE_WEIGHTS)[0]
    if pause:
        await trio.sleep(pause)  # No time passes before everybody waits.
    else:
        await trio.testing.wait_all_tasks_blocked()
    for station, its in zip(world.stations, troubles, strict=True):
        if station.slot.power_cut.is_set():
            await its.power_cut()
    check(world, log)


def check(world: World, log: list[structlog.typing.EventDict]) -> None:
    """What must hold after each step."""
    world.heard(log)
    world.server.send_texts()
    if world.phones.linked:
        world.promises.violated(0, "a text has a link in it")
    for station in world.stations:
        world.promises.stepped(station)
        if station.running and not station.boot_now.screen.views:
            world.promises.violated(0, f"{station.name}: nothing is shown")


async def rest(world: World, log: list[structlog.typing.EventDict]) -> None:
    """Everything is mended, what lay about for months arrives, every card is seen once more: now all must agree."""
    promises = world.promises
    promises.note("rest")
    for station in world.stations:
        station.mend()
    if world.rng.random() < 0.3:
        await _months_pass(world)
    await trio.sleep(MEND_SECONDS)
    for station in world.stations:
        await station.technician()
        await station.line.deliver_kept()
    await trio.sleep(REOPEN_SECONDS)
    check(world, log)
    await see_every_card(world)
    await trio.sleep(QUIET_SECONDS)
    check(world, log)
    for station in world.stations:
        page = station.boot_now.page
        if not isinstance(page, Home):
            promises.violated(0, f"{station.name}: at rest {type(page).__name__} {page.title.message} is shown")
        elif not station.offers_changes():
            standing = [condition.id for condition, _ in station.boot_now.board.standing()]
            promises.violated(12, f"{station.name}: at rest no changes are offered; standing: {standing}")
        if station.screen.view.overlay is not None:
            promises.violated(0, f"{station.name}: at rest something lies over the home page")
        if station.screen.view.preferences.language != station.settings.screen.language:
            promises.violated(0, f"{station.name}: at rest the last citizen's language is still on")
    AtRest(world).check()
    if not promises.violations:
        said = world.rng.choice(("done", "not_done", "in_doubt"))
        await world.rogue.say_too_late(world.rng.choice(world.stations), settled="escalated", said=said)
    if not promises.violations and world.rng.random() < 0.5:
        await overreach(world, cards=world.rng.choice((1, 1, 1, len(world.with_record))))
    if not promises.violations and world.rng.random() < 0.25:
        await out_of_time(world)
    if not promises.violations and world.rng.random() < 0.15:
        await ask_for_proofs(world)
    if not promises.violations and world.rng.random() < 0.25:
        await alter_a_journal(world)


async def _months_pass(world: World) -> None:
    """The hall is closed, up to the 90 days that a message may lie somewhere."""
    for station in world.stations:
        await station.stop()
    days = world.rng.choice((1, 8, 31, 89))
    world.fault(f"{days} days closed", None)
    await trio.sleep(days * 86_400)
    for station in world.stations:
        await station.boot()


@contextmanager
def pins_watched() -> Iterator[None]:
    """Every PIN that comes to be in a program is known, without the program's knowing."""
    make = Pin.__init__

    def made(pin: Pin, digits: bytearray) -> None:
        make(pin, digits)
        station = HERE.get()
        assert station is not None, "a PIN in no station's program"
        station.watch.pins.append(pin)

    with mock.patch.object(Pin, "__init__", made):
        yield


@contextmanager
def _quickened() -> Iterator[None]:
    """What takes long, and isn't tried here, is looked up once; what is broken for hours is tried less often."""
    with ExitStack() as stack:
        for module, name, instead in (
            (columns, "line_break_units", partial(_pieces, _lines)),
            (columns, "grapheme_clusters", partial(_pieces, _graphemes)),
            (layout, "wrap", _wrapped),
            (link, "version", _version),
            (storage, "version", _version),
            (RegionPolicy, "digest", partialmethod(_digest, RegionPolicy.digest)),
            (pin_entry, "_RETRY_SECONDS", 60.0),
            (upkeep, "_MEND_AGAIN_SECONDS", 20.0),
            (link, "_AWAY_SECONDS", 20.0),
        ):
            stack.enter_context(mock.patch.object(module, name, instead))
        yield


_wrapped = functools.lru_cache(maxsize=4096)(layout.wrap)
_digests: dict[int, tuple[RegionPolicy, str]] = {}
"""With the rules themselves: while they are held, no others lie there."""


def _digest(policy: RegionPolicy, work_out: Callable[[RegionPolicy], str]) -> str:
    if id(policy) not in _digests:
        _digests[id(policy)] = policy, work_out(policy)
    return _digests[id(policy)][1]


_version = functools.cache(importlib.metadata.version)
_ALIKE = str.maketrans("123456789", "000000000")
"""Digits are all of one class, where lines break (UAX #14, NU) and where characters do (UAX #29)."""
LookUp = Callable[[str], Iterable[str]]
_lines: LookUp = columns.line_break_units
_graphemes: LookUp = columns.grapheme_clusters


def _pieces(look_up: LookUp, text: str) -> Iterator[str]:
    start = 0
    for length in _lengths(look_up, text.translate(_ALIKE)):
        yield text[start : start + length]
        start += length


@functools.lru_cache(maxsize=8192)
def _lengths(look_up: LookUp, text: str) -> tuple[int, ...]:
    return tuple(map(len, look_up(text)))
