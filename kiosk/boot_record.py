"""The boot record: why this run began, in which version, whether the clock jumped meanwhile, what recovery found.

A note in the store tells of the run under way: on which start of the computer, and what its clocks said when it was
last known to live. A run that ends in order says so there; where the next one finds no such word, the last one was
killed, or its computer lost power. The record is a link of the journal, which the server is told, and an event of the
log.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import structlog
import trio

from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.operations.errors import StorageError
from kiosk.operations.journal import Event
from kiosk.operations.operations import Operations
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store
from kiosk.uplink.contract import BootReason as Reason

log = structlog.get_logger()

RUN_NOTE = "run"
JUMP_SECONDS = 5.0
"""Two clocks that differ by less have only been steered."""
_ALIVE_SECONDS = 300.0
"""Between two notes that this run lives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is noted of a run."""

    computer: str
    """Which start of the computer: the kernel's random number for it."""
    wall: float
    """Seconds since 1970, when it was last known to live."""
    monotonic: float
    """Seconds on the clock that nobody sets and that begins anew with the computer."""
    version: str
    ended: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BootRecord:
    """How this run began."""

    reason: Reason
    version: str
    version_before: str | None
    """None: the same, or there was none."""
    clock_jump_seconds: int | None
    """How far the clock was set meanwhile. None: not at all, or forward while the computer was off, which nobody can
    know."""


class Clocks:
    """What a run goes by.

    Args:
        environment: May have the kernel's number of this start as MACHINE_BOOT (systemd's `%b`): a service that sees
            nothing of /proc but processes can't read it there.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self.computer = environment.get("MACHINE_BOOT") or _kernel_boot()

    def now(self, *, ended: Reason | None = None) -> Run:
        """The run under way, living now."""
        return Run(
            computer=self.computer,
            wall=time.time(),
            monotonic=time.monotonic(),
            version=version("kiosk"),
            ended=ended,
        )


def compare(before: Run | None, now: Run) -> BootRecord:
    """How a run began, from the note of the one before it."""
    if before is None:
        return BootRecord(reason=Reason.FIRST, version=now.version, version_before=None, clock_jump_seconds=None)
    same = before.computer == now.computer and bool(now.computer)
    passed = now.wall - before.wall
    jump = passed - (now.monotonic - before.monotonic) if same else min(0.0, passed)
    return BootRecord(
        reason=before.ended or (Reason.KILLED if same else Reason.POWER),
        version=now.version,
        version_before=before.version if before.version != now.version else None,
        clock_jump_seconds=round(jump) if abs(jump) >= JUMP_SECONDS else None,
    )


@contextmanager
def run_noted(storage: Storage, clocks: Clocks) -> Iterator[BootRecord | None]:
    """Note a run while it lasts, and at its end how it ended. Yields how it began; None: the storage can't be read."""
    try:
        record = compare(_noted(storage), clocks.now())
    except StorageError:  # The board tells of the disk.
        record = None
    _note(storage, clocks.now())
    ended = Reason.STOPPED
    try:
        yield record
    except Exception:  # Not Cancelled, which is how it is told to stop.
        ended = Reason.FAULT
        raise
    finally:
        _note(storage, clocks.now(ended=ended))


def tell(board: ConditionBoard, record: BootRecord | None) -> None:
    """Put on the board that the run before broke off. A power cut is nobody's fault."""
    broke_off = record is not None and record.reason in (Reason.FAULT, Reason.KILLED)
    board.set(conditions.BROKE_OFF, stands=broke_off)


async def keep(operations: Operations, record: BootRecord | None, clocks: Clocks) -> None:
    """Write the record once recovery has ended, then note that this run lives, and tell of clocks that are set."""
    recovered = await operations.recovered()
    found: dict[str, str | int | None] = {"recovery": "stopped"}
    if recovered is not None:
        found = {
            "recovery": "whole" if recovered.broken is None else "broken",
            "records": recovered.records,
            "not_done": recovered.not_done,
            "in_doubt": recovered.in_doubt,
            "waiting": recovered.waiting,
        }
    if record is not None:
        told = {**asdict(record), **found}
        log.info("kiosk.boot", **told)
        with suppress(StorageError):
            operations.storage.write(lambda store: store.append(Event.STARTED, operations.at(), **told))
    last = clocks.now()
    while True:
        await trio.sleep(_ALIVE_SECONDS)
        now = clocks.now()
        if (jump := compare(last, now).clock_jump_seconds) is not None:
            log.warning("clock.jumped", seconds=jump)
        last = now
        _note(operations.storage, now)


def _noted(storage: Storage) -> Run | None:
    def read(store: Store) -> Run | None:
        note = store.memory.note(RUN_NOTE)
        if note is None:
            return None
        run = json.loads(note)
        return Run(**{**run, "ended": None if run["ended"] is None else Reason(run["ended"])})

    return storage.read(read)


def _note(storage: Storage, run: Run) -> None:
    with suppress(StorageError):  # The board tells of the disk.
        storage.write(lambda store: store.memory.set_note(RUN_NOTE, json.dumps(asdict(run))))


def _kernel_boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip().replace("-", "")
    except OSError:
        return ""
