"""What the kiosk's store has acknowledged survives every power cut, and every cut of the recovery after it."""

import pytest
import store_images
from crash import LIVES, run


def test_images() -> None:
    """Nothing that must hold is violated; and the images reach what they are for."""
    tally = run(store_images.run_seed, "images", 6_000, seed=1, jobs=1, least_seeds=LIVES)
    print(tally.line("images", 1))
    assert tally.violations == []
    assert tally.counts["sync points"] > 1_000
    assert tally.counts["torn"] > 1_500
    assert tally.counts["cut again"] > 100


def test_a_life_replays() -> None:
    """The same seed, the same images."""
    first, again = store_images.run_seed(7, 200), store_images.run_seed(7, 200)
    assert first == again


@pytest.mark.deep
@pytest.mark.apart
@pytest.mark.timeout(10_800)
def test_a_million_images() -> None:
    """On two cores."""
    tally = run(store_images.run_seed, "images", 1_000_000, seed=1_000, jobs=2)
    print(tally.line("images", 1))
    assert tally.violations == []
