"""Who has the machine's screen and slot between two citizens: the attendant, or whoever tests the machine from afar."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import trio

if TYPE_CHECKING:
    from kiosk.visit import Visit


class DeskBusy(Exception):
    """Somebody is served, or tests the machine already."""


class Desk:
    """One visit at a time is handed over, and given back."""

    def __init__(self) -> None:
        self._asked = trio.Event()
        self._handed_over: trio.Event | None = None
        self._given_back = trio.Event()
        self._visit: Visit | None = None

    @asynccontextmanager
    async def borrowed(self, *, seconds: float) -> "AsyncIterator[Visit]":
        """Have the machine to oneself: nobody is served until the block is left.

        Args:
            seconds: How long to wait for who is being served.

        Raises:
            DeskBusy: They weren't done by then.
        """
        if self._handed_over is not None:
            raise DeskBusy
        self._handed_over, self._given_back = trio.Event(), trio.Event()
        self._asked.set()
        try:
            with trio.move_on_after(seconds):
                await self._handed_over.wait()
            if self._visit is None:
                raise DeskBusy
            yield self._visit
        finally:
            self._asked = trio.Event()
            self._handed_over, self._visit = None, None
            self._given_back.set()

    async def wanted(self) -> None:
        """Wait until somebody asks for the machine. The attendant's, who serves nobody meanwhile."""
        await self._asked.wait()

    async def hand_over(self, visit: "Visit") -> None:
        """Let whoever asked have the machine, until they give it back."""
        if self._handed_over is None:
            return  # They have given up.
        self._visit = visit
        self._handed_over.set()
        await self._given_back.wait()
