"""The ID card reader as the kiosk uses it: its state, and reading the document that somebody lays on it.

The reader can't tell by itself that a card lies there: it has to be asked. So it is asked while somebody waits for a
card, and otherwise never; what lies on it meanwhile isn't known. A port that vanishes is noticed without asking.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from enum import Enum

import structlog
import trio

from drivers.errors import DeviceError
from drivers.id_reader.document import Document, parse_document
from drivers.id_reader.errors import (
    CardLifted,
    CardUnreadable,
    DocumentInvalid,
    IdReaderError,
    ReaderFault,
    ReaderGone,
    ReaderNoisy,
    ReaderSilent,
)
from drivers.id_reader.link import Link, LinkDamaged, LinkLost, LinkQuiet
from drivers.id_reader.protocol import OUT_OF_ORDER, UNINTELLIGIBLE, Answer, BadReading, Command, Status, text_of

Connect = Callable[[], Awaitable[trio.abc.Stream]]
"""Opens the wire, 115200 8N1 on most readers; raises DeviceError or OSError while there is none."""

_COPIES = 3
"""How often a command is sent before its silence, or the noise, is believed. None of them changes anything."""
_READINGS = 2
"""A card that isn't quite in place gets a second go."""

_log = structlog.get_logger()


class Device(Enum):
    """The reader as a whole, in XFS4IoT's words."""

    STARTING = "starting"
    ONLINE = "online"
    OFFLINE = "offline"
    """It answers, and what arrives is damaged."""
    POWER_OFF = "powerOff"
    """The port is there and nobody answers."""
    NO_DEVICE = "noDevice"
    HARDWARE_ERROR = "hardwareError"
    """It answers, and its security module doesn't work."""


class Media(Enum):
    """Whether a card lies on the reader, in XFS4IoT's words."""

    PRESENT = "present"
    NOT_PRESENT = "notPresent"
    UNKNOWN = "unknown"
    """Nobody asks at the moment."""


@dataclass(frozen=True, slots=True)
class ReaderState:
    """The newest that is known of the reader."""

    device: Device
    media: Media = Media.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class IdReaderSettings:
    """What differs between readers and sites. Times in seconds."""

    answer_seconds: float = 1.5
    """How long an answer may take."""
    read_seconds: float = 3.0
    """How long a reading may take: its 1295 bytes take 0.11 at 115200 baud, 1.4 at 9600."""
    poll_seconds: float = 0.3
    """From one look for a card to the next, while somebody waits."""
    retry_seconds: float = 3.0
    """How often a lost, silent or broken reader is tried again. One that is well and idle is never asked."""


class IdReader:
    """One reader. `run` keeps the wire open; make one with `open_id_reader`.

    Args:
        connect: Opens the wire, again and again.
        settings: What is known of this reader.
    """

    def __init__(self, connect: Connect, settings: IdReaderSettings | None = None) -> None:
        self._connect = connect
        self._settings = settings or IdReaderSettings()
        self._link: Link | None = None
        self._turn = trio.Lock()
        self._state = ReaderState(Device.STARTING)
        self._changed = trio.Event()

    @property
    def state(self) -> ReaderState:
        """The newest that is known. One that lost its power while idle says nothing: `check` asks."""
        return self._state

    async def changed_from(self, state: ReaderState) -> ReaderState:
        """Wait until the state is another one than `state`; return it."""
        while self._state == state:
            await self._changed.wait()
        return self._state

    async def check(self) -> ReaderState:
        """Ask the reader how it is, now. Never raises: a silent reader is a state, too.

        While somebody reads this returns at once.
        """
        if self._turn.locked():
            await trio.lowlevel.checkpoint()
        else:
            async with self._turn:
                await self._look_after()
        return self._state

    async def read(self) -> Document:
        """Wait for a document to be laid on the reader, for as long as it takes, and read it.

        What the reader sent is overwritten before this returns, the photo with it: only the texts leave.

        Raises:
            CardLifted: Taken away too early. Call again to wait for it.
            CardUnreadable, DocumentInvalid: What lies there is of no use.
            ReaderFault, ReaderSilent, ReaderNoisy, ReaderGone: The reader is of no use.
        """
        async with self._looking():
            try:
                await self._wait_for_card()
                document = await self._read_found()
            except IdReaderError as error:
                _log.warning("id_reader.not_read", reason=type(error).__name__)
                raise
        _log.info("id_reader.read")
        return document

    async def lifted(self) -> None:
        """Wait until no card lies on the reader: not found twice in a row.

        Raises:
            ReaderFault, ReaderSilent, ReaderNoisy, ReaderGone: The reader is of no use.
        """
        async with self._looking():
            misses = 0
            while misses < 2:
                misses = 0 if await self._finds_card() else misses + 1
                await trio.sleep(self._settings.poll_seconds)

    async def run(self) -> None:
        """Keep the wire open until cancelled."""
        while True:
            try:
                stream = await self._connect()
            except (DeviceError, trio.BrokenResourceError, OSError):
                self._set(ReaderState(Device.NO_DEVICE))
            else:
                await self._serve(stream)
            await trio.sleep(self._settings.retry_seconds)  # A port may open and be gone again at once.

    async def _serve(self, stream: trio.abc.Stream) -> None:
        """Use one stream until it is lost."""
        self._link = link = Link(stream)
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._watch_over)
                await link.run()
                nursery.cancel_scope.cancel()
        finally:
            self._link = None
            self._set(ReaderState(Device.NO_DEVICE))
            await trio.aclose_forcefully(stream)

    async def _watch_over(self) -> None:
        """Find out how the reader is, and again while it is in trouble; otherwise sleep."""
        while True:
            async with self._turn:
                await self._look_after()
            if self._state.device is not Device.ONLINE:
                await trio.sleep(self._settings.retry_seconds)
            while self._state.device is Device.ONLINE:
                await self._changed.wait()

    async def _look_after(self) -> None:
        with suppress(IdReaderError):  # It is a state by now.
            await self._ask(Command.STATE)

    @asynccontextmanager
    async def _looking(self) -> AsyncIterator[None]:
        """The time in which somebody wants to know what lies on the reader."""
        async with self._turn:
            try:
                yield
            finally:
                self._set(replace(self._state, media=Media.UNKNOWN))

    async def _wait_for_card(self) -> None:
        while True:
            if await self._finds_card():
                return
            await trio.sleep(self._settings.poll_seconds)

    async def _finds_card(self) -> bool:
        answer = await self._ask(Command.FIND)
        found = answer.status == Status.FOUND
        self._set(ReaderState(Device.ONLINE, Media.PRESENT if found else Media.NOT_PRESENT))
        return found

    async def _read_found(self) -> Document:
        """Select and read the card that was found.

        Raises:
            CardLifted, CardUnreadable, DocumentInvalid, ReaderFault, ReaderSilent, ReaderNoisy, ReaderGone
        """
        error: IdReaderError
        for _ in range(_READINGS):
            answer = await self._ask(Command.SELECT)
            if answer.status == Status.DONE:
                answer = await self._ask(Command.READ)
            if answer.status == Status.DONE:
                try:
                    return _document(answer)
                except DocumentInvalid as invalid:
                    error = invalid  # One check byte lets some noise through.
            else:
                error = CardUnreadable(answer.status)
            # The same refusals come for a card that has just left: whether it lies there tells.
            if not await self._finds_card():
                raise CardLifted
        raise error

    async def _ask(self, command: Command) -> Answer:
        """Send `command`, again if its answer doesn't come whole; whatever is learnt of the reader becomes its state.

        Raises:
            ReaderFault, ReaderSilent, ReaderNoisy, ReaderGone
        """
        seconds = self._settings.read_seconds if command is Command.READ else self._settings.answer_seconds
        heard = False
        for _ in range(_COPIES):
            try:
                if self._link is None:
                    raise LinkLost
                answer = await self._link.request(command, seconds=seconds)
            except LinkLost:
                self._set(ReaderState(Device.NO_DEVICE))
                raise ReaderGone from None
            except LinkQuiet:
                continue
            except LinkDamaged:
                heard = True
                continue
            if answer.status in OUT_OF_ORDER:
                self._set(ReaderState(Device.HARDWARE_ERROR))
                raise ReaderFault(answer.status)
            if answer.status not in UNINTELLIGIBLE:
                self._set(replace(self._state, device=Device.ONLINE))
                return answer
            heard = True
        self._set(ReaderState(Device.OFFLINE if heard else Device.POWER_OFF))
        raise ReaderNoisy if heard else ReaderSilent

    def _set(self, state: ReaderState) -> None:
        if state != self._state:
            if state.device is not self._state.device:
                _log.info("id_reader.state", device=state.device.value)
            self._state = state
            self._changed.set()
            self._changed = trio.Event()


def _document(answer: Answer) -> Document:
    """The document in an answer to `READ`, which is overwritten."""
    text = bytearray()
    try:
        text = text_of(answer.data)
        return parse_document(text)
    except BadReading:
        raise DocumentInvalid("text") from None
    finally:
        text[:] = bytes(len(text))
        answer.wipe()


@asynccontextmanager
async def open_id_reader(connect: Connect, settings: IdReaderSettings | None = None) -> AsyncIterator[IdReader]:
    """A reader whose wire is kept open as long as the block lasts; it needn't be there yet."""
    reader = IdReader(connect, settings)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(reader.run)
        yield reader
        nursery.cancel_scope.cancel()
