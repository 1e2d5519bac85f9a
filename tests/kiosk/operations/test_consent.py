"""What somebody agreed to is written down, and nothing of whose it is."""

from typing import Any

import apsw
import pytest
from operation_traces import journal
from trio.testing import MockClock

from kiosk.operations.errors import ChangesClosed


async def test_consent_is_journalled(autojump_clock: MockClock, machine: Any) -> None:
    """Which text, and the answer; nothing of whose it is. Where it can't be written down nobody may look."""
    async with machine.boot() as operations:
        operations.note_consent("2026-1", given=True, guardian=False)
        where = {"boot": 1, "sequence": 2, "at": "2026-03-01T09:00:00+00:00"}
        said = {"event": "consent", "version": "2026-1", "given": True, "guardian": False}
        assert journal(operations, "consent") == [said | where]
        machine.disk.fail(apsw.FullError)
        with pytest.raises(ChangesClosed):
            operations.note_consent("2026-1", given=True, guardian=True)
