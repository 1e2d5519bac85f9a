"""What must hold of the issuer's authority: who gets it, for what, how long, and how often."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import trio
from truth import TruthfulCard

if TYPE_CHECKING:
    from network import Letter
    from promises import Promises
    from station import Station

AUTHORITY_SECONDS = 120
MOST_OF_OPERATION = 8
"""Authentications and commands, together; so are the next two. As the server is set here."""
MOST_OF_CARD, DAY = 16, 86_400
MOST_OF_KIOSK, HOUR = 120, 3600
_SELECT = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")
_GET_CHALLENGE = bytes.fromhex("0084000008")


@dataclass(frozen=True, slots=True)
class _Given:
    """The first answer to one attempt."""

    operation: str
    card: str | None
    kiosk: str
    at: float


class IssuerWatch:
    """Watches what the issuer says, and what becomes of it.

    Args:
        promises: Of the run.
    """

    def __init__(self, promises: "Promises") -> None:
        self._promises = promises
        self._given: dict[str, _Given] = {}
        """By the attempt's path."""
        self._commands: dict[bytes, tuple[str, str, float]] = {}
        """Data of a secured command: operation, station, when it was asked for."""

    def speaks(self, station: "Station", letter: "Letter", asked_at: float, answer: bytes) -> None:
        """The issuer has spoken: only in an open operation, within its time and its limits."""
        identity, now = letter.path.split("/")[3], trio.current_time()
        operation = self._promises.world.server.operation(identity)
        if operation is None or operation.state not in ("open", "authorised"):
            self._violated("the issuer speaks in an operation that isn't open")
            return
        if letter.path not in self._given:
            self._given[letter.path] = _Given(identity, operation.card, operation.kiosk, now)
            self._check_limits(self._given[letter.path])
        elif now - self._given[letter.path].at > AUTHORITY_SECONDS:
            self._violated("the issuer repeats itself after its time")
        if "/commands/" in letter.path:
            data = bytes.fromhex(json.loads(answer)["data"])
            self._commands.setdefault(data, (identity, station.name, asked_at))

    def _check_limits(self, new: _Given) -> None:
        given = self._given.values()
        if sum(each.operation == new.operation for each in given) > MOST_OF_OPERATION:
            self._violated("the issuer speaks more often in one operation than it may")
        if sum(each.card == new.card and new.at - each.at < DAY for each in given) > MOST_OF_CARD:
            self._violated("the issuer speaks more often to one card in a day than it may")
        if sum(each.kiosk == new.kiosk and new.at - each.at < HOUR for each in given) > MOST_OF_KIOSK:
            self._violated("the issuer speaks more often to one kiosk in an hour than it may")

    def command_leaves(self, station: "Station", operation: str, wire: bytes) -> None:
        """A secured command leaves: once, for its own operation, from the station that got it, in time."""
        given = self._commands.pop(bytes(wire[5:]), None)
        if given is None:
            self._violated("a secured command leaves that the server never gave, or that left before")
            return
        for_operation, by_station, asked_at = given
        if (for_operation, by_station) != (operation, station.name):
            self._violated("a secured command leaves for another operation than it was given for")
        if trio.current_time() - asked_at > AUTHORITY_SECONDS:
            self._violated(f"a secured command leaves after {trio.current_time() - asked_at:.0f} s")

    def overheard(self, card: TruthfulCard, wire: bytes) -> None:
        """Whoever overheard a secured command plays it again to the same card, and altered, after a challenge."""
        copy = card.copy()
        for attempt in (wire, wire[:-1] + bytes([wire[-1] ^ 1]), wire[:3] + bytes([wire[3] ^ 1]) + wire[4:]):
            copy.power_on()
            copy.respond(_SELECT)
            copy.respond(_GET_CHALLENGE)
            if copy.respond(attempt) == b"\x90\x00":
                self._violated("a replayed or altered command was executed")

    def _violated(self, what: str) -> None:
        self._promises.violated(7, what)
