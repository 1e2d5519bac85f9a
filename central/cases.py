"""Cases: what a person of the bureau has to look at, because no machine can tell what became of it."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from central.tables import UNENDED_ONLY, Case, Operation
from central.transaction import Transaction


class Reason(StrEnum):
    """Why an operation is on the list."""

    LOSS_REPORTED = "loss_reported"
    """The card was reported lost while the operation was open."""
    SUPERSEDED = "superseded"
    """A reset was begun instead of asking how it ended; closed by itself when the reset is done."""
    NEVER_OPENED = "never_opened"
    """A kiosk reported something that may have been done, and never had been opened here."""
    NOBODY_CAN_TELL = "nobody_can_tell"
    """The card appeared, and couldn't tell either."""
    CONTRADICTION = "contradiction"
    """A late word says the opposite of the result."""
    RECORD_CHANGED = "record_changed"
    """An enabling was done on a card that the bureau had put on loss or cancelled meanwhile: it isn't enabled."""
    OVERDUE = "overdue"
    """It waits for its card, which nobody saw for long. It has no result yet; closed by itself when it gets one."""


def open_case(transaction: Transaction, operation_id: str, reason: Reason) -> None:
    """Put an operation on the list, once for each reason."""
    key = {"operation_id": operation_id, "reason": reason.value}
    if transaction.connection.execute(_HELD, key).first() is None:
        transaction.connection.execute(_OPEN, {**key, "opened_at": transaction.now})


def close_by_itself(transaction: Transaction, operation_id: str, reason: Reason, why: str) -> None:
    """Take an operation off the list where it is there for `reason`."""
    values = {"operation": operation_id, "why": why, "for": reason.value, "now": transaction.now}
    transaction.connection.execute(_CLOSE_BY_ITSELF, values)


def close_case(transaction: Transaction, case_id: int, what: str, by: str | None = None) -> bool:
    """A person is done with it: a clerk, or whoever has the server's command line. False: there is no such case, or
    it is closed."""
    values = {"case": case_id, "why": what, "who": by, "now": transaction.now}
    return transaction.connection.execute(_CLOSE, values).rowcount == 1


def put_overdue_on_the_list(transaction: Transaction) -> None:
    """Find the operations that have waited too long for their card."""
    before = transaction.now - timedelta(days=transaction.settings.overdue_days)
    for operation in transaction.connection.execute(_OVERDUE, {"before": before}).all():
        open_case(transaction, operation.operation_id, Reason.OVERDUE)


def listing(transaction: Transaction, *, closed: bool = False) -> list[Any]:
    """The open cases, or all with `closed`, oldest first: id, operation_id, reason, opened_at, closed_at, closed_as,
    closed_by, and the operation's kind, state and kiosk."""
    put_overdue_on_the_list(transaction)
    listed = _ALL if closed else _ALL.where(Case.closed_at.is_(None))
    return [*transaction.connection.execute(listed)]


_HELD = select(Case.id).where(
    Case.operation_id == bindparam("operation_id"),
    Case.reason == bindparam("reason"),
)
_OPEN = insert(Case)
_closing = update(Case).values(closed_at=bindparam("now"), closed_as=bindparam("why")).where(Case.closed_at.is_(None))
_CLOSE = _closing.values(closed_by=bindparam("who")).where(Case.id == bindparam("case"))
_CLOSE_BY_ITSELF = _closing.where(Case.operation_id == bindparam("operation"), Case.reason == bindparam("for"))
_OVERDUE = select(Operation.operation_id).where(
    UNENDED_ONLY,
    Operation.opened_at < bindparam("before"),
    Operation.card_seen_at < bindparam("before"),
)
_ALL = (
    select(
        Case.id,
        Case.operation_id,
        Case.reason,
        Case.opened_at,
        Case.closed_at,
        Case.closed_as,
        Case.closed_by,
        Operation.kind,
        Operation.state,
        Operation.kiosk,
    )
    .join(Operation, Operation.operation_id == Case.operation_id)
    .order_by(Case.id)
)
