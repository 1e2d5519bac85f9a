"""What tests of the whole share: one stand with the real kiosk on it, since starting one takes seconds."""

import os
from collections.abc import Iterator

import hypothesis
import pytest

from simulator.machine import Wishes
from simulator.scenarios.runner import tidy
from simulator.stand import Stand

# The fast suite tries the same examples each time; chance has its place in the long one (script/test --all).
hypothesis.settings.register_profile("same", derandomize=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(scope="session")
def shared_stand() -> Iterator[Stand]:
    """The product as `./script/run` starts it, on a display of its own."""
    with Stand(Wishes()) as stand:
        yield stand


@pytest.fixture
def stand(shared_stand: Stand) -> Stand:
    """The shared stand as it was when it started: cards as new, nothing in the slot, no fault."""
    tidy(shared_stand)
    return shared_stand
