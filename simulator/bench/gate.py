"""Who may use the bench page: the browser that was given its address, and no other page in that browser."""

import secrets
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

_PROTECTION = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_REFUSED_SOCKET = 1008  # RFC 6455, 7.4.1: against the policy.


class Gate:
    """Wraps `app` and lets in whom it may.

    `Host` must be the address that was printed, so that a foreign name pointed at loopback gets nowhere; `Origin`,
    where a browser sends one, must be this page; and everything needs the token, once in the address and from then on
    in a cookie that scripts can't read.

    Args:
        app: What is behind the gate.
        port: Where the page is served on 127.0.0.1.
        token: The secret of the printed address.
    """

    def __init__(self, app: ASGIApp, port: int, token: str) -> None:
        self._app = app
        self._host = f"127.0.0.1:{port}"
        self._cookie = f"bench-{port}"  # Cookies don't tell ports apart.
        self._token = token

    @property
    def address(self) -> str:
        """What is printed: the page's address with the token."""
        return f"http://{self._host}/?token={self._token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request pass, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if headers.get("host") != self._host or not self._same_origin(scope, headers):
            await self._refuse(scope, receive, send, 403, "Not from here.")
        elif given and scope["path"] == "/" and self._right(given):
            answer = RedirectResponse("/", 303)
            answer.set_cookie(self._cookie, self._token, httponly=True, samesite="strict")
            answer.headers["referrer-policy"] = "no-referrer"
            await answer(scope, receive, send)
        elif not self._right(HTTPConnection(scope).cookies.get(self._cookie, "")):
            await self._refuse(scope, receive, send, 401, "Open the address that ./script/run printed.")
        else:
            await self._app(scope, receive, _with_protection(send))

    def _right(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self._token.encode())

    def _same_origin(self, scope: Scope, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            # Browsers send it with every WebSocket and every POST; without it only looking is allowed.
            return scope["type"] == "http" and scope["method"] in ("GET", "HEAD")
        return origin == f"http://{self._host}"

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose(_REFUSED_SOCKET)(scope, receive, send)
        else:
            await PlainTextResponse(why, status, _PROTECTION)(scope, receive, send)


def _with_protection(send: Send) -> Send:
    async def protected(message):  # type: ignore[no-untyped-def]
        if message["type"] == "http.response.start":
            message["headers"] += [(k.encode(), v.encode()) for k, v in _PROTECTION.items()]
        await send(message)

    return protected
