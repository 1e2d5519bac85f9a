"""What the machine remembers beside its journal: notes, tallies by day, and the results of its self-tests.

Nothing here names a person, and nothing of it decides about a card.
"""

import datetime
from dataclasses import dataclass
from typing import Any

import apsw

from kiosk.operations.failures import told

KEPT_DAYS = 400
"""Tallies older than this are dropped."""
KEPT_SELF_TESTS = 200
"""So many results are kept of each device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTestRow:
    """One dated result. `result`: passed, failed or not_done."""

    device: str
    at: datetime.datetime
    boot: int
    result: str
    detail: str


class Memory:
    """The tables of a store's that are no part of the chain. What writes belongs into a transaction of the store's.

    Args:
        db: The store's connection.
    """

    def __init__(self, db: apsw.Connection) -> None:
        self._db = db

    def note(self, name: str) -> str | None:
        """What was noted under `name`; None: nothing.

        Raises:
            StorageError: It can't be read.
        """
        with told():
            row = self._db.execute("SELECT value FROM note WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_note(self, name: str, value: str | None) -> None:
        """Note `value` in place of what was noted; None: forget it."""
        if value is None:
            self._db.execute("DELETE FROM note WHERE name = ?", (name,))
        else:
            self._db.execute("INSERT OR REPLACE INTO note (name, value) VALUES (?, ?)", (name, value))

    def count(self, day: datetime.date, name: str, by: int = 1) -> None:
        """Add to one day's tally."""
        query = "INSERT INTO tally (day, name, count) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + ?"
        self._db.execute(query, (day.isoformat(), name, by, by))
        oldest = day - datetime.timedelta(days=KEPT_DAYS)
        self._db.execute("DELETE FROM tally WHERE day < ?", (oldest.isoformat(),))

    def tallies(self, since: datetime.date) -> dict[str, dict[str, int]]:
        """Each tally by its name, and by day (ISO 8601), from `since` on.

        Raises:
            StorageError: They can't be read.
        """
        found: dict[str, dict[str, int]] = {}
        with told():
            rows: list[tuple[Any, ...]] = self._db.execute(
                "SELECT name, day, count FROM tally WHERE day >= ? ORDER BY name, day", (since.isoformat(),)
            ).fetchall()
        for name, day, count in rows:
            found.setdefault(name, {})[day] = count
        return found

    def add_self_test(self, row: SelfTestRow) -> None:
        """Keep one result; of each device the newest are kept."""
        self._db.execute(
            "INSERT INTO self_test (device, at, boot, result, detail) VALUES (?, ?, ?, ?, ?)",
            (row.device, row.at.isoformat(), row.boot, row.result, row.detail),
        )
        self._db.execute(
            "DELETE FROM self_test WHERE device = ?1 AND number <= "
            "(SELECT number FROM self_test WHERE device = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
            (row.device, KEPT_SELF_TESTS),
        )

    def self_tests(self, *, newest_only: bool = False) -> list[SelfTestRow]:
        """The kept results, newest first; each device's newest alone where that is asked for.

        Raises:
            StorageError: They can't be read.
        """
        newest = "WHERE number IN (SELECT max(number) FROM self_test GROUP BY device)" if newest_only else ""
        with told():
            query = f"SELECT device, at, boot, result, detail FROM self_test {newest} ORDER BY number DESC"
            rows: list[tuple[Any, ...]] = self._db.execute(query).fetchall()
        return [
            SelfTestRow(device=device, at=datetime.datetime.fromisoformat(at), boot=boot, result=result, detail=detail)
            for device, at, boot, result, detail in rows
        ]
