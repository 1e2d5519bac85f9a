"""What this machine did today, counted: visits, services, slips. Nothing here says who."""

import datetime
from collections import Counter

import trio

from kiosk.operations.errors import StorageError
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store

VISITS = "visits"
RECEIPTS = "receipts"
RECEIPTS_FAILED = "receipts_failed"

_TOGETHER_SECONDS = 30.0
"""What is counted within this time is written at once; a power cut may lose so much of it."""


class Counters:
    """Counts in memory, and writes down now and then."""

    def __init__(self) -> None:
        self._pending: Counter[tuple[datetime.date, str]] = Counter()
        self._counted = trio.Event()

    def add(self, day: datetime.date, name: str) -> None:
        """One more of `name`."""
        self._pending[day, name] += 1
        self._counted.set()

    def today(self, storage: Storage, day: datetime.date) -> dict[str, int]:
        """The tallies of one day, by their names.

        Raises:
            StorageError: They can't be read.
        """
        written = storage.read(lambda store: store.memory.tallies(day))
        found = Counter({name: days.get(day.isoformat(), 0) for name, days in written.items()})
        found.update({name: count for (on, name), count in self._pending.items() if on == day})
        return {name: count for name, count in sorted(found.items()) if count}

    async def keep(self, storage: Storage) -> None:
        """Write down what was counted, for ever; the last of it when cancelled."""
        try:
            while True:
                await self._counted.wait()
                await trio.sleep(_TOGETHER_SECONDS)
                self.flush(storage)
        finally:
            self.flush(storage)

    def flush(self, storage: Storage) -> None:
        """Write down what was counted. What the disk doesn't take is kept for the next time."""
        self._counted = trio.Event()
        pending, self._pending = self._pending, Counter()
        if not pending:
            return

        def write(store: Store) -> None:
            for (day, name), count in pending.items():
                store.memory.count(day, name, count)

        try:
            storage.write(write)
        except StorageError:  # The board tells of the disk.
            pending.update(self._pending)
            self._pending = pending
