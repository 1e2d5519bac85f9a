"""What changes the record alone: a loss and its release, without a card."""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import apsw
import pytest
import trio
from operation_traces import journal, problem, states
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session
from trio.testing import MockClock

from central.registry import Registry
from central.sms import VirtualPhones
from central.tables import Person
from kiosk.operations.errors import ChangesClosed, OperationRefused, OutcomeUnknown
from kiosk.uplink.contract import (
    ApplicationDraft,
    ApplicationKind,
    DraftCodeRequest,
    DraftCodeShown,
    ECardEvidence,
    OperationKind,
    OperationOpened,
    OperationState,
    ProblemType,
)
from kiosk.uplink.errors import Cause, CentralError, NotEligible

NEW = "13900139000"
PIN_CHANGE = OperationKind.PIN_CHANGE
LOSS = OperationKind.TEMPORARY_LOSS


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


async def test_an_application_names_its_draft_alone(
    autojump_clock: MockClock, machine: Any, registry: Registry, tmp_path: Path
) -> None:
    """What was entered is the server's alone; its answer has the application's number."""
    registry.sms = phones = VirtualPhones()
    with Session(registry.engine) as session:
        person = session.scalars(select(Person)).first()
    assert person is not None
    code = registry.issue_e_card_code(person)
    async with machine.boot() as operations:
        record, central = await machine.record(), operations.central
        shown = await central.e_card_evidence(ECardEvidence(kiosk=operations.kiosk, e_card_code=SecretStr(code)))
        evidence = (shown.evidence,)
        with pytest.raises(OperationRefused) as refused:
            await operations.change_record(OperationKind.APPLICATION, record, evidence=evidence, draft=uuid4())
        assert refused.value.problem is ProblemType.DRAFT_EXPIRED
        wish = {"kind": ApplicationKind.PHONE_CHANGE, "phone": SecretStr(NEW)}
        asked = ApplicationDraft.model_validate(
            {"kiosk": operations.kiosk, "evidence": evidence, "card": record.handle, **wish}
        )
        held = await central.draft_application(asked)
        with pytest.raises(NotEligible) as unneeded:
            await central.draft_application(asked.model_copy(update={"kind": ApplicationKind.SMS_STOP, "phone": None}))
        assert unneeded.value.reason == "not_subscribed"
        request = DraftCodeRequest(kiosk=operations.kiosk, draft=held.draft, code_id=uuid4())
        await central.send_draft_code(request)
        digits = phones.texts(NEW)[0].partition("验证码")[2][:6]
        await central.draft_code_shown(
            DraftCodeShown.model_validate({**request.model_dump(), "code": SecretStr(digits)})
        )
        opened = await operations.change_record(OperationKind.APPLICATION, record, evidence=evidence, draft=held.draft)
        assert opened.application is not None
        assert (opened.application.state, opened.application.phone_tail) == ("under_review", NEW[-4:])
        assert states(operations) == [("not_done", True), ("done", True)]
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert str(held.draft).encode() in kept
    assert NEW.encode() not in kept


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


# Chip or record.


def test_the_kinds_are_kept_apart(machine: Any) -> None:
    """A chip's operation needs a card to wait for; a record's has none."""
    assert [kind for kind in OperationKind if not kind.on_chip] == [
        LOSS,
        OperationKind.LOSS_RELEASE,
        OperationKind.FORMAL_LOSS,
        OperationKind.ELIGIBILITY_CHECK,
        OperationKind.APPLICATION,
    ]
    assert isinstance(uuid4(), UUID)


async def test_a_service_can_not_take_one_for_the_other(autojump_clock: MockClock, machine: Any) -> None:
    async with machine.boot() as operations:
        record = await machine.record()
        with pytest.raises(AssertionError):
            async with operations.begin(LOSS, record):
                pass
        with pytest.raises(AssertionError):
            await operations.change_record(PIN_CHANGE, record, evidence=())
