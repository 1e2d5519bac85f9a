"""Says on standard error how far a long run has come, so that nobody has to wonder."""

import sys
import time

EVERY_SECONDS = 10.0


class Progress:
    """One run's.

    Args:
        what: What is counted, in the plural.
        goal: How many there are to be.
    """

    def __init__(self, what: str, goal: int) -> None:
        self._what, self._goal = what, goal
        self._began = time.monotonic()
        self._next = self._began + EVERY_SECONDS

    def at(self, count: int, *, bad: int) -> None:
        """`count` are done, and `bad` violations found; says so when it is time to."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + EVERY_SECONDS
        rate = count / (now - self._began)
        left = f", {(self._goal - count) / rate / 60:.0f} minutes left" if rate and count < self._goal else ""
        print(f"{count:,} of {self._goal:,} {self._what}, {bad} violations{left}", file=sys.stderr, flush=True)
