"""Nobody can interrupt an operation: not who leaves, not what is cancelled around it."""

from typing import Any

import pytest
import trio
from operation_traces import states
from trio.testing import MockClock

from drivers.card_reader.mutation import Mutation
from kiosk.uplink.contract import OperationKind

PIN_CHANGE = OperationKind.PIN_CHANGE
LOSS = OperationKind.TEMPORARY_LOSS


async def test_nothing_outside_cancels_an_operation(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """Exit, silence, a card that leaves: from the intent to the recorded outcome they wait."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.seconds = 2
        card = chip()
        with trio.move_on_after(1) as scope:
            async with operations.begin(PIN_CHANGE, record) as operation:
                await trio.sleep(5)
                await operation.transmit(card.mutation)
            await trio.lowlevel.checkpoint()
        assert scope.cancelled_caught
        assert card.sent == 1
        assert states(operations)[0][0] == "done"


async def test_nothing_outside_cancels_a_loss_either(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.seconds = 2
        with trio.move_on_after(1) as scope:
            await operations.change_record(LOSS, record, evidence=())
            await trio.lowlevel.checkpoint()
        assert scope.cancelled_caught
        assert states(operations) == [("done", True)]
    assert (await machine.record()).application_status == 4


async def test_who_has_left_already_has_nothing_changed(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        with trio.CancelScope() as scope:
            scope.cancel()
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it began")
        with trio.CancelScope() as scope:
            scope.cancel()
            await operations.change_record(LOSS, record, evidence=())
        assert machine.events(operations) == ["boot"]


@pytest.mark.parametrize(("sent", "outcome"), [(False, "not_done"), (True, "in_doubt")])
async def test_an_operation_that_never_ends_is_ended(
    autojump_clock: MockClock, machine: Any, sent: bool, outcome: str
) -> None:
    """By its own deadline alone; then the machine serves others."""
    async with machine.boot() as operations:
        with pytest.raises(trio.TooSlowError):  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                if sent:
                    await operation.transmit(Mutation(b"\x80\x5e\x01\x00", None, trio.sleep_forever))
                await trio.sleep_forever()
        assert trio.current_time() == pytest.approx(900, abs=1)
        assert states(operations)[0][0] == outcome
