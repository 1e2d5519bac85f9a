"""Receipts: only for what is durably done, each number once, and a copy knows that it is one."""

from uuid import UUID

from kiosk.operations.journal import Event
from kiosk.operations.store import Store


def issue(store: Store, operation_id: UUID, *, machine: int, at: str) -> str:
    """The number of an operation's receipt: machine, boot and the place in the journal; issued once."""
    number = store.receipt_of(operation_id)
    if number is not None:
        return number
    row = store.operation(operation_id)
    assert row is not None, "a receipt is for an operation of this machine"
    assert row.state == "done", "a receipt is for what is durably done"
    position = store.next_position
    number = f"{machine:02}-{position.boot:04}-{position.sequence:04}"
    store.append(Event.RECEIPT, at, operation=str(operation_id), number=number)
    store.add_receipt(number, operation_id)
    return number


def printing(store: Store, number: str, *, at: str) -> int:
    """Printing begins; how often it was begun before."""
    before = store.count_printing(number)
    store.append(Event.PRINTING, at, number=number, before=before)
    return before


def printed(store: Store, number: str, what: str, *, at: str) -> None:
    """What became of a printing."""
    store.append(Event.PRINTED, at, number=number, what=what)
