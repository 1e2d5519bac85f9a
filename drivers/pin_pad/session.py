"""The PIN pad as the kiosk uses it: is it alive, take a PIN, stop.

    async with trio.open_nursery() as nursery, PinPad(connect, nursery) as pad:
        await pad.check()
        encrypted = await pad.enter_pin(random_account(), seconds=60, length=(6, 6))

This dialect reports no keys while a PIN is entered, so a screen can't draw dots: it sends the eye to the pad.
"""

import math
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import structlog
import trio

from drivers.errors import DeviceError
from drivers.pin_pad import protocol
from drivers.pin_pad.dukpt import EncryptedPin
from drivers.pin_pad.errors import EntryCancelled, EntryTimedOut, LinkBroken, PadGone, PadRefused, PadSilent
from drivers.pin_pad.link import Link
from drivers.pin_pad.protocol import Control, EntryRefused, Frame, Key, PinBlock, PromptAnswer, Reply, SelfTest

_HALF_MINUTE = 30.0
_REFUSAL_SECONDS = 0.2  # Some bytes at 9600 baud; nobody reads a prompt and presses cancel as quickly.
_PAD_TIMER_SLACK = 2.0  # The pad's clock against ours, over 270 s.
_SESSION_END_SECONDS = 1.0
_QUIET_SECONDS = 6.0  # Three tries at 1.5 s, and room.

_log = structlog.get_logger()

Connect = Callable[[], Awaitable[trio.abc.Stream]]
"""Opens the line to the pad; called again after the pad went away."""


@dataclass(frozen=True, slots=True)
class FixedPrompt:
    """One of the pad's own prompts, by number. The pad then takes 4 to 12 digits, whatever `length` says."""

    number: int


@dataclass(frozen=True, slots=True)
class OwnPrompt:
    """Words that the pad's fixed table must hold, at most 16 bytes each.

    The manual's are ASCII, and all that a line of 7 data bits can carry; others go out in GB 18030.
    """

    first: str
    second: str = ""
    """Alternates with `first` until a key is pressed."""
    afterwards: str = ""
    """Stays until the next command: say `cancel()` when the visit ends."""


ENTER_PIN = OwnPrompt("ENTER PIN", "PRESS ENTER", "PLEASE WAIT")


def random_account(below: Callable[[int], int] = secrets.randbelow) -> str:
    """Twelve random digits to bind into one PIN block.

    The block's format wants an account of 8 to 19 digits. An ID number that ends in X can't serve and no real number
    should leave the kiosk for this, so every entry gets its own; whoever opens the block is told.

    Args:
        below: Gives a number from 0 up to its argument; seeded runs put their own.
    """
    return f"{below(10**12):012d}"


class PinPad:
    """A pad on a line that may vanish and come back; every verb connects first if need be.

    Args:
        connect: Opens the line.
        nursery: Where the line is read. Close the pad (or leave its `async with`) before that nursery ends.
    """

    def __init__(self, connect: Connect, nursery: trio.Nursery) -> None:
        self._connect = connect
        self._nursery = nursery
        self._link: Link | None = None
        self._reading = trio.CancelScope(shield=True)
        self._busy = trio.Lock()
        self._entry: trio.CancelScope | None = None
        self._settled = False  # The pad was told to be idle, and nothing since.
        self._last_block: PinBlock | None = None
        self.lost: Callable[[], None] = lambda: None
        """Told when the open line ends: a cable that is pulled is noticed without asking."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    @property
    def connected(self) -> bool:
        """The line is open, as far as known without asking."""
        return self._link is not None and not self._link.gone

    async def check(self) -> None:
        """Ask whether the pad is alive: five bytes there, one back, nothing on its display.

        While a PIN is being entered this returns at once.

        Raises:
            PadSilent, LinkBroken, PadGone: It isn't.
        """
        if self._busy.locked():
            await trio.lowlevel.checkpoint()
            return
        async with self._operation():
            pass

    async def self_test(self) -> tuple[str, ...]:
        """Have the pad test itself; returns what failed, in words. For the technician.

        Raises:
            PadSilent, LinkBroken, PadGone: No answer came.
            PadRefused: It doesn't know this command.
        """
        async with self._operation() as link:
            if await link.command(protocol.SELF_TEST) is Control.EOT:
                raise PadRefused
            found = await self._reply(link)
            if not isinstance(found, SelfTest):
                raise PadRefused
            await self._session_end(link)
            return found.failures

    async def read_key(self, *, seconds: int) -> str | None:
        """Have one key pressed outside any entry of a PIN, and learn which. For the technician's test of the keys.

        Args:
            seconds: How long they have, 1 to 255.

        Returns:
            `0` to `9`, `cancel`, `enter`, `clear`, `f1` to `f3`; None: no key in time.

        Raises:
            PadRefused: The pad won't tell keys.
            PadSilent, LinkBroken, PadGone: The pad can't be reached, or was lost on the way.
            ValueError: A time that this dialect can't carry.
        """
        request = protocol.read_key(seconds)
        async with self._operation() as link:
            if await link.command(protocol.show_text("PRESS A KEY")) is Control.EOT:
                raise PadRefused
            if await link.command(request, repeatable=False) is Control.EOT:
                raise PadRefused
            with trio.move_on_after(seconds + _PAD_TIMER_SLACK):
                frame = await link.reply(math.inf)
                reply = None if frame is None else protocol.read_reply(frame)
                if not isinstance(reply, Key):
                    raise PadRefused
                return None if reply.name == "timeout" else reply.name
            await self._settle(link)  # A pad that lost its power is silent, not slow.
            return None

    async def enter_pin(
        self,
        account: str,
        *,
        seconds: float,
        length: tuple[int, int] = (4, 12),
        prompt: OwnPrompt | FixedPrompt = ENTER_PIN,
    ) -> EncryptedPin:
        """Have the citizen enter a PIN on the pad.

        Whatever ends this call, a cancelled scope included, leaves the pad idle if it can still be reached.

        Args:
            account: 8 to 19 digits bound into the PIN block; take `random_account()`.
            seconds: How long the citizen has, 1 to 270.
            length: Fewest and most digits, within 4 to 12.
            prompt: What the pad shows.

        Raises:
            EntryCancelled: The cancel key, or `cancel` called meanwhile.
            EntryTimedOut: Nothing in time.
            PadRefused: The pad won't; `code` says why.
            PadSilent, LinkBroken, PadGone: The pad can't be reached, or was lost on the way.
            ValueError: An argument that this dialect can't carry.
        """
        if not 1 <= seconds <= 9 * _HALF_MINUTE:
            raise ValueError("an entry takes 1 to 270 s")
        half_minutes = math.ceil(seconds / _HALF_MINUTE)
        request = _request(account, length, prompt, half_minutes)
        async with self._operation() as link:
            with trio.CancelScope() as self._entry:
                try:
                    return await self._enter(link, request, account, prompt, seconds, half_minutes)
                finally:
                    self._entry = None
            raise EntryCancelled(by_host=True)

    async def cancel(self) -> None:
        """End what is under way and leave the pad idle, its display cleared. An entry ends with `EntryCancelled`.

        Raises:
            PadSilent, LinkBroken, PadGone: The pad can't be reached.
        """
        if self._entry is not None:
            self._entry.cancel()
        async with self._operation():
            pass

    async def aclose(self) -> None:
        """Close the line and stop reading it."""
        await self._drop()

    @asynccontextmanager
    async def _operation(self) -> AsyncIterator[Link]:
        """One at a time, on an open line, from idle to idle."""
        async with self._busy:
            link = await self._idle_line()
            self._settled = False
            with link.exchange():
                try:
                    yield link
                except BaseException:
                    await self._quiet(link)
                    raise

    async def _idle_line(self) -> Link:
        """A line with an idle pad at its end. One that went away unnoticed is opened again, once."""
        if self._link is not None and not self._link.gone:
            try:
                await self._settle(self._link)
                return self._link
            except PadGone:
                pass  # It may be back already.
        await self._drop()
        try:
            stream = await self._connect()
        except (DeviceError, OSError, trio.BrokenResourceError) as error:
            raise PadGone(str(error)) from error
        link = self._link = Link(stream)
        self._reading = trio.CancelScope(shield=True)
        self._nursery.start_soon(self._read, link, self._reading)
        _log.info("pin_pad.connected")
        await self._settle(link)
        return link

    async def _read(self, link: Link, scope: trio.CancelScope) -> None:
        # Shielded: when everything around is cancelled, the answer to the last `72` must still be heard.
        with scope:
            await link.run()
            _log.warning("pin_pad.gone")
            self.lost()

    async def _drop(self) -> None:
        self._reading.cancel()
        link, self._link = self._link, None
        if link is not None:
            await link.aclose()

    async def _settle(self, link: Link) -> None:
        """Make the pad idle: ACK says that it was, EOT that it now is."""
        with link.exchange():
            await link.command(protocol.CANCEL)
        self._settled = True

    async def _quiet(self, link: Link) -> None:
        """Leave the pad idle on the way out of something that went wrong, within a deadline of its own."""
        if link.gone or self._settled:
            return
        with trio.move_on_after(_QUIET_SECONDS, shield=True):
            try:
                await self._settle(link)
            except (PadSilent, LinkBroken, PadGone) as error:
                # The error under way says it better; the next operation settles first.
                _log.warning("pin_pad.not_quiet", error=type(error).__name__)

    async def _enter(
        self,
        link: Link,
        request: Frame,
        account: str,
        prompt: OwnPrompt | FixedPrompt,
        seconds: float,
        half_minutes: int,
    ) -> EncryptedPin:
        await self._begin_entry(link, request, prompt)
        began = trio.current_time()
        pad_seconds = half_minutes * _HALF_MINUTE
        # Where the pad's timer and ours end together the pad's goes first, so that it tidies up by itself.
        patience = seconds if seconds < pad_seconds else seconds + _PAD_TIMER_SLACK
        with trio.move_on_after(patience):
            result = await self._pin_block(link)
            if isinstance(result, PinBlock):
                self._last_block = result
                return EncryptedPin(ksn=result.ksn, block=result.block, account=account)
            if isinstance(result, EntryRefused):
                raise PadRefused(result.code)
            # EOT has one byte for all its reasons: the clock and what was under way tell them apart.
            took = trio.current_time() - began
            if took < _REFUSAL_SECONDS:
                raise PadRefused
            if took >= pad_seconds - _PAD_TIMER_SLACK:
                raise EntryTimedOut
            raise EntryCancelled
        await self._settle(link)  # A pad that lost its power is silent, not slow.
        raise EntryTimedOut

    async def _begin_entry(self, link: Link, request: Frame, prompt: OwnPrompt | FixedPrompt) -> None:
        try:
            await self._ask(link, request, prompt)
        except PadSilent:
            # If only the ACK was lost the pad is asking already: stop that before asking again.
            _log.warning("pin_pad.entry_unanswered")
            await link.command(protocol.CANCEL)
            await self._ask(link, request, prompt)

    async def _ask(self, link: Link, request: Frame, prompt: OwnPrompt | FixedPrompt) -> None:
        if isinstance(prompt, FixedPrompt):
            await self._show(link, prompt)
        if await link.command(request, repeatable=False) is Control.EOT:
            raise PadRefused

    async def _show(self, link: Link, prompt: FixedPrompt) -> None:
        if await link.command(protocol.show_pin_prompt(prompt.number)) is Control.EOT:
            raise PadRefused
        answer = await self._reply(link)
        if not isinstance(answer, PromptAnswer) or not answer.shown:
            raise PadRefused
        await self._session_end(link)

    async def _session_end(self, link: Link) -> None:
        """Take the EOT that closes an exchange, so that it isn't read as the refusal of the next one."""
        try:
            await link.reply(_SESSION_END_SECONDS)
        except PadSilent:
            _log.debug("pin_pad.no_session_end")  # Some models send none.

    async def _reply(self, link: Link) -> Reply | None:
        frame = await link.reply()
        return None if frame is None else protocol.read_reply(frame)

    async def _pin_block(self, link: Link) -> PinBlock | EntryRefused | None:
        """Wait for message 71; None for EOT."""
        while (frame := await link.reply(math.inf)) is not None:
            reply = protocol.read_reply(frame)
            if isinstance(reply, EntryRefused) or (isinstance(reply, PinBlock) and reply != self._last_block):
                return reply
            _log.warning("pin_pad.unexpected_reply", kind=type(reply).__name__)  # A repeat of the last entry's.
        return None


def _request(account: str, length: tuple[int, int], prompt: OwnPrompt | FixedPrompt, half_minutes: int) -> Frame:
    if isinstance(prompt, FixedPrompt):
        return protocol.enter_pin(account, half_minutes=half_minutes)
    first, second, afterwards = (words.encode("gb18030") for words in (prompt.first, prompt.second, prompt.afterwards))
    return protocol.enter_pin_prompted(
        account,
        shortest=length[0],
        longest=length[1],
        prompts=(first, second, afterwards),
        half_minutes=half_minutes,
    )
