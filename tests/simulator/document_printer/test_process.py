"""The real process on a real port: worked through its control socket, driven by the real driver."""

import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from drivers.document_printer.errors import JobFailed, QueueAway, QueueStopped
from drivers.document_printer.protocol import QueueState
from drivers.document_printer.session import DocumentPrinter, DocumentPrinterSettings, open_document_printer
from simulator.child import Child
from simulator.control import Control, ControlError


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Control]:
    path = tmp_path / "control"
    child = Child(
        "queue", [sys.executable, "-m", "simulator.document_printer", "--control", str(path)], tmp_path / "log"
    )
    try:
        child.wait_until(path.exists)
        control = Control(path)
        yield control
        control.close()
    finally:
        child.stop()
    assert child.status == 0, child.last_words()


@pytest.fixture
async def printer(queue: Control) -> AsyncIterator[DocumentPrinter]:
    settings = DocumentPrinterSettings(poll_seconds=0.02)
    async with open_document_printer(queue("state")["queue"], settings) as driver:
        yield driver


async def test_what_it_prints_and_what_it_says(queue: Control, printer: DocumentPrinter) -> None:
    """Printed; stopped, out of paper, given up; away, and back at the same address."""
    await printer.print_once(b"%PDF-1.7", name="one")
    assert queue("state")["printed"] == 1

    queue("stop")
    with pytest.raises(QueueStopped):
        await printer.print_once(b"%PDF-1.7", name="two")
    queue("mend")
    queue("broken", reasons=["media-empty-error"])
    assert await printer.check() is QueueState.STOPPED
    queue("mend")
    queue("jobs", fate="aborts")
    with pytest.raises(JobFailed):
        await printer.print_once(b"%PDF-1.7", name="three")
    queue("mend")

    queue("unplug")
    with pytest.raises(QueueAway):
        await printer.print_once(b"%PDF-1.7", name="four")
    queue("plug")
    assert await printer.check() is QueueState.READY
    assert queue("state")["printed"] == 1


def test_a_fate_that_does_not_exist(queue: Control) -> None:
    """The hand hears of it."""
    with pytest.raises(ControlError, match="fate"):
        queue("jobs", fate="sings")
