"""What a station's disk holds for certain, read without the product's own code: tables, chain, and every byte."""

import atexit
import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import apsw

GENESIS = bytes(32)
_JOURNAL = "SELECT record, previous, hash FROM journal ORDER BY boot, sequence"


@cache
def _scratch() -> Path:
    """Where a process lays its copies, one after the other."""
    directory = Path(tempfile.mkdtemp(prefix="store-image-", dir="/dev/shm"))
    atexit.register(shutil.rmtree, directory)
    return directory


@dataclass(frozen=True, slots=True)
class KioskOperation:
    """An operation as a station's store has it."""

    id: str
    kind: str
    card: str
    boot: int
    sequence: int
    state: str
    acknowledged: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A journal's record, parsed."""

    boot: int
    sequence: int
    content: Mapping[str, Any]
    previous: bytes
    hash: bytes
    raw: bytes


class StoreImage:
    """A copy of a store, open for reading."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        scratch = _scratch()
        for name in ("kiosk.db", "kiosk.db-wal"):
            (scratch / name).write_bytes(files.get(name, b""))
        db = apsw.Connection(str(scratch / "kiosk.db"), vfs="unix")
        db.pragma("locking_mode", "exclusive")  # No shared memory to map.
        try:
            self.operations = read_operations(db)
            self._rows = db.execute(_JOURNAL).fetchall()
        except apsw.SQLError:  # Not even its tables are certain.
            self.operations, self._rows = [], []
        db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        db.close()

    def records(self) -> list[Record]:
        """The journal, oldest first."""
        parsed = ((json.loads(raw), previous, hash_, raw) for raw, previous, hash_ in self._rows)
        return [Record(c["boot"], c["sequence"], c, previous, hash_, raw) for c, previous, hash_, raw in parsed]

    def last(self, event: str, operation: str) -> Record | None:
        """The newest record of that event for an operation."""
        needle = operation.encode()
        for raw, previous, hash_ in reversed(self._rows):
            if needle in raw and (content := json.loads(raw))["event"] == event:
                return Record(content["boot"], content["sequence"], content, previous, hash_, raw)
        return None


def read_operations(db: apsw.Connection) -> list[KioskOperation]:
    """All that are kept, oldest first."""
    columns = "operation_id, kind, card, boot, sequence, state, acknowledged"
    rows = db.execute(f"SELECT {columns} FROM operation ORDER BY boot, sequence")
    return [KioskOperation(*row[:6], bool(row[6])) for row in rows]


def broken_chain(records: list[Record]) -> str | None:
    """What is wrong with a journal: a gap, a false link, or nothing (None)."""
    previous: Record | None = None
    for record in records:
        where = f"{record.boot}.{record.sequence}"
        if hashlib.sha256(record.previous + record.raw).digest() != record.hash:
            return f"the hash of {where} is not its own"
        if previous is not None:
            follows = (previous.boot, previous.sequence + 1), (previous.boot + 1, 1)
            if (record.boot, record.sequence) not in follows:
                return f"a gap before {where}"
            if record.previous != previous.hash:
                return f"{where} is chained to something else"
        elif (record.boot, record.sequence) == (1, 1) and record.previous != GENESIS:
            return "the first record is chained to something"
        previous = record
    return None
