"""What this machine writes down for itself: receipts and how often they were printed, slips' numbers, consent."""

import datetime
from collections.abc import Callable
from random import Random
from typing import TypeVar
from uuid import UUID

from kiosk.conditions import ConditionBoard
from kiosk.operations import receipts
from kiosk.operations.errors import ChangesClosed, StorageError
from kiosk.operations.journal import Event
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store

T = TypeVar("T")


class Book:
    """The machine's memory, as services write into it.

    Args:
        open_store: Opens the database.
        board: Learns here what keeps this machine from changing anything.
        number: The machine's, for receipts.
        now: The wall clock; informative only.
        rng: Numbers a boot that the storage can't.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        board: ConditionBoard,
        *,
        number: int,
        now: Callable[[], datetime.datetime],
        rng: Random,
    ) -> None:
        self._board = board
        self._number = number
        self._now = now
        self._rng = rng
        self._unnumbered = ""
        self._storage = Storage(open_store, board, at=self.at)
        self._references = 0

    def at(self) -> str:
        """The time for a record: informative."""
        return self._now().isoformat()

    def issue_receipt(self, operation_id: UUID) -> str:
        """The number of the receipt of an operation that is durably done; the same one whenever it is asked for.

        Raises:
            ChangesClosed: It can't be written down; there is no receipt.
        """
        return self.write(lambda store: receipts.issue(store, operation_id, machine=self._number, at=self.at()))

    def printing(self, number: str) -> int:
        """A receipt is about to be printed: how often that was begun before. More than never: it is a copy.

        Raises:
            ChangesClosed: It can't be written down; don't print.
        """
        return self.write(lambda store: receipts.printing(store, number, at=self.at()))

    def printed(self, number: str, what: str) -> None:
        """What became of a printing: `done`, `failed` or `unknown`."""
        self._storage.owe(lambda store: receipts.printed(store, number, what, at=self.at()))

    def note_consent(self, version: str, *, given: bool, guardian: bool) -> None:
        """Somebody, or their guardian, was asked whether their face may be looked at, by that version of the text.

        Raises:
            ChangesClosed: It can't be written down; don't look.
        """
        at = self.at()
        self.write(lambda store: store.append(Event.CONSENT, at, version=version, given=given, guardian=guardian))

    def reference(self) -> str:
        """A number for a slip that tells of no operation: machine, boot, and a count that no receipt has.

        For a boot that couldn't be numbered, since the storage can't be read, five digits of chance after a 0.
        """
        self._references += 1
        boot = f"{self.boot:04}" if self.boot else self._by_chance()
        return f"{self._number:02}-{boot}-Q{self._references:03}"

    def _by_chance(self) -> str:
        self._unnumbered = self._unnumbered or f"0{self._rng.randrange(100_000):05}"
        return self._unnumbered

    @property
    def boot(self) -> int:
        """This boot's number; 0 where the storage can't be read."""
        return self._storage.boot

    @property
    def storage(self) -> Storage:
        """The machine's memory, for its maintenance console."""
        return self._storage

    def close(self) -> None:
        """Close the database."""
        self._storage.close()

    def write(self, step: Callable[[Store], T]) -> T:
        """Do `step` durably.

        Raises:
            ChangesClosed: It can't be.
        """
        try:
            return self._storage.write(step)
        except StorageError:
            raise ChangesClosed(self._board.closing("change")) from None
