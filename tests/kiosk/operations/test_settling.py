"""Settling what is open on a card, and telling what was seen of it."""

import json
from typing import Any

import pytest
import trio
from operation_traces import journal, state_at_server
from trio.testing import MockClock

from drivers.card_reader.errors import CardGone
from drivers.errors import Outcome
from kiosk.operations import storage as storage_module
from kiosk.uplink.contract import Means, OperationKind, OperationState
from kiosk.uplink.errors import CentralError

PIN_CHANGE = OperationKind.PIN_CHANGE
GONE = CardGone("gone", outcome=Outcome.UNKNOWN)


async def test_a_settlement_is_held_by_the_server_on_return(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    async with machine.boot() as operations:
        with pytest.raises(CardGone):
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                await operation.transmit(chip(GONE).mutation)
        await operation.acknowledged(10)
        record = await machine.record()
        assert record.open_operation is not None
        await operations.settle(
            record.open_operation,
            record,
            outcome=OperationState.DONE,
            means=Means.NEW_PIN_ACCEPTED,
            tries_left=6,
        )
        assert operations.outbox_length == 0
        told = journal(operations, "settlement")[0]
        assert (told["operation"], told["outcome"]) == (str(operation.id), "done")
        assert (told["means"], told["tries_left"]) == ("new_pin_accepted", 6)
        path = next(path for path in machine.way.bodies if "/settlements/" in path)
        body = json.loads(machine.way.bodies[path][0])
        assert path.endswith(body["settlement_id"])
        assert (body["boot"], body["sequence"], body["kiosk"]) == (1, told["sequence"], "kiosk-3")
        assert (body["operation_id"], body["card"]) == (str(operation.id), str(record.handle))
        assert (body["outcome"], body["means"], body["tries_left"]) == ("done", "new_pin_accepted", 6)
    assert await state_at_server(machine) is None


async def test_a_settlement_without_an_answer_goes_on_being_sent(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """After what was to be heard before it."""
    async with machine.boot() as operations:
        machine.way.fail("/outcome", "cut")
        with pytest.raises(CardGone):
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                await operation.transmit(chip(GONE).mutation)
        record = await machine.record()
        assert record.open_operation is not None
        told: list[CentralError] = []
        machine.central.failed = told.append
        with trio.move_on_after(1), pytest.raises(CentralError):
            await operations.settle(
                record.open_operation,
                record,
                outcome=OperationState.NOT_DONE,
                means=Means.OLD_PIN_ACCEPTED,
                tries_left=None,
            )
        assert trio.current_time() > 5
        assert len(told) == 1
        assert operations.outbox_length == 2
        machine.way.mend()
        await trio.sleep(61)
        assert operations.outbox_length == 0
        sent = [path for _, path in machine.way.seen if "settlement" in path or "outcome" in path]
        assert ["settlement" in path for path in sent[-2:]] == [False, True]
    assert await state_at_server(machine) is None


@pytest.mark.parametrize(
    ("blocked", "tries", "told"), [(False, 0, True), (True, 3, True), (False, 3, False), (True, 0, False)]
)
async def test_the_server_is_told_where_the_card_says_otherwise(
    autojump_clock: MockClock, machine: Any, blocked: bool, tries: int, told: bool
) -> None:
    async with machine.boot() as operations:
        record = (await machine.record()).model_copy(update={"pin_blocked": blocked})
        operations.observe(record, None)
        operations.observe(record, tries)
        assert operations.outbox_length == told
        assert machine.events(operations) == ["boot"] + ["observation"] * told
        await trio.sleep(1)
        assert operations.outbox_length == 0
        if told:
            ((path, (body,)),) = [item for item in machine.way.bodies.items() if "observation" in item[0]]
            message = json.loads(body)
            assert path.endswith(message["observation_id"])
            assert (message["record_version"], message["tries_left"]) == (record.version, tries)
            assert (message["card"], message["boot"], message["sequence"]) == (str(record.handle), 1, 2)
            assert journal(operations, "observation")[0]["tries_left"] == tries
            assert journal(operations, "observation")[0]["card"] == str(record.handle)


async def test_what_was_told_since_the_record_was_fetched_counts(autojump_clock: MockClock, machine: Any) -> None:
    """The record says that the card is blocked, it isn't; then its holder enters wrong PINs until it is."""
    async with machine.boot() as operations:
        operations.observe(await machine.record(), 0)
        await trio.sleep(1)
        record = await machine.record()
        assert record.pin_blocked
        for tries in (2, 2, 1, 0, 0):
            operations.observe(record, tries)
        await trio.sleep(1)
        assert machine.events(operations).count("observation") == 3
        assert (await machine.record()).pin_blocked
        operations.observe(await machine.record(), 6)
        await trio.sleep(1)
        assert not (await machine.record()).pin_blocked


async def test_what_is_known_of_a_card_here_is_told_before_anybody_is_asked(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        assert not await operations.catch_up(record)
        machine.way.fail("/outcome", "cut")
        async with operations.begin(PIN_CHANGE, record) as operation:
            await operation.transmit(chip().mutation)
        await trio.sleep(100)
        assert not await operations.catch_up(await machine.record("li"))
        with pytest.raises(CentralError):
            await operations.catch_up(record)
        machine.way.mend()
        assert await operations.catch_up(record)
        assert (await machine.record()).open_operation is None


async def test_a_full_outbox_takes_nothing_that_the_card_will_tell_again(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_module, "OUTBOX_LIMIT", 1)
    machine.way.fail("", "cut")
    async with machine.boot() as operations:
        operations.observe(await machine.record(), 0)
        operations.observe(await machine.record("li"), 0)
        assert operations.outbox_length == 1
