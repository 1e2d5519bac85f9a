"""The driver against CUPS itself."""

import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from private_cups import Cups

from drivers.document_printer.errors import JobFailed, QueueAway, QueueStopped
from drivers.document_printer.link import tcp
from drivers.document_printer.protocol import QueueState
from drivers.document_printer.session import DocumentPrinter, DocumentPrinterSettings
from drivers.errors import Outcome

PDF = b"%PDF-1.7\nnobody looks into it: the queue is raw\n%%EOF\n"


@pytest.fixture
def cups() -> Iterator[Cups]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as root:
        Path(root).chmod(0o755)  # The server's own user gets in.
        server = Cups(Path(root), port)
        yield server
        server.close()


async def test_printed_and_forgotten(cups: Cups) -> None:
    """Out of the printer once, nothing of it left at the server; a printer that fails is told, and then is known."""
    seconds = DocumentPrinterSettings(job_seconds=15, poll_seconds=0.1)
    printer = DocumentPrinter(tcp(cups.uri), cups.uri, seconds)
    await printer.print_once(PDF, name="03-0001-Q001")
    assert cups.printed() == [PDF]
    assert cups.kept() == []

    cups.break_printer()
    with pytest.raises(JobFailed) as caught:
        await DocumentPrinter(tcp(cups.uri), cups.uri, DocumentPrinterSettings(job_seconds=2)).print_once(PDF, name="x")
    assert caught.value.outcome is Outcome.UNKNOWN
    assert cups.kept() == []
    assert await printer.check() is QueueState.STOPPED
    with pytest.raises(QueueStopped):
        await printer.print_once(PDF, name="03-0001-Q002")
    assert cups.printed() == [PDF]

    elsewhere = cups.uri.replace("/a4", "/another")
    with pytest.raises(QueueAway):
        await DocumentPrinter(tcp(elsewhere), elsewhere).print_once(PDF, name="03-0001-Q003")
