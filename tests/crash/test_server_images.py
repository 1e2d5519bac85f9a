"""What the central server has answered 2xx survives every power cut."""

import pytest
import server_images
from crash import run


def test_images_of_the_server() -> None:
    """One life, and some of the images of it."""
    tally = server_images.run_seed(1, 200, requests=20)
    assert tally.violations == []
    assert tally.counts["images"] > 100
    assert tally.counts["torn"] > 25


@pytest.mark.deep
@pytest.mark.apart
@pytest.mark.timeout(5400)
def test_many_images_of_the_server() -> None:
    tally = run(server_images.run_seed, "images", 20_000, seed=100, jobs=2)
    assert tally.violations == []
