"""How often somebody was refused, and how long everybody waits for it: growing, and kept across restarts.

The wait is counted by the wall clock, which is all that a restart leaves, and is never longer than the longest one: a
clock that was set back locks nobody out for years.
"""

import datetime
import json
from collections.abc import Callable

from kiosk import conditions
from kiosk.access.errors import AccessRefused
from kiosk.conditions import ConditionBoard
from kiosk.operations.errors import StorageError
from kiosk.operations.storage import Storage
from kiosk.text import T

FREE_TRIES = 3
"""So often one may err without waiting."""
FIRST_WAIT_SECONDS = 30
LONGEST_WAIT_SECONDS = 3600

_NOTE = "access_tries"


class Tries:
    """Counts refusals at this machine's technician access.

    Args:
        storage: Remembers them.
        board: Shows that the access is closed.
        now: The wall clock.
    """

    def __init__(self, storage: Storage, board: ConditionBoard, now: Callable[[], datetime.datetime]) -> None:
        self._storage = storage
        self._board = board
        self._now = now
        self._failures, self._since = self._recall()
        self.seconds_left()

    def require(self) -> None:
        """See that nobody has to wait now.

        Raises:
            AccessRefused: They have to.
        """
        if seconds := self.seconds_left():
            raise AccessRefused("access.wait", T("错的次数多了，请 {n} 秒后再试", n=seconds))

    def seconds_left(self) -> int:
        """How long one still has to wait."""
        wait = wait_seconds(self._failures)
        passed = (self._now() - self._since).total_seconds()
        left = 0 if passed >= wait else min(wait, int(wait - passed) + 1)
        self._board.set(conditions.ACCESS_LOCKED, stands=left > 0)
        return left

    def failed(self) -> None:
        """Somebody was refused for something that can be guessed. Written down before anything else is tried."""
        self._failures, self._since = self._failures + 1, self._now()
        self._keep()

    def succeeded(self) -> None:
        """Somebody was let in: begin anew."""
        if self._failures:
            self._failures = 0
            self._keep()

    def _keep(self) -> None:
        value = json.dumps({"failures": self._failures, "since": self._since.isoformat()})
        self._storage.owe(lambda store: store.memory.set_note(_NOTE, value))
        self.seconds_left()

    def _recall(self) -> tuple[int, datetime.datetime]:
        try:
            value = self._storage.read(lambda store: store.memory.note(_NOTE))
        except StorageError:  # The board tells. Whoever breaks the disk gains three tries, and the card counts too.
            value = None
        if value is None:
            return 0, self._now()
        content = json.loads(value)
        return int(content["failures"]), datetime.datetime.fromisoformat(content["since"])


def wait_seconds(failures: int) -> int:
    """How long one waits after so many failures in a row: none, then 30 s, doubled each time, at most an hour."""
    if failures < FREE_TRIES:
        return 0
    doublings = min(failures - FREE_TRIES, 10)
    return min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS << doublings)
