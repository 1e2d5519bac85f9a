"""One question to the queue and its answer: an HTTP request over a stream of its own (RFC 8010, section 4)."""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import h11
import trio

Connect = Callable[[], Awaitable[trio.abc.Stream]]
"""Opens a stream to the queue; raises OSError while nobody is there."""

_ANSWER_BYTES = 256 * 1024
_IPP_PORT = 631


class LinkLost(Exception):
    """There was no answer.

    Attributes:
        sent: Whether the queue may have got the question.
    """

    def __init__(self, what: str, *, sent: bool) -> None:
        super().__init__(what)
        self.sent = sent


def tcp(uri: str) -> Connect:
    """Opens streams to where `uri` (`ipp://host[:port]/path`) says."""
    host, port = urlsplit(uri).hostname, urlsplit(uri).port or _IPP_PORT
    assert host is not None, "the settings have seen to that"

    async def connect() -> trio.abc.Stream:
        return await trio.open_tcp_stream(host, port)

    return connect


async def exchange(connect: Connect, uri: str, question: bytes) -> bytes:
    """Post `question` to the queue at `uri`; return the body of the answer.

    Raises:
        LinkLost: No stream, no answer, or one that isn't HTTP 200.
    """
    try:
        stream = await connect()
    except (OSError, trio.BrokenResourceError):
        raise LinkLost("nobody is there", sent=False) from None
    async with stream:
        try:
            return await _post(stream, uri, question)
        except (OSError, trio.BrokenResourceError, trio.ClosedResourceError):
            raise LinkLost("the connection broke", sent=True) from None
        except h11.RemoteProtocolError:
            raise LinkLost("the answer isn't HTTP", sent=True) from None


async def _post(stream: trio.abc.Stream, uri: str, question: bytes) -> bytes:
    where = urlsplit(uri)
    connection = h11.Connection(h11.CLIENT)
    headers = [
        ("Host", where.netloc),
        ("Content-Type", "application/ipp"),
        ("Content-Length", str(len(question))),
        ("Connection", "close"),
    ]
    request = h11.Request(method="POST", target=where.path or "/", headers=headers)
    head = connection.send(request)
    body, end = connection.send(h11.Data(data=question)), connection.send(h11.EndOfMessage())
    await stream.send_all((head or b"") + (body or b"") + (end or b""))
    answer = b""
    while True:
        match event := connection.next_event():
            case h11.NEED_DATA:
                connection.receive_data(bytes(await stream.receive_some()))
            case h11.Response() if event.status_code != 200:
                raise LinkLost(f"HTTP {event.status_code}", sent=True)
            case h11.Data():
                answer += event.data
                if len(answer) > _ANSWER_BYTES:
                    raise LinkLost("the answer is too long", sent=True)
            case h11.EndOfMessage():
                return answer
            case h11.ConnectionClosed():
                raise LinkLost("the connection was closed", sent=True)
