"""Every service for every card, by every region's rules, at machines that lack things: it ends in something named."""

import random

import pytest
from cells import cells, machines
from table import DOCUMENT, Tried, document, try_everything

SAMPLED = 6
"""Cells a machine: more would take long."""


def test_a_sample_of_cells(capsys: pytest.CaptureFixture[str]) -> None:
    """Some of each machine's, the same ones each time."""
    rng, tried = random.Random(5), Tried()
    for machine in machines():
        tried.try_all(machine, rng.sample(list(cells(machine)), SAMPLED))
    with capsys.disabled():
        print(f"\n{tried.count} cells, {len(tried.dead_ends)} dead ends")
    assert not tried.dead_ends
    ends = {name for tally in tried.tallies.values() for name in tally}
    assert {"done", "applied", "shown", "left"} < ends


@pytest.mark.deep
@pytest.mark.apart
@pytest.mark.timeout(3600)
def test_every_cell_and_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    """All of them; `docs/services.md` says what they come to. Remedy: `./script/table`, some 10 minutes."""
    tried = try_everything()
    with capsys.disabled():
        print(f"\n{tried.count} cells, {len(tried.dead_ends)} dead ends")
    assert not tried.dead_ends
    assert document(tried.tallies) == DOCUMENT.read_text(encoding="utf-8")
