"""The board: the conditions that stand now."""

import datetime
from collections.abc import Callable

import structlog
import trio

from kiosk.conditions.condition import Condition

log = structlog.get_logger()


class ConditionBoard:
    """The conditions that stand now, with the time since when.

    Args:
        now: The wall clock; informative only.
    """

    def __init__(self, now: Callable[[], datetime.datetime]) -> None:
        self._now = now
        self._since: dict[Condition, datetime.datetime] = {}
        self._closed: frozenset[str] = frozenset()
        """What the standing ones take away: asked some fifty times for each home page."""
        self._change = trio.Event()

    async def change(self) -> None:
        """Wait until a condition comes or goes."""
        await self._change.wait()

    def set(self, condition: Condition, *, stands: bool) -> None:
        """Raise or clear `condition`; nothing happens where it stands so already."""
        if stands == (condition in self._since):
            return
        if stands:
            self._since[condition] = self._now()
        else:
            del self._since[condition]
        self._closed = frozenset(what for standing in self._since for what in standing.closes.split())
        log.info("condition.raised" if stands else "condition.cleared", condition=condition.id)
        self._change.set()
        self._change = trio.Event()

    def one_of(self, conditions: tuple[Condition, ...], standing: Condition | None) -> None:
        """Of several that exclude each other exactly `standing` stands, or none."""
        for condition in conditions:
            if condition is not standing:
                self.set(condition, stands=False)
        if standing is not None:
            self.set(standing, stands=True)

    def stands(self, condition: Condition) -> bool:
        """Whether `condition` stands."""
        return condition in self._since

    def closes(self, what: str) -> bool:
        """Whether any standing condition takes `what` away."""
        return what in self._closed

    def closing(self, what: str) -> tuple[Condition, ...]:
        """The standing conditions that take `what` away."""
        return tuple(condition for condition in self._since if what in condition.closes.split())

    def standing(self) -> list[tuple[Condition, datetime.datetime]]:
        """Those that stand, oldest first."""
        return sorted(self._since.items(), key=lambda item: item[1])
