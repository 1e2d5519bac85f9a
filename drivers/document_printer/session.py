"""The print queue as the kiosk uses it: whether it prints now, and printing a document once.

Print once means: nothing is sent unless the queue has just said that it prints; it is printed when the queue calls the
job completed, and only then; the driver never sends a document twice. What a job leaves behind at the queue is deleted.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import structlog
import trio

from drivers.document_printer import protocol
from drivers.document_printer.errors import DocumentPrinterError, JobFailed, JobRefused, QueueAway, QueueStopped
from drivers.document_printer.link import Connect, LinkLost, exchange, tcp
from drivers.document_printer.protocol import Answer, JobState, MalformedAnswer, PrinterState, QueueState
from drivers.errors import Outcome

_log = structlog.get_logger()

_USER = "kiosk"
_ENDED = (JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED)
_WAITING = (JobState.PENDING, JobState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPrinterSettings:
    """What differs between sites. Times in seconds."""

    answer_seconds: float = 10.0
    """How long one answer may take, the document's way to the queue included."""
    job_seconds: float = 90.0
    """How long a job may take until the queue calls it completed."""
    poll_seconds: float = 0.5
    """How often the queue is asked how far the job is."""
    retry_seconds: float = 15.0
    """How often a queue that doesn't print is asked again. One that does is asked only when somebody comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """How far a job is.

    Attributes:
        state: A `JobState`; None: the queue doesn't say.
        begun: Something of it may be on paper: the queue doesn't say that it never began.
    """

    state: int | None
    begun: bool


class DocumentPrinter:
    """One queue. `run` keeps its state fresh; make one with `open_document_printer`.

    Args:
        connect: Opens a stream to the queue.
        uri: Its name there: `ipp://host[:port]/path`.
        settings: What is known of this site.
    """

    def __init__(self, connect: Connect, uri: str, settings: DocumentPrinterSettings | None = None) -> None:
        self._connect = connect
        self._uri = uri
        self._settings = settings or DocumentPrinterSettings()
        self._turn = trio.Lock()
        self._count = 0
        self._state = QueueState.STARTING
        self._changed = trio.Event()

    @property
    def state(self) -> QueueState:
        """The newest that is known."""
        return self._state

    async def changed_from(self, state: QueueState) -> QueueState:
        """Wait until the state is another one than `state`; return it."""
        while self._state is state:
            await self._changed.wait()
        return self._state

    async def run(self) -> None:
        """Ask a queue that doesn't print how it is, again and again, until cancelled."""
        while True:
            await self.check()
            if self._state is QueueState.READY:
                await self.changed_from(QueueState.READY)
            await trio.sleep(self._settings.retry_seconds)

    async def check(self) -> QueueState:
        """Ask the queue how it is, now. Never raises: one that is away is a state, too."""
        async with self._turn:
            with suppress(DocumentPrinterError):
                await self._prepare()
        return self._state

    async def print_once(self, pdf: bytes, *, name: str) -> None:
        """Print `pdf` on A4, and return when the queue says that it is done.

        Args:
            pdf: The document; kept nowhere here.
            name: Of the job, for the queue's own lists: it names nobody.

        Raises:
            DocumentPrinterError: It wasn't printed (outcome not done), or nobody knows how much of it was (unknown):
                QueueAway, QueueStopped, JobRefused and JobFailed are told apart.
        """
        async with self._turn:
            try:
                await self._prepare()
                await self._print(pdf, name)
            except DocumentPrinterError as error:
                _log.warning("document_printer.not_printed", reason=type(error).__name__, outcome=error.outcome.value)
                raise
        _log.info("document_printer.printed", bytes=len(pdf))

    async def _prepare(self) -> None:
        """See that the queue prints.

        Raises:
            QueueAway, QueueStopped: It doesn't. Nothing was sent.
        """
        try:
            answer = await self._ask(protocol.ask_printer(self._uri, self._next()), Outcome.NOT_DONE)
        except QueueAway:
            self._set(QueueState.AWAY)
            raise
        if not answer.successful:  # There is a server, and no such queue.
            self._set(QueueState.AWAY)
            raise QueueAway(f"the queue isn't there: status {answer.status:#06x}", outcome=Outcome.NOT_DONE)
        accepting = answer.attributes.get("printer-is-accepting-jobs", (True,))[0]
        stopped = answer.number("printer-state") == PrinterState.STOPPED
        # RFC 8011, 5.4.12: what has no suffix may be of any weight, and then the state says what it keeps from.
        broken = [reason for reason in answer.words("printer-state-reasons") if reason.endswith("-error")]
        if stopped or broken or not accepting:
            self._set(QueueState.STOPPED)
            raise QueueStopped("the queue prints nothing now", outcome=Outcome.NOT_DONE)
        self._set(QueueState.READY)

    async def _print(self, pdf: bytes, name: str) -> None:
        question = protocol.print_job(self._uri, self._next(), user=_USER, name=name, pdf=pdf)
        answer = await self._ask(question, Outcome.UNKNOWN)
        job = answer.number("job-id")
        if not answer.successful or job is None:
            raise JobRefused(f"the queue refused the job: status {answer.status:#06x}", outcome=Outcome.NOT_DONE)
        with trio.CancelScope(shield=True):  # A job that is under way is seen to its end; its own seconds bound it.
            progress = await self._followed(job)
            if progress.state not in _ENDED:
                progress = await self._given_up(job)
            await self._forget(job)
        if progress.state != JobState.COMPLETED:
            self._set(QueueState.STARTING)  # Whoever comes next learns how it is.
            outcome = Outcome.UNKNOWN if progress.begun else Outcome.NOT_DONE
            raise JobFailed(f"the job ended in state {progress.state}", outcome=outcome)

    async def _followed(self, job: int) -> "_Progress":
        """How far a job came within its time; at once where it ended, or was put back after it had begun."""
        progress = _Progress(state=None, begun=True)
        with trio.move_on_after(self._settings.job_seconds):
            while True:
                progress = await self._progress(job)
                if progress.state in _ENDED or (progress.begun and progress.state in _WAITING):
                    break
                await trio.sleep(self._settings.poll_seconds)
        return progress

    async def _given_up(self, job: int) -> "_Progress":
        """Have a job that wasn't finished given up; how far it came."""
        with suppress(QueueAway):
            question = protocol.cancel_job(self._uri, self._next(), user=_USER, job=job, purge=False)
            await self._ask(question, Outcome.UNKNOWN)
        return await self._progress(job)

    async def _progress(self, job: int) -> "_Progress":
        """How far a job is."""
        question = protocol.ask_job(self._uri, self._next(), user=_USER, job=job)
        try:
            answer = await self._ask(question, Outcome.UNKNOWN)
        except QueueAway:
            return _Progress(state=None, begun=True)  # It may come back: the job's own seconds bound it.
        # A job may be put back after it was tried, so that its state alone says nothing of paper (RFC 8011, 5.3.14.2).
        never_begun = answer.attributes.get("time-at-processing") == ()
        return _Progress(state=answer.number("job-state"), begun=not never_begun)

    async def _forget(self, job: int) -> None:
        """Have the document deleted at the queue, where it can be."""
        with suppress(QueueAway):
            question = protocol.cancel_job(self._uri, self._next(), user=_USER, job=job, purge=True)
            await self._ask(question, Outcome.UNKNOWN)

    async def _ask(self, question: bytes, outcome: Outcome) -> Answer:
        """Ask, and read the answer.

        Raises:
            QueueAway: There is none; `outcome` says what is known then, where the question may have arrived.
        """
        try:
            with trio.fail_after(self._settings.answer_seconds):
                return protocol.decode(await exchange(self._connect, self._uri, question))
        except LinkLost as error:
            raise QueueAway(str(error), outcome=outcome if error.sent else Outcome.NOT_DONE) from None
        except trio.TooSlowError:
            raise QueueAway("no answer in time", outcome=outcome) from None
        except MalformedAnswer:
            raise QueueAway("the answer isn't IPP", outcome=outcome) from None

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _set(self, state: QueueState) -> None:
        if state is self._state:
            return
        self._state = state
        self._changed.set()
        self._changed = trio.Event()


@asynccontextmanager
async def open_document_printer(
    uri: str, settings: DocumentPrinterSettings | None = None
) -> AsyncIterator[DocumentPrinter]:
    """A queue with its state kept fresh while the block runs."""
    printer = DocumentPrinter(tcp(uri), uri, settings)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(printer.run)
        yield printer
        nursery.cancel_scope.cancel()
