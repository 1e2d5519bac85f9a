"""Run the central server over TLS on one port."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType, MappingProxyType

import structlog
import uvicorn

from central import bench, faults, text_delivery
from central.registry import Registry
from central.service_manager import ServiceManager
from central.web import build

_log = structlog.get_logger()

IDLE_SECONDS = 75
"""How long an idle connection stays open: longer than a kiosk's heartbeats are apart."""


class _Server(uvicorn.Server):
    """uvicorn's server that says when it answers and when it ends, and sleeps when nobody asks: its own loop wakes ten
    times a second, mainly for the Date header, which is off."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._stopping = stopping
        self._stop = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stopping()  # Afterwards uvicorn ends the process by the signal that it was told by.
        await super().shutdown(sockets)

    async def main_loop(self) -> None:
        self._loop = asyncio.get_running_loop()
        if not self.should_exit:
            await self._stop.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)


async def serve(
    registry: Registry,
    *,
    host: str,
    port: int,
    certificate: Path,
    key: Path,
    port_file: Path | None = None,
    bench_control: Path | None = None,
    people: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        registry: What decides.
        host: The address to listen at.
        port: The port; 0 takes a free one.
        certificate: The chain that kiosks see, the server's own first (PEM).
        key: Its key (PEM).
        port_file: Gets the port's number once the server answers.
        bench_control: Where to listen for the bench; None: there is no bench.
        people: Whom the bench knows: the card identification code of each, by name.
    """
    app = build(registry)
    options: dict[str, object] = {}
    control: asyncio.AbstractServer | None = None
    if bench_control is not None:
        faulty = faults.Faults(app)
        app = faulty
        options["http"] = faults.protocol_of(faulty)
        control = await bench.serve(bench_control, bench.Bench(registry, faulty, people))

    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        date_header=False,
        proxy_headers=False,
        server_header=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=1,  # A request takes milliseconds; a kept connection answers no farewell.
        ssl_certfile=certificate,
        ssl_keyfile=str(key),
        **options,  # type: ignore[arg-type]
    )
    config.load()
    assert config.ssl is not None, "never without TLS"
    config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    manager = ServiceManager()
    with socket.create_server((host, port), backlog=64) as listening:
        # Inherited by each connection: without it every answer waits 40 ms for the client's delayed ACK.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound: int = listening.getsockname()[1]

        def ready() -> None:
            _log.info("central.serving", host=host, port=bound, bench=bench_control is not None)
            if port_file is not None:
                _write_whole(port_file, str(bound))
            manager.tell("READY=1", "STATUS=Serving.")

        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(manager.feed()), group.create_task(text_delivery.deliver(registry))]
            await _Server(config, ready, lambda: manager.tell("STOPPING=1")).serve(sockets=[listening])
            for task in beside:
                task.cancel()
    if control is not None:
        control.close()


def _write_whole(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text)
    part.rename(path)
