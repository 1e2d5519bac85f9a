"""The separate PIN pad as a visit uses it: a PIN comes back, opened with this pad's own key, or as the pad gave it."""

import math
from contextlib import suppress

import structlog
import trio

from drivers.pin import Pin
from drivers.pin_pad.dukpt import EncryptedPin, PadKey
from drivers.pin_pad.errors import EntryCancelled, EntryTimedOut, ForeignBlock, PadRefused, PinPadError
from drivers.pin_pad.session import PinPad, random_account
from kiosk import conditions
from kiosk.conditions import Condition, ConditionBoard

log = structlog.get_logger()

_RETRY_SECONDS = 10
_ASK_AGAIN_SECONDS = 30
_REFUSAL_SECONDS = 1.0
"""A pad that won't take an entry says so within some 0.2 s."""


class PadEntry:
    """Has PINs entered, and knows whether the pad answers.

    Args:
        pad: The pad.
        key: What opens its blocks here (the `pad` path); None where the card reader takes the PIN, and this pad
            stands beside it for what only the server may read.
        board: Learns here when the pad fails.
        seconds: How long a citizen has for one entry.
        length: Digits of a PIN.
    """

    def __init__(self, pad: PinPad, key: PadKey | None, board: ConditionBoard, *, seconds: float, length: int) -> None:
        self._pad = pad
        self._key = key
        beside_reader = key is None
        self._gone = conditions.ENCIPHERING_PAD_GONE if beside_reader else conditions.PIN_PAD_GONE
        self._refuses = conditions.ENCIPHERING_PAD_REFUSES if beside_reader else conditions.PIN_PAD_REFUSES
        self._board = board
        self._seconds = seconds
        self._length = length
        self._look = trio.Event()
        self._used = False
        pad.lost = lambda: self._look.set()

    async def enter(self) -> Pin:
        """Have a PIN entered, and open its block. The caller wipes it.

        Raises:
            EntryCancelled, EntryTimedOut: The citizen didn't.
            PinPadError: The pad failed; no service that needs it is offered until it answers again.
        """
        assert self._key is not None, "there is no key here to open it"
        encrypted = await self.enter_enciphered()
        try:
            return self._key.open(encrypted)
        except ForeignBlock:
            self._fail(conditions.PIN_PAD_FOREIGN)
            raise

    async def enter_enciphered(self) -> EncryptedPin:
        """Have a PIN entered, for the server alone: nobody here opens its block.

        Raises:
            EntryCancelled, EntryTimedOut: The citizen didn't.
            PinPadError: The pad failed; no service that needs it is offered until it answers again, or takes an entry.
        """
        self._used = True
        length = (self._length, self._length)
        try:
            return await self._pad.enter_pin(random_account(), seconds=self._seconds, length=length)
        except (EntryCancelled, EntryTimedOut):
            raise
        except PadRefused as refused:
            log.warning("pin_pad.refused", code=refused.code)
            self._fail(self._refuses)
            raise
        except PinPadError:
            self._fail(self._gone)
            raise

    async def read_key(self, *, seconds: int) -> str | None:
        """Have one key pressed, outside any entry of a PIN; None: none in time. See `PinPad.read_key`.

        Raises:
            PinPadError: The pad failed.
        """
        self._used = True
        return await self._pad.read_key(seconds=seconds)

    def _fail(self, condition: Condition) -> None:
        self._board.set(condition, stands=True)
        self._look.set()

    def rest(self) -> None:
        """The visit is over: have the pad forget its "please wait", beside whatever comes next."""
        if self._used:
            self._used = False
            self._look.set()

    async def watch(self) -> None:
        """Ask the pad whether it is there, which leaves it idle: at start, after a visit, when its line ends,
        and while it fails. One that refused an entry is asked again whether it takes one."""
        while True:
            self._look = trio.Event()
            while not await self._answers():  # noqa: ASYNC110 -- A pad that is mended says nothing by itself.
                await trio.sleep(_RETRY_SECONDS)
            refuses = self._board.stands(self._refuses)
            with trio.move_on_after(_ASK_AGAIN_SECONDS if refuses else math.inf) as patience:
                await self._look.wait()
            if patience.cancelled_caught:
                await self._ask_again()

    async def _ask_again(self) -> None:
        """Begin an entry that nobody is to make, and call it off. It closes much: whoever hammers on the cancel key,
        which looks like a refusal, closes it for half a minute only."""
        with trio.move_on_after(_REFUSAL_SECONDS) as waiting, suppress(PinPadError):
            await self.enter_enciphered()
        if waiting.cancelled_caught:
            self._board.set(self._refuses, stands=False)

    async def _answers(self) -> bool:
        try:
            await self._pad.check()
        except PinPadError as error:
            log.warning("pin_pad.check_failed", error=type(error).__name__)
            self._board.set(self._gone, stands=True)
            return False
        self._board.set(self._gone, stands=False)
        return True
