"""The machine's memory that survives power cuts: boots, operations and the reports that wait to be sent.

One APSW database with `synchronous=FULL`. An operation is a row from before its command leaves until long after the
server has acknowledged its report. Nothing in it names a person: the card is the server's opaque handle.
"""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import apsw

_SCHEMA = """
CREATE TABLE IF NOT EXISTS boot (number INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS operation (
    operation_id TEXT PRIMARY KEY,
    boot INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    kind TEXT NOT NULL,
    card TEXT NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT,
    status_word TEXT,
    tries_left INTEGER,
    acknowledged INTEGER NOT NULL DEFAULT 0,
    UNIQUE (boot, sequence)
) STRICT;
CREATE INDEX IF NOT EXISTS operation_waiting ON operation (boot, sequence) WHERE NOT acknowledged;
"""

_KEPT = 1000
"""So many reports stay here for a technician once the server holds them."""

_FIRST_SAFE_WAL = (3, 51, 3)
"""SQLite 3.7.0 to 3.51.2 can corrupt a WAL that two connections reset at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """One operation as it is written down. `outcome` None: begun, and its end not yet known."""

    operation_id: UUID
    boot: int
    sequence: int
    kind: str
    card: UUID
    at: str
    outcome: str | None
    status_word: str | None
    tries_left: int | None


class Store:
    """The open database of one boot.

    Args:
        path: The database file, made when it isn't there.

    Raises:
        RuntimeError: The SQLite library has the WAL-reset defect.
    """

    def __init__(self, path: Path) -> None:
        if tuple(map(int, apsw.sqlite_lib_version().split("."))) < _FIRST_SAFE_WAL:
            raise RuntimeError(f"SQLite {apsw.sqlite_lib_version()} may damage a WAL; 3.51.3 or later is needed")
        self._db = apsw.Connection(str(path))
        self._db.pragma("journal_mode", "wal")
        self._db.pragma("synchronous", "full")
        with self._db:
            self._db.execute(_SCHEMA)
            self._db.execute("INSERT INTO boot SELECT coalesce(max(number), 0) + 1 FROM boot")
            self._db.execute("DELETE FROM boot WHERE number < (SELECT max(number) FROM boot)")
        self.boot: int = self._db.execute("SELECT max(number) FROM boot").get
        self._sequence = 0

    def next_sequence(self) -> int:
        """Count up; (boot, sequence) orders everything that this machine does."""
        self._sequence += 1
        return self._sequence

    def begin(self, operation_id: UUID, *, kind: str, card: UUID, at: str) -> OperationRow:
        """Write down durably that an operation is about to be done."""
        row = OperationRow(
            operation_id=operation_id,
            boot=self.boot,
            sequence=self.next_sequence(),
            kind=kind,
            card=card,
            at=at,
            outcome=None,
            status_word=None,
            tries_left=None,
        )
        self._db.execute(
            "INSERT INTO operation (operation_id, boot, sequence, kind, card, at) VALUES (?, ?, ?, ?, ?, ?)",
            (str(operation_id), row.boot, row.sequence, kind, str(card), at),
        )
        return row

    def conclude(
        self, operation_id: UUID, outcome: str, *, status_word: str | None = None, tries_left: int | None = None
    ) -> None:
        """Write down durably how an operation ended; from now on its report waits to be sent."""
        self._db.execute(
            "UPDATE operation SET outcome = ?, status_word = ?, tries_left = ? "
            "WHERE operation_id = ? AND outcome IS NULL",
            (outcome, status_word, tries_left, str(operation_id)),
        )
        assert self._db.changes() == 1, "an operation ends once"

    def unfinished(self) -> list[OperationRow]:
        """Operations of earlier boots that never ended."""
        return self._rows("outcome IS NULL AND boot < ?", self.boot)

    def unsent(self) -> list[OperationRow]:
        """Operations that ended and whose report the server hasn't acknowledged, oldest first."""
        return self._rows("NOT acknowledged AND outcome IS NOT NULL")

    def acknowledge(self, operation_id: UUID) -> None:
        """The server holds the report; only the newest of such rows are kept."""
        with self._db:
            self._db.execute("UPDATE operation SET acknowledged = 1 WHERE operation_id = ?", (str(operation_id),))
            self._db.execute(
                "DELETE FROM operation WHERE acknowledged AND rowid <= (SELECT max(rowid) FROM operation) - ?", (_KEPT,)
            )

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _rows(self, where: str, *values: int) -> list[OperationRow]:
        columns = "operation_id, boot, sequence, kind, card, at, outcome, status_word, tries_left"
        query = f"SELECT {columns} FROM operation WHERE {where} ORDER BY boot, sequence"
        return [
            OperationRow(
                operation_id=UUID(identity),
                boot=boot,
                sequence=sequence,
                kind=kind,
                card=UUID(card),
                at=at,
                outcome=outcome,
                status_word=status_word,
                tries_left=tries_left,
            )
            for identity, boot, sequence, kind, card, at, outcome, status_word, tries_left in self._db.execute(
                query, values
            )
        ]
