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

from tally import Tally

Work = Callable[[int, int], Tally]
"""What one seed does, of that at most so many."""

LIVES = 20
"""So many lives are looked at at least, however few images are asked for."""
SERVER_SHARE = 50
"""One image in so many is of the server's database; one of those takes as long as several of a kiosk's."""


def run(work: Work, what: str, count: int, *, seed: int, jobs: int, least_seeds: int = 1) -> Tally:
    """Have `work` done for one seed after another, by `jobs` processes, until `count` of `what` are done.

    No seed does more than its share of `least_seeds`.
    """
    tally = Tally()
    seeds = itertools.count(seed)
    most = -(-count // least_seeds)
    if jobs == 1:
        while tally.counts[what] < count:
            tally.add(work(next(seeds), most))
        return tally
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("fork")) as pool:
        running: set[Future[Tally]] = set()
        while tally.counts[what] < count:
            while len(running) < jobs:
                running.add(pool.submit(work, next(seeds), most))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                tally.add(one.result())
        for one in running:
            tally.add(one.result())
    return tally


def images(count: int, *, seed: int, jobs: int, only: str | None = None) -> Tally:
    """Crash images of a kiosk's store and, a smaller part, of the server's database."""
    import server_images
    import store_images

    if only is not None:
        return store_images.run_seed(seed, count, only=only)
    of_server = count // SERVER_SHARE
    tally = run(store_images.run_seed, "images", count - of_server, seed=seed, jobs=jobs, least_seeds=LIVES)
    tally.add(run(server_images.run_seed, "images", of_server, seed=seed, jobs=jobs))
    return tally


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
    asked = parser.parse_args()
    if not asked.images and not asked.kills:
        parser.error("--images N or --kills N")
    began = time.perf_counter()
    what = "images" if asked.images else "kills"
    if asked.images and asked.server:
        import server_images

        tally = server_images.run_seed(asked.seed, asked.images, only=asked.only and int(asked.only))
    elif asked.images:
        tally = images(asked.images, seed=asked.seed, jobs=asked.jobs, only=asked.only)
    elif asked.whole:
        import whole_kills

        tally = run(whole_kills.run_seed, "kills", asked.kills, seed=asked.seed, jobs=asked.jobs)
    else:
        import store_kills

        tally = run(store_kills.run_seed, "kills", asked.kills, seed=asked.seed, jobs=asked.jobs)
    for violation in tally.violations[:20]:
        print(violation)
    print(tally.line(what, time.perf_counter() - began))
    return 1 if tally.violations else 0


if __name__ == "__main__":
    sys.exit(main())
