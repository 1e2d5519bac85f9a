"""What stands around a core on a faked clock: a citizen's eyes and finger, a phone, the way to the server."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import trio
import trio.testing

from central.in_process import InProcess
from drivers.camera.protocol import CameraState
from kiosk.pages import Answer, Chosen, Entered, Overlay, Page
from kiosk.screen import Press, View
from kiosk.uplink.errors import Cause, CentralError

MOST_VIEWS = 2000

P = TypeVar("P", Page, Overlay)


class ScriptedScreen:
    """A citizen's eyes and finger."""

    def __init__(self) -> None:
        self.views: list[View] = []
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

    async def sound(self, *, aloud: bool) -> bool:
        raise AssertionError("the loudspeaker makes the sounds")

    @property
    def view(self) -> View:
        return self.views[-1]

    async def until(self, kind: type[P], having: Callable[[P], bool] = lambda _: True) -> P:
        """Wait until such a page or overlay is shown."""
        with trio.fail_after(3600):
            while True:
                news = self._news  # What is shown while everything comes to rest counts too.
                for shown in (self.views[-1].overlay, self.views[-1].page) if self.views else ():
                    if isinstance(shown, kind) and having(shown):
                        await trio.testing.wait_all_tasks_blocked()
                        if shown in (self.view.overlay, self.view.page):
                            return shown
                await news.wait()

    def press(self, answer: Answer | Chosen | Entered) -> None:
        self.press_as_of(self.view.serial, answer)

    def press_as_of(self, serial: int, answer: Answer | Chosen | Entered) -> None:
        """A press made on the view with this serial."""
        self._send.send_nowait(Press(serial, answer))


class Loudspeaker:
    """Counts what would be heard."""

    def __init__(self) -> None:
        self.sounds = 0

    def attention(self) -> None:
        self.sounds += 1

    async def sound(self, *, aloud: bool = True) -> bool:
        await trio.lowlevel.checkpoint()
        self.sounds += aloud
        return True


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
        self.struck = False
        """Whether the fault that `fail` ordered has come."""
        self._ordered: tuple[Callable[[str], bool], str] | None = None
        self._for_good = False
        self._refusal: tuple[str, int, str] | None = None
        self._asked = 0

    async def request(self, method: str, path: str, body: bytes | bytearray) -> tuple[int, dict[str, str], bytes]:
        await trio.sleep(self.seconds)
        error = self.fault()
        if error is not None:
            raise error
        if self._refusal is not None and self._refusal[0] in path:
            (_, status, problem), self._refusal = self._refusal, None
            body = json.dumps({"type": problem, "title": "refused by the test", "status": status}).encode()
            return status, {}, body
        how = self._due(path)
        if how == "cut":
            raise CentralError(Cause.UNREACHABLE, "cut by the test")
        self.seen.append((method, path))
        if self.answer is not None:
            return self.answer
        answer = await self._server.request(method, path, body)
        if how == "lost":
            raise CentralError(Cause.HUNG_UP, "the answer is lost")
        return (500, {}, b"") if how == "500" else answer

    def cut(self) -> None:
        self.fault = lambda: CentralError(Cause.UNREACHABLE, "cut by the test")

    def fail(self, at: int, how: str, *, for_good: bool = False) -> None:
        """Have a fault strike at the request number `at` from now; what a machine says of itself doesn't count.

        Args:
            at: Counts from 0.
            how: `cut`: it never arrives; `lost`: it is taken, and the answer lost; `500`: likewise, and told so.
            for_good: Nothing gets through afterwards.
        """
        number = self._asked + at
        self._ordered, self._for_good, self.struck = ((lambda _: self._asked == number), how), for_good, False

    def fail_at(self, end: str, how: str) -> None:
        """Have a fault strike at the first request whose path ends so; nothing gets through afterwards."""
        self._ordered, self._for_good, self.struck = ((lambda path: path.endswith(end)), how), True, False

    def answer_once(self, part: str, status: int, problem: str) -> None:
        """Have the next request whose path holds `part` refused with this problem; the server never sees it."""
        self._refusal = (part, status, problem)

    def mend(self) -> None:
        self.fault, self.answer, self.seconds = lambda: None, None, 0.01
        self._ordered, self.struck = None, False

    def _due(self, path: str) -> str | None:
        if self._ordered is None or "/kiosks/" in path:
            return None
        due, how = self._ordered
        strikes = due(path)
        self._asked += 1
        if not strikes:
            return None
        self._ordered, self.struck = None, True
        if self._for_good:
            self.cut()
        return how


def cut(network: Network) -> None:
    network.cut()


def slow(network: Network) -> None:
    network.seconds = 600


def status_500(network: Network) -> None:
    network.answer = (500, {}, b"")


def nonsense(network: Network) -> None:
    network.answer = (200, {}, b"<html>Welcome to the lobby's wireless network</html>")
