"""How the server is asked: what its answers mean, and how long is waited between two tries."""

from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from kiosk.operations.asking import insist, judged, pause, refusal
from kiosk.operations.errors import OperationRefused
from kiosk.uplink.contract import ProblemType
from kiosk.uplink.errors import Cause, CentralError, OperationConflict


class Middle(Random):
    """The middle of what chance allows."""

    def uniform(self, a: float, b: float) -> float:
        """Always the same."""
        return (a + b) / 2


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


async def test_somebody_who_waits_has_it_tried_again_soon_and_then_less_often(autojump_clock: MockClock) -> None:
    """The last try is the last that can be followed by an answer in time."""
    tries: list[float] = []

    async def ask() -> None:
        tries.append(trio.current_time())
        raise error(Cause.UNREACHABLE)

    with pytest.raises(CentralError):
        await insist(ask, seconds=10.3125, rng=Middle())
    assert tries == [0.0, 0.1875, 0.5625, 1.3125, 2.8125, 5.8125, 8.8125]
    with pytest.raises(CentralError):
        await insist(ask, seconds=0.1875, rng=Middle())
    assert len(tries) == 8


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


def test_a_conflict_is_a_judgement_too() -> None:
    assert judged(OperationConflict(Cause.REFUSED, "x", problem=ProblemType.OPERATION_CONFLICT))


def test_a_judgement_is_handed_on_with_all_that_the_server_said() -> None:
    said = error(Cause.REFUSED, ProblemType.LIMIT_REACHED, status=429, retry_after_seconds=7.0, reason="days")
    told = refusal(said)
    assert isinstance(told, OperationRefused)
    assert (told.cause, told.problem, told.status, told.retry_after_seconds, told.reason) == (
        Cause.REFUSED,
        ProblemType.LIMIT_REACHED,
        429,
        7.0,
        "days",
    )
    other = error(Cause.SLOW)
    assert refusal(other) is other
