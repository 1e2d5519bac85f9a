"""A process that works the real store is killed again and again; nothing that it said is lost."""

import pytest
import store_kills
from crash import run


def test_kills() -> None:
    """At random moments and at steps of every name."""
    tally = run(store_kills.run_seed, "kills", 180, seed=1, jobs=1)
    print(tally.line("kills", 1))
    assert tally.violations == []
    assert sum(tally.counts[f"at {name}"] > 0 for name in store_kills.STEPS) >= 8
    assert tally.counts["recovered"] > 70


@pytest.mark.deep
@pytest.mark.apart
@pytest.mark.timeout(10_800)
def test_ten_thousand_kills() -> None:
    tally = run(store_kills.run_seed, "kills", 10_000, seed=1_000, jobs=2)
    print(tally.line("kills", 1))
    assert tally.violations == []
