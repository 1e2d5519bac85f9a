"""The store as long as it holds: what fails there closes changes at once, and opens them again by itself."""

from collections.abc import Callable
from importlib.metadata import version
from typing import TypeVar

import structlog
import trio

from kiosk import conditions
from kiosk.conditions import Condition, ConditionBoard
from kiosk.operations.errors import StorageDamaged, StorageError, StorageFull
from kiosk.operations.store import Store

T = TypeVar("T")

log = structlog.get_logger()

OUTBOX_LIMIT = 1000
"""So many messages may wait before nothing more is begun."""

_TROUBLES = (conditions.STORAGE_FULL, conditions.STORAGE_FAILING, conditions.STORAGE_DAMAGED)


class Storage:
    """Writes to the store, and keeps in memory what it doesn't take.

    Args:
        open_store: Opens it; called again while it can't be opened.
        board: Learns here what is wrong with the storage and with what lies in it.
        at: The time to write into records.
    """

    def __init__(self, open_store: Callable[[], Store], board: ConditionBoard, *, at: Callable[[], str]) -> None:
        self._open_store = open_store
        self._board = board
        self._at = at
        self._store: Store | None = None
        self._owed: list[Callable[[Store], object]] = []
        self.trouble = trio.Event()
        """Set when something fails; whoever mends it puts another in its place."""
        self.failure: StorageError | None = None
        """What failed last."""
        self._try_to_open()

    @property
    def store(self) -> Store | None:
        """The open database, for reading; None: there is none that can be used."""
        return self._store

    @property
    def boot(self) -> int:
        """This boot's number; 0 where the storage can't be read."""
        return self._store.boot if self._store else 0

    def read(self, query: Callable[[Store], T]) -> T:
        """What `query` finds.

        Raises:
            StorageError: It can't be read.
        """
        if self._store is None:
            raise StorageError("no storage")
        try:
            return query(self._store)
        except StorageError as error:
            self._fail(error)
            raise

    def write(self, step: Callable[[Store], T]) -> T:
        """Do `step` in one transaction; it is durable when this returns.

        Raises:
            StorageError: Nothing of it was written; changes are closed by now.
        """
        if self._owed:
            self._write_owed()
        return self._write(step)

    def owe(self, step: Callable[[Store], object]) -> bool:
        """Write `step` now or, where that fails, as soon as it can be: it tells of something that has happened.

        Returns:
            Whether it is durable by now.
        """
        try:
            self.write(step)
        except StorageError:
            self._owed.append(step)
            return False
        return True

    def look(self) -> None:
        """Put on the board what the stored rows say."""
        store = self._store
        if store is None:
            return
        try:
            length, stuck, unsettled = store.outbox_length(), store.stuck(), store.unsettled()
        except StorageError as error:
            self._fail(error)
            return
        self._board.set(conditions.OUTBOX_FULL, stands=length >= OUTBOX_LIMIT)
        self._board.set(conditions.OUTBOX_STUCK, stands=stuck > 0)
        self._board.set(conditions.OPERATIONS_UNSETTLED, stands=unsettled)

    @property
    def failing(self) -> bool:
        """Whether it fails in a way that may pass."""
        return self._board.stands(conditions.STORAGE_FULL) or self._board.stands(conditions.STORAGE_FAILING)

    def mended(self) -> bool:
        """See whether it takes something again, and write what it didn't take."""
        if self._store is None:
            self._try_to_open()
            return self._store is not None
        try:
            self._store.probe()
            self._write_owed()
        except StorageError as error:
            self._fail(error)
            return False
        self._stands(None)
        return True

    def close(self) -> None:
        """Close the database."""
        if self._store is not None:
            self._store.close()
            self._store = None

    # Within.

    def _try_to_open(self) -> None:
        try:
            self._store = self._begin_boot()
        except StorageError as error:
            self._fail(error)
        else:
            self._stands(None)
            self.look()

    def _begin_boot(self) -> Store:
        try:
            store = self._open_store()
        except OSError as error:  # The directory can't be made.
            raise StorageError(error.strerror) from None
        try:
            with store.transaction():
                store.begin_boot(at=self._at(), version=version("kiosk"))
        except StorageError:
            store.abandon()
            raise
        return store

    def _write(self, step: Callable[[Store], T]) -> T:
        store = self._store
        if store is None:
            raise StorageError("no storage")
        try:
            with store.transaction():
                result = step(store)
        except StorageError as error:
            self._fail(error)
            raise
        self.look()
        return result

    def _write_owed(self) -> None:
        while self._owed:
            self._write(self._owed[0])
            del self._owed[0]

    def _fail(self, error: StorageError) -> None:
        self.failure = error
        log.error("storage.failed", error=type(error).__name__, what=str(error))
        if isinstance(error, StorageDamaged):
            if self._store is not None:
                self._store.abandon()
                self._store = None
            self._stands(conditions.STORAGE_DAMAGED)
        else:
            full = isinstance(error, StorageFull)
            self._stands(conditions.STORAGE_FULL if full else conditions.STORAGE_FAILING)
        self.trouble.set()

    def _stands(self, condition: Condition | None) -> None:
        self._board.one_of(_TROUBLES, condition)
