"""What every request passes before any route: TLS, a bounded body, and the secret of a kiosk."""

from email.utils import formatdate

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from central.registry import Registry
from central.routes import Answer, problem, unauthorised
from kiosk.uplink.contract import ProblemType

BODY_BYTES = 64 * 1024
"""The longest request body. A heartbeat with 200 conditions, the longest message, stays below it."""


def respond(answer: Answer) -> Response:
    """An answer as Starlette sends one, with the time (RFC 9110, 6.6.1): kiosks compare their clocks with it."""
    return Response(answer.body, answer.status, {"date": formatdate(usegmt=True), **dict(answer.headers)})


class Gate:
    """Lets a request through when it came over TLS from a kiosk that is known; puts the kiosk in its state."""

    def __init__(self, app: ASGIApp, registry: Registry) -> None:
        self._app = app
        self._registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            body = await _read(receive)
            if body is None:
                refusal = respond(problem(413, ProblemType.INVALID, f"more than {BODY_BYTES} bytes"))
            else:
                receive = _Replay(body, receive)
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        if scope["scheme"] != "https":
            return respond(problem(403, ProblemType.TLS_REQUIRED, "only over TLS, loopback included"))
        method, _, secret = Headers(scope=scope).get("authorization", "").partition(" ")
        kiosk = self._registry.kiosk_of(secret) if method.lower() == "bearer" else None
        if kiosk is None:
            return respond(unauthorised())
        scope.setdefault("state", {})["kiosk"] = kiosk
        return None


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None when it is too long."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES:
            return None
        if not message.get("more_body", False):
            return bytes(body)


class _Replay:
    """Hands on a body that was read already, then whatever comes after it."""

    def __init__(self, body: bytes, rest: Receive) -> None:
        self._body: bytes | None = body
        self._rest = rest

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._rest()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}
