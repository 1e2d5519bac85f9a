"""What the console looks after while nobody looks: counts, room on the disk, certificates."""

import structlog
import trio

from kiosk import conditions
from kiosk.console.console import Console
from kiosk.console.supplies import LOW_BYTES, measure_disk
from kiosk.operations.errors import StorageError

log = structlog.get_logger()

_CERTIFICATE_SECONDS = 3600.0
_DISK_SECONDS = 30.0
"""A disk fills within minutes, and one on which room was made is shown as mended while its mender still looks."""
_FIRST_LOOK_SECONDS = 20.0
"""Long after the home page: certificates take a library that nobody else needs by then."""


async def keep(console: Console) -> None:
    """Keep the counts, and look at what runs out slowly, for ever."""
    machine = console.machine
    async with trio.open_nursery() as nursery:
        nursery.start_soon(machine.counters.keep, machine.operations.storage)
        await trio.sleep(_FIRST_LOOK_SECONDS)
        nursery.start_soon(_open_access, console)
        nursery.start_soon(_look_at_disk, console)
        while True:
            look_at_certificates(console)
            await trio.sleep(_CERTIFICATE_SECONDS)


async def _open_access(console: Console) -> None:
    """A closed access opens when its time is over: nothing but the clock says so."""
    board = console.machine.board
    while (access := console.access) is not None:
        seconds = access.seconds_left()
        if seconds:
            await trio.sleep(seconds)
        elif not board.stands(conditions.ACCESS_LOCKED):
            await board.change()


async def _look_at_disk(console: Console) -> None:
    while True:
        look_at_disk(console)
        await trio.sleep(_DISK_SECONDS)


def look_at_certificates(console: Console) -> None:
    """Put on the board whether one runs out soon."""
    from kiosk.console.certificates import certificates, ending

    machine = console.machine
    console.certificates = certificates(machine.settings, machine.now())
    machine.board.set(conditions.CERTIFICATE_ENDING, stands=ending(console.certificates))


def look_at_disk(console: Console) -> None:
    """Put on the board whether there is little room left."""
    machine = console.machine
    try:
        free = measure_disk(machine.operations.storage, machine.settings.storage.directory, machine.now().date())
    except (StorageError, OSError) as error:  # A disk that fails has conditions of its own.
        log.warning("console.disk_not_measured", error=type(error).__name__)
        return
    machine.board.set(conditions.STORAGE_LOW, stands=free < LOW_BYTES)
