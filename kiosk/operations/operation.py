"""One operation: intent before effect, shielded until its outcome is written down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import structlog
import trio

from drivers.card_reader.errors import CardReaderError
from drivers.errors import DeviceError, Outcome
from kiosk.operations.store import Store

log = structlog.get_logger()

DONE = "done"
NOT_DONE = "not_done"
IN_DOUBT = "in_doubt"

PIN_CHANGE = "pin_change"


@asynccontextmanager
async def operation(store: Store, kind: str, card: UUID, *, at: str) -> AsyncIterator[UUID]:
    """Do what is inside as one operation that nothing outside can cancel.

    The intent is durable before the body runs, the outcome before it is left. An error that leaves the outcome
    unknown is recorded as in doubt; the body must bound its own time.
    """
    await trio.lowlevel.checkpoint()  # Who has just left, or taken the card, has nothing changed.
    with trio.CancelScope(shield=True):
        row = store.begin(uuid4(), kind=kind, card=card, at=at)
        log.info("operation.begun", operation=str(row.operation_id), kind=kind)
        outcome, status_word, tries_left = IN_DOUBT, None, None
        try:
            yield row.operation_id
            outcome, status_word = DONE, "9000"
        except DeviceError as error:
            outcome = NOT_DONE if error.outcome is Outcome.NOT_DONE else IN_DOUBT
            if isinstance(error, CardReaderError):
                status_word, tries_left = error.status_word, error.tries_left
            raise
        finally:
            store.conclude(row.operation_id, outcome, status_word=status_word, tries_left=tries_left)
            log.info("operation.ended", operation=str(row.operation_id), outcome=outcome)
