"""What goes over the console's socket: JSON objects, a line each, in UTF-8.

A client sends a `Request` and gets `Told` and `Asked` lines, an `Answered` for each of which it owes, and at last a
`Done` or a `Refused`. One request at a time; a line has at most `LINE_BYTES`.
"""

import json
from typing import Any, Literal

from pydantic import Field, TypeAdapter

from kiosk.console.action import Message

LINE_BYTES = 64 * 1024
"""The longest line that a client may send."""
ANSWER_BYTES = 64 * 1024 * 1024
"""The longest line that a server sends: a diagnostic export."""


class Request(Message):
    """Have one action done."""

    kind: Literal["request"] = "request"
    action: str = Field(max_length=50)
    arguments: dict[str, Any] = Field(default_factory=dict)
    """What the action takes."""
    language: Literal["zh", "en"] = "zh"
    confirmed: bool = False
    """Whoever asks was asked again, and said yes."""


class Answered(Message):
    """The answer to an `Asked`."""

    kind: Literal["answered"] = "answered"
    answer: str = Field(max_length=1000)


class Told(Message):
    """How far the action is."""

    kind: Literal["told"] = "told"
    words: str


class Asked(Message):
    """The action wants an answer, one of `answers`."""

    kind: Literal["asked"] = "asked"
    question: str
    answers: tuple[str, ...]


class Done(Message):
    """The action is done."""

    kind: Literal["done"] = "done"
    result: dict[str, Any]
    """As the action's own schema has it."""


class Refused(Message):
    """The action isn't done."""

    kind: Literal["refused"] = "refused"
    reason: str
    """Stable: denied, confirm, not_journalled, arguments, failed, malformed or fault."""
    why: str
    """For the person."""


Ask = Request | Answered
Say = Told | Asked | Done | Refused

ASK: TypeAdapter[Ask] = TypeAdapter(Ask)
SAY: TypeAdapter[Say] = TypeAdapter(Say)


def line(message: Message) -> bytes:
    """`message` as it is sent."""
    return json.dumps(message.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
