"""What stands around a core on a faked clock: a citizen's eyes and finger, a phone, the way to the server."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import trio
import trio.testing

from central.in_process import InProcess
from drivers.camera.protocol import CameraState
from kiosk.pages import Answer, Chosen, Overlay, Page
from kiosk.screen import Press, View
from kiosk.uplink.errors import Cause, CentralError

MOST_VIEWS = 2000

P = TypeVar("P", Page, Overlay)


class ScriptedScreen:
    """A citizen's eyes and finger."""

    def __init__(self) -> None:
        self.views: list[View] = []
        self.sounds = 0
        self._shown = trio.Condition()
        self._news = trio.Event()
        self._send, self._receive = trio.open_memory_channel[Press](16)

    def show(self, view: View) -> None:
        assert len(self.views) < MOST_VIEWS, "the kiosk draws without end"
        self.views.append(view)
        self._news.set()
        self._news = trio.Event()

    async def next_press(self) -> Press:
        return await self._receive.receive()

    def attention(self) -> None:
        self.sounds += 1

    @property
    def view(self) -> View:
        return self.views[-1]

    async def until(self, kind: type[P], having: Callable[[P], bool] = lambda _: True) -> P:
        """Wait until such a page or overlay is shown."""
        with trio.fail_after(3600):
            while True:
                for shown in (self.views[-1].overlay, self.views[-1].page) if self.views else ():
                    if isinstance(shown, kind) and having(shown):
                        await trio.testing.wait_all_tasks_blocked()
                        if shown in (self.view.overlay, self.view.page):
                            return shown
                await self._news.wait()

    def press(self, answer: Answer | Chosen) -> None:
        self.press_as_of(self.view.serial, answer)

    def press_as_of(self, serial: int, answer: Answer | Chosen) -> None:
        """A press made on the view with this serial."""
        self._send.send_nowait(Press(serial, answer))


class Phone:
    """The camera, and whatever is held up before it."""

    def __init__(self) -> None:
        self._send, self._receive = trio.open_memory_channel[str](4)

        self.state = CameraState.ONLINE
        self._changed = trio.Event()

    async def changed(self, seen: CameraState) -> CameraState:
        while self.state is seen:
            await self._changed.wait()
        return self.state

    def become(self, state: CameraState) -> None:
        self.state = state
        self._changed.set()
        self._changed = trio.Event()

    def hold_up(self, code: str) -> None:
        self._send.send_nowait(code)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Phone"]:
        yield self

    async def next_code(self) -> str:
        return await self._receive.receive()


class Network:
    """The way to the server, which can be cut, slowed down, or made to lose answers."""

    def __init__(self, server: InProcess) -> None:
        self._server = server
        self.fault: Callable[[], CentralError | None] = lambda: None
        self.answer: tuple[int, dict[str, str], bytes] | None = None
        self.seconds = 0.01
        self.seen: list[tuple[str, str]] = []

    async def request(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        await trio.sleep(self.seconds)
        error = self.fault()
        if error is not None:
            raise error
        self.seen.append((method, path))
        if self.answer is not None:
            return self.answer
        return await self._server.request(method, path, body)

    def cut(self) -> None:
        self.fault = lambda: CentralError(Cause.UNREACHABLE, "cut by the test")

    def mend(self) -> None:
        self.fault, self.answer, self.seconds = lambda: None, None, 0.01


def cut(network: Network) -> None:
    network.cut()


def slow(network: Network) -> None:
    network.seconds = 600


def status_500(network: Network) -> None:
    network.answer = (500, {}, b"")


def nonsense(network: Network) -> None:
    network.answer = (200, {}, b"<html>Welcome to the lobby's wireless network</html>")
