"""How often somebody on the network may try something: so many within a time that slides along, in memory."""

from collections import deque
from datetime import datetime, timedelta

MOST_KEYS = 10_000
"""Addresses remembered at a time; the one that has tried least recently is forgotten first."""


class Attempts:
    """Counts tries by address, and all of them together.

    Args:
        most: Of one address.
        in_all: Of everybody.
        within: The time that counts.
    """

    def __init__(self, most: int, in_all: int, within: timedelta) -> None:
        self._most = most
        self._in_all = in_all
        self._within = within
        self._made: dict[str, deque[datetime]] = {}
        self._all: deque[datetime] = deque()

    def wait(self, address: str, now: datetime) -> float:
        """Seconds until another try may be made; 0: now."""
        of_one = self._left(self._made.get(address, deque()), self._most, now)
        return max(of_one, self._left(self._all, self._in_all, now))

    def count(self, address: str, now: datetime) -> None:
        """One was made."""
        made = self._made.pop(address, deque())
        made.append(now)
        self._made[address] = made
        self._all.append(now)
        for tries, most in ((made, self._most), (self._all, self._in_all)):
            while len(tries) > most:
                tries.popleft()
        while len(self._made) > MOST_KEYS:
            del self._made[next(iter(self._made))]

    def _left(self, tries: deque[datetime], most: int, now: datetime) -> float:
        if len(tries) < most:
            return 0.0
        return max((tries[-most] + self._within - now).total_seconds(), 0.0)
