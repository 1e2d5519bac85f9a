"""How the bench and the scenarios work a virtual device: JSON lines over a Unix socket.

A request is one object `{"do": VERB, ...arguments}`; the answer is one object `{"ok": true, ...}` or
`{"ok": false, "error": TEXT}`. Every device knows the verb `state`.
"""

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Verb = Callable[..., Any]
"""Takes the request's arguments as keywords; what it returns is merged into the answer. May be a coroutine."""


class ControlError(Exception):
    """The device refused what it was told, or isn't there."""


async def serve(path: Path, verbs: Mapping[str, Verb]) -> asyncio.AbstractServer:
    """Listen at `path` (mode 0600) and answer requests with `verbs` until the server is closed."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await _answer(line, verbs), ensure_ascii=False).encode() + b"\n")
                await writer.drain()
        except ConnectionError:
            pass  # The caller left; the device goes on.
        finally:
            writer.close()

    # Under another name until it listens: whoever waits for the file may connect as soon as it is there.
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(talk, part, limit=16 * 1024 * 1024)
    part.chmod(0o600)
    part.rename(path)
    return server


async def _answer(line: bytes, verbs: Mapping[str, Verb]) -> dict[str, Any]:
    try:
        request = json.loads(line)
        verb = verbs[request.pop("do")]
        result = verb(**request)
        if asyncio.iscoroutine(result):
            result = await result
    except (KeyError, TypeError, ValueError, ControlError) as error:
        return {"ok": False, "error": f"{type(error).__name__}: {error}"}
    return {"ok": True, **(result or {})}


class Control:
    """The near end: one connection to one device, for code that may block (scenarios, tests)."""

    def __init__(self, path: Path, timeout_seconds: float = 10.0) -> None:
        import socket

        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(timeout_seconds)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise
        self._lines = self._socket.makefile("rb")

    def __call__(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Ask the device to `do` something and return its answer.

        Raises:
            ControlError: The device refused or hung up.
        """
        self._socket.sendall(json.dumps({"do": do, **arguments}).encode() + b"\n")
        line = self._lines.readline()
        if not line:
            raise ControlError("the device hung up")
        answer: dict[str, Any] = json.loads(line)
        if not answer.pop("ok"):
            raise ControlError(answer["error"])
        return answer

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()
