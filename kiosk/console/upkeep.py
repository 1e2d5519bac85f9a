"""What the console looks after while nobody looks: counts, room on the disk, certificates."""

import structlog
import trio

from kiosk import conditions
from kiosk.console.console import Console
from kiosk.console.supplies import LOW_BYTES, measure_disk
from kiosk.operations.errors import StorageError

log = structlog.get_logger()

_LOOK_SECONDS = 3600.0
_FIRST_LOOK_SECONDS = 20.0
"""Long after the home page: certificates take a library that nobody else needs by then."""


async def keep(console: Console) -> None:
    """Keep the counts, and look at what runs out slowly, for ever."""
    machine = console.machine
    async with trio.open_nursery() as nursery:
        nursery.start_soon(machine.counters.keep, machine.operations.storage)
        await trio.sleep(_FIRST_LOOK_SECONDS)
        while True:
            look(console)
            await trio.sleep(_LOOK_SECONDS)


def look(console: Console) -> None:
    """Put on the board what runs out soon."""
    from kiosk.console.certificates import certificates, ending

    machine = console.machine
    now, folder = machine.now(), machine.settings.storage.directory
    console.certificates = certificates(machine.settings, now)
    machine.board.set(conditions.CERTIFICATE_ENDING, stands=ending(console.certificates))
    try:
        free = measure_disk(machine.operations.storage, folder, now.date())
    except (StorageError, OSError) as error:  # A disk that fails has conditions of its own.
        log.warning("console.disk_not_measured", error=type(error).__name__)
        return
    machine.board.set(conditions.STORAGE_LOW, stands=free < LOW_BYTES)
