"""Everybody's phone: what the server sent, and when, as nobody but the simulation knows it."""

import re
from dataclasses import dataclass, field

import trio

from central.sms import VirtualPhones

_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Text:
    """One that was sent."""

    phone: str
    text: str = field(repr=False)
    at: float


class Phones(VirtualPhones):
    """Remembers when each text was sent.

    Attributes:
        sent: How many texts there were.
        newest: The last one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.newest: Text | None = None

    def send(self, phone: str, text: str) -> None:
        super().send(phone, text)
        self.sent += 1
        self.newest = Text(phone, text, trio.current_time())

    def code(self, phone: str | None) -> str | None:
        """The newest code on a phone; None: there is none."""
        texts = self.texts(phone) if phone else []
        return code_in(texts[-1]) if texts else None


def code_in(text: str) -> str:
    """The code that a text tells."""
    found = _CODE.search(text)
    assert found is not None, "a text holds a code"
    return found[0]
