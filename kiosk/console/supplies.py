"""What a machine uses up, and how long what is left will last: paper, and room on the disk."""

import datetime
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from kiosk.console.action import Message
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store

PAPER_NOTE, DISK_NOTE = "paper", "disk"
LOW_BYTES = 500 * 1024 * 1024
"""With less room than this somebody should come soon."""
_LOOKED_BACK_DAYS = 14
_MEGABYTE = 1024 * 1024


class Paper(Message):
    """The paper roll."""

    state: str
    """As the printer says: full, low, out, jammed or unknown."""
    replaced: datetime.datetime | None
    """When somebody last said at the console that it is new."""
    slips_since: int | None
    """Printed on this roll; None: nobody has said when it was new."""
    slips_left: int | None
    """By the length of a roll in the settings."""
    days_left: float | None
    """At the pace of the last two weeks; None: not known."""


class Disk(Message):
    """The disk that the journal is on, in megabytes (2^20 bytes)."""

    free_mb: int
    total_mb: int
    days_left: float | None
    """At the pace of the last two weeks; None: it doesn't shrink, or that isn't known yet."""


def paper_is_new(store: Store, now: datetime.datetime, printed_today: int) -> None:
    """Note that a roll was put in now; within a transaction.

    Args:
        store: Remembers it.
        now: When.
        printed_today: Slips that were printed today before: those were on the other roll.
    """
    value = {"at": now.isoformat(), "printed_today": printed_today}
    store.memory.set_note(PAPER_NOTE, json.dumps(value))


def paper(
    storage: Storage, state: str, *, a_roll: int, printed_today: int, counter: str, now: datetime.datetime
) -> Paper:
    """How the paper is.

    Args:
        storage: Remembers when it was new, and how many slips were printed on each day before today.
        state: As the printer says.
        a_roll: Slips on a whole roll.
        printed_today: Slips so far.
        counter: The name of their tally.
        now: The wall clock.

    Raises:
        StorageError: It can't be read.
    """
    note = storage.read(lambda store: store.memory.note(PAPER_NOTE))
    pace = _pace(
        storage.read(lambda store: store.memory.tallies(_long_ago(now))).get(counter, {}), printed_today, now.date()
    )
    if note is None:
        return Paper(state=state, replaced=None, slips_since=None, slips_left=None, days_left=None)
    content = json.loads(note)
    replaced = datetime.datetime.fromisoformat(content["at"])
    days = storage.read(lambda store: store.memory.tallies(replaced.date())).get(counter, {})
    since = sum(count for day, count in days.items() if day != now.date().isoformat()) + printed_today
    since = max(0, since - content["printed_today"])
    left = max(0, a_roll - since)
    return Paper(
        state=state,
        replaced=replaced,
        slips_since=since,
        slips_left=left,
        days_left=None if pace is None else round(left / pace, 1),
    )


def disk(storage: Storage, folder: Path) -> Disk:
    """How the disk is.

    Raises:
        StorageError: What was measured before can't be read.
        OSError: The folder isn't there.
    """
    usage = shutil.disk_usage(folder)
    free = usage.free // _MEGABYTE
    seen = _seen(storage.read(lambda store: store.memory.note(DISK_NOTE)))
    return Disk(free_mb=free, total_mb=usage.total // _MEGABYTE, days_left=_days_left(seen, free))


def measure_disk(storage: Storage, folder: Path, today: datetime.date) -> int:
    """Note how much is free today, for the pace; the bytes that are free.

    Raises:
        StorageError: It can't be noted.
        OSError: The folder isn't there.
    """
    free = shutil.disk_usage(folder).free
    seen = _seen(storage.read(lambda store: store.memory.note(DISK_NOTE)))
    if seen.get(today.isoformat()) is None:
        seen[today.isoformat()] = free // _MEGABYTE
        value = json.dumps(dict(sorted(seen.items())[-_LOOKED_BACK_DAYS:]))
        storage.write(lambda store: store.memory.set_note(DISK_NOTE, value))
    return free


def _long_ago(now: datetime.datetime) -> datetime.date:
    return now.date() - datetime.timedelta(days=_LOOKED_BACK_DAYS)


def _pace(days: Mapping[str, int], today_count: int, today: datetime.date) -> float | None:
    """So many a day, over the days since the first that is known; None: none at all."""
    counts = {day: count for day, count in days.items() if day != today.isoformat()}
    total = sum(counts.values()) + today_count
    if total == 0:
        return None
    first = min((datetime.date.fromisoformat(day) for day in counts), default=today)
    return total / ((today - first).days + 1)


def _seen(note: str | None) -> dict[str, int]:
    return {} if note is None else dict(json.loads(note))


def _days_left(seen: Mapping[str, int], free: int) -> float | None:
    """Until it is full, from the oldest measurement to the newest."""
    if len(seen) < 2:
        return None
    (first, before), (last, after) = min(seen.items()), max(seen.items())
    days = (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days
    shrinks = (before - after) / days
    return round(free / shrinks, 1) if shrinks > 0 else None
