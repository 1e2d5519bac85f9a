"""Delivery: the same bytes until the server has answered, in order, patiently, and a person for what never goes."""

import json
from random import Random
from typing import Any
from uuid import UUID, uuid4

import apsw
import pytest
import trio
from trio.testing import MockClock

from kiosk import conditions
from kiosk.operations import steps
from kiosk.operations.errors import StorageDamaged
from kiosk.operations.outbox import MOST_FAILURES, Outbox, require_done
from kiosk.operations.storage import Storage
from kiosk.uplink.contract import OperationOpened, OperationState, ProblemType
from kiosk.uplink.errors import Cause, CentralError

NOW = "2026-03-01T09:00:00+00:00"
ZHANG = UUID("11111111-1111-4111-8111-111111111111")
LI = UUID("22222222-2222-4222-8222-222222222222")


class Post:
    """A storage, the outbox over it, and observations to send: the simplest message there is."""

    def __init__(self, machine: Any) -> None:
        self.machine = machine
        self.storage: Storage = machine.storage()
        self.outbox = Outbox(self.storage, machine.central, machine.board, at=lambda: NOW, rng=Random(1))

    def write(self, card: UUID = ZHANG) -> UUID:
        """Have something wait to be sent."""
        identity = uuid4()
        self.storage.write(
            lambda store: steps.observe(store, identity, card, record_version=1, tries_left=0, kiosk="kiosk-3", at=NOW)
        )
        return identity

    @property
    def waiting(self) -> list[UUID]:
        """What waits in the background."""
        assert self.storage.store is not None
        return [row.message_id for row in self.storage.store.outbox()]

    def sent(self) -> list[UUID]:
        """What was asked of the server so far, in order."""
        return [UUID(path.rpartition("/")[2]) for _, path in self.machine.way.seen]

    async def run(self, seconds: float) -> None:
        """Let the background work for so long."""
        with trio.move_on_after(seconds):
            await self.outbox.run()


@pytest.fixture
def post(machine: Any) -> Any:
    post = Post(machine)
    yield post
    post.storage.close()


def problem(kind: ProblemType, status: int = 422, **more: Any) -> tuple[int, dict[str, str], bytes]:
    return status, {}, json.dumps({"type": kind, "title": "no", "status": status} | more).encode()


# The background.


async def test_what_waits_is_delivered_oldest_first(autojump_clock: MockClock, post: Any) -> None:
    waiting = [post.write(card) for card in (ZHANG, LI, ZHANG, LI)]
    post.outbox.wake()
    await post.run(1)
    assert post.sent() == waiting
    assert post.waiting == []


async def test_nothing_is_asked_while_nothing_waits(autojump_clock: MockClock, post: Any) -> None:
    await post.run(1000)
    post.outbox.server_answers()
    await post.run(1000)
    assert post.sent() == []


async def test_the_bytes_never_change(autojump_clock: MockClock, post: Any) -> None:
    post.write()
    post.machine.way.fail("", "lost", times=3)
    post.outbox.wake()
    await post.run(60)
    ((path, bodies),) = post.machine.way.bodies.items()
    assert len(bodies) == 4
    assert len(set(bodies)) == 1
    assert path.startswith("/v1/observations/")
    assert post.waiting == []


async def test_while_the_server_is_away_it_is_asked_less_and_less(autojump_clock: MockClock, post: Any) -> None:
    """One message a try; after an hour there were some seventy tries, and no storm for a thousand messages."""
    for _ in range(30):
        post.write()
    post.machine.way.fail("", "cut")
    post.outbox.wake()
    await post.run(3600)
    assert 60 <= len(post.sent()) <= 125
    assert len(set(post.sent())) == 1


async def test_pauses_in_the_background_begin_anew_after_what_went_well(
    autojump_clock: MockClock, machine: Any, post: Any
) -> None:
    """And when somebody waits. Each is twice as long as the one before, here exactly: chance is made to say 0.75."""

    class Middle(Random):
        def uniform(self, a: float, b: float) -> float:
            return (a + b) / 2

    outbox = Outbox(post.storage, machine.central, machine.board, at=lambda: NOW, rng=Middle())
    tries: list[float] = []
    way = machine.central._transport
    answers = [True]

    class Counted:
        async def request(self, method: str, path: str, body: bytes | bytearray) -> Any:
            tries.append(trio.current_time())
            if answers[0]:
                return await way.request(method, path, body)
            raise CentralError(Cause.UNREACHABLE, "cut")

    machine.central._transport = Counted()
    machine.way.seconds = 0
    answers[0] = False
    async with trio.open_nursery() as nursery:
        nursery.start_soon(outbox.run)
        post.write()
        outbox.server_answers()
        await trio.sleep(8)
        assert tries == [0.0, 1.5, 4.5]
        outbox.wake()
        await trio.sleep(5)
        assert tries[3:] == [8.0, 9.5, 12.5]
        answers[0] = True
        await trio.sleep(7)
        assert tries[6:] == [18.5]
        assert post.waiting == []
        answers[0] = False
        post.write()
        outbox.server_answers()
        await trio.sleep(3)
        assert tries[7:] == [20.0, 21.5]
        nursery.cancel_scope.cancel()


async def test_what_becomes_urgent_is_tried_at_once(autojump_clock: MockClock, post: Any) -> None:
    """And a server that answers something else is asked before its time, without beginning the pauses anew."""
    post.write()
    post.machine.way.fail("", "cut")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(post.outbox.run)
        post.outbox.wake()
        await trio.sleep(600)
        tries = len(post.sent())
        await trio.testing.wait_all_tasks_blocked()
        post.outbox.server_answers()
        await trio.sleep(0.1)
        assert len(post.sent()) == tries + 1
        await trio.sleep(20)
        assert len(post.sent()) == tries + 1  # The next pause is as long as the last one.
        post.outbox.wake()
        await trio.sleep(10)
        assert len(post.sent()) > tries + 2  # Somebody waits: short ones again.
        nursery.cancel_scope.cancel()


async def test_a_server_that_wants_peace_gets_it(autojump_clock: MockClock, post: Any) -> None:
    post.write()
    post.machine.way.fail("", (503, {"retry-after": "200"}, b""), times=1)
    post.outbox.wake()
    await post.run(190)
    assert len(post.sent()) == 1
    await post.run(70)  # Begins anew: a run remembers its pauses itself.
    assert len(post.sent()) == 1
    post.outbox.wake()
    await post.run(1)
    assert post.waiting == []


async def test_the_asked_pause_is_kept_to(autojump_clock: MockClock, post: Any) -> None:
    post.write()
    post.machine.way.fail("", (503, {"retry-after": "200"}, b""), times=1)
    post.outbox.wake()
    await post.run(255)
    assert len(post.sent()) == 2
    assert post.waiting == []


async def test_a_heartbeat_cuts_no_asked_pause_short(autojump_clock: MockClock, post: Any) -> None:
    """The server answers those, and wants no messages for five minutes."""
    post.write()
    post.machine.way.fail("", (503, {"retry-after": "300"}, b""))
    post.outbox.wake()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(post.outbox.run)
        for _ in range(9):
            await trio.sleep(30)
            post.outbox.server_answers()
        assert len(post.sent()) == 1
        await trio.sleep(110)
        assert len(post.sent()) == 2
        nursery.cancel_scope.cancel()


async def test_a_refused_message_keeps_no_other_back(autojump_clock: MockClock, post: Any) -> None:
    """Only those of its own card, and only until it is set aside, for a person."""
    bad, behind, other = post.write(ZHANG), post.write(ZHANG), post.write(LI)
    post.machine.way.fail(str(bad), problem(ProblemType.INVALID))
    post.outbox.wake()
    await post.run(1)
    assert post.sent() == [bad, other]
    assert post.waiting == [bad, behind]
    assert not post.machine.board.stands(conditions.OUTBOX_STUCK)
    post.outbox.wake()
    await post.run(300)
    assert post.sent() == [bad, other, bad, bad, bad, bad, behind]
    assert post.machine.standing() == ["central.outbox_stuck"]
    assert not post.machine.board.closes("change")
    post.storage.write(lambda store: store.take_up_again())
    post.machine.way.mend()
    post.outbox.wake()
    await post.run(1)
    assert post.machine.standing() == []


async def test_a_conflict_is_for_a_person_at_once(autojump_clock: MockClock, post: Any) -> None:
    """The server holds something else under the id: nothing more is changed here, and nothing else is held back."""
    bad, behind = post.write(), post.write()
    post.machine.way.fail(str(bad), problem(ProblemType.OPERATION_CONFLICT))
    post.outbox.wake()
    await post.run(100)
    assert post.sent() == [bad, behind]
    assert sorted(post.machine.standing()) == ["central.outbox_stuck", "central.report_conflict"]
    assert post.machine.board.closes("change")


@pytest.mark.parametrize("how", [(500, {}, b""), "lost"])
async def test_a_message_that_the_server_breaks_on_comes_last(autojump_clock: MockClock, post: Any, how: Any) -> None:
    """It is never set aside: a server that is broken is no reason to forget. The others go before it."""
    bad, behind, other = post.write(ZHANG), post.write(ZHANG), post.write(LI)
    post.machine.way.fail(str(bad), how)
    post.outbox.wake()
    await post.run(1000)
    assert post.sent()[:3] == [bad, other, bad]
    assert post.waiting == [bad, behind]
    assert 10 < len(post.sent()) < 40
    assert post.machine.standing() == ["central.outbox_failing"], "and then a person"
    post.machine.way.mend()
    post.outbox.wake()
    await post.run(1)
    assert post.waiting == []
    assert post.outbox._broken == {}
    assert post.machine.standing() == []


async def test_a_person_is_told_after_ten_tries_of_a_message(autojump_clock: MockClock, post: Any) -> None:
    """Neither sooner, since servers are restarted, nor later."""
    post.write()
    post.machine.way.fail("", (500, {}, b""))
    for tries in range(MOST_FAILURES + 1):
        assert post.machine.standing() == []
        assert len(post.sent()) == tries
        post.outbox.wake()
        await post.run(0.5)
    assert post.machine.standing() == ["central.outbox_failing"]


async def test_a_secret_that_is_no_longer_good_is_no_judgement(autojump_clock: MockClock, post: Any) -> None:
    """The message waits until the machine is itself again."""
    post.write()
    post.machine.way.fail("", problem(ProblemType.UNAUTHORISED, 401))
    post.outbox.wake()
    await post.run(3600)
    assert post.machine.standing() == []
    post.machine.way.mend()
    post.outbox.wake()
    await post.run(1)
    assert post.waiting == []


@pytest.mark.parametrize("refusal", [False, True])
async def test_an_answer_that_can_not_be_written_down_is_asked_for_again(
    autojump_clock: MockClock, post: Any, refusal: bool
) -> None:
    """The server takes the message once, however often it comes."""
    identity = post.write()
    if refusal:
        post.machine.way.fail("", problem(ProblemType.INVALID), times=1)
    post.machine.disk.fail(apsw.IOError)
    post.outbox.wake()
    await post.run(10)
    assert post.waiting == [identity]
    assert post.machine.standing() == ["storage.failing"]
    post.machine.disk.mend()
    assert post.storage.mended()
    post.outbox.wake()
    await post.run(10)
    assert post.waiting == []


async def test_a_damaged_store_ends_the_round(autojump_clock: MockClock, post: Any) -> None:
    post.write()
    post.storage._fail(StorageDamaged("malformed"))
    post.outbox.wake()
    await post.run(10)
    assert post.sent() == []


# In the foreground.


async def test_a_thread_is_delivered_in_order_while_somebody_waits(autojump_clock: MockClock, post: Any) -> None:
    first, _, second = post.write(ZHANG), post.write(LI), post.write(ZHANG)
    post.machine.way.fail(str(first), "lost", times=2)
    await post.outbox.flush(ZHANG, seconds=10)
    assert post.sent() == [first, first, first, second]


async def test_a_thread_takes_no_longer_than_somebody_waits(autojump_clock: MockClock, post: Any) -> None:
    """In all, however many messages there are."""
    for _ in range(5):
        post.write()
    post.machine.way.seconds = 3
    with pytest.raises(CentralError) as slow:
        await post.outbox.flush(ZHANG, seconds=10)
    assert slow.value.cause is Cause.SLOW
    assert trio.current_time() == pytest.approx(10)
    assert len(post.waiting) == 2


async def test_nobody_sends_what_is_under_way(autojump_clock: MockClock, post: Any) -> None:
    """Whoever comes second waits for the first one's answer."""
    post.write()
    post.machine.way.seconds = 2
    async with trio.open_nursery() as nursery:
        nursery.start_soon(post.run, 10)
        post.outbox.wake()
        await trio.sleep(1)
        await post.outbox.flush(ZHANG, seconds=9)
        assert trio.current_time() == pytest.approx(2)
        assert len(post.sent()) == 1
        nursery.cancel_scope.cancel()


async def test_what_the_first_one_failed_to_send_the_second_sends(autojump_clock: MockClock, post: Any) -> None:
    post.write()
    post.machine.way.seconds = 2
    post.machine.way.fail("", "cut", times=1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(post.run, 2.5)
        post.outbox.wake()
        await trio.sleep(1)
        await post.outbox.flush(ZHANG, seconds=9)
    assert post.waiting == []


def test_an_answer_that_leaves_open_what_no_chip_takes_part_in_is_no_answer() -> None:
    require_done(OperationOpened(operation_id=uuid4(), state=OperationState.DONE))
    with pytest.raises(CentralError, match=r"^broken: the server left open what no chip takes part in$") as broken:
        require_done(OperationOpened(operation_id=uuid4(), state=OperationState.OPEN))
    assert (broken.value.status, broken.value.may_have_arrived) == (200, True)


async def test_an_answer_to_another_message_is_no_answer(machine: Any, post: Any) -> None:
    other = OperationOpened(operation_id=uuid4(), state=OperationState.OPEN)
    machine.way.fail("", (200, {}, other.model_dump_json().encode()))
    with pytest.raises(CentralError, match=r"^broken: the answer is for another message$") as broken:
        await post.outbox.send("intent", uuid4(), b"{}")
    assert (broken.value.cause, broken.value.status) == (Cause.BROKEN, 200)
    assert broken.value.may_have_arrived
