"""Runs seeds, or sabotages, from the command line: see `script/simulate --help`."""

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from one_seed import STEPS, Plan, Report, run_seed
from progress import Progress
from promises import PROMISES


@dataclass
class Total:
    """What many seeds came to."""

    seeds: int = 0
    failed: int = 0
    visits: int = 0
    boots: int = 0
    views: int = 0
    receipts: int = 0
    operations: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    violations: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0
    """Of processors, all of them together."""

    def add(self, report: Report, seconds: float) -> None:
        """Count one seed."""
        self.seeds += 1
        self.failed += bool(report.violations)
        self.visits += report.visits
        self.boots += report.boots
        self.views += report.views
        self.receipts += report.receipts
        self.operations += report.operations
        self.faults += report.faults
        self.violations.update(violation.number for violation in report.violations)
        self.seconds += seconds

    def __str__(self) -> str:
        kinds = sorted({kind for kind, _ in self.operations})
        operations = "; ".join(
            f"{kind} " + ", ".join(f"{state} {n}" for (its, state), n in sorted(self.operations.items()) if its == kind)
            for kind in kinds
        )
        faults = ", ".join(f"{kind} {n}" for kind, n in sorted(self.faults.items()))
        violations = ", ".join(f"{number} {self.violations[number]}" for number in PROMISES)
        rate = self.visits / self.seconds if self.seconds else 0.0
        return "\n".join(
            (
                f"operations: {operations}",
                f"faults: {faults}",
                f"{self.boots} boots, {self.views} views, {self.receipts} slips",
                f"violations by promise (0: other): {violations}",
                f"{self.seeds} seeds, {self.visits} visits, {sum(self.operations.values())} operations, "
                f"{sum(self.faults.values())} faults, {sum(self.violations.values())} violations, "
                f"{rate:.0f} visits a second a core",
            )
        )


def replay_command(seed: int, plan: Plan) -> str:
    """How to see a seed again, every line of it."""
    kiosks = "" if plan.kiosks is None else f" --kiosks {plan.kiosks}"
    steps = "" if plan.steps == STEPS else f" --steps {plan.steps}"
    return f"./script/simulate --seed {seed}{kiosks}{steps} --trace"


def explain(report: Report, plan: Plan) -> str:
    """What a failing seed says."""
    return "\n".join(
        [f"seed {report.seed} FAILED", *map(str, report.violations), f"replay: {replay_command(report.seed, plan)}"]
    )


def _timed(job: tuple[int, Plan]) -> tuple[Report, float]:
    began = time.process_time()
    report = run_seed(*job)
    return report, time.process_time() - began


def run(seeds: Iterable[int], plan: Plan, *, jobs: int = 1) -> Iterator[tuple[Report, float]]:
    """Run seeds, and say of each what it came to and how much of a processor it took."""
    work = ((seed, plan) for seed in seeds)
    if jobs == 1:
        yield from map(_timed, work)
        return
    # They wait for nobody; in the long run, tests beside them wait for a real machine, and go first.
    with multiprocessing.get_context("spawn").Pool(jobs, initializer=os.nice, initargs=(10,)) as pool:
        yield from pool.imap(_timed, work)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="script/simulate",
        description="Citizens, kiosks and the server in one process; everything that goes wrong comes from one seed.",
    )
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds (default 1)")
    parser.add_argument("--seed", type=int, default=1, help="the first of them (default 1)")
    parser.add_argument("--visits", type=int, help="run seeds until so many visits were made")
    parser.add_argument("--kiosks", type=int, help="stations in the fleet (default: each seed decides, 1 to 3)")
    parser.add_argument("--steps", type=int, default=STEPS, help=f"how much happens in a seed (default {STEPS})")
    parser.add_argument("--jobs", type=int, default=1, help="processes at work (default 1)")
    parser.add_argument("--trace", action="store_true", help="print everything that happens")
    parser.add_argument("--sabotage", nargs="?", const="", metavar="NAME", help="break the product on purpose")
    arguments = parser.parse_args()
    if arguments.sabotage is not None:
        import saboteur  # Imports this program's own parts.

        return saboteur.main(arguments.sabotage)
    plan = Plan(steps=arguments.steps, kiosks=arguments.kiosks, keep_trace=arguments.trace)
    last = arguments.seed + (arguments.seeds if arguments.visits is None else 10**9)
    total, visits = Total(), arguments.visits
    progress = Progress("seeds", arguments.seeds) if visits is None else Progress("visits", visits)
    for report, seconds in run(range(arguments.seed, last), plan, jobs=arguments.jobs):
        if arguments.trace:
            print(*report.lines, sep="\n")
        if report.violations:
            print(explain(report, plan), flush=True)
        total.add(report, seconds)
        progress.at(total.seeds if visits is None else total.visits, bad=sum(total.violations.values()))
        if visits is not None and total.visits >= visits:
            break
    print(total)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
