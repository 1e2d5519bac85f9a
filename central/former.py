"""Being replaced by `central.operations`: reports of PIN changes as they looked before. Goes with its last sender."""

from central import cards
from central.operations import _INSERT
from central.transaction import Transaction
from central.transitions import effects_of
from kiosk.uplink.contract import FormerAcknowledged, OperationKind, PinChangeOutcome, PinChangeReport


def take_pin_change(transaction: Transaction, report: PinChangeReport) -> FormerAcknowledged:
    """Store what became of a PIN change."""
    card = cards.by_handle(transaction, report.card)
    state = "escalated" if report.outcome is PinChangeOutcome.IN_DOUBT else report.outcome.value
    row = {
        "operation_id": str(report.operation_id),
        "kiosk": report.kiosk,
        "boot": report.boot,
        "sequence": report.sequence,
        "card_id": card and card.id,
        "kind": report.kind,
        "state": state,
        "tries_before": None,
        "supersedes": None,
        "evidence": "",
        "opened_at": transaction.now,
        "card_seen_at": transaction.now,
        "ended_at": transaction.now,
    }
    transaction.connection.execute(_INSERT, row)
    if card is not None:
        values = dict(effects_of(OperationKind.PIN_CHANGE)) if report.outcome is PinChangeOutcome.DONE else {}
        if report.tries_left is not None or report.status_word == "6983":
            values["pin_blocked"] = not report.tries_left
        cards.change(transaction, card, values)
    kind = f"operation.{report.outcome}" if card else "operation.card_unknown"
    transaction.note(report.kiosk, kind, str(report.operation_id))
    return FormerAcknowledged(operation_id=report.operation_id, outcome=report.outcome)
