"""Power cuts and kills: `./script/crash --images N`, or `./script/crash --kills N [--whole]`.

What breaks a promise prints the command that shows it again. Exit status: 0 if nothing did.
"""

import argparse
import itertools
import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait

from progress import Progress
from tally import Tally

Work = Callable[[int, int], Tally]
"""What one seed does, of that at most so many."""

LIVES = 20
"""So many lives are looked at at least, however few images are asked for."""
SERVER_SHARE = 50
"""One image in so many is of the server's database; one of those takes as long as several of a kiosk's."""
_NICE = 10
"""What waits for nobody lets those go first that wait for a real machine, in the long run's other tests."""


def run(
    work: Work,
    what: str,
    count: int,
    *,
    seed: int,
    jobs: int,
    least_seeds: int = 1,
    until_found: bool = False,
    nice: int = _NICE,
) -> Tally:
    """Have `work` done for one seed after another, by `jobs` processes, until `count` of `what` are done.

    Args:
        work: Does it.
        what: The count that is meant.
        count: How many.
        seed: The first.
        jobs: Processes at once.
        least_seeds: No seed does more than its share of so many.
        until_found: The first seed that violates anything is the last.
        nice: By so much others go first, where there are several jobs.
    """
    tally, progress = Tally(), Progress(what, count)
    seeds = itertools.count(seed)
    most = -(-count // least_seeds)
    if jobs == 1:
        while tally.counts[what] < count and not (until_found and tally.violations):
            tally.add(work(next(seeds), most))
            progress.at(tally.counts[what], bad=len(tally.violations))
        return tally
    fork = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, mp_context=fork, initializer=os.nice, initargs=(nice,)) as pool:
        running: set[Future[Tally]] = set()
        while tally.counts[what] < count:
            while len(running) < jobs:
                running.add(pool.submit(work, next(seeds), most))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                tally.add(one.result())
            progress.at(tally.counts[what], bad=len(tally.violations))
        for one in running:
            tally.add(one.result())
    return tally


def images(asked: argparse.Namespace) -> Tally:
    """Crash images of a kiosk's store and, a smaller part, of the server's database."""
    import server_images
    import store_images

    how = {"seed": asked.seed, "jobs": asked.jobs, "until_found": asked.until_found}
    if asked.only is not None:
        one = server_images.run_seed if asked.server else store_images.run_seed
        return one(asked.seed, asked.images, only=asked.only)
    if asked.server:
        return run(server_images.run_seed, "images", asked.images, **how)
    of_server = asked.images // SERVER_SHARE
    tally = run(store_images.run_seed, "images", asked.images - of_server, least_seeds=LIVES, **how)
    if not (asked.until_found and tally.violations):
        tally.add(run(server_images.run_seed, "images", of_server, **how))
    return tally


def kills(asked: argparse.Namespace) -> Tally:
    """`kill -9` of a process that works the store, or of the whole program."""
    import store_kills
    import whole_kills

    how = {"seed": asked.seed, "jobs": asked.jobs, "until_found": asked.until_found}
    if asked.whole:
        return run(whole_kills.run_seed, "kills", asked.kills, nice=0, **how)
    return run(store_kills.run_seed, "kills", asked.kills, **how)


def sabotages(names: str) -> int:
    """Break copies in the ways that are named so; a table of what found each. Exit status: 0 if each was found."""
    import broken_copies

    print("| what is broken | found by | promises | after |\n| --- | --- | --- | --- |")
    missed = 0
    for verdict in broken_copies.verdicts(names):
        print(verdict.row(), flush=True)
        if not verdict.found:
            missed += 1
            print(verdict.output[-2000:])
    return 1 if missed else 0


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(prog="./script/crash", description=__doc__)
    parser.add_argument("--images", type=int, metavar="N", help="power cuts of the kiosk and of the server")
    parser.add_argument("--kills", type=int, metavar="N", help="`kill -9` of a process that works the real store")
    parser.add_argument("--whole", action="store_true", help="kill the whole kiosk and the whole server instead")
    parser.add_argument("--seed", type=int, default=1, help="where chance begins")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes")
    parser.add_argument("--only", metavar="IMAGE", help="of the first seed's images this one")
    parser.add_argument("--server", action="store_true", help="with --only: it is an image of the server's database")
    parser.add_argument("--until-found", action="store_true", help="stop at the first seed that breaks a promise")
    parser.add_argument(
        "--sabotages", nargs="?", const="", metavar="NAME", help="break copies of it; each must be found"
    )
    asked = parser.parse_args()
    if asked.sabotages is not None:
        return sabotages(asked.sabotages)
    if not asked.images and not asked.kills:
        parser.error("--images N, --kills N or --sabotages")
    began = time.perf_counter()
    what = "images" if asked.images else "kills"
    tally = images(asked) if asked.images else kills(asked)
    for violation in tally.violations[:20]:
        print(violation)
    print(tally.line(what, time.perf_counter() - began))
    return 1 if tally.violations else 0


if __name__ == "__main__":
    sys.exit(main())
