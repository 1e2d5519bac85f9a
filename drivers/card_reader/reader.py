"""The card reader: watches its slot from a thread of its own, and connects to the card in it.

The watcher sleeps in PC/SC's own wait and wakes only for events. It survives the service (a new context, asked for
every half second only while there is none) and the reader, which may be unplugged and come back.
"""

import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import structlog
import trio

from drivers.card_reader import pcsc
from drivers.card_reader.errors import ReaderLost, ServiceDown
from drivers.card_reader.slot import CardTransport, Media, MediaState
from drivers.card_reader.transport import PcscTransport
from drivers.errors import Outcome

log = structlog.get_logger()

_SERVICE_RETRY_SECONDS = 0.5
_NO_READER_RECHECK_MS = 10_000
"""A reader that comes between the listing and the wait would go unseen: look again, only while there is none."""
_UNCOUNTED_RECHECK_MS = 500
"""pcsc-lite compares event counts only from 1 on: a card that was in before the service started could be swapped
unseen. Look again, only while such a card is in."""
_PRESENT_RECHECK_MS = 5_000
"""A card that the service reports though it is gone would stay for good: see `pcsc.look_again`."""
_CANCEL_AGAIN_SECONDS = 0.01
TRANSMIT_SECONDS = 15.0
"""A slow card may ask for more time again and again (ISO 7816-3 waiting times); no healthy one takes so long."""


class CardReader:
    """See `CardSlot`. Made by `open_card_reader`."""

    def __init__(self, name_part: str | None, *, transmit_seconds: float) -> None:
        self._transmit_seconds = transmit_seconds
        self._media = Media(MediaState.SERVICE_DOWN, 0)
        self._changed = trio.Event()
        self._watcher = _Watcher(name_part, self._see)

    @property
    def media(self) -> Media:
        """See `CardSlot`."""
        return self._media

    @property
    def name(self) -> str | None:
        """The reader's full name; None: there is none now."""
        return self._watcher.name

    async def changed_from(self, media: Media) -> Media:
        """See `CardSlot`."""
        await trio.lowlevel.checkpoint()
        while self._media == media:
            await self._changed.wait()
        return self._media

    async def connect(self) -> CardTransport:
        """See `CardSlot`."""
        if self._media.state is MediaState.SERVICE_DOWN:
            raise ServiceDown("the PC/SC service is away", outcome=Outcome.NOT_DONE)
        name = self.name
        if name is None:
            raise ReaderLost("there is no such reader", outcome=Outcome.NOT_DONE)
        return await PcscTransport.connect(name, transmit_seconds=self._transmit_seconds)

    def _see(self, media: Media) -> None:
        self._media = media
        self._changed.set()
        self._changed = trio.Event()
        log.info("card_reader.media", state=media.state.value, insertion=media.insertion)


@asynccontextmanager
async def open_card_reader(
    reader_name_part: str | None = None, *, transmit_seconds: float = TRANSMIT_SECONDS
) -> AsyncIterator[CardReader]:
    """Watch the first reader whose name contains `reader_name_part` (None: the first), whether it is there yet or not.

    Args:
        reader_name_part: As `pcsc_scan` shows it, or a part of it.
        transmit_seconds: When an unanswered command counts as hung.
    """
    reader = CardReader(reader_name_part, transmit_seconds=transmit_seconds)
    await reader._watcher.start()
    try:
        yield reader
    finally:
        with trio.CancelScope(shield=True):
            await reader._watcher.stop()


def installed_readers() -> list[str]:
    """The names of all readers that the PC/SC service knows. Blocks for a moment.

    Raises:
        ServiceDown: There is no such service to ask.
    """
    try:
        context = pcsc.establish_context()
    except pcsc.PcscFailure as failure:
        raise failure.as_error(Outcome.NOT_DONE) from None
    try:
        return pcsc.list_readers(context)
    finally:
        pcsc.release_context(context)


class _Watcher:
    """The thread. It tells `see`, in the trio thread, whenever the slot changed."""

    def __init__(self, name_part: str | None, see: Callable[[Media], None]) -> None:
        self.name: str | None = None
        self._name_part = name_part
        self._see = see
        self._media = Media(MediaState.SERVICE_DOWN, 0)
        self._event_count = 0
        self._context: int | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="card-reader-watcher", daemon=True)

    async def start(self) -> None:
        """Begin, and return when the slot was seen once."""
        self._token = trio.lowlevel.current_trio_token()
        self._started, self._ended = trio.Event(), trio.Event()
        self._thread.start()
        await self._started.wait()

    async def stop(self) -> None:
        """End the thread. A cancel that comes just before its wait is lost, so it is repeated."""
        self._stopping.set()
        while not self._ended.is_set():
            context = self._context
            if context is not None:
                pcsc.cancel(context)
            with trio.move_on_after(_CANCEL_AGAIN_SECONDS):
                await self._ended.wait()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    self._watch()
                except pcsc.PcscFailure as failure:
                    if failure.code == pcsc.Result.CANCELLED:
                        continue
                    if self._media.state is not MediaState.SERVICE_DOWN:
                        log.warning("card_reader.service_lost", failure=str(failure))
                    self._publish(MediaState.SERVICE_DOWN)
                    self._stopping.wait(_SERVICE_RETRY_SECONDS)
        finally:
            self._tell(self._ended.set)

    def _watch(self) -> None:
        """Watch with one context until it breaks."""
        self._context = pcsc.establish_context()
        try:
            while not self._stopping.is_set():
                self.name = next((n for n in pcsc.list_readers(self._context) if (self._name_part or "") in n), None)
                if self.name is None:
                    self._publish(MediaState.NO_DEVICE)
                    self._wait_for_a_reader()
                else:
                    self._watch_reader(self.name)
        finally:
            context, self._context = self._context, None
            pcsc.release_context(context)

    def _wait_for_a_reader(self) -> None:
        assert self._context is not None
        try:
            pcsc.wait_for_change(self._context, pcsc.PLUG_AND_PLAY, 0, timeout_ms=_NO_READER_RECHECK_MS)
        except pcsc.PcscFailure as failure:
            if failure.code != pcsc.Result.TIMEOUT:
                raise

    def _watch_reader(self, name: str) -> None:
        """Watch one reader until it is listed no more."""
        assert self._context is not None
        known = 0
        while not self._stopping.is_set():
            present = known & pcsc.State.PRESENT
            uncounted = present and not known >> 16
            try:
                limit_ms = _UNCOUNTED_RECHECK_MS if uncounted else _PRESENT_RECHECK_MS if present else None
                state = pcsc.wait_for_change(self._context, name, known, timeout_ms=limit_ms)
            except pcsc.PcscFailure as failure:
                if failure.code == pcsc.Result.UNKNOWN_READER:
                    return
                if failure.code == pcsc.Result.TIMEOUT:
                    if not uncounted:
                        pcsc.look_again(self._context, name, mute=bool(known & pcsc.State.MUTE))
                    known = 0
                    continue
                raise
            if state & pcsc.State.UNKNOWN:
                return
            self._read(state)
            known = state & ~int(pcsc.State.CHANGED)  # Of the flag itself `~` has no bits for the count.

    def _read(self, state: int) -> None:
        count = state >> 16
        swapped = count != self._event_count
        self._event_count = count
        if state & pcsc.State.MUTE:
            self._publish(MediaState.MUTE, swapped=swapped)
        elif state & pcsc.State.PRESENT:
            self._publish(MediaState.PRESENT, swapped=swapped)
        elif state & pcsc.State.EMPTY:
            self._publish(MediaState.NOT_PRESENT)
        else:
            self._publish(MediaState.NO_DEVICE)

    def _publish(self, state: MediaState, *, swapped: bool = False) -> None:
        """Tell the slot's state, if it is news. The service counts events: a swap too quick to see shows there."""
        a_card = (MediaState.PRESENT, MediaState.MUTE)
        another = state in a_card and (swapped or self._media.state not in a_card)
        media = Media(state, self._media.insertion + another)
        if media != self._media:
            self._media = media
            self._tell(lambda: self._see(media))
        self._tell(self._started.set)

    def _tell(self, call: Callable[[], object]) -> None:
        with suppress(trio.RunFinishedError):  # Nobody is left to tell.
            self._token.run_sync_soon(call)
