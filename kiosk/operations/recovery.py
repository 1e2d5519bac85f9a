"""What happens at every start: the journal is followed, and what the last boots left open gets its outcome.

Nothing here talks to a card. Killed at any step, the next start does what is left: each operation is ended in one
transaction, and one that has ended is passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import structlog
import trio

from kiosk.operations import steps
from kiosk.operations.errors import BrokenChain
from kiosk.operations.journal import ORIGIN, Check, Event, Position
from kiosk.operations.storage import Storage
from kiosk.operations.store import OperationRow, Store
from kiosk.uplink.contract import JournalHead, OperationKind, OperationState, Outcome

log = structlog.get_logger()

MOST_BOOTS = 3
"""So many boots may fail to finish their recovery; then a technician starts it."""

_ROWS_AT_ONCE = 500
"""So many records are followed before others get their turn: some 5 ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What a recovery found and did."""

    records: int
    """How many the journal holds."""
    broken: BrokenChain | None
    """Where the journal was altered; None: it is whole."""
    not_done: int
    in_doubt: int
    waiting: int
    """Messages for the server."""


async def recover(storage: Storage, *, kiosk: str, at: Callable[[], str]) -> Recovered:
    """Follow the journal and end what earlier boots left open.

    Raises:
        StorageError: The storage failed; the next start does the rest.
    """
    broken: BrokenChain | None = None
    records = 0
    try:
        records = await follow(storage)
    except BrokenChain as error:
        log.error("journal.broken", boot=error.boot, sequence=error.sequence)
        broken = error
    outcomes: list[Outcome] = []
    for row in storage.read(lambda store: store.unfinished()):
        outcome = _outcome_of(row)
        storage.write(partial(_end, row=row, outcome=outcome, kiosk=kiosk, at=at()))
        log.warning("operation.recovered", operation=str(row.operation_id), outcome=outcome)
        outcomes.append(outcome)
        await trio.lowlevel.checkpoint()
    storage.write(lambda store: store.recovered())
    return Recovered(
        records=records,
        broken=broken,
        not_done=outcomes.count(OperationState.NOT_DONE),
        in_doubt=outcomes.count(OperationState.IN_DOUBT),
        waiting=storage.read(lambda store: store.outbox_length()),
    )


async def recover_by_hand(storage: Storage, *, kiosk: str, at: Callable[[], str]) -> Recovered:
    """A technician has the recovery done, however often it failed, and has what was set aside sent again.

    Raises:
        StorageError: The storage failed on the way.
    """
    storage.write(lambda store: store.append(Event.TECHNICIAN, at(), action="recover"))
    recovered = await recover(storage, kiosk=kiosk, at=at)
    storage.write(lambda store: store.take_up_again())
    return recovered


async def follow(storage: Storage) -> int:
    """Check the whole chain; how many records it has.

    Raises:
        BrokenChain: It was altered.
        StorageError: It can't be read.
    """
    check, last = Check(), ORIGIN
    while rows := storage.read(partial(Store.journal, after=last, limit=_ROWS_AT_ONCE)):
        for row in rows:
            check.follow(row)
        last = rows[-1].position
        await trio.lowlevel.checkpoint()
    check.end()
    return check.count


def contradicts(store: Store, held: JournalHead) -> bool:
    """Whether the journal isn't the one that the server has seen: rolled back, altered, or another one.

    Records are dropped only before a head that the server held, so that one is always kept here. Where it isn't,
    somebody has put another beginning in its place, or the server's memory is older than all that is kept: a person
    tells which.
    """
    row = store.record_at(Position(held.boot, held.sequence))
    return row is None or row.hash.hex() != held.hash


def _outcome_of(row: OperationRow) -> Outcome:
    """What is known of an operation that was cut off. One that changes the record alone may have been answered."""
    cut_before = OperationKind(row.kind).on_chip and row.state == "intent"
    return OperationState.NOT_DONE if cut_before else OperationState.IN_DOUBT


def _end(store: Store, *, row: OperationRow, outcome: Outcome, kiosk: str, at: str) -> None:
    if OperationKind(row.kind).on_chip:
        steps.end(store, row.operation_id, outcome, kiosk=kiosk, at=at)
    else:
        steps.unanswered(store, row.operation_id)
