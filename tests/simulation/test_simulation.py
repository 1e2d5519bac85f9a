"""Random citizens before a machine to which everything happens. A failing seed prints how to replay it."""

import time

import pytest
from one_seed import Report, run_seed, summary
from sabotage import SABOTAGES

FAST_SEEDS = range(32)
DEEP_SEEDS = range(10_000, 13_000)
SABOTAGE_SECONDS = 60


def run_all(seeds: range) -> list[Report]:
    began = time.perf_counter()
    reports = []
    for seed in seeds:
        report = run_seed(seed)
        assert not report.violations, str(report)
        reports.append(report)
    print(summary(reports, time.perf_counter() - began))
    return reports


def test_seeds() -> None:
    """Nothing that must hold is violated; and the seeds get far enough to mean something."""
    reports = run_all(FAST_SEEDS)
    assert sum(report.operations.get("done", 0) for report in reports) > 10
    assert sum(report.receipts for report in reports) > 10
    assert all(report.boots for report in reports)


def test_a_seed_replays() -> None:
    """The same seed, the same run to the last command; another seed, another run."""
    first, again, other = run_seed(7), run_seed(7), run_seed(8)
    assert first == again
    assert first.trace != other.trace


@pytest.mark.deep
@pytest.mark.timeout(3600)
def test_many_seeds() -> None:
    """As `test_seeds`, for half an hour."""
    run_all(DEEP_SEEDS)


@pytest.mark.deep
@pytest.mark.timeout(2 * SABOTAGE_SECONDS)
@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotage_is_found(name: str) -> None:
    """Within a minute of seeds."""
    began = time.perf_counter()
    with SABOTAGES[name]():
        for seed in range(20_000, 30_000):
            if run_seed(seed).violations:
                return
            assert time.perf_counter() - began < SABOTAGE_SECONDS, f"{seed - 20_000} seeds found nothing"
