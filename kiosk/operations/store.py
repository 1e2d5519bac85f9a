"""The machine's memory that survives power cuts: its boots, its journal, its operations, and what waits to be sent.

One APSW database, in WAL with `synchronous=FULL`: with NORMAL a power cut loses commits that were acknowledged. One
process has it open, which makes it safe with any VFS. This file and `schema` hold all SQL of the kiosk, a statement a
method; what belongs together in one transaction is put together where it is meant (`operation`, `recovery`).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import apsw

from kiosk.operations.errors import StorageDamaged, StorageError
from kiosk.operations.failures import told
from kiosk.operations.journal import GENESIS, ORIGIN, Detail, Event, Position, Row, encode, link
from kiosk.operations.memory import Memory
from kiosk.operations.schema import MIGRATIONS, SCHEMA, VERSION

_FIRST_SAFE_WAL = (3, 51, 3)
"""SQLite 3.7.0 to 3.51.2 can corrupt a WAL that two connections reset at once."""

_BUSY_MILLISECONDS = 2000
"""A process that is just ending lets go within this time."""
_PROBE_BYTES = 64 * 1024
_KEPT_BOOTS = 10
_KEPT_OPERATIONS = 1000
"""So many ended operations stay for a technician, and for reprints, once the server holds their outcome."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """One operation as it is written down. `state`: intent, sent, done, not_done or in_doubt."""

    operation_id: UUID
    kind: str
    card: UUID
    position: Position
    state: str
    acknowledged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """A message that waits to be sent, as it will be sent.

    Attributes:
        number: Grows; older ones first.
        message: intent, outcome, settlement or observation.
        message_id: The id that makes the server take it once.
        thread: Messages of one thread go in order.
        refusals: How often the server has refused it.
    """

    number: int
    message: str
    message_id: UUID
    thread: UUID
    body: bytes
    refusals: int


class Store:
    """The open database.

    Args:
        path: The database file, made when it isn't there.
        vfs: A registered VFS of SQLite; None: the system's own.

    Raises:
        RuntimeError: The SQLite library has the WAL-reset defect.
        StorageDamaged: The file is no such database, or malformed; it was left as it was.
        StorageBusy: Another process has it open.
        StorageError: It can't be opened or made.
    """

    def __init__(self, path: Path, *, vfs: str | None = None) -> None:
        if tuple(map(int, apsw.sqlite_lib_version().split("."))) < _FIRST_SAFE_WAL:
            raise RuntimeError(f"SQLite {apsw.sqlite_lib_version()} may damage a WAL; 3.51.3 or later is needed")
        self.boot = 0
        self._head: Row | None = None
        with told():
            self._db = apsw.Connection(str(path), vfs=vfs)
        try:
            with told():
                self._open()
        except StorageError:
            self.abandon()
            raise

    def _open(self) -> None:
        db = self._db
        db.set_busy_timeout(_BUSY_MILLISECONDS)
        db.pragma("locking_mode", "exclusive")  # Before the WAL is touched: it needs no shared memory then.
        db.pragma("journal_mode", "wal")
        db.pragma("synchronous", "full")
        db.execute("BEGIN IMMEDIATE; COMMIT")  # Takes the lock.
        version = db.pragma("user_version")
        if version == 0 and not db.execute("SELECT count(*) FROM sqlite_schema").get:
            with self.transaction():
                db.execute(SCHEMA)
                db.pragma("user_version", VERSION)
        elif version != VERSION and version not in MIGRATIONS:
            raise StorageDamaged("not a database of this program's version")
        elif db.pragma("quick_check") != "ok":
            raise StorageDamaged("its pages are malformed")
        else:
            self._migrate(version)
        row = db.execute("SELECT * FROM journal ORDER BY boot DESC, sequence DESC LIMIT 1").fetchone()
        self._head = _row(*row) if row else None

    def _migrate(self, version: int) -> None:
        """Lead the tables of an older version of this program to today's, step by step."""
        for older in range(version, VERSION):
            with self.transaction():
                self._db.execute(MIGRATIONS[older])
                self._db.pragma("user_version", older + 1)

    @property
    def memory(self) -> Memory:
        """Notes, tallies and self-tests: what is no part of the chain."""
        return Memory(self._db)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def abandon(self) -> None:
        """Close the database and leave its files as they are: no checkpoint is tried."""
        self._db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing, and synced when it is left.

        Raises:
            StorageError: Nothing of it was written.
        """
        head, boot = self._head, self.boot
        try:
            with told():
                if self._db.in_transaction:  # The last one couldn't even be undone.
                    self._db.execute("ROLLBACK")
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
        except BaseException:
            self._head, self.boot = head, boot
            with suppress(apsw.Error):
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
            raise

    def probe(self) -> None:
        """See whether the disk takes more: write something that means nothing, and take it away.

        Raises:
            StorageError: It doesn't.
        """
        for size in (_PROBE_BYTES, 0):
            with self.transaction():
                self._db.execute("UPDATE boot SET probe = zeroblob(?)", (size,))

    # Boots.

    def begin_boot(self, *, at: str, version: str) -> None:
        """This process's place in the order of things; within a transaction."""
        last = self._head.position.boot if self._head else 0
        self.boot = max(last, self._db.execute("SELECT coalesce(max(number), 0) FROM boot").get) + 1
        self._db.execute("INSERT INTO boot (number) VALUES (?)", (self.boot,))
        self._db.execute("DELETE FROM boot WHERE number <= ?", (self.boot - _KEPT_BOOTS,))
        self.append(Event.BOOT, at, version=version)

    def unrecovered_boots(self) -> int:
        """How many boots just before this one began a recovery and didn't finish it."""
        query = "SELECT count(*) FROM boot WHERE number < ?1 AND number > (SELECT coalesce(max(number), 0) "
        query += "FROM boot WHERE recovered AND number < ?1)"
        return int(self._db.execute(query, (self.boot,)).get)

    def recovered(self) -> None:
        """This boot's recovery is finished."""
        self._db.execute("UPDATE boot SET recovered = 1 WHERE number = ?", (self.boot,))

    # The journal.

    @property
    def head(self) -> Row | None:
        """The newest record; None: the journal is empty."""
        return self._head

    @property
    def next_position(self) -> Position:
        """Where the next record will stand."""
        last = self._head.position if self._head else ORIGIN
        return Position(self.boot, last.sequence + 1 if last.boot == self.boot else 1)

    def append(self, event: Event, at: str, **details: Detail) -> Position:
        """Add a record to the chain."""
        position = self.next_position
        record = encode(position, event, at, details)
        previous = self._head.hash if self._head else GENESIS
        row = Row(position, record, previous, link(previous, record))
        self._db.execute(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?)",
            (position.boot, position.sequence, row.record, row.previous, row.hash),
        )
        self._head = row
        return position

    def journal(self, *, after: Position = ORIGIN, limit: int = -1) -> list[Row]:
        """Records, oldest first."""
        query = "SELECT * FROM journal WHERE (boot, sequence) > (?, ?) ORDER BY boot, sequence LIMIT ?"
        return [_row(*row) for row in self._read(query, after.boot, after.sequence, limit)]

    def record_at(self, position: Position) -> Row | None:
        """One record; None: it isn't kept."""
        query = "SELECT * FROM journal WHERE boot = ? AND sequence = ?"
        return next((_row(*row) for row in self._read(query, position.boot, position.sequence)), None)

    def journal_length(self) -> int:
        """How many records are kept."""
        return int(self._read("SELECT count(*) FROM journal")[0][0])

    def oldest_needed(self) -> Position | None:
        """Of what hasn't come to an end the record that it began with; None: nothing is under way."""
        query = (
            "SELECT boot, sequence FROM operation WHERE NOT acknowledged UNION ALL SELECT boot, sequence FROM outbox "
        )
        query += "ORDER BY boot, sequence LIMIT 1"
        return next((Position(*row) for row in self._read(query)), None)

    def forget_through(self, position: Position) -> None:
        """Drop the records up to and with `position`."""
        self._db.execute("DELETE FROM journal WHERE (boot, sequence) <= (?, ?)", (position.boot, position.sequence))

    # Operations.

    def add_operation(self, operation_id: UUID, *, kind: str, card: UUID, position: Position) -> None:
        """An operation begins; its record stands at `position`."""
        self._db.execute(
            "INSERT INTO operation (operation_id, kind, card, boot, sequence, state) VALUES (?, ?, ?, ?, ?, 'intent')",
            (str(operation_id), kind, str(card), position.boot, position.sequence),
        )

    def set_state(self, operation_id: UUID, state: str) -> None:
        """What is known of an operation from now on. One that was done or not done stays so."""
        self._db.execute(
            "UPDATE operation SET state = ? WHERE operation_id = ? AND state NOT IN ('done', 'not_done')",
            (state, str(operation_id)),
        )
        assert self._db.changes() == 1, "an operation ends once"

    def acknowledge(self, operation_id: UUID) -> None:
        """The server holds its outcome; of such only the newest are kept."""
        self._db.execute("UPDATE operation SET acknowledged = 1 WHERE operation_id = ?", (str(operation_id),))
        self._db.execute(
            "DELETE FROM operation WHERE acknowledged AND rowid <= (SELECT max(rowid) FROM operation) - ?",
            (_KEPT_OPERATIONS,),
        )
        self._db.execute("DELETE FROM receipt WHERE operation_id NOT IN (SELECT operation_id FROM operation)")

    def operation(self, operation_id: UUID) -> OperationRow | None:
        """One operation; None: not of this machine, or no longer kept."""
        return next(iter(self._operations("operation_id = ?", str(operation_id))), None)

    def operations(self) -> list[OperationRow]:
        """All that are kept, oldest first."""
        return self._operations("TRUE")

    def unfinished(self) -> list[OperationRow]:
        """Operations of earlier boots without an outcome, oldest first."""
        return self._operations("state IN ('intent', 'sent') AND boot < ?", self.boot)

    def unsettled(self) -> bool:
        """Whether the server hasn't yet heard of one in doubt, or of one of an earlier boot."""
        query = "SELECT EXISTS (SELECT 1 FROM operation WHERE NOT acknowledged AND (state = 'in_doubt' OR boot < ?))"
        return bool(self._read(query, self.boot)[0][0])

    # The outbox.

    def enqueue(
        self, message: str, message_id: UUID, *, thread: UUID, body: bytes, position: Position, held: bool = False
    ) -> int:
        """Have a message wait to be sent.

        Args:
            message: intent, outcome, settlement or observation.
            message_id: Its id.
            thread: What it stays in order with.
            body: The bytes that are sent, each time.
            position: The record that tells of it.
            held: Only whoever wrote it sends it.

        Returns:
            The row's number.
        """
        values = (message, str(message_id), str(thread), held, body, position.boot, position.sequence)
        columns = "message, message_id, thread, held, body, boot, sequence"
        self._db.execute(f"INSERT INTO outbox ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        return self._db.last_insert_rowid()

    def dequeue(self, message: str, message_id: UUID) -> None:
        """The message needn't be sent any more."""
        self._db.execute("DELETE FROM outbox WHERE message = ? AND message_id = ?", (message, str(message_id)))

    def release(self, message: str, message_id: UUID) -> None:
        """Anybody may send the message from now on."""
        self._db.execute("UPDATE outbox SET held = 0 WHERE message = ? AND message_id = ?", (message, str(message_id)))

    def outbox(self, *, thread: UUID | None = None) -> list[OutboxRow]:
        """What may be sent in the background, oldest first; of one thread where it is given."""
        columns = "number, message, message_id, thread, body, refusals"
        query = f"SELECT {columns} FROM outbox WHERE NOT set_aside AND NOT held AND coalesce(thread = ?, TRUE) "
        return [
            OutboxRow(
                number=number,
                message=message,
                message_id=UUID(message_id),
                thread=UUID(thread_id),
                body=body,
                refusals=refusals,
            )
            for number, message, message_id, thread_id, body, refusals in self._read(
                query + "ORDER BY number", str(thread) if thread else None
            )
        ]

    def outbox_length(self) -> int:
        """How many messages wait, those included that were set aside."""
        return int(self._read("SELECT count(*) FROM outbox")[0][0])

    def stuck(self) -> int:
        """How many messages were set aside."""
        return int(self._read("SELECT count(*) FROM outbox WHERE set_aside")[0][0])

    def count_refusal(self, number: int, *, set_aside: bool) -> None:
        """The server refused the message."""
        query = "UPDATE outbox SET refusals = refusals + 1, set_aside = ? WHERE number = ?"
        self._db.execute(query, (set_aside, number))

    def take_up_again(self) -> None:
        """Have everything that was set aside sent again."""
        self._db.execute("UPDATE outbox SET refusals = 0, set_aside = 0 WHERE set_aside")

    # Receipts.

    def add_receipt(self, number: str, operation_id: UUID) -> None:
        """Give an operation its receipt."""
        self._db.execute("INSERT INTO receipt (number, operation_id) VALUES (?, ?)", (number, str(operation_id)))

    def receipt_of(self, operation_id: UUID) -> str | None:
        """The number of an operation's receipt; None: none was issued."""
        rows = self._read("SELECT number FROM receipt WHERE operation_id = ?", str(operation_id))
        return str(rows[0][0]) if rows else None

    def count_printing(self, number: str) -> int:
        """A receipt is about to be printed; how often that was begun before."""
        rows = self._read("UPDATE receipt SET printings = printings + 1 WHERE number = ? RETURNING printings", number)
        assert rows, "a receipt is issued before it is printed"
        return int(rows[0][0]) - 1

    # Within.

    def _operations(self, where: str, *values: str | int) -> list[OperationRow]:
        columns = "operation_id, kind, card, boot, sequence, state, acknowledged"
        query = f"SELECT {columns} FROM operation WHERE {where} ORDER BY boot, sequence"
        return [
            OperationRow(
                operation_id=UUID(identity),
                kind=kind,
                card=UUID(card),
                position=Position(boot, sequence),
                state=state,
                acknowledged=bool(acknowledged),
            )
            for identity, kind, card, boot, sequence, state, acknowledged in self._read(query, *values)
        ]

    def _read(self, query: str, *values: str | int | None) -> list[tuple[Any, ...]]:
        with told():
            return self._db.execute(query, values).fetchall()


def sqlite_version() -> str:
    """Of the library that is linked in."""
    return apsw.sqlite_lib_version()


def _row(boot: int, sequence: int, record: bytes, previous: bytes, hash_: bytes) -> Row:
    return Row(Position(boot, sequence), record, previous, hash_)
