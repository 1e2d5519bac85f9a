"""Everybody's phone: what the server sent, and when, as nobody but the simulation knows it."""

import re
from dataclasses import dataclass, field

import trio

from central.sms import VirtualPhones

_CODE = re.compile(r"验证码([0-9]{6})")
_LINK = re.compile(r"://|www\.|\.(com|cn|net)\b", re.IGNORECASE)


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
        newest: The last one with a code.
        linked: Whether there ever was a link in one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0
        self.newest: Text | None = None
        self.linked = False

    def send(self, phone: str, text: str) -> None:
        super().send(phone, text)
        self.sent += 1
        self.linked |= _LINK.search(text) is not None
        if _CODE.search(text):
            self.newest = Text(phone, text, trio.current_time())

    def code(self, phone: str | None) -> str | None:
        """The newest code on a phone; None: there is none."""
        codes = [text for text in self.texts(phone) if _CODE.search(text)] if phone else []
        return code_in(codes[-1]) if codes else None


def code_in(text: str) -> str:
    """The code that a text tells."""
    found = _CODE.search(text)
    assert found is not None, "a text holds a code"
    return found[1]
