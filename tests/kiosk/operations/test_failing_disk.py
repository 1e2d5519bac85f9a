"""The disk fails before, while and after the card is at it."""

from typing import Any

import apsw
import pytest
import trio
from operation_traces import last_report, states
from trio.testing import MockClock

from drivers.card_reader.errors import CardGone, WrongPin
from drivers.card_reader.mutation import Mutation
from drivers.errors import Outcome
from kiosk import conditions
from kiosk.operations.errors import ChangesClosed, OutcomeUnknown
from kiosk.uplink.contract import OperationKind

PIN_CHANGE = OperationKind.PIN_CHANGE
GONE = CardGone("gone", outcome=Outcome.UNKNOWN)


async def test_a_full_disk_before_anything_was_sent(autojump_clock: MockClock, machine: Any) -> None:
    """Nothing is asked of the server, nothing is sent; it opens again when there is room."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        asked = len(machine.way.seen)
        machine.disk.fail(apsw.FullError)
        with pytest.raises(ChangesClosed) as closed:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it can't be written down")
        assert closed.value.conditions == (conditions.STORAGE_FULL,)
        assert len(machine.way.seen) == asked
        assert states(operations) == []
        machine.disk.mend()
        await trio.sleep(6)
        assert machine.standing() == []


async def test_a_disk_that_fails_just_before_the_command_leaves(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """It doesn't leave."""
    card = chip()
    async with machine.boot() as operations:
        with pytest.raises(ChangesClosed):  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                machine.disk.fail(apsw.IOError)
                await operation.transmit(card.mutation)
        assert card.sent == 0
        assert machine.standing() == ["storage.failing"]
        assert states(operations) == [("intent", False)]
        machine.disk.mend()
        await trio.sleep(6)
        assert states(operations) == [("not_done", True)]
        assert machine.standing() == []


@pytest.mark.parametrize(
    ("answer", "raises", "state"),
    [
        (None, OutcomeUnknown, "done"),
        (GONE, CardGone, "in_doubt"),
        (WrongPin(2), WrongPin, "not_done"),
    ],
)
async def test_a_disk_that_fails_while_the_card_is_at_it(
    autojump_clock: MockClock, machine: Any, chip: Any, answer: Any, raises: type[Exception], state: str
) -> None:
    """Nobody is told that it is done; it is written, and reported, as soon as the disk takes it."""
    async with machine.boot() as operations:
        with pytest.raises(raises):  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                with_failure = chip(answer)

                async def send() -> None:
                    machine.disk.fail(apsw.IOError)
                    await with_failure._send()

                await operation.transmit(Mutation(b"\x80\x5e\x01\x00", None, send))
        assert machine.standing() == ["storage.failing"]
        assert states(operations) == [("sent", False)]
        assert not await operation.acknowledged(20)
        machine.disk.mend()
        assert await operation.acknowledged(6)
        assert states(operations) == [(state, True)]
        assert last_report(machine)["outcome"] == state
        assert machine.standing() == []


async def test_a_service_that_sent_nothing_need_not_be_told_of_the_disk(
    autojump_clock: MockClock, machine: Any
) -> None:
    async with machine.boot() as operations:
        async with operations.begin(PIN_CHANGE, await machine.record()):
            machine.disk.fail(apsw.IOError)
        assert machine.standing() == ["storage.failing"]


async def test_the_power_goes_while_an_outcome_waits_for_the_disk(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """Memory is gone; the disk says that it was sent: in doubt."""
    async with machine.boot() as operations:
        with pytest.raises(OutcomeUnknown):  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                await operation.transmit(chip().mutation)
                machine.disk.fail(apsw.FullError)
        image = machine.image()
    machine.put(image)
    async with machine.boot() as operations:
        await trio.sleep(10)
        assert states(operations) == [("in_doubt", True)]
