"""The journal: what this machine did, in records that are chained by their hashes. Pure.

A record's hash is SHA-256 (FIPS 180-4) of the hash before it and the record itself, so that whoever holds one hash
holds all that came before. Order is (boot, sequence): boots count up by one, and within a boot records count up by
one from 1, the boot's own. Times are informative. Nothing in a record names a person: a card is the server's random
handle, and of a command only its header and, where it carries no PIN, its digest are told.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from kiosk.operations.errors import BrokenChain

GENESIS = bytes(32)
"""What the first record of all is chained to."""

Detail = str | int | None


class Event(StrEnum):
    """What a record tells of."""

    BOOT = "boot"
    STARTED = "started"
    """Why this boot was, and what its recovery found."""
    INTENT = "intent"
    SENT = "sent"
    """A command that changes the card is about to leave."""
    OUTCOME = "outcome"
    ACKNOWLEDGED = "acknowledged"
    """The server holds the outcome."""
    SETTLEMENT = "settlement"
    OBSERVATION = "observation"
    RECEIPT = "receipt"
    PRINTING = "printing"
    PRINTED = "printed"
    CONSENT = "consent"
    """Somebody was asked whether their face may be looked at, and answered."""
    TECHNICIAN = "technician"
    PRUNED = "pruned"
    """Records through (`boot`, `sequence`), whose last hash is `hash`, are no longer kept."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a record stands."""

    boot: int
    sequence: int

    def precedes(self, other: "Position") -> bool:
        """Whether `other` is the very next record."""
        return other in (Position(self.boot, self.sequence + 1), Position(self.boot + 1, 1))


ORIGIN = Position(0, 0)
"""Before every record."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is kept: the bytes that were hashed, and what they were chained to."""

    position: Position
    record: bytes
    previous: bytes
    hash: bytes


def encode(position: Position, event: Event, at: str, details: Mapping[str, Detail]) -> bytes:
    """The one way in which a record is written: JSON, keys in order, no spaces, ASCII."""
    content = {"boot": position.boot, "sequence": position.sequence, "event": event, "at": at, **details}
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def link(previous: bytes, record: bytes) -> bytes:
    """The hash of `record` after `previous`."""
    return hashlib.sha256(previous + record).digest()


class Check:
    """Follows the chain record by record, oldest first."""

    def __init__(self) -> None:
        self.count = 0
        self._first: Row | None = None
        self._last: Row | None = None
        self._anchor: tuple[Position, str] | None = None

    def follow(self, row: Row) -> None:
        """Check the next record.

        Raises:
            BrokenChain: It isn't what was written there.
        """
        if row.hash != link(row.previous, row.record):
            raise BrokenChain(row.position.boot, row.position.sequence, "its hash is another one's")
        try:
            content = json.loads(row.record)
            place = Position(content["boot"], content["sequence"])
            anchor = _anchor(content)
        except (ValueError, TypeError, KeyError):
            raise BrokenChain(row.position.boot, row.position.sequence, "it can't be read") from None
        if place != row.position:
            raise BrokenChain(row.position.boot, row.position.sequence, "it belongs elsewhere")
        if self._last is None:
            self._first = row
        elif row.previous != self._last.hash or not self._last.position.precedes(row.position):
            raise BrokenChain(row.position.boot, row.position.sequence, "records before it are missing")
        self._anchor = anchor or self._anchor
        self._last = row
        self.count += 1

    def end(self) -> None:
        """Check that nothing is missing from the beginning but what was pruned.

        Raises:
            BrokenChain: Something is.
        """
        if self._first is None:
            return
        first = self._first.position
        if self._anchor is None:
            whole = first == Position(1, 1) and self._first.previous == GENESIS
        else:
            gone, its_hash = self._anchor
            whole = gone.precedes(first) and self._first.previous.hex() == its_hash
        if not whole:
            raise BrokenChain(first.boot, first.sequence, "records before it are missing")


def _anchor(content: dict[str, Any]) -> tuple[Position, str] | None:
    """Which record went last, and its hash, where this one tells of a pruning."""
    if content["event"] != Event.PRUNED:
        return None
    return Position(int(content["through_boot"]), int(content["through_sequence"])), content["through_hash"]
