"""A server that fails at its edge as told: away, slow, confused, answers lost, requests twice. Only for the bench."""

import asyncio
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

MODES = ("none", "away", "slow", "500", "refused", "nonsense", "answer_lost", "lost_once", "duplicate")
"""How a server fails: `away` hangs up at once, `slow` does the work and answers late, `answer_lost` does the
work and hangs up in the middle of the answer, `lost_once` does that once; `duplicate` gets each request twice;
`refused` says of each operation that it never heard of it, as after an old backup was put back."""
_UNKNOWN = b'{"type": "urn:kiosk:problem:operation-unknown", "title": "nothing is known under this id", "status": 404}'


class Faults:
    """Wraps an application and fails at its edge as told."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.mode = "none"
        self.seconds = 0.0
        self.repeats: list[dict[str, Any]] = []
        """What came twice: method, path, and whether both answers were the same."""
        self._paths = re.compile("")
        self._mended = asyncio.Event()

    def fail(self, mode: str, seconds: float, paths: str = "") -> None:
        """Fail in `mode` from now on; a slow answer comes after `seconds`, or when the fault is mended.

        Only requests fail in whose path the regular expression `paths` is found; an `away` server knows no paths.
        """
        if mode not in MODES:
            raise ValueError(f"no such mode; there are {', '.join(MODES)}")
        self.mode, self.seconds, self._paths = mode, seconds, re.compile(paths)
        self.repeats = []
        self._mended.set()
        self._mended = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or fail."""
        if scope["type"] != "http" or self.mode == "none" or self._paths.search(scope["path"]) is None:
            await self._app(scope, receive, send)
        elif self.mode == "slow":
            await self._slowly(scope, receive, send)
        elif self.mode == "duplicate":
            await self._twice(scope, receive, send)
        elif self.mode in ("answer_lost", "lost_once"):
            if self.mode == "lost_once":
                self.mode = "none"
            await self._app(scope, receive, _nowhere)
            # uvicorn hangs up on an application that ends before its answer is whole.
            await send(_start(200, length=1000))
        elif self.mode == "500":
            await _reply(send, 500, b"Internal Server Error")
        elif self.mode == "refused":
            await _reply(send, 404, _UNKNOWN)
        else:
            await _reply(send, 200, secrets.token_bytes(200))

    async def _twice(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As a network that delivers twice: the answer to the second is the one that arrives."""
        request: list[Message] = []
        while not request or request[-1].get("more_body", False):
            request.append(await receive())
        answers: list[list[Message]] = []
        for _ in range(2):
            once, answer = iter(request), list[Message]()

            async def again(once: Iterator[Message] = once) -> Message:
                return next(once, {"type": "http.disconnect"})

            async def keep(message: Message, answer: list[Message] = answer) -> None:
                answer.append(message)

            await self._app(dict(scope), again, keep)
            answers.append(answer)
        self.repeats.append(
            {"method": scope["method"], "path": scope["path"], "same": _content(answers[0]) == _content(answers[1])}
        )
        for message in answers[1]:
            await send(message)

    async def _slowly(self, scope: Scope, receive: Receive, send: Send) -> None:
        mended = self._mended
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, keep)
        with suppress(TimeoutError):
            await asyncio.wait_for(mended.wait(), self.seconds)
        for message in answer:
            await send(message)


def _content(answer: list[Message]) -> tuple[int, bytes]:
    return answer[0]["status"], b"".join(message.get("body", b"") for message in answer)


async def _nowhere(message: Message) -> None:
    pass


async def _reply(send: Send, status: int, body: bytes) -> None:
    await send(_start(status, length=len(body)))
    await send({"type": "http.response.body", "body": body})


def _start(status: int, *, length: int) -> Message:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(length).encode())]
    return {"type": "http.response.start", "status": status, "headers": headers}


def protocol_of(faults: Faults) -> type[asyncio.Protocol]:
    """uvicorn's HTTP protocol that hangs up while `faults` says so."""

    class Faulty(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if faults.mode == "away":
                transport.abort()

        def data_received(self, data: bytes) -> None:
            if faults.mode == "away":
                self.transport.abort()
            else:
                super().data_received(data)

    return Faulty
