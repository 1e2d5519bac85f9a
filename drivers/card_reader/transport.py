"""A connected card over PC/SC. Blocking calls run in worker threads, under a watchdog.

A thread hung in a call can't be ended; it is abandoned, and gives the card and its context back itself once the call
returns, at the latest when the card is taken out.
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Self, TypeVar

import structlog
import trio

from drivers.card_reader import pcsc
from drivers.card_reader.errors import CardAnsweredNonsense, CardGone, CardHung, ReaderLost
from drivers.card_reader.pin_entry import GET_FEATURE_REQUEST, Feature, parse_features
from drivers.card_reader.protocol import Command, ProtocolViolation
from drivers.errors import Outcome

log = structlog.get_logger()

_CONNECT_SECONDS = 10.0  # pcscd alone gives a mute card 0.5 s; waiting times of slow ones add up to some seconds.
_CLOSE_SECONDS = 3.0
_NOTICE_SECONDS = 0.6
"""How long pcscd may take to see that the card went: it asks a plain reader every 0.4 s."""

_T = TypeVar("_T")


class PcscTransport:
    """See `CardTransport`. Made by `connect`.

    Args:
        reader: The reader's full name.
        transmit_seconds: When an unanswered command counts as hung.
    """

    def __init__(self, reader: str, *, transmit_seconds: float) -> None:
        self._reader = reader
        self._transmit_seconds = transmit_seconds
        self._context = 0
        self._handle: int | None = None
        self._protocol = 0
        self._event_count = 0
        self._features: dict[Feature, int] | None = None
        self._guard = threading.Lock()
        self._busy = False
        self._abandoned = False
        self.atr = b""

    @classmethod
    async def connect(cls, reader: str, *, transmit_seconds: float) -> Self:
        """Power the card in `reader` and hold it exclusively.

        Raises:
            CardGone, CardMute, CardHung, CardInUse, ReaderLost, ServiceDown
        """
        self = cls(reader, transmit_seconds=transmit_seconds)
        await self._in_thread(self._open, _CONNECT_SECONDS, Outcome.NOT_DONE)
        return self

    def _open(self) -> None:
        self._context = pcsc.establish_context()
        try:
            self._handle, self._protocol = pcsc.connect(self._context, self._reader)
            self.atr = pcsc.answer_to_reset(self._handle)
            self._event_count = pcsc.wait_for_change(self._context, self._reader, 0, timeout_ms=0) >> 16
        except pcsc.PcscFailure:
            self._release()
            raise

    def _release(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            pcsc.disconnect(handle)
        pcsc.release_context(self._context)

    async def transmit(self, command: Command) -> bytes:
        """See `CardTransport`."""
        outcome = Outcome.UNKNOWN if command.counted else Outcome.NOT_DONE
        limit = self._transmit_seconds + _NOTICE_SECONDS
        return await self._in_thread(lambda: self._transmit(command, outcome), limit, outcome)

    def _transmit(self, command: Command, outcome: Outcome) -> bytes:
        buffer = command.encode()
        apdu = list(buffer)
        try:
            return self._call(lambda handle: pcsc.transmit(handle, self._protocol, apdu), outcome)
        finally:
            buffer[:] = bytes(len(buffer))
            apdu[:] = [0] * len(apdu)

    async def features(self) -> Mapping[Feature, int]:
        """See `CardTransport`. Asked once a connection."""
        if self._features is None:
            reply = await self.control(GET_FEATURE_REQUEST, b"", seconds=self._transmit_seconds)
            try:
                self._features = parse_features(reply)
            except ProtocolViolation as error:
                raise CardAnsweredNonsense(str(error), outcome=Outcome.NOT_DONE) from None
        return self._features

    async def control(self, code: int, data: bytes, *, seconds: float) -> bytes:
        """See `CardTransport`."""
        outcome = Outcome.NOT_DONE if code == GET_FEATURE_REQUEST else Outcome.UNKNOWN
        return await self._in_thread(
            lambda: self._call(lambda handle: pcsc.control(handle, code, data), outcome), seconds, outcome
        )

    async def close(self) -> None:
        """See `CardTransport`. A hung call gives the card back when it returns."""
        if self._abandoned or self._handle is None:
            return
        with trio.CancelScope(shield=True):
            try:
                await self._in_thread(self._release, _CLOSE_SECONDS, Outcome.NOT_DONE)
            except CardHung:
                log.warning("card_reader.close_hung")

    def _call(self, call: Callable[[int], bytes], outcome: Outcome) -> bytes:
        if self._handle is None:
            raise CardGone("the card was given back", outcome=Outcome.NOT_DONE)
        try:
            return call(self._handle)
        except pcsc.PcscFailure as failure:
            log.warning("card_reader.failed", failure=str(failure))
            if failure.code == pcsc.Result.RESET_CARD:
                self._revive()
            if failure.code == pcsc.Result.NOT_TRANSACTED:
                self._explain(outcome)
            raise failure.as_error(outcome) from None

    def _revive(self) -> None:
        """Go on with a card that was reset, if it is the same."""
        assert self._handle is not None
        try:
            self._protocol = pcsc.reconnect(self._handle)
            same = pcsc.answer_to_reset(self._handle) == self.atr
        except pcsc.PcscFailure as failure:
            raise failure.as_error(Outcome.NOT_DONE) from None
        if not same:
            raise CardGone("another card took its place", outcome=Outcome.NOT_DONE)

    def _explain(self, outcome: Outcome) -> None:
        """Nothing came back: say so if the card or the reader went. pcscd may take a moment to see it."""
        deadline = time.monotonic() + _NOTICE_SECONDS
        while True:
            try:
                state = pcsc.wait_for_change(self._context, self._reader, 0, timeout_ms=0)
            except pcsc.PcscFailure as failure:
                raise failure.as_error(outcome) from None
            if state & (pcsc.State.UNKNOWN | pcsc.State.UNAVAILABLE):
                raise ReaderLost("the reader is gone", outcome=outcome)
            if state & pcsc.State.EMPTY or state >> 16 != self._event_count:
                raise CardGone("the card was taken out", outcome=outcome)
            if time.monotonic() > deadline:
                return
            time.sleep(0.02)

    async def _in_thread(self, work: Callable[[], _T], seconds: float, outcome: Outcome) -> _T:
        """Run `work` in a thread and see it through, cancelled or not; abandon it after `seconds`."""
        await trio.lowlevel.checkpoint_if_cancelled()
        if self._abandoned:
            raise CardHung("the reader is still busy", outcome=Outcome.NOT_DONE)

        def guarded() -> _T:
            try:
                return work()
            finally:
                with self._guard:
                    self._busy = False
                    abandoned = self._abandoned
                if abandoned:
                    self._release()

        self._busy = True
        with trio.CancelScope(shield=True, deadline=trio.current_time() + seconds):
            try:
                return await trio.to_thread.run_sync(guarded, abandon_on_cancel=True)
            except pcsc.PcscFailure as failure:
                raise failure.as_error(outcome) from None
        with self._guard:
            self._abandoned = True
            late = not self._busy
        if late:  # It returned just now, too late to be told: nobody else gives the card back.
            await trio.to_thread.run_sync(self._release)
        log.error("card_reader.hung", seconds=seconds)
        raise CardHung(f"no answer within {seconds:g} s", outcome=outcome)
