"""Proofs at the disk and the journal on it. The disk is a mounted one, so that it can be full or read-only."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from proof import Bench, row
from server_rows import recovers
from visit_rows import handed

from kiosk import conditions
from simulator.child import CHECKOUT

DISK_MEGABYTES = 600
_PAGE = 4096


def remount(bench: Bench, how: str) -> None:
    """Mount the disk of the journal otherwise."""
    subprocess.run(["mount", "-o", f"remount,{how}", disk(bench)], check=True)


def disk(bench: Bench) -> Path:
    """Where it is mounted."""
    return bench.machine.folder / "storage"


def database(bench: Bench) -> Path:
    """The journal's file."""
    return disk(bench) / "kiosk.db"


@row(
    conditions.STORAGE_LOW,
    "400 MB are free on the disk of the journal",
    told="the look at the disk, 20 s after the start and every 30 s",
    mended="by itself: there is room",
    shown=52.0,
    gone=32.0,
)
def storage_low(bench: Bench) -> Iterator[None]:
    remount(bench, "size=400m")
    yield
    remount(bench, f"size={DISK_MEGABYTES}m")


@row(
    conditions.STORAGE_FULL,
    "no room is left on the disk of the journal",
    told="the disk, when something is written: here, that somebody takes the machine out of service and back",
    mended="by itself: there is room; it is tried every 5 s",
)
def storage_full(bench: Bench) -> Iterator[None]:
    filling = disk(bench) / "full"
    subprocess.run(["dd", "if=/dev/zero", f"of={filling}", "bs=1M"], capture_output=True)
    for _ in range(50):  # What is left of room in the file itself.
        bench.asks("out_of_service")
        bench.asks("back_in_service")
        if conditions.STORAGE_FULL.id in bench.board():
            break
    yield
    filling.unlink()


@row(
    conditions.STORAGE_FAILING,
    "the disk of the journal is mounted read-only, as Debian mounts one that had errors",
    told="the disk, at the start",
    mended="by itself: it can be written; it is tried every 5 s",
)
def storage_failing(bench: Bench) -> Iterator[None]:
    bench.machine.stop_kiosk()
    remount(bench, "ro")
    bench.start()
    yield
    remount(bench, "rw")


@row(
    conditions.STORAGE_DAMAGED,
    "the first page of the journal's file is overwritten",
    told="the file, at the start",
    mended="with the next start: the file is repaired",
)
def storage_damaged(bench: Bench) -> Iterator[None]:
    bench.machine.stop_kiosk()
    whole = database(bench).read_bytes()
    database(bench).write_bytes(b"?" * _PAGE + whole[_PAGE:])
    bench.start()
    yield
    database(bench).write_bytes(whole)


@row(
    conditions.RECOVERY_STOPPED,
    "the power goes three times before a start has followed the journal; what holds it up is put into the program",
    told="the next start",
    mended="with the next start, after `kiosk recover`",
)
def recovery_stopped(bench: Bench) -> Iterator[None]:
    with handed(bench, "recovery"):
        for _ in range(2):
            bench.machine.cut_power()
            bench.start()
        bench.machine.cut_power()
    bench.start()
    yield
    recovers(bench)


@row(
    conditions.JOURNAL_BROKEN,
    "a record of the journal is altered",
    told="the start, which follows the chain",
    mended="with the next start: the record is as it was written",
)
def journal_broken(bench: Bench) -> Iterator[None]:
    bench.machine.stop_kiosk()
    first = "(boot, sequence) = (SELECT boot, sequence FROM journal ORDER BY boot, sequence LIMIT 1)"
    with closing(sqlite3.connect(database(bench))) as journal, journal:
        [(record,)] = journal.execute(f"SELECT record FROM journal WHERE {first}").fetchall()
        journal.execute(f"UPDATE journal SET record = ? WHERE {first}", (record + b" ",))
    bench.start()
    yield
    with closing(sqlite3.connect(database(bench))) as journal, journal:
        journal.execute(f"UPDATE journal SET record = ? WHERE {first}", (record,))


@row(
    conditions.JOURNAL_CONTRADICTION,
    "the machine comes with an empty disk",
    told="the comparison with the server's, at its first answer",
    mended="at the bureau: `python -m central forget-journal`; it is compared every minute",
    shown=15.0,
    gone=120.0,
)
def journal_contradiction(bench: Bench) -> Iterator[None]:
    bench.machine.stop_kiosk()
    for file in disk(bench).iterdir():
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    changes = {**(bench.machine.wishes.changes or {}), "machine": {"number": 9}}
    bench.machine.configure(replace(bench.machine.wishes, changes=changes))
    bench.start()
    yield
    state, name = str(bench.stand.state / "central"), bench.machine.name
    command = [sys.executable, "-m", "central", "forget-journal", "--state", state, "--kiosk", name]
    subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True)
