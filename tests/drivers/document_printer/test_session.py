"""The session against a queue that behaves, and one that doesn't: printed is what the queue calls completed."""

import pytest
import trio
from trio.testing import MockClock

from drivers.document_printer.errors import DocumentPrinterError, JobFailed, JobRefused, QueueAway, QueueStopped
from drivers.document_printer.protocol import QueueState
from drivers.document_printer.session import DocumentPrinter
from drivers.errors import Outcome
from simulator.document_printer.memory import MemoryQueue
from simulator.document_printer.model import Queue

URI = "ipp://localhost/printers/a4"
PDF = b"%PDF-1.7 a sheet"


class Site:
    """A queue, its wire and the driver."""

    def __init__(self, nursery: trio.Nursery) -> None:
        self.queue = Queue()
        self.wire = MemoryQueue(self.queue, nursery)
        self.printer = DocumentPrinter(self.wire.connect, URI)

    async def fails(self, kind: type[DocumentPrinterError], outcome: Outcome) -> None:
        with pytest.raises(kind) as caught:
            await self.printer.print_once(PDF, name="03-0001-Q001")
        assert type(caught.value) is kind
        assert caught.value.outcome is outcome
        assert self.queue.printed == []


@pytest.fixture
def site(nursery: trio.Nursery) -> Site:
    return Site(nursery)


async def test_printed_once(autojump_clock: MockClock, site: Site) -> None:
    """The document comes out as it was, on A4, without a banner; the queue keeps nothing of it."""
    await site.printer.print_once(PDF, name="03-0001-Q001")
    assert site.queue.printed == [PDF]
    [job] = site.queue.jobs.values()
    assert (job.name, job.asked["media"], job.asked["job-sheets"], job.asked["copies"]) == (
        "03-0001-Q001",
        "iso_a4_210x297mm",
        "none",
        "1",
    )
    assert job.asked["document-format"] == "application/pdf"
    assert job.purged
    assert job.document == b""
    assert site.printer.state is QueueState.READY


async def test_nobody_is_there(autojump_clock: MockClock, site: Site) -> None:
    site.wire.plugged = False
    await site.fails(QueueAway, Outcome.NOT_DONE)
    assert site.printer.state is QueueState.AWAY


@pytest.mark.parametrize("how", ["stopped", "refusing", "no paper"])
async def test_a_queue_that_prints_nothing_gets_nothing(autojump_clock: MockClock, site: Site, how: str) -> None:
    site.queue.stopped = how == "stopped"
    site.queue.accepting = how != "refusing"
    if how == "no paper":
        site.queue.reasons = ("none", "media-empty-error")
    await site.fails(QueueStopped, Outcome.NOT_DONE)
    assert site.queue.jobs == {}
    assert site.printer.state is QueueState.STOPPED


async def test_little_toner_is_no_reason(autojump_clock: MockClock, site: Site) -> None:
    """A warning keeps nobody from printing."""
    site.queue.reasons = ("toner-low-warning",)
    await site.printer.print_once(PDF, name="03-0001-Q001")
    assert site.queue.printed == [PDF]


async def test_a_job_given_up_by_the_queue(autojump_clock: MockClock, site: Site) -> None:
    """How much of it came out nobody knows."""
    site.queue.fate = "aborts"
    await site.fails(JobFailed, Outcome.UNKNOWN)
    assert site.queue.jobs[1].purged


async def test_a_job_that_never_begins(autojump_clock: MockClock, site: Site) -> None:
    """Taken back after its time: surely nothing came out, and nothing will."""
    site.queue.fate = "waits"
    began = trio.current_time()
    await site.fails(JobFailed, Outcome.NOT_DONE)
    assert 90 <= trio.current_time() - began < 120
    assert site.queue.jobs[1].purged


async def test_a_job_that_never_ends(autojump_clock: MockClock, site: Site) -> None:
    site.queue.fate = "hangs"
    await site.fails(JobFailed, Outcome.UNKNOWN)
    assert site.queue.jobs[1].state == 7, "taken back"


async def test_a_job_put_back_after_it_was_tried(autojump_clock: MockClock, site: Site) -> None:
    """It waits as if it had never begun: what came out nobody knows, and nothing more does."""
    site.queue.fate = "put back"
    began = trio.current_time()
    await site.fails(JobFailed, Outcome.UNKNOWN)
    assert trio.current_time() - began < 5, "nobody waits for a printer that has failed"
    assert site.queue.jobs[1].state == 7, "taken back"


async def test_no_answer_to_the_job(autojump_clock: MockClock, site: Site) -> None:
    """The queue took it, and its answer was lost: nobody knows, and it isn't sent again."""
    site.wire.loses = 1
    await site.fails(QueueAway, Outcome.UNKNOWN)
    assert len(site.queue.jobs) == 1


async def test_refused(autojump_clock: MockClock, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue closes between two questions."""
    answer = Queue.answer

    def close_then_answer(queue: Queue, question: bytes) -> bytes:
        reply = answer(queue, question)
        queue.accepting = False
        return reply

    monkeypatch.setattr(Queue, "answer", close_then_answer)
    await site.fails(JobRefused, Outcome.NOT_DONE)


async def test_the_state_is_kept_fresh(autojump_clock: MockClock, site: Site, nursery: trio.Nursery) -> None:
    """One that is away is asked until it is back; one that is well is left alone."""
    site.wire.plugged = False
    nursery.start_soon(site.printer.run)
    assert await site.printer.changed_from(QueueState.STARTING) is QueueState.AWAY
    site.wire.plugged = True
    assert await site.printer.changed_from(QueueState.AWAY) is QueueState.READY
    site.wire.plugged = False
    await trio.sleep(3600)
    assert site.printer.state is QueueState.READY
    assert await site.printer.check() is QueueState.AWAY
    site.wire.plugged = True
    assert await site.printer.changed_from(QueueState.AWAY) is QueueState.READY


async def test_a_page_that_is_no_queue(autojump_clock: MockClock, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """HTTP, and no IPP in it."""
    monkeypatch.setattr(Queue, "answer", lambda *_: b"<html>")
    await site.fails(QueueAway, Outcome.NOT_DONE)
