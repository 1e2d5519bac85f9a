"""What tests of the whole share: one stand with the real kiosk on it, since starting one takes seconds."""

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from brisk_citizen import BriskCitizen

from simulator.machine import Wishes
from simulator.scenarios.pages import HOME
from simulator.scenarios.runner import tidy
from simulator.stand import Stand

# The fast suite tries the same examples each time; chance has its place in the long one (script/test --all). How long
# one takes is nobody's business: other work on the machine decides it.
hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


_SLOW = ("scenarios", "conditions", "whole", "crash", "simulation", "hangs", "simulator", "test_script.py", "screens")
"""Where tests wait for the real product, or try thousands of anything: begun first, or one worker would be left with
them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow ones first; the rest in the order of their files. A file is run by one process, but for what is `apart`."""
    here = Path(__file__).parent
    places = {name: place for place, name in enumerate(_SLOW)}

    def order(item: pytest.Item) -> tuple[float, int]:
        limit = item.get_closest_marker("timeout")
        alone = limit is not None and item.get_closest_marker("apart") is not None
        return -limit.args[0] if alone else 0, places.get(item.path.relative_to(here).parts[0], len(_SLOW))

    items.sort(key=order)
    for item in items:
        if item.get_closest_marker("apart") is None:
            item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(here))))


@pytest.fixture(scope="session")
def shared_stand() -> Iterator[Stand]:
    """The product as `./script/run` starts it, on a display of its own."""
    with Stand(Wishes()) as stand:
        yield stand


_GONE_SECONDS = 60 + 30 + 60.0
"""Silence, the question whether somebody is still there, the asking for a card: config/kiosk.toml, and some more."""


@pytest.fixture
def stand(shared_stand: Stand) -> Stand:
    """The shared stand as it was when it started: cards as new, nothing in the slot, no fault."""
    tidy(shared_stand)
    with BriskCitizen(shared_stand) as citizen:  # Whoever came before may have left a page that goes by itself.
        citizen.sees(HOME, seconds=_GONE_SECONDS)
    return shared_stand
