"""The central server without a network or a thread, for runs of the whole system in one process."""

from starlette.types import Message

from central.registry import Registry
from central.web import build


class InProcess:
    """Carries a kiosk's requests to a server in this process: the whole application, gate included.

    It is what the kiosk's client calls a transport, and runs under trio and asyncio alike.

    Args:
        registry: The server's; `admit` a kiosk there to get its secret.
        secret: The kiosk's.
    """

    def __init__(self, registry: Registry, secret: str) -> None:
        self._app = build(registry)
        self._secret = secret

    async def request(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        """Send one request; return the status and the body of the answer."""
        pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]
        sent: list[Message] = []

        async def receive() -> Message:
            return pending.pop() if pending else {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [
                (b"host", b"central"),
                (b"content-type", b"application/json"),
                (b"authorization", f"Bearer {self._secret}".encode()),
            ],
            "client": None,
            "server": ("central", 443),
            "state": {},
        }
        await self._app(scope, receive, send)
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])
