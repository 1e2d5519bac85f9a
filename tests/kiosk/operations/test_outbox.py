"""Delivery: the same bytes until the server has answered, in order, patiently, and a person for what never goes."""

import json
import math
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any
from uuid import UUID, uuid4

import apsw
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from kiosk import conditions
from kiosk.operations import outbox as outbox_module
from kiosk.operations.errors import StorageDamaged
from kiosk.operations.journal import Event
from kiosk.operations.outbox import Outbox, insist, judged, pause
from kiosk.operations.storage import Storage
from kiosk.uplink.contract import Observation, OperationOpened, OperationState, ProblemType
from kiosk.uplink.errors import Cause, CentralError, OperationConflict

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

        def step(store: Any) -> None:
            position = store.append(Event.OBSERVATION, NOW)
            message = Observation.model_validate(
                {
                    "observation_id": identity,
                    "kiosk": "kiosk-3",
                    "boot": position.boot,
                    "sequence": position.sequence,
                    "card": card,
                    "record_version": 1,
                    "tries_left": 0,
                    "at": NOW,
                }
            )
            body = message.model_dump_json().encode()
            store.enqueue("observation", identity, thread=card, body=body, position=position)

        self.storage.write(step)
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


# How long to wait.


@given(failures=st.integers(1, 10_000), seed=st.integers(), asked=st.none() | st.floats(0, 1e9))
def test_a_pause_grows_up_to_a_cap_and_is_never_less_than_asked(failures: int, seed: int, asked: float | None) -> None:
    seconds = pause(failures, (2.0, 60.0), Random(seed), asked)
    own = min(2.0 * 2 ** min(failures - 1, 32), 60.0)
    assert seconds >= own / 2
    assert seconds >= min(asked or 0.0, 3600.0)
    assert seconds <= max(own, 1.25 * min(asked or 0.0, 3600.0))


def test_pauses_double() -> None:
    """The middle of what chance allows: 1.5, 3, 6, ... up to the cap."""

    class Middle(Random):
        def uniform(self, a: float, b: float) -> float:
            return (a + b) / 2

    assert [pause(n, (2.0, 20.0), Middle()) for n in (1, 2, 3, 4, 5, 99)] == [1.5, 3.0, 6.0, 12.0, 15.0, 15.0]
    assert pause(1, (2.0, 20.0), Middle(), 8.0) == 9.0
    assert pause(1, (2.0, 20.0), Middle(), 1e9) == 4050.0


def test_a_fleet_does_not_ask_all_at_once() -> None:
    """A thousand kiosks that lost the server in the same moment come back spread over half of the pause."""
    pauses = sorted(pause(3, (2.0, 60.0), Random(seed)) for seed in range(1000))
    assert pauses[0] < 4.1
    assert pauses[-1] > 7.9
    assert max(b - a for a, b in pairwise(pauses)) < 0.05
    asked = sorted(pause(1, (2.0, 60.0), Random(seed), 60.0) for seed in range(1000))
    assert asked[-1] - asked[0] > 14


# Asking while somebody waits.


def raising(*errors: CentralError | None) -> Callable[[], Any]:
    left = list(errors)

    async def ask() -> str:
        await trio.sleep(0.01)
        error = left.pop(0) if len(left) > 1 else left[0]
        if error is not None:
            raise error
        return "answer"

    return ask


def error(cause: Cause, problem: ProblemType | None = None, **more: Any) -> CentralError:
    return CentralError(cause, "x", problem=problem, **more)


async def test_whoever_insists_gets_the_first_answer(autojump_clock: MockClock) -> None:
    ask = raising(error(Cause.SLOW), error(Cause.UNREACHABLE), error(Cause.BROKEN, status=500), None)
    assert await insist(ask, seconds=20, rng=Random(1)) == "answer"
    assert trio.current_time() < 3


@pytest.mark.parametrize(
    ("errors", "cause", "may_have_arrived"),
    [
        ([error(Cause.UNREACHABLE)], Cause.UNREACHABLE, False),
        ([error(Cause.SLOW), error(Cause.UNREACHABLE)], Cause.UNREACHABLE, True),
        ([error(Cause.REFUSED, ProblemType.CARD_BUSY)], Cause.REFUSED, False),
        ([error(Cause.HUNG_UP), error(Cause.REFUSED, ProblemType.CARD_BUSY)], Cause.REFUSED, True),
    ],
)
async def test_what_may_have_arrived_is_remembered(
    autojump_clock: MockClock, errors: list[CentralError], cause: Cause, may_have_arrived: bool
) -> None:
    """Of all tries: a request whose answer was lost may come late, whatever came of the next."""
    with pytest.raises(CentralError) as failed:
        await insist(raising(*errors), seconds=20, rng=Random(1))
    assert failed.value.cause is cause
    assert failed.value.may_have_arrived is may_have_arrived
    assert (trio.current_time() < 1) is (cause is Cause.REFUSED)
    assert trio.current_time() < 20


async def test_nobody_waits_longer_than_they_would(autojump_clock: MockClock) -> None:
    """A question that is under way when the time is over may have arrived."""

    async def ask() -> None:
        await trio.sleep(100)

    with pytest.raises(CentralError, match="no answer in 7 s") as slow:
        await insist(ask, seconds=7, rng=Random(1))
    assert slow.value.cause is Cause.SLOW
    assert slow.value.may_have_arrived
    assert trio.current_time() == pytest.approx(7)


async def test_a_server_that_wants_peace_is_left_in_peace(autojump_clock: MockClock) -> None:
    with pytest.raises(CentralError):
        await insist(raising(error(Cause.BROKEN, status=503, retry_after_seconds=30.0)), seconds=20, rng=Random(1))
    assert trio.current_time() < 1
    ask = raising(error(Cause.BROKEN, status=503, retry_after_seconds=10.0), None)
    assert await insist(ask, seconds=20, rng=Random(1)) == "answer"
    assert 10 <= trio.current_time() < 14


@pytest.mark.parametrize(
    ("failed", "judgement"),
    [
        (error(Cause.REFUSED, ProblemType.CARD_BUSY), True),
        (error(Cause.REFUSED, ProblemType.LIMIT_REACHED, status=429), True),
        (error(Cause.REFUSED, ProblemType.UNAUTHORISED), False),
        (error(Cause.REFUSED, ProblemType.NOT_THIS_KIOSK), False),
        (error(Cause.REFUSED, ProblemType.TLS_REQUIRED), False),
        (error(Cause.BROKEN, status=500), False),
        (error(Cause.SLOW), False),
    ],
)
def test_what_is_a_judgement(failed: CentralError, judgement: bool) -> None:
    """On the message, not on the machine that sent it."""
    assert judged(failed) is judgement


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


async def test_whoever_waits_for_a_delivery_is_told(autojump_clock: MockClock, post: Any) -> None:
    post.write()
    heard: list[float] = []

    async def wait() -> None:
        await post.outbox.delivered()
        heard.append(trio.current_time())

    async with trio.open_nursery() as nursery:
        nursery.start_soon(wait)
        await trio.sleep(5)
        assert heard == []
        await post.outbox.flush(ZHANG, seconds=10)
    assert heard == [pytest.approx(5.01)]


async def test_an_answer_to_another_message_is_no_answer(machine: Any, post: Any) -> None:
    other = OperationOpened(operation_id=uuid4(), state=OperationState.OPEN)
    machine.way.fail("", (200, {}, other.model_dump_json().encode()))
    with pytest.raises(CentralError, match="another message") as broken:
        await post.outbox.send("intent", uuid4(), b"{}")
    assert broken.value.cause is Cause.BROKEN
    assert broken.value.may_have_arrived


def test_a_conflict_is_told_apart() -> None:
    assert judged(OperationConflict(Cause.REFUSED, "x", problem=ProblemType.OPERATION_CONFLICT))
    assert outbox_module._BACKGROUND_SECONDS[1] <= 60 < math.inf
