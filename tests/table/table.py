"""Tries the cells, counts what they come to, and writes docs/services.md: see `script/table --help`."""

import argparse
import multiprocessing
import sys
import tempfile
from collections import Counter as Tally
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import structlog
import structlog.testing
import trio
import trio.testing
from cells import Cell, Machine, cells, machines
from counter import Counter, DeadEnd

from kiosk import refusals

DOCUMENT = Path(__file__).parents[2] / "docs" / "services.md"

Tallies = dict[str, Tally[str]]
"""By service: how often it came to what."""
_HELPS = {kind.code: kind.helps for kind in refusals.ALL}
"""By refusal: the service that its page leads to."""


class Tried:
    """What cells came to.

    Attributes:
        tallies: By service.
        dead_ends: What came to nothing that can be named.
    """

    def __init__(self) -> None:
        self.tallies: Tallies = {}
        self.dead_ends: list[str] = []

    @property
    def count(self) -> int:
        """How many cells were tried."""
        return sum(tally.total() for tally in self.tallies.values()) + len(self.dead_ends)

    def try_all(self, machine: Machine, wanted: Iterable[Cell]) -> None:
        """Try cells at one machine, one after the other."""
        shared_memory = Path("/dev/shm")
        with (
            tempfile.TemporaryDirectory(dir=shared_memory if shared_memory.is_dir() else None) as directory,
            structlog.testing.capture_logs() as log,
        ):
            clock = trio.testing.MockClock(autojump_threshold=0)
            trio.run(self._try_all, machine, list(wanted), Path(directory), log, clock=clock)

    async def _try_all(
        self, machine: Machine, wanted: list[Cell], directory: Path, log: list[structlog.typing.EventDict]
    ) -> None:
        async with trio.open_nursery() as nursery:
            counter = Counter(machine, directory, nursery)
            nursery.start_soon(counter.run)
            await counter.at_home()
            await trio.sleep(60)  # What is missing has been found missing.
            ends: dict[Cell, dict[str, str]] = {}
            for cell in wanted:
                log.clear()
                try:
                    came_to = await counter.try_(cell)
                except DeadEnd as error:
                    self.dead_ends.append(f"{machine.region}, {machine.has}: {error}")
                    continue
                if faults := [entry for entry in log if entry["event"] == "visit.fault"]:
                    self.dead_ends.append(f"{machine.region}, {machine.has}: {cell}: {faults}")
                self.tallies.setdefault(cell.service, Tally())[came_to] += 1
                ends.setdefault(replace(cell, service="", turn=0), {})[cell.service] = came_to
            circles = {" → ".join(circle) for by_service in ends.values() for circle in _circles(by_service)}
            self.dead_ends += [f"{machine.region}, {machine.has}: round in a circle: {each}" for each in circles]
            counter.close()
            nursery.cancel_scope.cancel()


def _circles(ends: dict[str, str]) -> Iterator[list[str]]:
    """Services that refuse, and send people on to one another.

    Args:
        ends: What each comes to, for the same card and person.
    """
    for service in ends:
        path = [service]
        while (helper := _HELPS.get(ends.get(path[-1], ""))) is not None:
            if helper in path:
                yield [*path[path.index(helper) :], helper]
                break
            path.append(helper)


def document(tallies: Tallies) -> str:
    """The whole of docs/services.md."""
    count = sum(tally.total() for tally in tallies.values())
    lines = [
        "# What services come to",
        "",
        "Every service is tried for a card in every state: application status, lifecycle, a blocked PIN, an initial",
        "one, a card that has expired or soon will, a loss for want of a visit to the bank, a holder of whom nothing",
        "else is on record or who has applied for things; by the rules of three regions; at machines that lack one",
        "thing or another; by people with all their proofs, some, or none. Whoever does what the pages say comes to an",
        "end that has a name: it is done, applied for, shown, or refused with a reason ([refusals](refusals.md)); or",
        "they leave, having nothing with them that would prove who they are. None may end in an exception, in a page",
        "that leads nowhere, or in services that send people on to one another.",
        "",
        f"{count:,} cells. Written by `./script/table`.",
        "",
        "| service | cells | done | applied for | shown | left | refused, by reason |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for service, tally in sorted(tallies.items()):
        refused = ", ".join(f"`{code}` {n}" for code, n in sorted(tally.items()) if "." in code)
        named = " | ".join(str(tally[name] or "") for name in ("done", "applied", "shown", "left"))
        lines.append(f"| `{service}` | {tally.total()} | {named} | {refused} |")
    return "\n".join((*lines, ""))


def _at(machine: Machine) -> Tried:
    tried = Tried()
    tried.try_all(machine, cells(machine))
    return tried


def try_everything(*, jobs: int = 1) -> Tried:
    """The whole table, machine by machine."""
    whole = Tried()
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for tried in pool.imap(_at, machines()):
            whole.dead_ends += tried.dead_ends
            for service, tally in tried.tallies.items():
                whole.tallies.setdefault(service, Tally()).update(tally)
            print(f"{whole.count:,} cells so far, {len(whole.dead_ends)} dead ends", file=sys.stderr, flush=True)
    return whole


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="script/table", description="Tries every cell; writes docs/services.md.")
    parser.add_argument("--jobs", type=int, default=1, help="processes at work (default 1)")
    tried = try_everything(jobs=parser.parse_args().jobs)
    print(*tried.dead_ends, sep="\n")
    DOCUMENT.write_text(document(tried.tallies), encoding="utf-8")
    print(f"{tried.count:,} cells, {len(tried.dead_ends)} dead ends")
    return 1 if tried.dead_ends else 0


if __name__ == "__main__":
    sys.exit(main())
