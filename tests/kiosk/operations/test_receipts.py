"""Receipts: for what is durably done alone, each with a number, each copy known as one."""

from typing import Any
from uuid import uuid4

import apsw
import pytest
import trio
from operation_traces import journal
from trio.testing import MockClock

from kiosk.operations.errors import ChangesClosed
from kiosk.uplink.contract import OperationKind

PIN_CHANGE = OperationKind.PIN_CHANGE


async def test_a_receipt_is_for_what_is_durably_done(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """One number each, for ever; what isn't done has none."""
    async with machine.boot() as operations:
        numbers = []
        for person in ("zhang", "li"):
            async with operations.begin(PIN_CHANGE, await machine.record(person)) as operation:
                with pytest.raises(AssertionError, match="durably done"):
                    operations.issue_receipt(operation.id)
                await operation.transmit(chip().mutation)
                with pytest.raises(AssertionError, match="durably done"):
                    operations.issue_receipt(operation.id)
            numbers.append(operations.issue_receipt(operation.id))
            assert operations.issue_receipt(operation.id) == numbers[-1]
        assert len(set(numbers)) == 2
        with pytest.raises(AssertionError, match="of this machine"):
            operations.issue_receipt(uuid4())
        assert [record["number"] for record in journal(operations, "receipt")] == numbers
        assert numbers[0] == f"03-0001-{journal(operations, 'receipt')[0]['sequence']:04}"
        assert journal(operations, "receipt")[1]["operation"] == str(operation.id)
    async with machine.boot() as operations:
        assert operations.issue_receipt(operation.id) == numbers[1]


async def test_a_copy_knows_that_it_is_one(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """Also after a restart, and where nobody knows whether the first came out."""
    async with machine.boot() as operations:
        async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
            await operation.transmit(chip().mutation)
        number = operations.issue_receipt(operation.id)
        assert operations.printing(number) == 0
        operations.printed(number, "unknown")
        image = machine.image()
    machine.put(image)
    async with machine.boot() as operations:
        assert operations.printing(number) == 1
        operations.printed(number, "done")
        printed = [(record["number"], record["what"]) for record in journal(operations, "printed")]
        assert printed == [(number, "unknown"), (number, "done")]
        printing = [(record["number"], record["before"]) for record in journal(operations, "printing")]
        assert printing == [(number, 0), (number, 1)]
        machine.disk.fail(apsw.FullError)
        with pytest.raises(ChangesClosed):
            operations.printing(number)
        operations.printed(number, "failed")
        machine.disk.mend()
        await trio.sleep(6)
        assert journal(operations, "printed")[-1]["what"] == "failed"


async def test_a_reference_is_no_receipt_s_number(autojump_clock: MockClock, machine: Any) -> None:
    for boot in (1, 2):
        async with machine.boot() as operations:
            assert [operations.reference() for _ in range(2)] == [f"03-000{boot}-Q001", f"03-000{boot}-Q002"]
