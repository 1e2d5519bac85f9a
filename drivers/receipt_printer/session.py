"""The receipt printer as the kiosk uses it: its newest status, and printing a document once.

Print once means: nothing is sent unless the printer has just said that it is well; the job ends with a marker that the
printer returns when all before it is on paper; only that marker is success. The driver never prints anything again by
itself, and clears what a failed job left in the printer, so that the printer doesn't either.
"""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Literal

import structlog
import trio

from drivers.errors import DeviceError, Outcome
from drivers.receipt_printer.document import Document
from drivers.receipt_printer.errors import PrinterError, error_of
from drivers.receipt_printer.fonts import DEBIAN_FONTS, Font
from drivers.receipt_printer.link import Link, LinkLost, LinkQuiet, LinkStalled
from drivers.receipt_printer.protocol import (
    ASK_PAPER_SENSOR,
    AUTOMATIC_STATUS,
    CLEAR,
    FEED_AND_CUT,
    INITIALIZE,
    AutomaticStatus,
    BufferCleared,
    Device,
    Message,
    PaperSensor,
    PowerNotice,
    ProcessId,
    Status,
    process_id,
)

Connect = Callable[[], Awaitable[trio.abc.Stream]]
"""Opens the wire; raises DeviceError or OSError while there is none."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterSettings:
    """What differs between printers and sites. Times in seconds."""

    completion: Literal["process_id", "status"] = "process_id"
    """How the printer says that a job is done: GS ( H (Epson and who follows it), or GS r 1 and a status."""
    answer_seconds: float = 2.0
    """How long a status may take."""
    write_seconds: float = 5.0
    """How long the printer may refuse bytes."""
    job_seconds: float = 30.0
    """How long one document may take, from its first byte to the marker."""
    retry_seconds: float = 3.0
    """How often a lost, silent or broken printer is tried again. One that is well is never polled."""
    fonts: tuple[Font, ...] = DEBIAN_FONTS
    """For characters that the printer's own font hasn't got, tried in this order."""


class ReceiptPrinter:
    """One printer. `run` keeps the wire open and the status fresh; make one with `open_receipt_printer`.

    Args:
        connect: Opens the wire, again and again.
        settings: What is known of this printer.
        rng: Where markers come from; a seeded run gives its own.
    """

    def __init__(
        self, connect: Connect, settings: PrinterSettings | None = None, *, rng: random.Random | None = None
    ) -> None:
        self._connect = connect
        self._settings = settings or PrinterSettings()
        self._random = rng or random.SystemRandom()
        self._link: Link | None = None
        self._turn = trio.Lock()
        self._torn = False  # A job failed: its rest may be in the printer, its beginning hangs on the paper.
        self._status = Status(device=Device.STARTING)
        self._changed = trio.Event()

    @property
    def status(self) -> Status:
        """The newest that is known. A printer switched off and on while idle says nothing: `check` asks."""
        return self._status

    async def changed_from(self, status: Status) -> Status:
        """Wait until the status is another one than `status`; return it."""
        while self._status == status:
            await self._changed.wait()
        return self._status

    async def check(self) -> Status:
        """Ask the printer how it is, now; for the start of a visit. Never raises: a silent printer is a status, too."""
        async with self._turn:
            with suppress(PrinterError):
                await self._prepare()
        return self._status

    async def print_once(self, document: Document) -> None:
        """Print `document`, cut, and return when the printer has said that it is on paper.

        Raises:
            PrinterError: It wasn't printed (outcome not done), or something was sent and nobody knows how much is on
                paper (unknown). PaperOut, CoverOpen, PrinterFault, PrinterOffline, PrinterSilent, PrinterGone and
                PrintUnconfirmed are told apart.
        """
        from drivers.receipt_printer.encode import encode  # python-escpos: not before the first receipt.

        encoded = encode(document, self._settings.fonts)
        if encoded.missing_glyphs:
            _log.warning("receipt_printer.glyph_missing", count=encoded.missing_glyphs)
        async with self._turn:
            try:
                link = await self._prepare()
                await self._print(link, encoded.data)
            except PrinterError as error:
                _log.warning("receipt_printer.not_printed", reason=type(error).__name__, outcome=error.outcome.value)
                raise
        _log.info("receipt_printer.printed", bytes=len(encoded.data))

    async def run(self) -> None:
        """Keep the wire open and the status fresh until cancelled."""
        while True:
            try:
                stream = await self._connect()
            except (DeviceError, trio.BrokenResourceError, OSError):
                self._set(self._status.without_device(Device.NO_DEVICE))
                await trio.sleep(self._settings.retry_seconds)
                continue
            await self._serve(stream)
            await trio.sleep(self._settings.retry_seconds)  # A port may open and be gone again at once.

    async def _serve(self, stream: trio.abc.Stream) -> None:
        """Use one stream until it is lost."""
        self._link = link = Link(stream, self._heard, write_seconds=self._settings.write_seconds)
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._watch_over, link)
                await link.listen()
                nursery.cancel_scope.cancel()
        finally:
            self._link = None
            self._set(self._status.without_device(Device.NO_DEVICE))
            await trio.aclose_forcefully(stream)

    async def _watch_over(self, link: Link) -> None:
        """Find out how the printer is, and again whenever there is something to mend; otherwise sleep."""
        while True:
            async with self._turn:
                with suppress(PrinterError):
                    await self._prepare()
            if self._status.device in _TROUBLE:
                await trio.sleep(self._settings.retry_seconds)
            while self._status.device not in _TROUBLE and not (self._torn and self._status.ready):
                await self._changed.wait()

    async def _prepare(self) -> Link:
        """Make the printer ready for a job, and be sure of it.

        Raises:
            PrinterError: It isn't; nothing was printed.
        """
        link = self._link
        if link is None:
            raise error_of(self._status, Outcome.NOT_DONE)
        try:
            await self._wake(link)
        except LinkLost:
            self._set(self._status.without_device(Device.NO_DEVICE))
        except LinkQuiet:
            self._set(self._status.without_device(Device.POWER_OFF))
        except LinkStalled:
            await self._give_up(link)
        if not self._status.ready:
            raise error_of(self._status, Outcome.NOT_DONE)
        return link

    async def _wake(self, link: Link) -> None:
        seconds = self._settings.answer_seconds
        if self._torn or self._status.device is Device.HARDWARE_ERROR:
            await self._clear(link)
        for _ in range(2):
            status = await link.ask_status(seconds=seconds)
            if not status.ready:
                self._set(status)
                # Kept in its buffer, and obeyed when it is on line again: that is how its return is heard of.
                await self._clear(link)
                await link.send(INITIALIZE + AUTOMATIC_STATUS)
                return
            try:
                self._set(await link.arm(INITIALIZE + AUTOMATIC_STATUS, seconds=seconds))
                break
            except LinkQuiet:
                await self._clear(link)  # It may still be waiting for the end of what another program began.
        else:
            self._set(status.without_device(Device.OFFLINE))
        if self._torn and self._status.ready:
            await link.send(FEED_AND_CUT)  # What a failed job left hanging must not head the next citizen's slip.
            self._torn = False

    async def _print(self, link: Link, body: bytes) -> None:
        """Send a job and wait for its marker.

        Raises:
            PrinterError: The marker didn't come; outcome unknown.
        """
        self._torn = True
        try:
            error = await self._attempt(link, body)
            self._torn = error is not None
        finally:
            if self._torn:
                await self._abandon(link)
        if error is not None:
            raise error

    async def _attempt(self, link: Link, body: bytes) -> PrinterError | None:
        marker, wanted = self._marker()
        try:
            message = await link.request(body + marker, wanted, seconds=self._settings.job_seconds)
            if isinstance(message, ProcessId) or (isinstance(message, AutomaticStatus) and not message.status.stopped):
                return None
            # Its status is known by now: `_heard` comes first. A power notice means that the job is gone.
            if isinstance(message, PowerNotice):
                self._set(self._status.without_device(Device.POWER_OFF))
        except LinkLost:
            self._set(self._status.without_device(Device.NO_DEVICE))
        except LinkStalled:
            await self._give_up(link)
        except LinkQuiet:
            await self._diagnose(link)
        return error_of(self._status, Outcome.UNKNOWN)

    def _marker(self) -> tuple[bytes, Callable[[Message], bool]]:
        """What to send after a job, and which message ends the job, well or not."""
        if self._settings.completion == "process_id":
            name = bytes(self._random.randint(0x30, 0x7A) for _ in range(4))
            return process_id(name), lambda m: m == ProcessId(name) or _fails(m)
        sensed = False

        def wanted(message: Message) -> bool:
            # A status that lost its first byte looks like three answers to GS r: so a whole status must follow.
            nonlocal sensed
            done = sensed and isinstance(message, AutomaticStatus)
            sensed = isinstance(message, PaperSensor)
            return done or _fails(message)

        return ASK_PAPER_SENSOR + AUTOMATIC_STATUS, wanted

    async def _diagnose(self, link: Link) -> None:
        """The marker didn't come: find out how the printer is."""
        try:
            self._set(await link.ask_status(seconds=self._settings.answer_seconds))
        except LinkQuiet:
            self._set(self._status.without_device(Device.POWER_OFF))
        except LinkLost:
            self._set(self._status.without_device(Device.NO_DEVICE))
        except LinkStalled:
            await self._give_up(link)

    async def _give_up(self, link: Link) -> None:
        """Bytes are stuck on the way: only a fresh wire is empty."""
        if not self._status.stopped:
            self._set(self._status.without_device(Device.OFFLINE))
        await link.close()

    async def _abandon(self, link: Link) -> None:
        """Drop what the printer still holds of a failed job, also when the job was cancelled."""
        if self._status.device not in (Device.NO_DEVICE, Device.POWER_OFF):
            with trio.move_on_after(self._settings.answer_seconds, shield=True):
                with suppress(LinkLost, LinkStalled):
                    await self._clear(link)
        self._wake_watchers()

    async def _clear(self, link: Link) -> None:
        with suppress(LinkQuiet):  # A printer that doesn't know DLE DC4 has obeyed DLE ENQ, without a word.
            await link.request(CLEAR, lambda m: isinstance(m, BufferCleared), seconds=self._settings.answer_seconds)

    def _heard(self, message: Message) -> None:
        match message:
            case AutomaticStatus(status):
                self._set(status)
            case PowerNotice(on):
                self._set(self._status.without_device(Device.STARTING if on else Device.POWER_OFF))

    def _set(self, status: Status) -> None:
        if status != self._status:
            self._status = status
            _log.info(
                "receipt_printer.status",
                device=status.device.value,
                paper=status.paper.value,
                cover_open=status.cover_open,
                fault=status.fault.value,
            )
            self._wake_watchers()

    def _wake_watchers(self) -> None:
        self._changed.set()
        self._changed = trio.Event()


_TROUBLE = (Device.POWER_OFF, Device.HARDWARE_ERROR, Device.STARTING)


def _fails(message: Message) -> bool:
    """Whether a job under way has failed with this."""
    return isinstance(message, PowerNotice) or (isinstance(message, AutomaticStatus) and message.status.stopped)


@asynccontextmanager
async def open_receipt_printer(
    connect: Connect, settings: PrinterSettings | None = None, *, rng: random.Random | None = None
) -> AsyncIterator[ReceiptPrinter]:
    """A printer whose wire is kept open as long as the block lasts; it needn't be there yet."""
    printer = ReceiptPrinter(connect, settings, rng=rng)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(printer.run)
        yield printer
        nursery.cancel_scope.cancel()
