"""The harness bites: each way to break durability is found, and within a minute."""

import broken_copies
import pytest
from broken_copies import SECONDS, Sabotage

ALL = {sabotage.name: sabotage for sabotage in broken_copies.sabotages()}


def test_a_commit_that_is_not_synced_is_found() -> None:
    """With WAL and NORMAL the database is never damaged; what was acknowledged is gone all the same."""
    verdict = broken_copies.attempt(ALL["the store's synchronous is NORMAL"])
    assert verdict.found, verdict.output


@pytest.mark.deep
@pytest.mark.apart
@pytest.mark.timeout(300)
@pytest.mark.parametrize("sabotage", ALL.values(), ids=ALL)
def test_a_sabotage_is_found(sabotage: Sabotage) -> None:
    verdict = broken_copies.attempt(sabotage)
    assert verdict.found, verdict.output
    assert verdict.seconds < SECONDS, verdict.output
