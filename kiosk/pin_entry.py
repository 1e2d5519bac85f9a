"""The separate PIN pad as a visit uses it: a PIN comes back, opened with this pad's own key or left enciphered."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import trio

from drivers.pin import Pin
from drivers.pin_pad.dukpt import EncryptedPin, PadKey
from drivers.pin_pad.errors import EntryCancelled, EntryTimedOut, ForeignBlock, PinPadError
from drivers.pin_pad.session import PinPad, random_account
from kiosk import conditions
from kiosk.conditions import ConditionBoard

log = structlog.get_logger()

_RETRY_SECONDS = 10


class PadEntry:
    """Has PINs entered, and knows whether the pad answers.

    Args:
        pad: The pad.
        key: What opens its blocks.
        board: Learns here when the pad fails.
        seconds: How long a citizen has for one entry.
        length: Digits of a PIN.
    """

    def __init__(self, pad: PinPad, key: PadKey, board: ConditionBoard, *, seconds: float, length: int) -> None:
        self._pad = pad
        self._key = key
        self._board = board
        self._seconds = seconds
        self._length = length
        self._look = trio.Event()
        self._used = False

    async def enter(self) -> Pin:
        """Have a PIN entered. The caller wipes it.

        Raises:
            EntryCancelled, EntryTimedOut: The citizen didn't.
            PinPadError: The pad failed; no service that needs it is offered until it answers again.
        """
        encrypted = await self.enter_enciphered()
        with self._noticing():
            return self._key.open(encrypted)

    async def enter_enciphered(self) -> EncryptedPin:
        """Have a PIN entered, and leave its block closed: the issuer opens it, by the key that this pad's comes from.

        Raises:
            EntryCancelled, EntryTimedOut, PinPadError: As `enter`.
        """
        self._used = True
        length = (self._length, self._length)
        with self._noticing():
            return await self._pad.enter_pin(random_account(), seconds=self._seconds, length=length)

    @contextmanager
    def _noticing(self) -> Iterator[None]:
        try:
            yield
        except (EntryCancelled, EntryTimedOut):
            raise
        except PinPadError as error:
            foreign = isinstance(error, ForeignBlock)
            self._board.set(conditions.PIN_PAD_FOREIGN if foreign else conditions.PIN_PAD_GONE, stands=True)
            self._look.set()
            raise

    def rest(self) -> None:
        """The visit is over: have the pad forget its "please wait", beside whatever comes next."""
        if self._used:
            self._used = False
            self._look.set()

    async def watch(self) -> None:
        """Ask the pad whether it is there, which leaves it idle: at start, after a visit, and while it fails."""
        while True:
            self._look = trio.Event()
            while not await self._answers():  # noqa: ASYNC110 -- A pad that is mended says nothing by itself.
                await trio.sleep(_RETRY_SECONDS)
            await self._look.wait()

    async def _answers(self) -> bool:
        try:
            await self._pad.check()
        except PinPadError as error:
            log.warning("pin_pad.check_failed", error=type(error).__name__)
            self._board.set(conditions.PIN_PAD_GONE, stands=True)
            return False
        self._board.set(conditions.PIN_PAD_GONE, stands=False)
        return True
