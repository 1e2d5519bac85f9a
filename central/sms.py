"""Texts to people's phones: what the server wants of whoever sends them, and the phones of a bench.

A bureau has a contract with a mobile operator or a sender of its own; what speaks to that is the bureau's, and is given
to the `Registry` (`central/__main__.py`). As shipped there is none, and whoever wants a code hears that none can be
sent.
"""

from typing import Protocol

TEXTS_KEPT = 20
"""On one virtual phone."""


class SmsAway(Exception):
    """The text wasn't taken. Never says to whom, nor what."""


class SmsGateway(Protocol):
    """Takes texts for delivery."""

    def send(self, phone: str, text: str) -> None:
        """Take one text, within a second: the server answers nobody else meanwhile, so a queue is the gateway's own.

        Raises:
            SmsAway: It can't be taken now.
        """
        ...


class VirtualPhones:
    """The phones of virtual people: what was sent stays in memory, for the bench to show."""

    def __init__(self) -> None:
        self.away = False
        """Whether no text is taken."""
        self._texts: dict[str, list[str]] = {}

    def send(self, phone: str, text: str) -> None:
        """See `SmsGateway.send`."""
        if self.away:
            raise SmsAway("switched off by the bench")
        self._texts[phone] = [*self.texts(phone), text][-TEXTS_KEPT:]

    @property
    def numbers(self) -> frozenset[str]:
        """Of all phones that ever got one."""
        return frozenset(self._texts)

    def texts(self, phone: str) -> list[str]:
        """What this phone got, oldest first."""
        return self._texts.get(phone, [])
