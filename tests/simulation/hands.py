"""What a citizen's hands and eyes meet at a station: screen, camera, PIN pad, the reader's own keys."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import trio
from far_ends import Phone, ScriptedScreen
from keypad import Keypad

from kiosk.pages import Answer, Chosen, Entered, Page
from kiosk.screen import View
from simulator.pin_pad.model import PinPadModel

_KEPT_VIEWS = 30

Tell = Callable[[], None]


class Screen(ScriptedScreen):
    """Tells of every view and every press, and keeps the last few views."""

    def __init__(
        self, shown: Callable[[View], None], deaf: Callable[[], None], pressed: Callable[[Page, object], None]
    ) -> None:
        super().__init__()
        self._shown_to = shown
        self._deaf = deaf
        self._pressed = pressed

    def show(self, view: View) -> None:
        if len(self.views) > _KEPT_VIEWS:
            del self.views[:-10]
        super().show(view)
        self._shown_to(view)

    def press_as_of(self, serial: int, answer: Answer | Chosen | Entered) -> None:
        page = next((view.page for view in reversed(self.views) if view.serial == serial), None)
        if page is not None:
            self._pressed(page, answer)
        try:
            super().press_as_of(serial, answer)
        except trio.WouldBlock:
            self._deaf()


class Eye(Phone):
    """The camera; what was held up before it was opened isn't seen."""

    def __init__(self) -> None:
        super().__init__()
        self.looking = False

    def hold_up(self, code: str) -> None:
        with suppress(trio.WouldBlock):  # One code after the other while the page has moved on.
            super().hold_up(code)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Eye"]:
        self._send, self._receive = trio.open_memory_channel[str](4)
        self.looking = True
        try:
            yield self
        finally:
            self.looking = False


class CountingPad(PinPadModel):
    """Tells of every entry that a citizen finishes."""

    entered: Tell

    def _finish(self, now: float) -> None:
        self.entered()
        super()._finish(now)


class CountingKeypad(Keypad):
    """The keys of a reader that takes PINs by itself; tells of every entry that is finished."""

    def __init__(self, entered: Tell) -> None:
        super().__init__()
        self._entered = entered

    async def enter(self, code: int, data: bytes) -> bytes:
        result = await super().enter(code, data)
        if len(result) > 2:
            self._entered()
        return result

    @property
    def asked_for(self) -> str | None:
        """Which PIN it asks for now: `pin`, `old`, `new` or `again`."""
        entry = self._entry
        return None if entry is None else entry.stages[len(entry._pins)]

    def press(self, key: str) -> None:
        with suppress(trio.WouldBlock):  # Nobody reads keys now.
            self._send.send_nowait(key)
