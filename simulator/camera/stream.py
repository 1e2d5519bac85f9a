"""The camera's pictures over HTTP, as MJPEG (multipart/x-mixed-replace), on loopback."""

import asyncio
import secrets
from contextlib import suppress

from simulator.camera.camera import Camera

FRAME_SECONDS = 1 / 30
SLOW_SECONDS = 3.0
DROP_AFTER = 5
"""Pictures before a failing connection ends."""

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\nConnection: close\r\n\r\n"


class Stream:
    """Serves the pictures of one camera; costs nothing while nobody watches.

    Args:
        camera: Whose pictures.
        port: On loopback; 0 takes a free one and keeps it.
    """

    def __init__(self, camera: Camera, port: int = 0) -> None:
        self._camera = camera
        self.port = port
        self.watchers = 0
        self._server: asyncio.AbstractServer | None = None
        self._changed = asyncio.Event()
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """Where the pictures are."""
        return f"http://127.0.0.1:{self.port}/"

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def refresh(self) -> None:
        """Follow what the camera has become: plugged or unplugged, broken or whole."""
        self._changed.set()
        self._changed = asyncio.Event()
        if self._camera.failure == "unplug" and self._server is not None:
            self._server.close()
            self._server = None
            for writer in self._open:
                writer.transport.abort()
        elif self._camera.failure != "unplug" and self._server is None:
            await self.start()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.watchers += 1
        self._open.add(writer)
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(_HEAD)
            await self._send_pictures(writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # Whoever watched is gone.
        finally:
            self.watchers -= 1
            self._open.discard(writer)
            writer.close()

    async def _send_pictures(self, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        sent, due = 0, loop.time()
        while not writer.is_closing():
            failure = self._camera.failure
            if failure == "freeze":
                await self._changed.wait()
                continue
            if failure == "drop" and sent >= DROP_AFTER:
                return
            picture = secrets.token_bytes(20_000) if failure == "garbage" else self._camera.take()
            head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
            writer.write(head.encode() + picture + b"\r\n")
            await writer.drain()
            sent += 1
            if failure == "slow":
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), SLOW_SECONDS)
                due = loop.time()
                continue
            due = max(due + FRAME_SECONDS, loop.time())
            await asyncio.sleep(due - loop.time())
