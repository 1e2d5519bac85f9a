"""Every condition is raised on the real product, shown at the console and at the server, and goes as its row says.

The real kiosk with its display, pcscd, ptys, its disk and its central server; docs/conditions.md has the table.
"""

import os
import subprocess
from collections.abc import Iterator

import pytest
from condition_table import DOCUMENT, ROWS, page
from disk_rows import DISK_MEGABYTES
from proof import Bench, Row, prove

from kiosk import conditions
from kiosk.conditions import REGISTRY
from simulator.machine import Wishes
from simulator.stand import Stand

QUICK = (conditions.READER_GONE, conditions.PAPER_OUT, conditions.COVER_OPEN)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """One product for all of them, with a disk of its own for the journal, and the quickest heartbeat that there is."""
    wishes = Wishes(a4=True, changes={"central": {"heartbeat_seconds": 10}})
    with Stand(wishes) as stand:
        machine = stand.first
        machine.stop_kiosk()
        disk = machine.folder / "storage"
        options = f"size={DISK_MEGABYTES}m"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "kiosk-journal", disk], check=True)
        try:
            bench = Bench(stand)
            bench.start()
            yield bench
            machine.stop_kiosk()
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)


def test_every_condition_has_its_row() -> None:
    """One each."""
    assert sorted(row.condition.id for row in ROWS) == sorted(condition.id for condition in REGISTRY)


def test_the_published_page_is_current() -> None:
    """`condition_table.py` writes it: see there."""
    assert DOCUMENT.read_text(encoding="utf-8") == page()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else at the console")
@pytest.mark.parametrize("row", [row for row in ROWS if row.condition in QUICK], ids=lambda row: row.condition.id)
def test_a_condition_that_is_quickly_raised(stand: Stand, row: Row) -> None:
    """Some of the below, on the stand that others share."""
    prove(row, Bench(stand))


@pytest.mark.deep
@pytest.mark.timeout(600)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.condition.id)
def test_a_condition_is_raised_shown_and_goes(bench: Bench, row: Row) -> None:
    """On the board within its time, in the server's list, and gone from both as the registry says."""
    prove(row, bench)
