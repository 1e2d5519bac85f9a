"""Whatever carries a request, it is answered alike."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.types import Message

from central.in_process import InProcess
from central.registry import Registry
from central.routes import ROUTES
from central.web import build
from kiosk.uplink import contract

Carrier = Callable[[str, str, bytes], Awaitable[tuple[int, dict[str, str], bytes]]]

INTENT = {
    "operation_id": "00000000-0000-4000-8000-000000000001",
    "kind": "pin_change",
    "kiosk": "kiosk-1",
    "boot": 1,
    "sequence": 1,
    "card": "11111111-1111-4111-8111-111111111111",
    "at": "2026-03-01T09:00:00Z",
}
OPERATION = f"/v1/operations/{INTENT['operation_id']}"
REQUESTS: list[tuple[str, str, Any]] = [
    ("POST", contract.CARD_STATUS_BY_CARD, {"card_number": "VR0000012"}),
    ("POST", contract.CARD_STATUS_BY_CARD, {"card_number": "VR0000099"}),
    ("POST", contract.CARD_STATUS_BY_CARD, {"card_number": 8005}),
    ("POST", contract.CARD_STATUS_BY_CARD, {}),
    ("POST", contract.CARD_STATUS_BY_CARD, b""),
    ("POST", contract.CARD_STATUS_BY_CARD, b"\xff"),
    ("POST", contract.CARD_STATUS_BY_CARD, b"[" * 5000),
    ("GET", contract.CARD_STATUS_BY_CARD, b""),
    ("GET", "/v1/nothing", b""),
    ("GET", OPERATION, b""),
    ("PUT", OPERATION, INTENT | {"kiosk": "kiosk-2"}),
    ("PUT", OPERATION[:-1] + "2", INTENT),
    ("PUT", OPERATION, INTENT),
    ("PUT", OPERATION, INTENT),
    ("PUT", OPERATION, INTENT | {"boot": 2}),
    ("GET", OPERATION, b""),
    ("DELETE", OPERATION, b""),
    ("GET", "/v1/kiosks/kiosk-1/journal-head", b""),
    ("GET", "/v1/kiosks/kiosk-2/journal-head", b""),
]


def over_http(registry: Registry, secret: str) -> Carrier:
    app = build(registry)

    async def request(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"authorization", f"Bearer {secret}".encode()), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": method, "scheme": "https", "path": path, "headers": headers}
        await app(scope | {"query_string": b"", "root_path": "", "state": {}}, receive, send)
        got = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        for name in ("content-length", "date"):  # HTTP's own.
            got.pop(name)
        return sent[0]["status"], got, b"".join(message.get("body", b"") for message in sent[1:])

    return request


@pytest.mark.parametrize("right", [True, False], ids=["secret", "no-secret"])
async def test_http_and_one_process_answer_alike(registry: Registry, right: bool) -> None:
    secret = registry.admit("kiosk-1") if right else "kiosk-1.x"
    http, process = over_http(registry, secret), InProcess(registry, secret).request
    for method, path, body in REQUESTS:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        first, second = await process(method, path, content), await http(method, path, content)
        assert first == second
        assert (first[0] == 401) != right
        assert first[1]["cache-control"] == "no-store"


def test_each_route_is_there_once() -> None:
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
    paths = {
        value for name, value in vars(contract).items() if name in contract.__all__ and str(value).startswith("/v1/")
    }
    assert paths == {route.path for route in ROUTES}


def test_what_holds_an_id_is_taken_once() -> None:
    """Everything that is said, but for what a later message of the same kind replaces."""
    again = {contract.HEARTBEAT, contract.CONDITIONS, contract.AUTHENTICATION, contract.COMMAND}
    assert {route.path for route in ROUTES if route.method == "PUT" and not route.once} == again
