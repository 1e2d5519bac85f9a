"""Breaks a copy of the product in one way after another, and has seeds run on it until one finds it."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from one_seed import Plan, Report, run_seed
from promises import PROMISES
from sabotages import SABOTAGES, Sabotage

ROOT = Path(__file__).parents[2]
COPIED = ("kiosk", "central", "drivers", "simulator", "config", "tests/support", "tests/simulation")
SECONDS = 60
"""Each is found within these, on one core."""
FIRST_SEED = 20_000
SHORT_DAY = Plan(steps=400)
"""Half as long as others': much of what is broken shows at the end of a day."""
TABLE = ROOT / "docs" / "sabotage.md"


@dataclass(frozen=True, slots=True)
class Found:
    """What a hunt came to; `promise` None: nothing was found."""

    promise: int | None
    what: str
    seed: int
    seeds: int
    seconds: float


def hunt(sabotage: Sabotage, *, seconds: float = SECONDS) -> Found:
    """Have seeds run on a broken copy until one finds it."""
    with tempfile.TemporaryDirectory(prefix="sabotage-", dir="/dev/shm") as directory:
        tree = Path(directory)
        for name in COPIED:
            ignored = shutil.ignore_patterns("__pycache__", "test_*.py")
            shutil.copytree(ROOT / name, tree / name, ignore=ignored)
        apply(sabotage, tree)
        path = os.pathsep.join(str(tree / part) for part in ("", "tests/support", "tests/simulation"))
        command = [sys.executable, "-m", "saboteur", str(seconds), *(["clocks"] if sabotage.compares_clocks else [])]
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
        limit = 3 * seconds + 60
        ran = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, timeout=limit)
    if ran.returncode != 0:
        return Found(0, f"the harness ended: {ran.stderr.strip().splitlines()[-1]}", FIRST_SEED, 1, 0.0)
    return Found(**json.loads(ran.stdout))


def apply(sabotage: Sabotage, tree: Path) -> None:
    """Make the changes in `tree`.

    Raises:
        ValueError: What is to be changed isn't there, or there more than once.
    """
    for edit in sabotage.edits:
        file = tree / edit.file
        source = file.read_text(encoding="utf-8")
        if source.count(edit.before) != 1:
            raise ValueError(f"{sabotage.name}: {edit.file} has {source.count(edit.before)} times: {edit.before!r}")
        file.write_text(source.replace(edit.before, edit.after), encoding="utf-8")


def run_until_found(seconds: float, *, compares_clocks: bool) -> Found:
    """In the broken copy: run seeds until one finds something, or the time is up."""
    began, seeds = time.process_time(), 0
    while time.process_time() - began < seconds:
        seed = FIRST_SEED + seeds
        seeds += 1
        promise, what = _look(seed, compares_clocks=compares_clocks)
        if promise is not None:
            return Found(promise, what, seed, seeds, time.process_time() - began)
    return Found(None, "", FIRST_SEED, seeds, time.process_time() - began)


def _look(seed: int, *, compares_clocks: bool) -> tuple[int | None, str]:
    try:
        report = run_seed(seed, SHORT_DAY)
        if compares_clocks and not report.violations:
            return _differ(report, run_seed(seed, replace(SHORT_DAY, clocks_jump=False)))
    except Exception as error:  # noqa: BLE001 -- Broken code may break anything.
        return 0, f"the run ended: {type(error).__name__}"
    if not report.violations:
        return None, ""
    return report.violations[0].number, report.violations[0].what


def _differ(with_jumps: Report, without: Report) -> tuple[int | None, str]:
    if with_jumps.trace == without.trace:
        return None, ""
    return 11, "with jumping clocks something else happens"


def table(found: dict[str, Found]) -> str:
    """`docs/sabotage.md`."""
    lines = [
        "# Sabotage",
        "",
        "Seeds that find nothing prove nothing unless they find what is wrong. `./script/simulate --sabotage` breaks",
        "a copy of the source in each of these ways and runs seeds on it until one breaks a promise; each has to be",
        f"found within {SECONDS} s of one core. That command writes this table, with the seeds and seconds of its run.",
        "",
        "| broken on purpose | found as a breach of promise | seeds | seconds |",
        "| --- | --- | --- | --- |",
    ]
    for sabotage in SABOTAGES:
        each = found[sabotage.name]
        promise = "**not found**" if each.promise is None else f"{each.promise}, {PROMISES[each.promise]}"
        lines.append(f"| {sabotage.name} | {promise} | {each.seeds} | {each.seconds:.1f} |")
    return "\n".join(lines) + "\n"


def main(name: str) -> int:
    """Try one sabotage by its name, or all of them and write the table; 1 where one isn't found."""
    chosen = [each for each in SABOTAGES if name in ("", each.name)]
    if not chosen:
        print(f"no such sabotage; there are: {'; '.join(each.name for each in SABOTAGES)}")
        return 2
    found: dict[str, Found] = {}
    for each in chosen:
        found[each.name] = result = hunt(each)
        where = f"promise {result.promise}, seed {result.seed}" if result.promise is not None else "NOT FOUND"
        print(f"{each.name}: {where}, {result.seeds} seeds, {result.seconds:.1f} s  {result.what}", flush=True)
    if not name:
        TABLE.write_text(table(found), encoding="utf-8")
    missed = [key for key, each in found.items() if each.promise is None]
    print(f"{len(found)} sabotages, {len(missed)} not found{': ' if missed else ''}{'; '.join(missed)}")
    return 1 if missed else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=run_until_found.__doc__)
    parser.add_argument("seconds", type=float)
    parser.add_argument("clocks", nargs="?")
    arguments = parser.parse_args()
    result = run_until_found(arguments.seconds, compares_clocks=arguments.clocks is not None)
    print(json.dumps(asdict(result)))
