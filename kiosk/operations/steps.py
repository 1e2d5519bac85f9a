"""What is written down at each step, in one transaction: journal, operation and outbox together."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel

from kiosk.operations.journal import Event, Position, Row
from kiosk.operations.store import OutboxRow, Store
from kiosk.uplink.contract import (
    Means,
    Observation,
    OperationAcknowledged,
    OperationIntent,
    OperationKind,
    OperationOpened,
    OperationState,
    Outcome,
    OutcomeReport,
    Settlement,
)
from kiosk.uplink.errors import CentralError, OperationConflict

MOST_REFUSALS = 5
"""A message that was refused so often is set aside, for a person to look at."""


def thread_of(kind: OperationKind, operation_id: UUID, card: UUID) -> UUID:
    """What an operation's messages stay in order with: all of one chip; a loss waits for nobody."""
    return card if kind.on_chip else operation_id


def intend(
    store: Store,
    operation_id: UUID,
    kind: OperationKind,
    card: UUID,
    *,
    kiosk: str,
    at: str,
    evidence: Sequence[UUID] = (),
    tries_before: int | None = None,
    supersedes: UUID | None = None,
    draft: UUID | None = None,
) -> OperationIntent:
    """Nothing has left the machine yet. Whoever begins an operation sends its intent, and nobody beside."""
    position = store.append(
        Event.INTENT,
        at,
        operation=str(operation_id),
        kind=kind,
        card=str(card),
        tries_before=tries_before,
        supersedes=str(supersedes) if supersedes else None,
    )
    intent = OperationIntent.model_validate(
        {
            "operation_id": operation_id,
            "kind": kind,
            **_signed(kiosk, position, at),
            "card": card,
            "evidence": tuple(evidence),
            "tries_before": tries_before,
            "supersedes": supersedes,
            "draft": draft,
        }
    )
    store.add_operation(operation_id, kind=kind, card=card, position=position)
    store.enqueue(
        "intent",
        operation_id,
        thread=thread_of(kind, operation_id, card),
        body=intent.model_dump_json().encode(),
        position=position,
        held=True,
    )
    return intent


def sent(
    store: Store, operation_id: UUID, *, at: str, header: bytes, digest: bytes | None, tries_before: int | None
) -> None:
    """The command leaves next. The server holds the intent by now."""
    store.append(
        Event.SENT,
        at,
        operation=str(operation_id),
        header=header.hex(),
        digest=digest.hex() if digest else None,
        tries_before=tries_before,
    )
    store.set_state(operation_id, "sent")
    store.dequeue("intent", operation_id)


def end(
    store: Store,
    operation_id: UUID,
    outcome: Outcome,
    *,
    kiosk: str,
    at: str,
    status_word: str | None = None,
    tries_left: int | None = None,
    report: bool = True,
) -> None:
    """How it ended, as far as is known, and the report of it.

    Args:
        store: Within a transaction.
        operation_id: Which.
        outcome: What is known.
        kiosk: This machine's name in the fleet.
        at: The kiosk's clock, ISO 8601.
        status_word: What the card answered.
        tries_left: As the card last told.
        report: False where the server surely holds no such operation.
    """
    row = store.operation(operation_id)
    assert row is not None, "an operation begins before it ends"
    position = store.append(
        Event.OUTCOME,
        at,
        operation=str(operation_id),
        outcome=outcome,
        status_word=status_word,
        tries_left=tries_left,
    )
    store.set_state(operation_id, outcome)
    store.dequeue("intent", operation_id)
    if not report:
        store.acknowledge(operation_id)
        return
    kind = OperationKind(row.kind)
    message = OutcomeReport.model_validate(
        {
            "operation_id": operation_id,
            "kind": kind,
            **_signed(kiosk, position, at),
            "card": row.card,
            "outcome": outcome,
            "status_word": status_word,
            "tries_left": tries_left,
        }
    )
    thread = thread_of(kind, operation_id, row.card)
    store.enqueue("outcome", operation_id, thread=thread, body=message.model_dump_json().encode(), position=position)


def unanswered(store: Store, operation_id: UUID) -> None:
    """An intent that changes the record alone may have arrived: it is sent until the server says what became of it."""
    store.set_state(operation_id, OperationState.IN_DOUBT)
    store.release("intent", operation_id)


def answered(store: Store, operation_id: UUID, outcome: Outcome, *, at: str) -> None:
    """The server has judged an operation that changes the record alone: its answer is the outcome."""
    store.append(Event.OUTCOME, at, operation=str(operation_id), outcome=outcome, status_word=None, tries_left=None)
    store.set_state(operation_id, outcome)
    store.dequeue("intent", operation_id)
    store.acknowledge(operation_id)


def settle(
    store: Store,
    settlement_id: UUID,
    operation_id: UUID,
    card: UUID,
    *,
    outcome: OperationState,
    means: Means,
    tries_left: int | None,
    kiosk: str,
    at: str,
) -> None:
    """The card has shown what became of an operation, of this machine or of another."""
    position = store.append(
        Event.SETTLEMENT, at, operation=str(operation_id), outcome=outcome, means=means, tries_left=tries_left
    )
    message = Settlement.model_validate(
        {
            "settlement_id": settlement_id,
            "operation_id": operation_id,
            **_signed(kiosk, position, at),
            "card": card,
            "outcome": outcome,
            "means": means,
            "tries_left": tries_left,
        }
    )
    body = message.model_dump_json().encode()
    store.enqueue("settlement", settlement_id, thread=card, body=body, position=position)


def observe(
    store: Store, observation_id: UUID, card: UUID, *, record_version: int, tries_left: int, kiosk: str, at: str
) -> None:
    """The card says otherwise than its record."""
    position = store.append(Event.OBSERVATION, at, card=str(card), tries_left=tries_left)
    message = Observation.model_validate(
        {
            "observation_id": observation_id,
            **_signed(kiosk, position, at),
            "card": card,
            "record_version": record_version,
            "tries_left": tries_left,
        }
    )
    body = message.model_dump_json().encode()
    store.enqueue("observation", observation_id, thread=card, body=body, position=position)


def delivered(store: Store, row: OutboxRow, answer: BaseModel, *, at: str) -> None:
    """The server holds the message."""
    if isinstance(answer, OperationOpened):
        answered(store, row.message_id, OperationState.DONE, at=at)
        return
    store.dequeue(row.message, row.message_id)
    if row.message == "outcome":
        assert isinstance(answer, OperationAcknowledged)
        store.append(Event.ACKNOWLEDGED, at, operation=str(row.message_id), state=answer.state)
        store.acknowledge(row.message_id)


def refused(store: Store, row: OutboxRow, error: CentralError, *, at: str) -> None:
    """The server said no to the message."""
    if row.message == "intent" and not isinstance(error, OperationConflict):
        kiosk = OperationIntent.model_validate_json(row.body).kiosk
        end(store, row.message_id, OperationState.NOT_DONE, kiosk=kiosk, at=at)  # An earlier copy may still arrive.
        return
    set_aside = isinstance(error, OperationConflict) or row.refusals + 1 >= MOST_REFUSALS
    store.count_refusal(row.number, set_aside=set_aside)


def prune(store: Store, through: Row, *, at: str) -> None:
    """Drop the records up to and with `through`; a new one tells of it, so that nobody else can."""
    store.append(
        Event.PRUNED,
        at,
        through_boot=through.position.boot,
        through_sequence=through.position.sequence,
        through_hash=through.hash.hex(),
    )
    store.forget_through(through.position)


def _signed(kiosk: str, position: Position, at: str) -> dict[str, object]:
    """What every message says of where it comes from; its record stands at `position`."""
    return {"kiosk": kiosk, "boot": position.boot, "sequence": position.sequence, "at": at}
