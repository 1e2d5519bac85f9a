"""Who gets through to the bench page, asked of the real server."""

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from simulator.bench.server import Bench
from simulator.stand import Stand


class Visitor:
    """A browser that can be made to lie."""

    def __init__(self, bench: Bench) -> None:
        self.address = urlsplit(bench.address)
        self.host = self.address.netloc
        self.token = self.address.query.removeprefix("token=")
        self.cookie = f"bench-{self.address.port}={self.token}"

    def ask(
        self, path: str, method: str = "GET", body: str | None = None, **headers: str
    ) -> tuple[int, dict[str, str]]:
        """Status and headers of the answer."""
        connection = http.client.HTTPConnection(self.host, timeout=10)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}


@pytest.fixture
def visitor(bench: Bench) -> Visitor:
    return Visitor(bench)


def test_the_printed_address_gives_a_cookie_that_scripts_cannot_read(visitor: Visitor) -> None:
    status, headers = visitor.ask(f"/?token={visitor.token}")

    assert (status, headers["location"]) == (303, "/")
    assert headers["set-cookie"].startswith(visitor.cookie)
    assert "HttpOnly" in headers["set-cookie"]
    assert "samesite=strict" in headers["set-cookie"].lower()


@pytest.mark.parametrize("path", ["/", "/bench.js", "/paper.png", "/camera.jpg", "/nothing"])
def test_nothing_is_shown_without_the_token(visitor: Visitor, path: str) -> None:
    assert visitor.ask(path)[0] == 401
    assert visitor.ask(f"{path}?token=wrong")[0] == 401
    assert visitor.ask(path, Cookie=visitor.cookie + "x")[0] == 401


def test_the_token_in_the_address_opens_the_front_door_alone(visitor: Visitor) -> None:
    """Otherwise it would end up in the addresses of pictures, and in a browser's history."""
    assert visitor.ask(f"/paper.png?token={visitor.token}")[0] == 401


def test_the_cookie_opens_everything_and_pages_are_protected(visitor: Visitor) -> None:
    status, headers = visitor.ask("/", Cookie=visitor.cookie)

    assert status == 200
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["kiosk.example", "localhost", "127.0.0.1", "127.0.0.1:1"])
def test_a_foreign_name_for_loopback_gets_nowhere(visitor: Visitor, host: str) -> None:
    """DNS rebinding: the browser believes that the page is the attacker's own."""
    assert visitor.ask("/", Host=host, Cookie=visitor.cookie)[0] == 403


@pytest.mark.parametrize("origin", [None, "null", "http://kiosk.example", "http://127.0.0.1:1", "https://{host}"])
def test_no_other_page_can_work_the_devices(visitor: Visitor, stand: Stand, origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin.format(host=visitor.host)}
    body = json.dumps({"card": "normal"})
    status, _ = visitor.ask("/do/card_reader/insert", "POST", body, Cookie=visitor.cookie, **headers)

    assert status == 403
    assert stand.first.control("card_reader")("state")["inserted"] is None


def test_the_page_itself_can_work_the_devices(visitor: Visitor, stand: Stand) -> None:
    right = {"Cookie": visitor.cookie, "Origin": f"http://{visitor.host}"}

    assert visitor.ask("/do/receipt_printer/cover", "POST", '{"position": "open"}', **right)[0] == 200
    assert stand.first.control("receipt_printer")("state")["cover"] == "open"


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("card_reader/verify", '{"card": "normal", "pin": "358269"}'),  # A device's verb that the page has no use for.
        ("central/issue_code", '{"person": "normal"}'),
        ("nothing/at_all", "{}"),
        ("card_reader/insert", '{"card": "nobody"}'),
        ("card_reader/insert", '{"unknown": 1}'),
        ("camera/show", '{"person": "normal", "kind": "stolen"}'),
        ("receipt_printer/cover", "not JSON"),
        ("receipt_printer/cover", "[1]"),
    ],
)
def test_what_a_page_may_not_do_is_refused_with_a_reason(visitor: Visitor, what: str, body: str) -> None:
    right = {"Cookie": visitor.cookie, "Origin": f"http://{visitor.host}"}

    assert visitor.ask(f"/do/{what}", "POST", body, **right)[0] == 400


@pytest.mark.parametrize("path", ["/screen", "/devices"])
def test_sockets_need_the_cookie_and_the_origin(visitor: Visitor, path: str) -> None:
    address, origin = f"ws://{visitor.host}{path}", f"http://{visitor.host}"
    for wrong_origin, cookie in (
        (origin, "bench=wrong"),
        ("http://kiosk.example", visitor.cookie),
        (None, visitor.cookie),
    ):
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(address, origin=wrong_origin, additional_headers={"Cookie": cookie}),
        ):
            pass
        assert refused.value.response.status_code == 403
    with connect(address, origin=origin, additional_headers={"Cookie": visitor.cookie}) as right:
        assert right.recv(timeout=10)


def test_it_listens_on_loopback_alone(visitor: Visitor) -> None:
    assert visitor.address.hostname == "127.0.0.1"
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", visitor.address.port or 0)) != 0
