"""What a technician may do with the journal while the kiosk is stopped: look at it, and have it recovered."""

import datetime
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import trio

from kiosk.conditions import ConditionBoard
from kiosk.operations import recovery
from kiosk.operations.errors import BrokenChain, StorageBusy, StorageError
from kiosk.operations.journal import Check
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store
from kiosk.settings import Settings


class NotNow(Exception):
    """The journal can't be used; the text says why."""


def examine(settings: Settings) -> tuple[list[str], bool]:
    """Follow the journal's chain and count what is kept. Writes nothing.

    Returns:
        The findings, a line each, and whether the chain is whole.

    Raises:
        NotNow: It can't be read, or the kiosk is running.
    """
    path = _path(settings)
    with closing(_open(path)) as store:
        try:
            return list(_findings(store)), _broken(store) is None
        except StorageError as error:
            raise NotNow(f"{path}: {error}") from None


def _path(settings: Settings) -> Path:
    path = settings.storage.directory / "kiosk.db"
    if not path.exists():
        raise NotNow(f"{path}: there is no journal")
    return path


def _open(path: Path) -> Store:
    try:
        return Store(path)
    except StorageBusy:
        raise NotNow(f"{path}: the kiosk is running; stop it first") from None
    except StorageError as error:
        raise NotNow(f"{path}: {error}") from None


def _findings(store: Store) -> Iterator[str]:
    rows = store.journal()
    if rows:
        first, last = rows[0].position, rows[-1].position
        yield f"records       {len(rows)}, from {first.boot}.{first.sequence} to {last.boot}.{last.sequence}"
        yield f"head          {rows[-1].hash.hex()}"
    operations = store.operations()
    for state, count in sorted(Counter(row.state for row in operations).items()):
        yield f"operations    {count} {state}"
    yield f"unsettled     {sum(not row.acknowledged for row in operations)}"
    yield f"outbox        {store.outbox_length()}, of them set aside {store.stuck()}"
    broken = _broken(store)
    yield "chain         whole" if broken is None else f"chain         BROKEN at {broken}"


def _broken(store: Store) -> BrokenChain | None:
    check = Check()
    try:
        for row in store.journal():
            check.follow(row)
        check.end()
    except BrokenChain as error:
        return error
    return None


def recover(settings: Settings) -> list[str]:
    """Recover as at a start, however often that failed, and have what was set aside sent again.

    Nothing is sent to a card. The record of it is written before anything is done.

    Returns:
        What was found and done, a line each.

    Raises:
        NotNow: The storage can't be used, or the kiosk is running.
    """
    path = _path(settings)
    _open(path).close()  # What can't be opened at all is told in a line, before anything is logged of it.
    with closing(Storage(lambda: Store(path), ConditionBoard(_now), at=_at)) as storage:
        try:
            aside, boot = storage.read(lambda store: store.stuck()), storage.boot
            done = trio.run(partial(recovery.recover_by_hand, storage, kiosk=settings.machine.name, at=_at))
        except StorageError as error:
            raise NotNow(f"{path}: {storage.failure or error}") from None
    return [
        f"boot          {boot}",
        f"records       {done.records}",
        "chain         whole" if done.broken is None else f"chain         BROKEN at {done.broken}",
        f"not done      {done.not_done}: nothing had been sent to a card",
        f"in doubt      {done.in_doubt}: the server will hear of it; the card shows it when it next appears",
        f"sent again    {aside}, set aside before",
        f"outbox        {done.waiting}, sent when the kiosk runs",
    ]


def _at() -> str:
    return _now().isoformat()


def _now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()
