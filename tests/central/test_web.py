"""The gate and the routes, over ASGI: in this process, without threads."""

import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.types import Message

from central.gate import BODY_BYTES
from central.registry import Registry
from central.web import build
from kiosk.uplink import contract

Ask = Callable[..., Awaitable[tuple[int, dict[str, str], Any]]]
ZHANG = {"card_number": "VR0000012"}


@pytest.fixture
def ask(registry: Registry) -> Ask:
    secret = registry.admit("kiosk-1")
    registry.admit("kiosk-2")
    app = build(registry)

    async def ask(
        path: str,
        body: object,
        *,
        method: str = "POST",
        scheme: str = "https",
        authorization: str | None = f"Bearer {secret}",
    ) -> tuple[int, dict[str, str], Any]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        pieces = [content[i : i + 50_000] for i in range(0, len(content), 50_000)] or [b""]
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [(b"content-type", b"application/json")]
        if authorization is not None:
            headers.append((b"authorization", authorization.encode("latin-1")))
        scope = {"type": "http", "method": method, "scheme": scheme, "path": path, "headers": headers}
        await app(scope | {"query_string": b"", "root_path": "", "state": {}}, receive, send)
        got = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        answer = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], got, json.loads(answer)

    return ask


async def test_a_kiosk_gets_a_record(ask: Ask) -> None:
    before = threading.active_count()
    status, headers, record = await ask(contract.CARD_STATUS_BY_CARD, ZHANG)
    assert status == 200
    assert headers["cache-control"] == "no-store"
    assert contract.CardRecord.model_validate(record).bank == "虚拟银行"
    assert threading.active_count() == before


@pytest.mark.parametrize("path", [contract.CARD_STATUS_BY_CARD, "/", "/v1/nothing", "/openapi.json", "/docs"])
async def test_nothing_is_said_without_tls_or_a_secret(ask: Ask, path: str) -> None:
    """Not even whether the route exists."""
    status, _, problem = await ask(path, ZHANG, scheme="http")
    assert (status, problem["type"]) == (403, contract.ProblemType.TLS_REQUIRED)
    for wrong in (None, "", "Bearer", "Bearer ", "Bearer kiosk-1.x", "Basic a2lvc2s6eA==", "Bearer \xff"):
        status, headers, problem = await ask(path, ZHANG, authorization=wrong)
        assert (status, problem["type"]) == (401, contract.ProblemType.UNAUTHORISED)
        assert headers["www-authenticate"] == "Bearer"


def heartbeat(kiosk: str) -> dict[str, Any]:
    return {"kiosk": kiosk, "version": "1", "boot": 1, "sequence": 1, "outbox_length": 0}


async def test_a_kiosk_speaks_for_itself_alone(ask: Ask) -> None:
    for path, body in (("kiosk-1", "kiosk-1"), ("kiosk-1", "kiosk-2"), ("kiosk-2", "kiosk-1"), ("kiosk-2", "kiosk-2")):
        status, _, _ = await ask(f"/v1/kiosks/{path}/heartbeat", heartbeat(body), method="PUT")
        assert status == (200 if path == body == "kiosk-1" else 403)


INTENT = {
    "kind": "pin_change",
    "operation_id": "00000000-0000-4000-8000-000000000001",
    "kiosk": "kiosk-1",
    "boot": 1,
    "sequence": 1,
    "card": "11111111-1111-4111-8111-111111111111",
    "at": "2026-03-01T09:00:00Z",
}


async def test_the_id_in_path_and_body_is_one(ask: Ask) -> None:
    path = "/v1/operations/{}"
    other = "00000000-0000-4000-8000-000000000002"
    assert (await ask(path.format(other), INTENT, method="PUT"))[0] == 422
    assert (await ask(path.format(INTENT["operation_id"]), INTENT, method="PUT"))[0] == 200
    status, _, problem = await ask(path.format(INTENT["operation_id"]), INTENT | {"tries_before": 6}, method="PUT")
    assert (status, problem["type"]) == (422, contract.ProblemType.OPERATION_CONFLICT)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 5000,
        b'{"card_number": "\\ud800"}',
        {"card_number": "SECRET-8"},
        {"card_number": 8005},
        {"SECRET": 1} | ZHANG,
        {},
    ],
    ids=["empty", "cut", "not-utf8", "deep", "surrogate", "pattern", "type", "extra", "none"],
)
async def test_a_bad_request_is_not_repeated_to_anyone(ask: Ask, body: object, capfd: Any) -> None:
    """Neither the problem nor the log says what was sent."""
    status, headers, problem = await ask(contract.CARD_STATUS_BY_CARD, body)
    assert status in (400, 422)
    assert headers["content-type"] == contract.PROBLEM_MEDIA_TYPE
    assert "SECRET-8" not in json.dumps(problem)
    assert "8005" not in json.dumps(problem)
    assert capfd.readouterr() == ("", "")


async def test_a_long_body_is_refused_before_it_is_kept(ask: Ask) -> None:
    status, _, _ = await ask(contract.CARD_STATUS_BY_CARD, b" " * (BODY_BYTES + 1))
    assert status == 413


async def test_the_longest_heartbeat_is_taken(ask: Ask) -> None:
    condition = {"id": "a." + "b" * 98, "since": "2026-03-01T09:00:00Z", "detail": "x" * 100}
    beat = heartbeat("kiosk-1") | {"conditions": [condition] * 200}
    assert (await ask("/v1/kiosks/kiosk-1/heartbeat", beat, method="PUT"))[0] == 200


async def test_another_method_is_told_which_one_goes(ask: Ask) -> None:
    status, headers, _ = await ask(contract.CARD_STATUS_BY_CARD, b"", method="DELETE")
    assert (status, headers["allow"]) == (405, "POST")
