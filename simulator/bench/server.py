"""Serves the bench page on loopback until it is interrupted."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from simulator.bench.gate import Gate
from simulator.bench.glass import Glass
from simulator.bench.hands import Hands
from simulator.child import Child, ChildFailed
from simulator.control import ControlError
from simulator.machine import Machine
from simulator.stand import Stand
from simulator.x_screen import NoWindow, XScreen

_PAGE = Path(__file__).with_name("page")
_LOOK_AGAIN_SECONDS = 0.3
"""How often the devices are asked how they are, while a page shows them."""


class Bench:
    """The page for `stand` on a port of loopback; 0 takes a free one."""

    def __init__(self, stand: Stand, screen: XScreen, port: int, say: Callable[[str], None]) -> None:
        try:
            self._listener = socket.create_server(("127.0.0.1", port))
        except OSError as error:
            raise ChildFailed(f"the bench page can't have port {port}: {error.strerror}") from None
        self.glass = Glass(screen)
        gate = Gate(_application(stand, self.glass, say), self._listener.getsockname()[1], secrets.token_urlsafe(24))
        self.address = gate.address
        config = uvicorn.Config(
            gate, log_level="warning", access_log=False, ws="websockets-sansio", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)

    def run(self) -> None:
        """Serve until Ctrl-C, SIGTERM or `stop`."""
        self._server.run(sockets=[self._listener])

    def stop(self) -> None:
        """End `run`; from any thread."""
        self._server.should_exit = True


def serve(stand: Stand, port: int, say: Callable[[str], None]) -> int:
    """Say the page's address and serve it until Ctrl-C. The exit status."""
    with XScreen(stand.first.display) as screen:
        bench = Bench(stand, screen, port, say)
        name, secret = stand.clerk
        say(f"the staff's desk: {stand.desk} (account {name}; its secret is in {secret})")
        say(f"the bench page, until Ctrl-C: {bench.address}")
        try:
            bench.run()
        except KeyboardInterrupt:
            say("ending")
    return 0


def _application(stand: Stand, glass: Glass, say: Callable[[str], None]) -> Starlette:
    hands = Hands(stand)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        kept = stand.first.children["kiosk"]
        works = [_tell_of_end(child, say) for child in stand.children.values() if child is not kept]
        tasks = [asyncio.ensure_future(work) for work in (*works, _keep_kiosk(stand.first, hands, say))]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        hands.close()

    async def page(request: Request) -> Response:
        return FileResponse(_PAGE / "index.html")

    async def do(request: Request) -> Response:
        try:
            arguments = await request.json()
            answer = await hands.do(request.path_params["device"], request.path_params["verb"], arguments)
        except (ControlError, TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)
        except OSError as error:
            return JSONResponse({"error": f"the device is gone: {error}"}, 502)
        return JSONResponse(answer)

    async def paper(request: Request) -> Response:
        return Response(await hands.paper(), media_type="image/png")

    async def camera(request: Request) -> Response:
        return Response(await hands.camera(), media_type="image/jpeg")

    async def screen_socket(socket: WebSocket) -> None:
        await socket.accept()
        await _show_glass(socket, glass)

    async def devices_socket(socket: WebSocket) -> None:
        await socket.accept()
        wishes = stand.wishes
        about = {"width": wishes.width, "height": wishes.height, "pin_path": wishes.pin_path}
        await socket.send_json({"about": about})
        await _show_devices(socket, hands)

    routes = [
        Route("/", page),
        Route("/do/{device}/{verb}", do, methods=["POST"]),
        Route("/paper.png", paper),
        Route("/camera.jpg", camera),
        WebSocketRoute("/screen", screen_socket),
        WebSocketRoute("/devices", devices_socket),
        Mount("/", StaticFiles(directory=_PAGE)),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def _show_glass(socket: WebSocket, glass: Glass) -> None:
    """Pictures out, touches in, until either side is gone."""

    async def pictures() -> None:
        async with glass.watched() as watcher:
            while True:
                await socket.send_bytes(await glass.next_picture(watcher))

    async def touches() -> None:
        while True:
            touch = await socket.receive_json()
            try:
                match touch:
                    case {"do": "press", "x": int(x), "y": int(y)}:
                        glass.press(x, y)
                    case {"do": "move", "x": int(x), "y": int(y)}:
                        glass.move(x, y)
                    case {"do": "release"}:
                        glass.release()
            except NoWindow:
                pass  # Nothing is there to be touched.

    await _until_one_ends(pictures(), touches())


async def _show_devices(socket: WebSocket, hands: Hands) -> None:
    """States out whenever they change."""

    async def states() -> None:
        shown: dict[str, Any] = {}
        while True:
            hands.worked.clear()
            seen = await hands.see()
            if seen != shown:
                await socket.send_json(seen)
                shown = seen
            with suppress(TimeoutError):
                await asyncio.wait_for(hands.worked.wait(), _LOOK_AGAIN_SECONDS)

    async def end() -> None:
        while True:
            await socket.receive_text()

    await _until_one_ends(states(), end())


async def _until_one_ends(*works: Any) -> None:
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    except WebSocketDisconnect:
        pass  # The page was closed.
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_kiosk(machine: Machine, hands: Hands, say: Callable[[str], None]) -> None:
    """Start a kiosk that ended in order by itself, as its service manager does; else somebody presses the button."""
    while True:
        kiosk = machine.children["kiosk"]
        hands.started.clear()
        await _tell_of_end(kiosk, say)
        try:
            if kiosk.status == 0 and machine.children.get("kiosk") is kiosk:
                await asyncio.to_thread(machine.start_again, 0)
                continue
        except ChildFailed as failed:
            say(str(failed))
        await hands.started.wait()


async def _tell_of_end(child: Child, say: Callable[[str], None]) -> None:
    """Say so when `child` has ended by itself. Costs nothing until then."""
    ended = asyncio.Event()
    descriptor = os.pidfd_open(child.pid)
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    say(child.explain())
