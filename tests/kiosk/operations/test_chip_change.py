"""A change on the chip: written down before it leaves, and told as the card answers."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any
from uuid import uuid4

import pytest
import trio
from operation_traces import journal, last_report, state_at_server, states
from trio.testing import MockClock

from drivers.card_reader.errors import CardGone, WrongPin
from drivers.card_reader.mutation import Mutation
from drivers.errors import DeviceError, Outcome
from kiosk.operations.errors import AlreadySent, OperationRefused
from kiosk.uplink.contract import OperationAcknowledged, OperationKind, OperationState

PIN_CHANGE = OperationKind.PIN_CHANGE
GONE = CardGone("gone", outcome=Outcome.UNKNOWN)


# A change on the chip that goes well.


async def test_it_is_written_down_before_it_leaves(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """At each moment the disk holds what a power cut must find."""
    async with machine.boot() as operations:
        record = await machine.record()
        seen: list[Sequence[str]] = []

        class Watched(chip):  # type: ignore[misc]
            async def _send(self) -> None:
                seen.append(machine.events(operations))
                seen.append([await state_at_server(machine)])  # type: ignore[list-item]
                await super()._send()

        card = Watched()
        async with operations.begin(PIN_CHANGE, record, tries_before=6) as operation:
            assert machine.events(operations) == ["boot", "intent"]
            assert journal(operations, "boot")[0]["version"] == version("kiosk")
            assert states(operations) == [("intent", False)]
            assert operation.outcome is OperationState.NOT_DONE
            await operation.transmit(card.mutation)
            assert operation.outcome is OperationState.DONE
            assert states(operations) == [("sent", False)]
            assert operations.outbox_length == 0, "the server holds the intent"
        assert seen == [["boot", "intent", "sent"], [OperationState.OPEN]]
        assert states(operations) == [("done", False)]
        assert await operation.acknowledged(10)
        assert states(operations) == [("done", True)]
        assert machine.events(operations) == ["boot", "intent", "sent", "outcome", "acknowledged"]
        assert operations.outbox_length == 0
    assert (await machine.record()).open_operation is None
    assert card.sent == 1


async def test_the_records_say_what_happened_and_name_nobody(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        async with operations.begin(PIN_CHANGE, record, tries_before=5) as operation:
            await operation.transmit(chip().mutation)
        await operation.acknowledged(10)
        at = "2026-03-01T09:00:00+00:00"
        identity = str(operation.id)
        common = {"at": at, "boot": 1, "operation": identity}
        assert journal(operations, "intent") == [
            common
            | {
                "event": "intent",
                "sequence": 2,
                "kind": "pin_change",
                "card": str(record.handle),
                "tries_before": 5,
                "supersedes": None,
            }
        ]
        sent = {"event": "sent", "sequence": 3, "header": "805e0100", "digest": None, "tries_before": 5}
        assert journal(operations, "sent") == [common | sent]
        outcome = {"event": "outcome", "sequence": 4, "outcome": "done", "status_word": "9000", "tries_left": None}
        assert journal(operations, "outcome") == [common | outcome]
        assert journal(operations, "acknowledged") == [
            common | {"event": "acknowledged", "sequence": 5, "state": "done"}
        ]
        report = last_report(machine)
        assert report == {
            "operation_id": identity,
            "kind": "pin_change",
            "kiosk": "kiosk-3",
            "boot": 1,
            "sequence": 4,
            "card": str(record.handle),
            "outcome": "done",
            "status_word": "9000",
            "tries_left": None,
            "at": "2026-03-01T09:00:00Z",
        }
        text = json.dumps([row.record.decode() for row in operations._storage.store.journal()])  # type: ignore[union-attr]
        for secret in ("张建国", "990100195810010000", "VR0000012"):
            assert secret not in text
            assert secret.encode() not in machine.path.read_bytes()


async def test_the_intent_says_what_the_service_knew(autojump_clock: MockClock, machine: Any) -> None:
    evidence, superseded = (uuid4(), uuid4()), uuid4()
    async with machine.boot() as operations:
        with pytest.raises(OperationRefused):
            async with operations.begin(
                OperationKind.PIN_RESET,
                await machine.record(),
                evidence=evidence,
                tries_before=2,
                supersedes=superseded,
            ):
                pytest.fail("it was refused")
        ((path, (body,)),) = [(path, bodies) for path, bodies in machine.way.bodies.items() if "/operations/" in path]
        intent = json.loads(body)
        assert path.endswith(intent["operation_id"])
        assert (intent["kind"], intent["kiosk"], intent["boot"], intent["sequence"]) == ("pin_reset", "kiosk-3", 1, 2)
        assert intent["evidence"] == [str(one) for one in evidence]
        assert (intent["tries_before"], intent["supersedes"]) == (2, str(superseded))
        assert journal(operations, "intent")[0]["supersedes"] == str(superseded)


async def test_a_digest_is_written_down_where_there_is_one(autojump_clock: MockClock, machine: Any) -> None:
    async def send() -> None:
        await trio.lowlevel.checkpoint()

    async with machine.boot() as operations:
        async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
            await operation.transmit(Mutation(b"\x84\x24\x00\x00", b"\xab" * 32, send))
        assert journal(operations, "sent")[0]["digest"] == "ab" * 32


# What the card makes of it.


@pytest.mark.parametrize(
    ("error", "outcome", "told"),
    [
        (WrongPin(3), "not_done", ("63C3", 3)),
        (GONE, "in_doubt", (None, None)),
        (DeviceError("pad", outcome=Outcome.UNKNOWN), "in_doubt", (None, None)),
        (DeviceError("pad", outcome=Outcome.NOT_DONE), "not_done", (None, None)),
        (RuntimeError("a fault of this program"), "in_doubt", (None, None)),
    ],
)
async def test_what_is_not_known_to_have_failed_is_in_doubt(
    autojump_clock: MockClock, machine: Any, chip: Any, error: Exception, outcome: str, told: tuple[Any, Any]
) -> None:
    async with machine.boot() as operations:
        with pytest.raises(type(error)):
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                await operation.transmit(chip(error).mutation)
        assert states(operations)[0][0] == outcome
        assert await operation.acknowledged(10)
        report = last_report(machine)
        assert (report["outcome"], report["status_word"], report["tries_left"]) == (outcome, *told)
    assert await state_at_server(machine) is (OperationState.IN_DOUBT if outcome == "in_doubt" else None)


async def test_what_the_card_has_done_stays_done(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """Whatever happens to the service afterwards."""
    async with machine.boot() as operations:
        with pytest.raises(RuntimeError):  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                await operation.transmit(chip().mutation)
                raise RuntimeError
        assert states(operations)[0][0] == "done"


@pytest.mark.parametrize("how", ["returns", "raises"])
async def test_a_service_that_sends_nothing_has_done_nothing(autojump_clock: MockClock, machine: Any, how: str) -> None:
    async with machine.boot() as operations:
        try:
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                if how == "raises":
                    raise GONE
        except CardGone:
            assert how == "raises"
        assert states(operations)[0][0] == "not_done"
        assert await operation.acknowledged(10)
    assert await state_at_server(machine) is None


async def test_a_command_goes_again_only_when_the_card_refused_it(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """Done or in doubt: never. The record of each sending comes before it."""
    card = chip(WrongPin(3), None)
    async with machine.boot() as operations:
        async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
            with pytest.raises(WrongPin):
                await operation.transmit(card.mutation)
            await operation.transmit(card.mutation)
            with pytest.raises(AlreadySent, match=str(operation.id)):
                await operation.transmit(card.mutation)
        assert card.sent == 2
        assert len(journal(operations, "sent")) == 2
        assert states(operations)[0][0] == "done"
        await operation.acknowledged(10)
        assert last_report(machine)["status_word"] == "9000"
        doubtful = chip(GONE)
        with pytest.raises(AlreadySent):  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                with pytest.raises(CardGone):
                    await operation.transmit(doubtful.mutation)
                await operation.transmit(doubtful.mutation)
        assert doubtful.sent == 1
        assert states(operations)[1][0] == "in_doubt"


async def test_a_refused_command_s_answer_is_forgotten_with_the_next(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """The report tells of the last one alone."""
    async with machine.boot() as operations:
        with pytest.raises(CardGone):  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                with pytest.raises(WrongPin):
                    await operation.transmit(chip(WrongPin(3)).mutation)
                await operation.transmit(chip(GONE).mutation)
        await operation.acknowledged(10)
        assert (last_report(machine)["status_word"], last_report(machine)["tries_left"]) == (None, None)


async def test_the_record_says_what_the_card_answered(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    async with machine.boot() as operations:
        with pytest.raises(WrongPin):
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                await operation.transmit(chip(WrongPin(3)).mutation)
        told = journal(operations, "outcome")[0]
        assert (told["outcome"], told["tries_left"]) == ("not_done", 3)
        assert await operation.acknowledged(10)
        assert last_report(machine)["tries_left"] == 3


# What the server makes of it.


async def test_an_acknowledgement_is_waited_for_no_longer_than_asked(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """Also where the storage is gone, or nobody knows such an operation."""
    async with machine.boot() as operations:
        assert not await operations.acknowledged(uuid4(), seconds=3)
        assert trio.current_time() == 3
        machine.way.fail("/outcome", "cut", times=2)
        async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
            await operation.transmit(chip().mutation)
        assert await operation.acknowledged(30)
        operations._storage.close()
        assert not await operation.acknowledged(30)


async def test_what_the_server_makes_of_an_outcome_is_written_down(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    async with machine.boot() as operations:
        async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
            await operation.transmit(chip().mutation)
            answer = OperationAcknowledged(operation_id=operation.id, state=OperationState.ESCALATED)
            machine.way.fail("/outcome", (200, {}, answer.model_dump_json().encode()))
        assert await operation.acknowledged(10)
        assert journal(operations, "acknowledged")[0]["state"] == "escalated"
