"""What a service may count on: nothing leaves before it is written down, and what is told is what is known."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from importlib.metadata import version
from typing import Any
from uuid import UUID, uuid4

import apsw
import pytest
import trio
from trio.testing import MockClock

from drivers.card_reader.errors import CardGone, WrongPin
from drivers.errors import DeviceError, Outcome
from drivers.pin_pad.dukpt import EncryptedPin
from kiosk import conditions
from kiosk.operations import storage as storage_module
from kiosk.operations.errors import AlreadySent, ChangesClosed, OperationRefused, OutcomeUnknown, StorageError
from kiosk.operations.operations import Operations
from kiosk.uplink.contract import (
    JournalHead,
    Means,
    OpenOperation,
    OperationAcknowledged,
    OperationKind,
    OperationOpened,
    OperationState,
    ProblemType,
)
from kiosk.uplink.errors import Cause, CentralError

PIN_CHANGE = OperationKind.PIN_CHANGE
LOSS = OperationKind.TEMPORARY_LOSS
GONE = CardGone("gone", outcome=Outcome.UNKNOWN)


def problem(kind: ProblemType, status: int = 409, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return status, headers, json.dumps({"type": kind, "title": "no", "status": status}).encode()


def journal(operations: Operations, event: str) -> list[dict[str, Any]]:
    store = operations._storage.store
    assert store is not None
    records = [json.loads(row.record) for row in store.journal()]
    return [record for record in records if record["event"] == event]


def states(operations: Operations) -> list[tuple[str, bool]]:
    store = operations._storage.store
    assert store is not None
    return [(row.state, row.acknowledged) for row in store.operations()]


async def state_at_server(machine: Any, person: str = "zhang") -> OperationState | None:
    record = await machine.record(person)
    return None if record.open_operation is None else record.open_operation.state


def last_report(machine: Any) -> dict[str, Any]:
    path = [path for _, path in machine.way.seen if path.endswith("/outcome")][-1]
    report: dict[str, Any] = json.loads(machine.way.bodies[path][-1])
    return report


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
    from drivers.card_reader.mutation import Mutation

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


# Nobody can interrupt it.


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
    from drivers.card_reader.mutation import Mutation

    async with machine.boot() as operations:
        with pytest.raises(trio.TooSlowError):  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                if sent:
                    await operation.transmit(Mutation(b"\x80\x5e\x01\x00", None, trio.sleep_forever))
                await trio.sleep_forever()
        assert trio.current_time() == pytest.approx(900, abs=1)
        assert states(operations)[0][0] == outcome


# The server says no, or nothing.


async def test_a_refusal_is_told_with_its_reason(autojump_clock: MockClock, machine: Any) -> None:
    """Nothing waits for the server: it holds no such operation."""
    machine.way.fail("", problem(ProblemType.CARD_BUSY), times=0)
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", problem(ProblemType.CARD_BUSY))
        with pytest.raises(OperationRefused) as refused:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it was refused")
        assert (refused.value.problem, refused.value.status) == (ProblemType.CARD_BUSY, 409)
        assert str(refused.value) == "refused: the server refused the operation"
        assert states(operations) == [("not_done", True)]
        assert operations.outbox_length == 0
        assert machine.standing() == []
        assert machine.way.count("/outcome") == 0


async def test_how_long_to_wait_comes_with_the_refusal(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", problem(ProblemType.LIMIT_REACHED, 429, **{"retry-after": "3600"}))
        with pytest.raises(OperationRefused) as refused:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it was refused")
        assert refused.value.retry_after_seconds == 3600
        assert trio.current_time() < 2


async def test_a_refusal_after_a_lost_answer_is_reported(autojump_clock: MockClock, machine: Any) -> None:
    """The first copy may still arrive: the server must know that it is dead."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        identity = machine.new_id()
        machine.new_id = lambda: identity
        operations._new_id = lambda: identity
        machine.way.fail(str(identity), (500, {}, b""), times=1)
        machine.way.fail(str(identity), problem(ProblemType.EVIDENCE_MISSING))
        with pytest.raises(OperationRefused):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it was refused")
        assert states(operations) == [("not_done", False)]
        machine.way.mend()
        await trio.sleep(10)
        assert states(operations) == [("not_done", True)]
        assert last_report(machine)["outcome"] == "not_done"


@pytest.mark.parametrize("how", ["cut", "lost", (500, {}, b""), (200, {}, b"nonsense")])
async def test_without_an_answer_nothing_reaches_the_card(autojump_clock: MockClock, machine: Any, how: Any) -> None:
    """The server may hold it all the same, and is told; meanwhile the home page says that it is away."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        told: list[CentralError] = []
        machine.central.failed = told.append
        machine.way.fail("", how)
        with pytest.raises(CentralError) as unanswered:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("nobody answered")
        assert not isinstance(unanswered.value, OperationRefused)
        assert 5 < trio.current_time() < 15
        assert told == [unanswered.value]
        assert states(operations) == [("not_done", False)]
        assert machine.events(operations) == ["boot", "intent", "outcome"]
        assert operations.outbox_length == 1
        machine.way.mend()
        await trio.sleep(61)
        assert states(operations) == [("not_done", True)]
    assert await state_at_server(machine) is None
    machine.way.mend()


async def test_an_answer_that_was_lost_once_is_no_loss(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """The same bytes again; the server answers as before."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", "lost", times=1)
        async with operations.begin(PIN_CHANGE, record) as operation:
            await operation.transmit(chip().mutation)
        path = f"/v1/operations/{operation.id}"
        assert len(machine.way.bodies[path]) == 2
        assert len(set(machine.way.bodies[path])) == 1


async def test_a_machine_that_the_server_does_not_know_is_no_refusal(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", problem(ProblemType.UNAUTHORISED, 401))
        with pytest.raises(CentralError) as refused:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it was refused")
        assert not isinstance(refused.value, OperationRefused)
        assert states(operations) == [("not_done", False)]


@pytest.mark.parametrize(("kind", "state"), [(PIN_CHANGE, "done"), (LOSS, "open")])
async def test_a_server_that_opens_something_else_is_broken(
    autojump_clock: MockClock, machine: Any, kind: OperationKind, state: str
) -> None:
    """A chip's operation can't be done by itself, and a loss can't be left open."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        identity = uuid4()
        operations._new_id = lambda: identity
        answer = OperationOpened.model_validate({"operation_id": identity, "state": state})
        machine.way.fail(str(identity), (200, {}, answer.model_dump_json().encode()))
        if kind is LOSS:
            with pytest.raises(OutcomeUnknown):
                await operations.change_record(kind, record, evidence=())
        else:
            with pytest.raises(CentralError, match=r"^broken: the server opened something else$") as broken:
                async with operations.begin(kind, record):
                    pytest.fail("it isn't open")
            assert broken.value.status == 200


async def test_what_the_server_must_hear_of_this_card_comes_first(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """The report of the last operation, or the server would find the card busy."""
    async with machine.boot() as operations:
        record = await machine.record()
        machine.way.fail("/outcome", "cut")
        with pytest.raises(WrongPin):
            async with operations.begin(PIN_CHANGE, record) as operation:
                await operation.transmit(chip(WrongPin(3)).mutation)
        assert not await operation.acknowledged(5)
        with pytest.raises(CentralError) as failed:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("the card is busy")
        assert failed.value.cause is Cause.UNREACHABLE
        assert len(states(operations)) == 1
        machine.way.mend()
        async with operations.begin(PIN_CHANGE, record) as operation:
            await operation.transmit(chip().mutation)
        assert await operation.acknowledged(10)
        assert states(operations) == [("not_done", True), ("done", True)]


async def test_what_waits_of_other_cards_holds_nobody_up(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """Neither who begins nor who settles: it is sent in the background, or by whoever has that card."""
    operations = machine.make()
    await operations.recover()
    machine.way.fail("/outcome", "cut")
    async with operations.begin(PIN_CHANGE, await machine.record("li")) as operation:
        await operation.transmit(chip(None).mutation)
    machine.way.mend()
    record = await machine.record()
    assert await operations.catch_up(record) is False
    stranger = OpenOperation(operation_id=uuid4(), kind=PIN_CHANGE, state=OperationState.OPEN)
    shown: Any = {"outcome": OperationState.DONE, "means": Means.NEW_PIN_ACCEPTED, "tries_left": 6}
    with pytest.raises(CentralError):
        await operations.settle(stranger, record, **shown)  # The server never heard of it.
    assert machine.way.count("/outcome") == 0
    async with operations.begin(PIN_CHANGE, await machine.record("li")):
        assert machine.way.count("/outcome") == 1
    assert operations.outbox_length == 2  # What this last one came to, and the settlement, refused but once.
    operations.close()


async def test_a_fault_of_this_program_leaves_no_operation_open(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is: nothing was sent, and the server is told."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()

        async def faulty(*arguments: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(operations._outbox, "send", faulty)
        with pytest.raises(ZeroDivisionError):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it isn't open")
        monkeypatch.undo()
        assert states(operations) == [("not_done", False)]
        await trio.sleep(10)
        assert states(operations) == [("not_done", True)]


async def test_an_outbox_that_can_not_be_read_closes_changes(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        monkeypatch.setattr(operations._storage.store, "outbox", _fails)
        with pytest.raises(ChangesClosed, match=r"^storage\.failing$"):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("it can't be read")
        assert states(operations) == []


# The issuer's authority.


async def relay(machine: Any, operations: Operations, answers: dict[str, Any]) -> None:
    """Have the server answer so to what is asked under an operation."""

    async def request(method: str, path: str, body: bytes) -> Any:
        machine.way.seen.append((method, path))
        machine.way.bodies.setdefault(path, []).append(body)
        await trio.sleep(1)
        name = path.split("/")[4]
        asked = json.loads(body)
        answer = {"operation_id": asked["operation_id"], "attempt": asked["attempt"], **answers[name]}
        return 200, {}, json.dumps(answer).encode()

    machine.central._transport = type("Relay", (), {"request": staticmethod(request)})()


AUTHENTICATION = {"data": "0123456789ABCDEF" * 2, "expires_in_seconds": 100}
COMMAND = {"data": "DEADBEEF", "expires_in_seconds": 100}
CHALLENGE = bytes.fromhex("A1A2A3A4A5A6A7A8")


async def test_the_issuer_s_answers_come_back_and_nothing_of_them_is_kept(
    autojump_clock: MockClock, machine: Any, chip: Any
) -> None:
    """Each authentication is an attempt of its own; the command belongs to it."""
    pin = EncryptedPin(bytes.fromhex("FFFF9876543210E00001"), b"\x12\x34\x56\x78" * 2, "123456789012")
    again = EncryptedPin(bytes.fromhex("FFFF9876543210E00002"), b"\x87" * 8, "210987654321")
    async with machine.boot() as operations:
        card = chip()
        async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
            way = machine.central._transport
            await relay(machine, operations, {"authentications": AUTHENTICATION, "commands": COMMAND})
            assert await operation.authentication(CHALLENGE) == bytes.fromhex("0123456789ABCDEF" * 2)
            assert await operation.secured_command(CHALLENGE) == bytes.fromhex("DEADBEEF")
            assert await operation.authentication(CHALLENGE) == bytes.fromhex("0123456789ABCDEF" * 2)
            assert await operation.secured_command(CHALLENGE[::-1], pin, again) == bytes.fromhex("DEADBEEF")
            await operation.transmit(card.mutation)
            machine.central._transport = way
        base = f"/v1/operations/{operation.id}"
        asked = {path: json.loads(bodies[0]) for path, bodies in machine.way.bodies.items() if path.count("/") > 4}
        common = {"operation_id": str(operation.id), "kiosk": "kiosk-3", "challenge": "A1A2A3A4A5A6A7A8"}
        nothing = {"pin": None, "pin_again": None}
        assert asked == {
            f"{base}/authentications/1": common | {"attempt": 1},
            f"{base}/commands/1": common | nothing | {"attempt": 1},
            f"{base}/authentications/2": common | {"attempt": 2},
            f"{base}/commands/2": common
            | {
                "attempt": 2,
                "challenge": "A8A7A6A5A4A3A2A1",
                "pin": {
                    "key_serial_number": "FFFF9876543210E00001",
                    "block": "1234567812345678",
                    "account": "123456789012",
                },
                "pin_again": {
                    "key_serial_number": "FFFF9876543210E00002",
                    "block": "87" * 8,
                    "account": "210987654321",
                },
            },
        }
        kept = b"".join(machine.image().values())
        for secret in ("DEADBEEF", "1234567812345678", "123456789012", "A1A2A3A4A5A6A7A8"):
            assert secret.encode() not in kept
            assert bytes.fromhex(secret) not in kept


@pytest.mark.parametrize(("seconds", "sends"), [(98.5, True), (99.0, False)])
async def test_the_issuer_s_authority_lapses(
    autojump_clock: MockClock, machine: Any, chip: Any, seconds: float, sends: bool
) -> None:
    """Counted from the question by the machine's own steady clock: 100 s, of which the answer took 1."""
    card = chip()
    async with machine.boot() as operations:
        with nullcontext() if sends else pytest.raises(CentralError, match="slow: the issuer's authority lapsed"):
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                way = machine.central._transport
                await relay(machine, operations, {"commands": COMMAND, "authentications": AUTHENTICATION})
                await operation.authentication(CHALLENGE)
                await operation.secured_command(CHALLENGE)
                machine.central._transport = way
                await trio.sleep(seconds)
                await operation.transmit(card.mutation)
        assert card.sent == sends
        assert states(operations)[0][0] == ("done" if sends else "not_done")


async def test_what_the_issuer_refuses_is_a_refusal(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        with pytest.raises(OperationRefused) as refused:  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                machine.way.fail("/authentications/1", problem(ProblemType.LIMIT_REACHED, 429))
                await operation.authentication(CHALLENGE)
        assert refused.value.problem is ProblemType.LIMIT_REACHED
        assert states(operations)[0][0] == "not_done"


async def test_a_lost_answer_of_the_issuer_is_asked_for_again(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        with pytest.raises(OperationRefused) as lost:  # noqa: PT012 -- Leaving the operation is part of it.
            async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
                machine.way.fail("/authentications/1", "cut", times=2)
                machine.way.fail("/authentications/1", "lost", times=1)
                await operation.authentication(CHALLENGE)
        assert lost.value.problem is ProblemType.OPERATION_CLOSED
        assert machine.way.count("/authentications/1") == 4
        assert states(operations)[0][0] == "not_done"


# The disk fails.


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

                from drivers.card_reader.mutation import Mutation

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


# Changes are closed.


CLOSING = [condition for condition in conditions.REGISTRY if condition.closes == "change"]


@pytest.mark.parametrize("condition", CLOSING, ids=lambda condition: condition.id)
async def test_what_closes_changes_closes_them(autojump_clock: MockClock, machine: Any, condition: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.board.set(condition, stands=True)
        with pytest.raises(ChangesClosed, match=condition.id) as closed:
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("changes are closed")
        assert closed.value.conditions == (condition,)
        with pytest.raises(ChangesClosed):
            await operations.change_record(LOSS, record, evidence=())
        assert machine.way.count("journal-head") == 1
        assert len(machine.way.seen) == 1


async def test_a_machine_without_storage_answers_questions(autojump_clock: MockClock, machine: Any) -> None:
    machine.path.write_bytes(b"not a database" * 999)
    async with machine.boot() as operations:
        record = await machine.record()
        await trio.sleep(100)
        assert machine.standing() == ["storage.damaged"]
        assert (operations.boot, operations.outbox_length, operations.head) == (0, 0, None)
        with pytest.raises(ChangesClosed):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("changes are closed")
        with pytest.raises(ChangesClosed):
            await operations.settle(
                OpenOperation(operation_id=uuid4(), kind=PIN_CHANGE, state=OperationState.OPEN),
                record,
                outcome=OperationState.DONE,
                means=Means.NEW_PIN_ACCEPTED,
                tries_left=6,
            )
        with pytest.raises(ChangesClosed, match=r"^storage\.damaged$") as closed:
            await operations.catch_up(record)
        assert closed.value.conditions == (conditions.STORAGE_DAMAGED,)
        operations.observe(record, 0)
        assert operations.reference() == "03-0000-Q001"
        assert machine.way.seen == []
        operations.server_answers(None)
        await trio.sleep(200)
        assert machine.way.count("journal-head") > 0


async def test_nothing_begins_before_the_recovery_is_over(autojump_clock: MockClock, machine: Any) -> None:
    operations = machine.make()
    record = await machine.record()
    with trio.move_on_after(100) as scope:
        async with operations.begin(PIN_CHANGE, record):
            pytest.fail("nobody has recovered")
    assert scope.cancelled_caught
    await operations.recover()
    async with operations.begin(PIN_CHANGE, record):
        pass
    operations.close()


# The server's memory of the journal.


async def test_a_journal_that_was_rolled_back_is_noticed(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """Before anything is changed; it opens when the bureau has had it forgotten."""
    async with machine.boot() as operations:
        image = machine.image()
        async with operations.begin(PIN_CHANGE, await machine.record()) as operation:
            await operation.transmit(chip().mutation)
        await operation.acknowledged(10)
        head = operations.head
        assert head is not None
        assert (head.boot, head.sequence) == (1, 5)
    held = {"head": head.model_dump()}
    machine.put(image)
    machine.way.fail("journal-head", (200, {}, json.dumps(held).encode()))
    async with machine.boot() as operations:
        await trio.sleep(100)
        assert machine.way.count("journal-head") == 1  # Nobody has heard from the server yet.
        assert operations.head is None
        operations.server_answers(None)
        await trio.sleep(1)
        assert machine.standing() == ["journal.contradiction"]
        assert operations.head is None
        assert (operations.boot, operations.order) == (2, 0)  # Told without order: the server's is another journal's.
        with pytest.raises(ChangesClosed):
            async with operations.begin(PIN_CHANGE, await machine.record()):
                pytest.fail("changes are closed")
        await trio.sleep(61)
        assert machine.standing() == ["journal.contradiction"]
        machine.way.mend()
        await trio.sleep(61)
        assert machine.standing() == []
        assert operations.order == 2
        assert operations.head == JournalHead(boot=2, sequence=1, hash=operations.head.hash)  # type: ignore[union-attr]


@pytest.mark.parametrize("fails", ["the server", "the storage"])
async def test_a_comparison_that_failed_is_tried_again(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    """Nobody has to begin anything for that."""
    async with machine.boot() as operations:
        store = operations._storage.store
        held = {"head": {"boot": 1, "sequence": 1, "hash": store.head.hash.hex()}}
        machine.way.fail("journal-head", "cut" if fails == "the server" else (200, {}, json.dumps(held).encode()))
        with monkeypatch.context() as patch:
            if fails == "the storage":
                patch.setattr(store, "record_at", _fails)
            operations.server_answers(None)
            await trio.sleep(1)
            assert operations.head is None
        machine.way.mend()
        await trio.sleep(61)
        assert operations.head is not None
        assert machine.standing() == []


async def test_whoever_begins_first_has_the_journals_compared(autojump_clock: MockClock, machine: Any) -> None:
    """Once; a server that doesn't say keeps changes from being begun."""
    async with machine.boot() as operations:
        record = await machine.record()
        machine.way.fail("journal-head", "cut")
        with pytest.raises(CentralError):
            async with operations.begin(PIN_CHANGE, record):
                pytest.fail("not compared")
        assert machine.events(operations) == ["boot"]
        machine.way.mend()
        machine.way.seconds = 1
        other = await machine.record("li")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_begin, operations, record)
            nursery.start_soon(_begin, operations, other)
        assert machine.way.count("journal-head") == 2


async def _begin(operations: Operations, record: Any) -> None:
    async with operations.begin(PIN_CHANGE, record):
        pass


async def test_a_journal_that_can_not_be_read_is_not_compared(
    autojump_clock: MockClock, machine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        head = JournalHead(boot=1, sequence=1, hash="00" * 32)
        machine.way.fail("journal-head", (200, {}, json.dumps({"head": head.model_dump()}).encode()))
        await trio.testing.wait_all_tasks_blocked()
        machine.way.seconds = 1
        async with trio.open_nursery() as nursery:

            async def damage() -> None:
                await trio.sleep(0.5)
                store = operations._storage.store
                monkeypatch.setattr(store, "record_at", _fails)

            nursery.start_soon(damage)
            with pytest.raises(ChangesClosed, match=r"^storage\.failing$"):
                async with operations.begin(PIN_CHANGE, record):
                    pytest.fail("not compared")


def _fails(*arguments: object, **more: object) -> None:
    raise StorageError("SQLite's IOError")


async def test_an_altered_journal_closes_changes(autojump_clock: MockClock, machine: Any) -> None:
    machine.storage().close()
    database = apsw.Connection(str(machine.path))
    database.execute("UPDATE journal SET previous = zeroblob(31)")
    database.close()
    async with machine.boot():
        await trio.sleep(1)
        assert machine.standing() == ["journal.broken"]
        assert machine.board.closes("change")


# What changes the record alone.


async def test_a_loss_is_done_when_it_is_answered(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        opened = await operations.change_record(LOSS, record, evidence=())
        assert opened.state is OperationState.DONE
        assert opened.lapses_on is not None
        assert states(operations) == [("done", True)]
        assert machine.events(operations) == ["boot", "intent", "outcome"]
        outcome = {"event": "outcome", "outcome": "done", "status_word": None, "tries_left": None}
        where = {"boot": 1, "sequence": 3, "at": "2026-03-01T09:00:00+00:00", "operation": str(opened.operation_id)}
        assert journal(operations, "outcome") == [outcome | where]
        assert operations.outbox_length == 0
        assert operations.issue_receipt(opened.operation_id) == "03-0001-0004"
    assert (await machine.record()).application_status == 4


async def test_a_loss_never_waits(autojump_clock: MockClock, machine: Any, chip: Any) -> None:
    """Neither for what the server is still to hear of the card nor for an operation in doubt."""
    async with machine.boot() as operations:
        record = await machine.record()
        machine.way.fail("/outcome", "cut")
        async with operations.begin(PIN_CHANGE, record) as operation:
            await operation.transmit(chip().mutation)
        assert not await operation.acknowledged(5)
        assert (await operations.change_record(LOSS, record, evidence=())).state is OperationState.DONE


@pytest.mark.parametrize("doubtful", [False, True])
async def test_a_loss_that_is_refused(autojump_clock: MockClock, machine: Any, doubtful: bool) -> None:
    """After a lost answer the server is told that the id is dead."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        if doubtful:
            machine.way.fail("", (500, {}, b""), times=1)
        machine.way.fail("", problem(ProblemType.STATE_FORBIDS))
        with pytest.raises(OperationRefused) as refused:
            await operations.change_record(LOSS, record, evidence=())
        assert refused.value.problem is ProblemType.STATE_FORBIDS
        assert states(operations) == [("not_done", not doubtful)]
        machine.way.mend()
        await trio.sleep(10)
        assert states(operations) == [("not_done", True)]
        assert machine.way.count("/outcome") == doubtful


async def test_a_loss_that_surely_never_arrived_is_not_done(autojump_clock: MockClock, machine: Any) -> None:
    """The citizen can be told that nothing is changed, and nothing is changed later."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", "cut")
        with pytest.raises(CentralError) as failed:
            await operations.change_record(LOSS, record, evidence=())
        assert failed.value.cause is Cause.UNREACHABLE
        assert states(operations) == [("not_done", True)]
        machine.way.mend()
        operations._outbox.wake()
        await trio.sleep(100)
        assert operations.outbox_length == 0
    assert (await machine.record()).application_status == 1


@pytest.mark.parametrize(("arrives", "state"), [(True, "done"), (False, "not_done")])
async def test_a_loss_without_an_answer_is_asked_about_until_there_is_one(
    autojump_clock: MockClock, machine: Any, arrives: bool, state: str
) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.fail("", "lost" if arrives else (500, {}, b""))
        with pytest.raises(OutcomeUnknown, match=r"^the server hasn't answered$"):
            await operations.change_record(LOSS, record, evidence=())
        assert states(operations) == [("in_doubt", False)]
        assert machine.standing() == ["operations.unsettled"]
        machine.way.mend()
        if not arrives:
            machine.way.fail("", problem(ProblemType.EVIDENCE_MISSING), times=1)
        await trio.sleep(61)
        assert states(operations) == [(state, True)]
        assert machine.standing() == []
        assert operations.outbox_length == 0
        assert machine.way.count("/outcome") == (not arrives)
    assert (await machine.record()).application_status == (4 if arrives else 1)


async def test_a_loss_that_the_server_leaves_open_is_asked_about_again(autojump_clock: MockClock, machine: Any) -> None:
    """An answer that can't be true is none, in the background too."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        identity = uuid4()
        operations._new_id = lambda: identity
        answer = OperationOpened(operation_id=identity, state=OperationState.OPEN)
        machine.way.fail(str(identity), (200, {}, answer.model_dump_json().encode()))
        with pytest.raises(OutcomeUnknown):
            await operations.change_record(LOSS, record, evidence=())
        await trio.sleep(30)
        assert states(operations) == [("in_doubt", False)]
        machine.way.mend()
        await trio.sleep(61)
        assert states(operations) == [("done", True)]


async def test_a_loss_that_the_power_cut_off_is_asked_about(autojump_clock: MockClock, machine: Any) -> None:
    """It may have been done; the server says."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.seconds = 2
        async with trio.open_nursery() as nursery:

            async def report() -> None:
                await operations.change_record(LOSS, record, evidence=())

            nursery.start_soon(report)
            await trio.sleep(1)
            image = machine.image()
            operations._outbox.wake()
            await trio.sleep(0.5)
            assert machine.way.count("journal-head") + 1 == len(machine.way.seen)  # Nobody sends it beside.
    machine.put(image)
    machine.way.seconds = 0.01
    async with machine.boot() as operations:
        await trio.sleep(1)
        assert states(operations) == [("done", True)]
        assert machine.standing() == []


async def test_a_loss_that_can_not_be_written_down_is_not_asked_for(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.disk.fail(apsw.FullError)
        with pytest.raises(ChangesClosed):
            await operations.change_record(LOSS, record, evidence=())
    assert (await machine.record()).application_status == 1


async def test_a_loss_whose_answer_can_not_be_written_down(autojump_clock: MockClock, machine: Any) -> None:
    """Not a success on the page; written when the disk takes it."""
    async with machine.boot() as operations:
        record = await machine.record()
        await operations._upkeep.ready()
        machine.way.seconds = 2

        async def fail() -> None:
            await trio.sleep(1)
            machine.disk.fail(apsw.FullError)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(fail)
            with pytest.raises(OutcomeUnknown, match=r"^the outcome can't be written down$"):
                await operations.change_record(LOSS, record, evidence=())
        machine.disk.mend()
        await trio.sleep(6)
        assert states(operations) == [("done", True)]


# Settling and observing.


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


# Receipts.


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


# Small things.


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


def test_the_kinds_are_kept_apart(machine: Any) -> None:
    """A chip's operation needs a card to wait for; a record's has none."""
    assert [kind for kind in OperationKind if not kind.on_chip] == [LOSS, OperationKind.LOSS_RELEASE]
    assert isinstance(uuid4(), UUID)


async def test_a_service_can_not_take_one_for_the_other(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        with pytest.raises(AssertionError):
            async with operations.begin(LOSS, record):
                pass
        with pytest.raises(AssertionError):
            await operations.change_record(PIN_CHANGE, record, evidence=())
