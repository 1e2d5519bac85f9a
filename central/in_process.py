"""The central server without a network, a thread or HTTP, for runs of the whole system in one process."""

from central.registry import Registry
from central.routes import dispatch, unauthorised


class InProcess:
    """Carries a kiosk's requests to a server in this process: the same routes, the same refusals.

    It is what the kiosk's client calls a transport, and runs under trio and asyncio alike. What would be a broken
    server's answer is an exception here.

    Args:
        registry: The server's; `admit` a kiosk there to get its secret.
        secret: The kiosk's.
    """

    def __init__(self, registry: Registry, secret: str) -> None:
        self._registry = registry
        self._secret = secret

    async def request(self, method: str, path: str, body: bytes | bytearray) -> tuple[int, dict[str, str], bytes]:
        """Send one request; return the answer's status, its headers by their names in lower case, and its body."""
        kiosk = self._registry.kiosk_of(self._secret)
        answer = unauthorised() if kiosk is None else dispatch(self._registry, kiosk, method, path, bytes(body))
        return answer.status, dict(answer.headers), answer.body
