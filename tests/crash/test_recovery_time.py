"""A start after a power cut takes less than half a minute, however much the journal holds."""

import time
from pathlib import Path
from uuid import uuid4

import pytest
from store_promises import operations_on
from store_world import DATABASE

from kiosk.operations.journal import Event
from kiosk.operations.store import Store

RECORDS = 100_000
OPEN = 1_000
"""Operations that were cut off: as many as an outbox takes."""
MOST_SECONDS = 30.0

AT = "2026-03-01T09:00:00+08:00"


def fill(path: Path) -> None:
    """Give a store a long life whose last operations were all cut off."""
    store = Store(path)
    with store.transaction():
        store.begin_boot(at=AT, version="1")
        for _ in range(RECORDS - OPEN - 1):
            store.append(Event.PRINTED, AT, number="01-0001-0001", what="done")
        for number in range(OPEN):
            identity = uuid4()
            position = store.append(Event.INTENT, AT, operation=str(identity), kind="pin_change")
            store.add_operation(identity, kind="pin_change", card=uuid4(), position=position)
            if number % 2:
                store.set_state(identity, "sent")
    assert store.journal_length() == RECORDS
    store.close()


@pytest.mark.deep
async def test_recovery_of_a_long_life(tmp_path: Path) -> None:
    """The whole chain is followed, and each of a thousand operations is ended in a transaction of its own."""
    fill(tmp_path / DATABASE)
    began = time.perf_counter()
    operations, _ = operations_on(tmp_path)
    opened = time.perf_counter() - began
    await operations.recover()
    seconds = time.perf_counter() - began
    try:
        store = operations._storage.store
        assert store is not None
        assert [row for row in store.operations() if row.state not in ("not_done", "in_doubt")] == []
    finally:
        operations.close()
    print(f"{RECORDS:,} records, {OPEN:,} operations: opened in {opened:.2f} s, recovered in {seconds:.2f} s")
    assert seconds < MOST_SECONDS
