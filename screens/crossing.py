"""What crosses between the window's thread and the others: views one way, presses the other."""

import contextlib
import threading
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import pygame

from kiosk.pages import NumberEntry, Page
from kiosk.screen import Press, View

if TYPE_CHECKING:
    import trio

_BACKLOG = 16
"""Presses that wait for the kiosk; more are dropped."""


class Crossing:
    """`show`, `next_press`, `turned` and `stop` belong to any thread; what is private, to the window's own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: View | None = None
        self._last: Page | None = None
        self._begin_anew = False
        self._open = False
        self._ending = False
        self._token: trio.lowlevel.TrioToken | None = None
        self._send: trio.MemorySendChannel[Press] | None = None
        self._receive: trio.MemoryReceiveChannel[Press] | None = None
        self._when_round: Callable[[], None] | None = None
        self._early: deque[Press] = deque(maxlen=_BACKLOG)

    def show(self, view: View) -> None:
        """Replace what is on the screen. Returns at once; a view that is overtaken by the next may never be drawn."""
        with self._lock:
            waiting, self._pending = self._pending, view
            # Asked here: a page between two of one number ends it even where it is never drawn.
            self._begin_anew |= not _same_number(self._last, view.page)
            self._last = view.page
            if waiting is None and self._open:
                pygame.event.post(pygame.event.Event(pygame.USEREVENT))

    async def next_press(self) -> Press:
        """Wait for the next press; from the one trio run that the display serves."""
        if self._receive is None:
            import trio

            self._send, self._receive = trio.open_memory_channel[Press](_BACKLOG)
            with self._lock:
                self._token = trio.lowlevel.current_trio_token()
            while self._early:
                self._push(self._early.popleft())
        return await self._receive.receive()

    async def turned(self) -> None:
        """Wait until `run` has gone round its loop once more; from that trio run, one at a time."""
        import trio

        gone_round, token = trio.Event(), trio.lowlevel.current_trio_token()
        with self._lock:
            self._when_round = lambda: token.run_sync_soon(gone_round.set)
            if self._open:
                pygame.event.post(pygame.event.Event(pygame.USEREVENT))
        await gone_round.wait()

    def stop(self) -> None:
        """Let `run` return."""
        with self._lock:
            self._ending = True
            if self._open:
                pygame.event.post(pygame.event.Event(pygame.USEREVENT))

    def _taken(self) -> tuple[View | None, bool]:
        """The newest view, if nobody took it yet, and whether what was typed before is over."""
        with self._lock:
            view, self._pending = self._pending, None
            begin_anew, self._begin_anew = self._begin_anew, False
        return view, begin_anew

    def _answer_round(self) -> None:
        with self._lock:
            answer, self._when_round = self._when_round, None
        if answer is not None:
            with contextlib.suppress(RuntimeError):  # The kiosk's run is over.
                answer()

    def _deliver(self, press: Press) -> None:
        with self._lock:
            if self._token is None:  # The kiosk has only begun to load: it gets the press when it is there.
                self._early.append(press)
                return
        try:
            self._token.run_sync_soon(self._push, press)
        except RuntimeError:  # The kiosk's run is over.
            self._ending = True

    def _push(self, press: Press) -> None:
        import trio

        assert self._send is not None
        # Where nobody listens, a press now would mean something else when it is heard.
        with contextlib.suppress(trio.WouldBlock):
            self._send.send_nowait(press)


def _same_number(before: Page | None, after: Page) -> bool:
    """Whether what was typed on one page still stands on the other."""
    return (
        isinstance(before, NumberEntry)
        and isinstance(after, NumberEntry)
        and (before.title, before.progress, before.problem) == (after.title, after.progress, after.problem)
        and (before.length, before.hidden) == (after.length, after.hidden)
    )
