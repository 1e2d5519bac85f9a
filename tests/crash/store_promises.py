"""What must be true of a kiosk's store after a power cut or a kill, given what the world knew at that moment.

The real operations open the database and recover; nothing of the network is needed for that. Numbers are those of
the promises that an operation makes: 1 intent first, 2 one result, 9 acknowledged is durable, 10 evident history,
11 order without a clock, 12 safe recovery; 0 is a database that doesn't open.
"""

import datetime
import functools
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from store_world import DATABASE, KIOSK

from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.operations import recovery
from kiosk.operations.operations import Operations
from kiosk.operations.store import OperationRow, Store
from kiosk.uplink import contract
from kiosk.uplink.client import Central
from kiosk.uplink.contract import OperationKind
from kiosk.uplink.errors import Cause, CentralError

Found = Iterator[tuple[int, str]]

_HELD_BY = {
    "intent": contract.OPERATION.replace("operation_id", "id"),
    "outcome": contract.OUTCOME.replace("operation_id", "id"),
    "settlement": contract.SETTLEMENT.replace("settlement_id", "id"),
    "observation": contract.OBSERVATION.replace("observation_id", "id"),
}
_OUTCOMES = ("done", "not_done", "in_doubt")
_NOW = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


@dataclass
class Known:
    """What the world knows, from the facts in their order."""

    boot: int = 0
    begun: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    answered: dict[str, str] = field(default_factory=dict)
    ended: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    """Numbers that two receipts have."""
    printings: dict[str, int] = field(default_factory=dict)
    waiting: dict[tuple[str, str], None] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    heads: list[tuple[int, int, str]] = field(default_factory=list)

    def learn(self, facts: Iterable[Any]) -> "Known":
        """Take in more facts."""
        for fact in facts:
            match fact:
                case ("boot", number):
                    self.boot = max(self.boot, number)
                case ("begun", operation):
                    self.begun.add(operation)
                case ("sent", operation):
                    self.sent.add(operation)
                case ("answered", operation, outcome):
                    self.answered[operation] = outcome
                case ("ended", operation, outcome):
                    self.ended[operation] = outcome
                case ("receipt", operation, number):
                    if number in self.receipts.values() and self.receipts.get(operation) != number:
                        self.twice.add(number)
                    self.receipts[operation] = number
                case ("printing", number, count):
                    self.printings[number] = count
                case ("waiting", rows):
                    self.waiting.update(dict.fromkeys(rows))
                case ("held", path):
                    self.held.add(path)
                case ("head", boot, sequence, hash_):
                    self.heads.append((boot, sequence, hash_))
        return self

    def holds(self, message: str, identity: str) -> bool:
        """Whether the server has the message."""
        return _HELD_BY[message].format(id=identity) in self.held


class Nobody:
    """The way to a server that isn't there."""

    async def request(self, method: str, path: str, body: bytes | bytearray) -> Any:
        """Nothing is answered."""
        raise CentralError(Cause.UNREACHABLE, "no network")


def operations_on(directory: Path, *, vfs: str | None = None) -> tuple[Operations, ConditionBoard]:
    """The kiosk's operations at a start without a network, and their board."""
    board = ConditionBoard(lambda: _NOW)
    opened = partial(Store, directory / DATABASE, vfs=vfs)
    operations = Operations(opened, Central(Nobody()), board, kiosk=KIOSK, number=1, now=lambda: _NOW)
    return operations, board


async def examine(
    directory: Path, known: Known, *, vfs: str | None = None, twice: bool = True
) -> list[tuple[int, str]]:
    """Start on what lies in `directory`, recover, and say what doesn't hold.

    Args:
        directory: Where the database is.
        known: What must be true.
        vfs: Through which file system it is opened.
        twice: Recover once more, which must change nothing.
    """
    try:
        return await _examine(directory, known, vfs=vfs, twice=twice)
    except Exception as error:  # noqa: BLE001 -- Whatever keeps a kiosk from starting is the finding.
        return [(12, f"the start ends with {type(error).__name__}: {error}")]


async def _examine(directory: Path, known: Known, *, vfs: str | None, twice: bool) -> list[tuple[int, str]]:
    operations, board = operations_on(directory, vfs=vfs)
    try:
        store = operations._storage.store
        if store is None:
            return [(0, f"it doesn't open: {[condition.id for condition, _ in board.standing()]}")]
        found = [*await _recover(operations, store, board), *_look(store, board, known)]
        left = _summary(store) if twice else None
    finally:
        operations.close()
    if not twice:
        return found
    operations, board = operations_on(directory)
    try:
        store = operations._storage.store
        if store is None:
            return [*found, (12, "it doesn't open after a recovery")]
        found += await _recover(operations, store, board)
        if _summary(store) != left:
            found.append((12, "a second recovery changed something"))
        found += [(promise, f"after a second recovery: {what}") for promise, what in _look(store, board, known)]
    finally:
        operations.close()
    return found


async def _recover(operations: Operations, store: Store, board: ConditionBoard) -> list[tuple[int, str]]:
    """This boot's recovery. After three that were cut off none is begun: then a technician has it done."""
    in_vain = store.unrecovered_boots()
    await operations.recover()
    stopped = board.stands(conditions.RECOVERY_STOPPED)
    if stopped:
        await recovery.recover_by_hand(operations._storage, kiosk=KIOSK, at=operations.at)
    return [] if stopped == (in_vain >= 3) else [(12, f"{in_vain} boots failed to recover; given up: {stopped}")]


def _summary(store: Store) -> object:
    waiting = store._db.execute("SELECT message, message_id, body FROM outbox ORDER BY number").fetchall()
    events = [_subject(row.record) for row in store.journal()]
    return store.operations(), waiting, [event for event in events if event[1] != "boot"]


@functools.lru_cache(10_000)
def _subject(record: bytes) -> tuple[str | None, str]:
    """Which operation a record is about, and what it tells of it. The images of a life share their records."""
    content = json.loads(record)
    # An outcome is told as what it says; whatever it is, nothing but an unknown one is ever followed by another.
    return content.get("operation"), content["outcome"] if content["event"] == "outcome" else content["event"]


def _look(store: Store, board: ConditionBoard, known: Known) -> Found:
    if board.stands(conditions.JOURNAL_CONTRADICTION) or board.stands(conditions.JOURNAL_BROKEN):
        yield 12, f"recovery found the journal broken: {[c.id for c, _ in board.standing()]}"
    if store.boot <= known.boot:
        yield 11, f"boot {store.boot} begins after boot {known.boot}"
    rows = {str(row.operation_id): row for row in store.operations()}
    waiting = set(store._db.execute("SELECT message, message_id FROM outbox").fetchall())
    journal = store.journal()
    first = journal[0].position
    yield from _chain(journal, known)
    told: dict[str, list[str]] = {}
    for record in journal:
        operation, event = _subject(record.record)
        if operation is not None:
            told.setdefault(operation, []).append(event)
    yield from _operations(rows, told, known, pruned=first.boot > 1 or first.sequence > 1)
    for message, identity in known.waiting:
        if (message, identity) in waiting or known.holds(message, identity):
            continue
        row_of = rows.get(identity)
        if message != "intent" or (row_of is not None and row_of.state == "intent"):
            yield 12, f"{message} {identity} waited, isn't at the server, and is gone"
    for identity, row in rows.items():
        # Of one that changes the record alone the intent is asked again until the server judges it.
        messages = ("outcome",) if OperationKind(row.kind).on_chip else ("outcome", "intent")
        if not row.acknowledged and waiting.isdisjoint((message, identity) for message in messages):
            yield 12, f"nothing will tell the server of {identity}, {row.state}"
    for number in known.twice:
        yield 9, f"two operations have the receipt {number}"
    for identity, number in known.receipts.items():
        if identity in rows and store.receipt_of(rows[identity].operation_id) != number:
            yield 9, f"receipt {number} is another one's or nobody's"
    for number, count in known.printings.items():
        printed = store._db.execute("SELECT printings FROM receipt WHERE number = ?", (number,)).fetchone()
        if printed is not None and printed[0] < count:
            yield 9, f"receipt {number} was printed {count} times, and {printed[0]} are known"


def _chain(journal: list[Any], known: Known) -> Found:
    """Gapless and chained, and the one that the server has seen. On its own: the kiosk's own check isn't trusted."""
    hashes = {}
    before = None
    for row in journal:
        place = (row.position.boot, row.position.sequence)
        if hashlib.sha256(row.previous + row.record).digest() != row.hash:
            yield 10, f"record {place} isn't what was hashed"
        if before is not None:
            boot, sequence = before.position.boot, before.position.sequence
            if row.previous != before.hash or place not in ((boot, sequence + 1), (boot + 1, 1)):
                yield 10, f"record {place} doesn't follow {boot, sequence}"
        hashes[place] = row.hash.hex()
        before = row
    oldest, first = min(hashes), journal[0]
    if oldest != (1, 1):
        told = [json.loads(row.record) for row in journal if _subject(row.record)[1] == "pruned"]
        if not told or told[-1]["through_hash"] != first.previous.hex():
            yield 10, f"nothing says what came before {oldest}"
    for boot, sequence, hash_ in known.heads:
        if (boot, sequence) >= oldest and hashes.get((boot, sequence)) != hash_:
            yield 10, f"the server has seen another record {boot, sequence}, or this one is gone"


def _operations(rows: dict[str, OperationRow], told: dict[str, list[str]], known: Known, *, pruned: bool) -> Found:
    for identity in known.begun | known.sent | known.ended.keys():
        row = rows.get(identity)
        if row is None:
            if not known.holds("outcome", identity) and not known.holds("intent", identity):
                yield 1, f"{identity} was begun, and nothing is known of it"
            continue
        events = told.get(identity, [])
        if not pruned and "intent" not in events:
            yield 1, f"{identity} was begun without a record"
        if identity in known.sent:
            if not pruned and "sent" not in events:
                yield 1, f"a command of {identity} left without a record"
            if row.state not in ("in_doubt", known.answered.get(identity)):
                yield 2, f"{identity} was sent, answered {known.answered.get(identity)}, and is {row.state}"
        if identity in known.ended and row.state != known.ended[identity]:
            yield 9, f"{identity} ended {known.ended[identity]} and is {row.state}"
    for identity, row in rows.items():
        outcomes = [event for event in told.get(identity, ()) if event in _OUTCOMES]
        if outcomes and (outcomes[-1] != row.state or set(outcomes[:-1]) - {"in_doubt"}):
            yield 2, f"{identity} is {row.state}, and its records say {outcomes}"
        if not OperationKind(row.kind).on_chip:
            continue
        if row.state not in ("done", "not_done", "in_doubt"):
            yield 12, f"{identity} is still {row.state} after a recovery"
        if row.state != "not_done" and identity not in known.sent and "sent" not in told.get(identity, ()):
            yield 2, f"{identity} was never sent and is {row.state}"
        if row.state == "done" and identity not in known.answered:
            yield 2, f"{identity} is done, and no card has said so"
        if row.acknowledged and row.state != "not_done" and not known.holds("outcome", identity):
            yield 9, f"{identity} counts as reported, and the server never took it"
