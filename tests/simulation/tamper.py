"""Somebody with the disk in hand alters the journal, and mends every hash after it: the server's head still tells."""

import hashlib
import json
from typing import TYPE_CHECKING

import apsw
import trio

if TYPE_CHECKING:
    from station import Station
    from world import World

NOTICED_SECONDS = 200.0
"""A start, a heartbeat, and the first comparison with the head that the server holds."""


async def alter_a_journal(world: "World") -> None:
    """One record of a station's past is altered, or the newest are cut off; nothing may be changed there then."""
    station = world.rng.choice(world.stations)
    head = world.server.journal_head(station.name)
    if head is None:
        return
    await station.stop()
    how = world.rng.choice(("a record and all hashes after it", "a record alone", "the end is cut off"))
    if not _alter(station, head[:2], how):
        return
    world.fault(f"journal altered: {how}", station.name)
    await station.boot()
    await trio.sleep(NOTICED_SECONDS)
    if station.offers_changes():
        world.promises.violated(10, f"{station.name}: the journal was altered ({how}), and changes are offered")


def _alter(station: "Station", held: tuple[int, int], how: str) -> bool:
    """Do it on the disk; False where there is nothing that the server has seen."""
    db = apsw.Connection(str(station.directory / "kiosk.db"))
    query = "SELECT boot, sequence, record, previous FROM journal ORDER BY boot, sequence"
    rows = db.execute(query).fetchall()
    seen = [number for number, row in enumerate(rows) if (row[0], row[1]) <= held]
    if len(seen) < 2:
        db.close()
        return False
    with db:
        if how == "the end is cut off":
            db.execute("DELETE FROM journal WHERE (boot, sequence) >= (?, ?)", rows[seen[-1]][:2])
        else:
            _rewrite(db, rows, station.rng.choice(seen), chained="all hashes" in how)
    db.close()
    return True


def _rewrite(db: apsw.Connection, rows: list[tuple[int, int, bytes, bytes]], first: int, *, chained: bool) -> None:
    content = json.loads(rows[first][2]) | {"at": "1999-12-31T23:59:59+08:00"}
    altered = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    put = "UPDATE journal SET record = ?, previous = ?, hash = ? WHERE boot = ? AND sequence = ?"
    link = rows[first][3]
    for number in range(first, len(rows) if chained else first + 1):
        boot, sequence, record, _ = rows[number]
        record = altered if number == first else record
        hashed = hashlib.sha256(link + record).digest()
        db.execute(put, (record, link, hashed, boot, sequence))
        link = hashed
