"""Faults at the server's edge: what the application behind it gets to do, and what comes back."""

import asyncio
import itertools
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from central.faults import Faults
from kiosk.uplink.contract import Problem, ProblemType


class Counting:
    """An application that answers with what it got and how often it was asked."""

    def __init__(self, answers: str = "counts") -> None:
        self.got: list[bytes] = []
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message["body"]
            more = message["more_body"]
        self.got.append(body)
        count = len(self.got) if self._answers == "counts" else 0
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body + str(count).encode()})


def ask(faults: Faults, path: str = "/v1/operations/1", method: str = "PUT") -> list[Message]:
    """What comes back for a body in two pieces."""
    sent: list[Message] = []
    pieces = itertools.chain([{"body": b"ab", "more_body": True}, {"body": b"c", "more_body": False}])

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", **next(pieces)}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(faults({"type": "http", "path": path, "method": method}, receive, send))
    return sent


@pytest.mark.parametrize(("answers", "same"), [("counts", False), ("alike", True)])
def test_a_duplicate_is_processed_twice_and_compared(answers: str, same: bool) -> None:
    app = Counting(answers)
    faults = Faults(app)
    faults.fail("duplicate", 0)

    answer = ask(faults)

    assert app.got == [b"abc", b"abc"]
    assert answer[-1]["body"] == (b"abc0" if same else b"abc2")
    assert faults.repeats == [{"method": "PUT", "path": "/v1/operations/1", "same": same}]


def test_one_answer_is_lost_after_the_work_was_done() -> None:
    app = Counting()
    faults = Faults(app)
    faults.fail("lost_once", 0)

    lost, there = ask(faults), ask(faults)

    assert app.got == [b"abc", b"abc"]
    assert [message["type"] for message in lost] == ["http.response.start"], "a head without its body: hung up"
    assert there[-1]["body"] == b"abc2"


def test_only_requests_on_the_way_that_was_named_fail() -> None:
    app = Counting()
    faults = Faults(app)
    faults.fail("lost_once", 0, "/outcome$")

    assert ask(faults)[-1]["body"] == b"abc1"
    assert len(ask(faults, "/v1/operations/1/outcome")) == 1
    assert ask(faults, "/v1/operations/1/outcome")[-1]["body"] == b"abc3"


def test_a_server_that_has_forgotten_says_so() -> None:
    """In the words of the contract; nothing reaches the application."""
    app = Counting()
    faults = Faults(app)
    faults.fail("refused", 0, "/outcome$")

    start, body = ask(faults, "/v1/operations/1/outcome")

    assert (app.got, start["status"]) == ([], 404)
    assert Problem.model_validate_json(body["body"]).type is ProblemType.OPERATION_UNKNOWN
