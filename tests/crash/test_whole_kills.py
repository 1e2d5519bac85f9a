"""The whole kiosk and the whole server are killed in the middle of a change; card and record agree in the end."""

import pytest
import whole_kills
from crash import run


def test_a_handful() -> None:
    """The kiosk, at each of the services."""
    tally = whole_kills.run_seed(1, 3)
    print(tally.line("kills", 1))
    assert tally.violations == []


@pytest.mark.deep
@pytest.mark.apart
@pytest.mark.timeout(10_800)
def test_two_hundred_kills() -> None:
    """Kiosk, server, or both; settled at the same kiosk or at another."""
    tally = run(whole_kills.run_seed, "kills", 200, seed=1_000, jobs=4, nice=0)  # Hardly anything but waiting.
    print(tally.line("kills", 1))
    assert tally.violations == []
