"""The core of operations: each has an id, one open at a time on a card's chip, and one result for ever.

Every function is one step within the transaction of one message. That a message is taken once (same id, same bytes;
another payload is refused) is the business of `central.registry`; here a message is new. What changes a state is in
`central.transitions`.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from central import applications, cards, eligibility, evidence, texts
from central.cards import CardRow
from central.cases import Reason, close_by_itself, open_case
from central.drafts import Draft
from central.tables import Operation
from central.transaction import Refused, Transaction
from central.transitions import (
    AT_FIRST,
    TRANSITIONS,
    Beginning,
    Happening,
    comes_too_late,
    contradicts,
    effects_of,
    end_of_loss,
    forbids,
    formal_loss_of,
    loss_of,
)
from kiosk.uplink.contract import (
    Acknowledged,
    EvidenceKind,
    Observation,
    OperationAcknowledged,
    OperationIntent,
    OperationKind,
    OperationOpened,
    OperationState,
    OperationStatus,
    OutcomeReport,
    ProblemType,
    Settlement,
)

OperationRow = Row[Any]

REPORTED = {
    OperationState.DONE: Happening.REPORTED_DONE,
    OperationState.NOT_DONE: Happening.REPORTED_NOT_DONE,
    OperationState.IN_DOUBT: Happening.REPORTED_IN_DOUBT,
}
SETTLED = {
    OperationState.DONE: Happening.SETTLED_DONE,
    OperationState.NOT_DONE: Happening.SETTLED_NOT_DONE,
    OperationState.ESCALATED: Happening.SETTLED_BY_NOBODY,
}


def open_operation(transaction: Transaction, intent: OperationIntent) -> OperationOpened | Refused:
    """Take an intent: open an operation on the chip, or change the record at once.

    A refusal is returned, not raised, so that it is kept with the id: a delayed copy of a refused intent begins
    nothing when the card has become free in the meantime.

    Raises:
        Refused: A report about this id came first; it stays closed.
    """
    if find(transaction, str(intent.operation_id)) is not None:
        raise Refused(ProblemType.OPERATION_CLOSED, "this operation has ended before its intent arrived")
    card = cards.by_handle(transaction, intent.card)
    try:
        if card is None:
            raise Refused(ProblemType.CARD_UNKNOWN, "no such card on record")
        kinds, draft = _judge(transaction, intent, card)
    except Refused as refused:
        _insert(transaction, intent, card, Beginning.REFUSED)
        return refused
    if intent.kind.stops_card or intent.supersedes is not None:
        _escalate_what_is_open(transaction, intent, card)
    beginning = Beginning.OPENED if intent.kind.on_chip else Beginning.APPLIED
    _insert(transaction, intent, card, beginning, evidence=" ".join(kinds))
    evidence.use_up(transaction, intent.evidence, intent.operation_id)
    if beginning is Beginning.OPENED:
        return OperationOpened(operation_id=intent.operation_id, state=OperationState.OPEN)
    return _change_record(transaction, intent, card, draft)


def report_outcome(transaction: Transaction, report: OutcomeReport) -> OperationAcknowledged:
    """Take what became of an operation, from the kiosk that began it.

    Raises:
        Refused: It is another kiosk's operation, or of another kind or card than was opened.
    """
    operation = find(transaction, str(report.operation_id))
    card = cards.by_handle(transaction, report.card)
    if operation is None:
        not_done = report.outcome is OperationState.NOT_DONE
        beginning = Beginning.NOT_DONE_UNOPENED if not_done else Beginning.ELSE_UNOPENED
        state = _insert(transaction, report, card, beginning)
        if beginning is Beginning.ELSE_UNOPENED:
            open_case(transaction, str(report.operation_id), Reason.NEVER_OPENED)
        transaction.note(report.kiosk, f"operation.{state}", str(report.operation_id))
        return OperationAcknowledged(operation_id=report.operation_id, state=state)
    if operation.kiosk != report.kiosk:
        raise Refused(ProblemType.NOT_THIS_KIOSK, "another kiosk's operation")
    if (operation.kind, operation.card_id) != (report.kind, card and card.id):
        raise Refused(ProblemType.OPERATION_CONFLICT, "not the operation that was opened under this id")
    if transaction.now - operation.opened_at > timedelta(days=transaction.settings.late_days):
        transaction.note(report.kiosk, "operation.late_report", str(report.operation_id))
        return OperationAcknowledged(operation_id=report.operation_id, state=operation.state)
    return _take_word(transaction, report, operation, card, REPORTED[report.outcome])


def settle(transaction: Transaction, settlement: Settlement) -> OperationAcknowledged:
    """Take what the card said of an operation, at whichever kiosk it appeared.

    Raises:
        Refused: There is no such operation, or it is on another card.
    """
    operation = find(transaction, str(settlement.operation_id))
    if operation is None:
        raise Refused(ProblemType.OPERATION_UNKNOWN, "no such operation")
    card = cards.by_handle(transaction, settlement.card)
    if card is None or operation.card_id != card.id:
        raise Refused(ProblemType.OPERATION_CONFLICT, "an operation on another card")
    transaction.note(settlement.kiosk, f"settlement.{settlement.means}", operation.operation_id)
    return _take_word(transaction, settlement, operation, card, SETTLED[settlement.outcome])


def observe(transaction: Transaction, observation: Observation) -> Acknowledged:
    """Take what a card says of its counter, unless its record has changed since it was compared.

    Raises:
        Refused: No such card.
    """
    card = cards.by_handle(transaction, observation.card)
    if card is None:
        raise Refused(ProblemType.CARD_UNKNOWN, "no such card on record")
    if card.version == observation.record_version:
        cards.change(transaction, card, {"pin_blocked": observation.tries_left == 0})
    return Acknowledged()


def status_of(transaction: Transaction, kiosk: str, operation_id: str) -> OperationStatus:
    """What is held of an operation, for the kiosk that began it.

    Raises:
        Refused: There is no such operation, or it is another kiosk's.
    """
    operation = find(transaction, operation_id)
    if operation is None:
        raise Refused(ProblemType.OPERATION_UNKNOWN, "no such operation")
    if operation.kiosk != kiosk:
        raise Refused(ProblemType.NOT_THIS_KIOSK, "another kiosk's operation")
    return OperationStatus(operation_id=operation.operation_id, kind=operation.kind, state=operation.state)


def find(transaction: Transaction, operation_id: str) -> OperationRow | None:
    """The row of an operation, or None."""
    return transaction.connection.execute(_FIND, {"id": operation_id}).one_or_none()


def happen(transaction: Transaction, operation: OperationRow, happening: Happening) -> OperationState | None:
    """Move an operation to where `happening` leads; return the new state, or None when nothing changed."""
    before = OperationState(operation.state)
    after = TRANSITIONS.get((before, happening))
    if after is None:
        if contradicts(before, happening):
            open_case(transaction, operation.operation_id, Reason.CONTRADICTION)
            transaction.note(operation.kiosk, "operation.contradiction", operation.operation_id)
        return None
    ended_at = transaction.now if after.terminal else None
    values = {"id": operation.operation_id, "after": after.value, "ended": ended_at}
    transaction.connection.execute(_MOVE, values)
    if after.terminal:
        close_by_itself(transaction, operation.operation_id, Reason.OVERDUE, after.value)
    if after is OperationState.NOT_DONE:
        evidence.give_back(transaction, operation.operation_id)
    if after is not OperationState.AUTHORISED:
        transaction.note(operation.kiosk, f"operation.{after}", operation.operation_id)
    return after


def _judge(transaction: Transaction, intent: OperationIntent, card: CardRow) -> tuple[list[EvidenceKind], Draft | None]:
    liftable = transaction.policy_of(intent.kiosk).loss.formal_can_be_lifted
    if forbids(intent.kind, card, transaction.today, formal_can_be_lifted=liftable):
        raise Refused(ProblemType.STATE_FORBIDS, "the card's state on record doesn't allow it")
    if intent.supersedes is not None:
        superseded = find(transaction, str(intent.supersedes))
        if intent.kind is not OperationKind.PIN_RESET or superseded is None or superseded.card_id != card.id:
            raise Refused(ProblemType.OPERATION_UNKNOWN, "a reset alone supersedes, and an operation on its own card")
    if intent.kind.authorised and (transaction.authority is None or card.key_factor is None):
        raise Refused(ProblemType.STATE_FORBIDS, "the issuer can't speak to this card")
    if intent.kind.on_chip and card.open_id not in (None, str(intent.supersedes)):
        raise Refused(ProblemType.CARD_BUSY, "another operation on this card hasn't ended")
    if intent.kind is OperationKind.APPLICATION:
        draft, service = applications.judge(transaction, intent, card)
        return evidence.judge(transaction, intent, card, service), draft
    kinds = evidence.judge(transaction, intent, card)
    if intent.kind is OperationKind.ELIGIBILITY_CHECK:
        eligibility.judge(transaction, card)
    return kinds, None


def _escalate_what_is_open(transaction: Transaction, intent: OperationIntent, card: CardRow) -> None:
    """A loss waits for nobody, and a reset makes the question moot: nobody will ask the card any more."""
    if card.open_id is None:
        return
    operation = find(transaction, card.open_id)
    assert operation is not None, "within one transaction"
    lost = intent.kind.stops_card
    happen(transaction, operation, Happening.LOSS_REPORTED if lost else Happening.SUPERSEDED)
    open_case(transaction, operation.operation_id, Reason.LOSS_REPORTED if lost else Reason.SUPERSEDED)


def _change_record(
    transaction: Transaction, intent: OperationIntent, card: CardRow, draft: Draft | None
) -> OperationOpened:
    opened: dict[str, Any] = {"operation_id": intent.operation_id, "state": OperationState.DONE}
    until = None
    match intent.kind:
        case OperationKind.TEMPORARY_LOSS:
            until = transaction.today + timedelta(days=transaction.policy_of(intent.kiosk).loss.lapses_after_days)
            cards.change(transaction, card, loss_of(card.application_status, card.lifecycle, until))
            opened["lapses_on"] = until
        case OperationKind.FORMAL_LOSS:
            cards.change(transaction, card, formal_loss_of(card))
        case OperationKind.LOSS_RELEASE:
            cards.change(transaction, card, end_of_loss(card.status_before_loss, card.lifecycle_before_loss))
        case OperationKind.ELIGIBILITY_CHECK:
            until = eligibility.check(transaction, intent, card)
            opened["good_until"] = until
        case _:
            assert draft is not None, "judged before"
            opened["application"] = applications.take(transaction, intent, card, draft)
    transaction.note(intent.kiosk, "operation.done", str(intent.operation_id))
    if draft is None:
        texts.of_operation(transaction, intent.kiosk, card, intent.kind, until=until)
    return OperationOpened.model_validate(opened)


def _take_word(
    transaction: Transaction,
    said: OutcomeReport | Settlement,
    operation: OperationRow,
    card: CardRow | None,
    happening: Happening,
) -> OperationAcknowledged:
    after = happen(transaction, operation, happening)
    if after is not None:
        assert card is not None, "what is open is on a card"
        values: dict[str, Any] = {}
        if after is OperationState.DONE:
            kind = OperationKind(operation.kind)
            if comes_too_late(kind, card):
                kind = OperationKind.PIN_CHANGE  # That much is so; the rest is the bureau's to judge.
                open_case(transaction, operation.operation_id, Reason.RECORD_CHANGED)
            values.update(effects_of(kind))
            texts.of_operation(transaction, operation.kiosk, card, kind)
            if operation.supersedes is not None:
                for reason in (Reason.SUPERSEDED, Reason.NOBODY_CAN_TELL):
                    close_by_itself(transaction, operation.supersedes, reason, "superseded")
        if said.tries_left is not None:
            values["pin_blocked"] = said.tries_left == 0
        if isinstance(said, OutcomeReport) and card.version != operation.card_version:
            values.pop("pin_blocked", None)  # Whoever has looked at the card since knows better.
        cards.change(transaction, card, values)
    if after is OperationState.ESCALATED:
        open_case(transaction, operation.operation_id, Reason.NOBODY_CAN_TELL)
    return OperationAcknowledged(operation_id=said.operation_id, state=after or operation.state)


def _insert(
    transaction: Transaction,
    said: OperationIntent | OutcomeReport,
    card: CardRow | None,
    beginning: Beginning,
    *,
    evidence: str = "",
) -> OperationState:
    state = AT_FIRST[beginning]
    intent = said if isinstance(said, OperationIntent) else None
    row = {
        "operation_id": str(said.operation_id),
        "kiosk": said.kiosk,
        "boot": said.boot,
        "sequence": said.sequence,
        "card_id": card and card.id,
        "kind": said.kind.value,
        "state": state.value,
        "tries_before": intent and intent.tries_before,
        "supersedes": str(intent.supersedes) if intent and intent.supersedes else None,
        "evidence": evidence,
        "card_version": card and card.version,
        "opened_at": transaction.now,
        "card_seen_at": transaction.now,
        "ended_at": transaction.now if state.terminal else None,
    }
    transaction.connection.execute(_INSERT, row)
    return state


_FIND = select(*Operation.__table__.columns).where(Operation.operation_id == bindparam("id"))
_INSERT = insert(Operation)
_MOVE = (
    update(Operation)
    .where(Operation.operation_id == bindparam("id"))
    .values(state=bindparam("after"), ended_at=bindparam("ended"))
)
