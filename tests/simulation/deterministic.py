"""One seed, one order of tasks, one row of random bytes: the only place that touches private switches for it.

trio shuffles the tasks of each step by a generator of its own; with the switch on it sorts them first, so that the
generator's seed alone decides (trio's test_scheduler_determinism does the same). What the product draws from the
system (`secrets`, `uuid4`) comes from the seed as well.
"""

import contextlib
import functools
import gc
import os
import random
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from unittest import mock

import trio
import trio.testing

T = TypeVar("T")


def run(main: Callable[..., Awaitable[T]], *arguments: Any, seed: int) -> T:
    """`trio.run` on a faked clock that jumps when everybody waits; the same seed gives the same run."""
    _collect_less()
    system = random.Random(f"system {seed}")
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(trio._core._run, "_ALLOW_DETERMINISTIC_SCHEDULING", True))
        stack.enter_context(mock.patch.object(trio._core._run, "_r", random.Random(seed)))
        stack.enter_context(mock.patch.object(os, "urandom", system.randbytes))
        stack.enter_context(mock.patch.object(random, "_urandom", system.randbytes))
        return trio.run(main, *arguments, clock=trio.testing.MockClock(autojump_threshold=0))


@functools.cache
def _collect_less() -> None:
    """Once a process: what is imported by now stays. Looking through it again and again is a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
