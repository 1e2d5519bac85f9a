"""How the server is asked: what its answers mean, and when it is asked again, by one or by a thousand at once."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeVar

import trio

from kiosk.operations.errors import OperationRefused
from kiosk.uplink.contract import ProblemType
from kiosk.uplink.errors import Cause, CentralError

A = TypeVar("A")

_AT_ONCE_SECONDS = (0.25, 4.0)
"""Between two tries while somebody waits: the first pause, and the longest."""
_MOST_RETRY_AFTER_SECONDS = 3600.0
"""A server that asks for more patience than this is asked again all the same."""

_OF_THE_MACHINE = (ProblemType.UNAUTHORISED, ProblemType.NOT_THIS_KIOSK, ProblemType.TLS_REQUIRED)
"""Refusals that say nothing about the message."""


def judged(error: CentralError) -> bool:
    """Whether the server has understood a message and said no to it, rather than to this machine."""
    return error.cause is Cause.REFUSED and error.problem not in _OF_THE_MACHINE


def refusal(error: CentralError) -> CentralError:
    """A judgement on the operation is told apart from everything else that keeps it from being done."""
    if not judged(error):
        return error
    return OperationRefused(
        Cause.REFUSED,
        "the server refused the operation",
        status=error.status,
        problem=error.problem,
        retry_after_seconds=error.retry_after_seconds,
        reason=error.reason,
    )


def pause(failures: int, seconds: tuple[float, float], rng: Random, retry_after_seconds: float | None = None) -> float:
    """How long to wait after so many failures in a row: twice as long each time, up to a cap, never in step.

    Args:
        failures: At least one.
        seconds: The first pause, and the longest.
        rng: Keeps a fleet from asking all at once.
        retry_after_seconds: What the server asked for; it is waited at least.
    """
    first, longest = seconds
    own = min(first * 2.0 ** min(failures - 1, 32), longest) * rng.uniform(0.5, 1.0)
    asked = min(retry_after_seconds or 0.0, _MOST_RETRY_AFTER_SECONDS)
    return max(own, asked * rng.uniform(1.0, 1.25))


async def insist(ask: Callable[[], Awaitable[A]], *, seconds: float, rng: Random) -> A:
    """Ask until there is an answer, for at most `seconds`. For what may be repeated.

    Raises:
        CentralError: A refusal, or none; `may_have_arrived` counts every try.
    """
    deadline = trio.current_time() + seconds
    doubtful, failures = False, 0
    while True:
        error = CentralError(Cause.SLOW, f"no answer in {seconds:g} s")
        with trio.move_on_at(deadline):
            try:
                return await ask()
            except CentralError as caught:
                error = caught
        doubtful = doubtful or error.may_have_arrived
        error.may_have_arrived = doubtful
        failures += 1
        wait = pause(failures, _AT_ONCE_SECONDS, rng, error.retry_after_seconds)
        if error.cause is Cause.REFUSED or trio.current_time() + wait >= deadline:
            raise error
        await trio.sleep(wait)
