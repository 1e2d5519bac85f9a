"""A visit: one citizen's time at the machine, from the first page to the empty card slot.

A service is straight-line code over a `Visit`. Three things can end it from outside, each by cancelling the scope
it runs in: the exit button, nobody answering, the card leaving. An operation shields itself from all three. What a
service found out comes back as a `Result`, which is shown whatever happened to the card meanwhile; then one
clean-up tail always runs.
"""

import math
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, NoReturn, TypeVar

import structlog
import trio

from drivers.card_reader.errors import ReaderLost
from drivers.card_reader.session import SocialCard
from drivers.card_reader.slot import CardTransport, Media, MediaState
from drivers.errors import DeviceError, Outcome
from drivers.pin import Pin
from kiosk import phrases
from kiosk.machine import Machine
from kiosk.pages import Answer, Chosen, Entered, FaceView, Home, Notice, Overlay, Page, StillThere
from kiosk.screen import Preferences, Press, View
from kiosk.slips import Slip

if TYPE_CHECKING:
    from kiosk.steps.identity.proof import Proof

T = TypeVar("T")

log = structlog.get_logger()


class Ending(Enum):
    """Why a visit ends before its service does."""

    EXIT = "exit"
    IDLE = "idle"
    CARD_REMOVED = "card removed"
    READER_GONE = "reader gone"


class GoneBack(Exception):
    """The citizen went back, to the menu that led here or to the home page: not a failure, and nothing to explain."""


class Printing(Enum):
    """When a slip is printed."""

    WHEN_ASKED = "when asked"
    AT_ONCE = "at once"
    """It is what somebody came for."""
    RECEIPT = "receipt"
    """At once, as it tells of what was done: each printing is journalled, and marked as a copy from the second on."""


class Printed(Enum):
    """What became of a receipt."""

    NOT_ASKED = "not asked"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a service leaves behind.

    Attributes:
        page: The last page, given what became of the receipt.
        slip: What can be printed, or None. The attendant offers it in the page's free place, on paper or as a code.
        printing: When that is printed: before the page is shown, or when somebody asks for it there.
        card_gone_seconds: How long the page stays once the card has been taken; 0 for what is personal.
        long: There is much to read: the page stays as long as somebody is there, and asks after a silence.
        again: The card of this visit, put in again while the page is shown, runs the service again: it asked for that.
    """

    page: Callable[[Printed], Page]
    slip: Slip | None = None
    printing: Printing = Printing.WHEN_ASKED
    card_gone_seconds: float = 0
    long: bool = False
    again: bool = False


class Visit:
    """What a service may do: show, ask, wait for a device, hold the card.

    Args:
        machine: The devices and settings.
        nursery: Where the front desk and the card's watcher run beside the service.
        serial: The serial of the last view shown before this visit; earlier presses don't count.
        card_seen: The insertion that was last dealt with; a card of that number only has to come out.
    """

    def __init__(self, machine: Machine, nursery: trio.Nursery, *, serial: int, card_seen: int) -> None:
        self.machine = machine
        self.preferences = Preferences(language=machine.settings.screen.language)
        self.card_seen = card_seen
        self.ending: Ending | None = None
        self.plate_used = False
        """Somebody was asked to lay an ID card on its reader: it has to be gone before anybody else comes."""
        self.card_gone = False
        """The card was taken, or went with its reader, since the stage began."""
        self.refused: set[str] = set()
        """The services that were refused, by name: no refusal leads back to one of them."""
        self.proof: Proof | None = None
        """What the service that runs has had shown, or the one whose refusal leads to it: good until it is used."""
        self.serial = serial
        self._card: SocialCard | None = None
        self._transport: CardTransport | None = None
        self._opened: bytes | None = None
        self._watching = trio.CancelScope()
        self._nursery = nursery
        self._wiping = ExitStack()
        self._page: Page | None = None
        self._page_serial = serial
        self._overlay: Overlay | None = None
        self._answer: Answer | Chosen | Entered | None = None
        self._waiting: trio.CancelScope | None = None
        self._stage: trio.CancelScope | None = None
        self._silence = trio.CancelScope()
        self._idle_seconds: float | None = None
        self._pressed_at = trio.current_time()
        self._calling_staff = False

    # What services call.

    def show(self, page: Page) -> None:
        """Put `page` on the screen and go on. What a page tells of has happened since nobody was asked for."""
        # Only drawn again, whatever the clock or the camera says meanwhile: presses go on counting.
        same_page = isinstance(page, Home | FaceView) and type(page) is type(self._page)
        self._page = page
        if isinstance(self._overlay, StillThere):
            self._overlay = None
        self._draw()
        if not same_page:
            self._page_serial = self.serial
        self.stay()

    async def ask(
        self, page: Page, *, seconds: float | None = None, otherwise: Answer | None = None
    ) -> Answer | Chosen | Entered:
        """Show `page` and wait for an answer.

        Args:
            page: What to show.
            seconds: Take `otherwise` after this time, in place of asking whether somebody is still there.
            otherwise: The answer of someone who has gone.
        """
        answer: Answer | Chosen | Entered | None = None
        with trio.move_on_after(math.inf if seconds is None else seconds):
            answer = await self.meanwhile(page, trio.sleep_forever, idle=seconds is None)
        if answer is None:
            assert otherwise is not None
            return otherwise
        return answer

    async def meanwhile(
        self, page: Page, act: Callable[[], Awaitable[T]], *, idle: bool = True
    ) -> T | Answer | Chosen | Entered:
        """Show `page` while `act` waits for a device; an answer on the page stops it.

        Args:
            page: What to show.
            act: What is waited for.
            idle: Whether a long silence asks if somebody is still there. False where the device has its own timer.
        """
        self._answer = None
        self._idle_seconds = None if idle else math.inf
        self.show(page)
        try:
            with trio.CancelScope() as self._waiting:
                return await act()
        finally:
            self._waiting = None
            self._idle_seconds = None
            self.stay()
        return self._given()

    def stay(self) -> None:
        """Somebody is there: begin to count the silence anew."""
        self._silence.deadline = trio.current_time() + (self._idle_seconds or self._patience())

    async def card_inserted(self) -> Media:
        """Wait until a card is in the slot, readable or not."""
        slot = self.machine.slot
        media = slot.media
        while media.state not in (MediaState.PRESENT, MediaState.MUTE):
            if media.state in (MediaState.NO_DEVICE, MediaState.SERVICE_DOWN):
                raise ReaderLost("no reader holds a card", outcome=Outcome.NOT_DONE)
            media = await slot.changed_from(media)
        return media

    async def open_card(self) -> SocialCard:
        """The card in the slot with its social application selected; from now on the visit ends if it leaves.

        Raises:
            CardMute, NotASocialCard, CardGone, ...: It can't be opened.
        """
        if self._card is None:
            media = self.machine.slot.media
            self.card_seen = media.insertion
            self._transport = await self.machine.slot.connect()
            self.card_gone, self._watching = False, trio.CancelScope()
            self._nursery.start_soon(self._watch_card, media, self._watching)
            card = SocialCard(self._transport)
            await card.select()
            self._card, self._opened = card, self._transport.atr
        return self._card

    @property
    def had_card(self) -> bool:
        """A card was opened, whether or not it is in still."""
        return self._opened is not None

    def keep(self, pin: Pin) -> Pin:
        """Have `pin` wiped when the visit ends, however it ends."""
        self._wiping.callback(pin.wipe)
        return pin

    def wipe(self) -> None:
        """Overwrite every PIN of this visit."""
        self._wiping.close()

    @staticmethod
    def uninterrupted() -> AbstractContextManager[object]:
        """For a command whose answer must be heard once it is sent; the driver bounds its time."""
        return trio.CancelScope(shield=True)

    @staticmethod
    def go_home() -> NoReturn:
        """Leave the service without a word: the citizen asked to go back, to the menu that led here if one did."""
        raise GoneBack

    # What the attendant calls.

    @property
    def altered(self) -> bool:
        """Somebody chose how to be shown things, or opened what lies over the page."""
        return self.preferences != Preferences(language=self.machine.settings.screen.language) or bool(self._overlay)

    @property
    def left_alone_at(self) -> float:
        """When whoever pressed something last counts as gone."""
        return self._pressed_at + self._patience()

    def look_at_printer(self) -> None:
        """Learn, beside the service, whether a receipt or a certificate can be promised."""
        self._nursery.start_soon(self.machine.printer.check)
        if self.machine.document_printer is not None:
            self._nursery.start_soon(self.machine.document_printer.check)

    def end(self, why: Ending) -> None:
        """End the stage that runs now; the first reason counts."""
        if self.ending is None:
            self.ending = why
            log.info("visit.ending", why=why.value)
        if self._stage is not None:
            self._stage.cancel()

    def go_on(self) -> None:
        """Forget why the last stage was ended: its outcome is still to be shown, or the next begins."""
        self.ending, self.card_gone = None, False

    def stage(self) -> trio.CancelScope:
        """A part of the visit that `end` cancels."""
        self._stage = trio.CancelScope()
        return self._stage

    async def front_desk(self) -> None:
        """Take every press of the visit, and notice silence. Runs beside the service until it is cancelled."""
        while True:
            with trio.CancelScope(deadline=self._silence.deadline) as self._silence:
                self._take(await self.machine.screen.next_press())
            if not self._silence.cancelled_caught:
                continue
            if await self._still_there():
                self.stay()
            else:
                self._silence.deadline = math.inf
                self.end(Ending.IDLE)

    async def same_card(self) -> bool:
        """Whether the card in the slot may go on where this visit stopped: it is the one that was opened, or none was.

        By its answer to reset, whose historical bytes hold the card's serial (social security card specification).
        """
        if self._opened is None:
            return True
        try:
            transport = await self.machine.slot.connect()
        except DeviceError:
            return False
        with trio.CancelScope(shield=True):
            await transport.close()
        return transport.atr == self._opened

    async def close_card(self) -> None:
        """Power the card down, so that no verified state outlives the visit."""
        self._watching.cancel()  # Whatever comes next isn't about this card.
        transport, self._transport, self._card = self._transport, None, None
        if transport is not None:
            with trio.CancelScope(shield=True):
                await transport.close()

    async def _watch_card(self, media: Media, watching: trio.CancelScope) -> None:
        current = media
        with watching:
            while current.state is MediaState.PRESENT and current.insertion == media.insertion:
                current = await self.machine.slot.changed_from(current)
        if watching.cancel_called:
            return
        self.card_gone = True
        gone = current.state in (MediaState.NO_DEVICE, MediaState.SERVICE_DOWN)
        self.end(Ending.READER_GONE if gone else Ending.CARD_REMOVED)
        await self.close_card()

    # Within.

    def _patience(self) -> float:
        visit = self.machine.settings.visit
        unhurried = self.preferences.large or self.preferences.voice
        return visit.idle_seconds_unhurried if unhurried else visit.idle_seconds

    async def _still_there(self) -> bool:
        """Ask, with a ring that counts down; True when somebody answers."""
        seconds = self.machine.settings.visit.still_there_seconds
        self.machine.loudspeaker.attention()
        for left in range(seconds, 0, -1):
            if left < seconds and not isinstance(self._overlay, StillThere):
                return True  # Another page is there by now.
            self._lay(phrases.still_there(left, seconds))
            with trio.move_on_after(1):
                while (press := await self.machine.screen.next_press()).answer is not Answer.STILL_HERE:
                    if press.answer in (Answer.EXIT, Answer.LANGUAGE, Answer.CALL_STAFF, Answer.ACCESS):
                        self._take(press)
                        if isinstance(self._overlay, StillThere):
                            self._lay(None)
                        return self.ending is None
                self._lay(None)
                return True
        self._lay(None)
        return False

    def _take(self, press: Press) -> None:
        if press.serial < self._page_serial and not isinstance(self._overlay, StillThere):
            return  # Made on a page that has gone.
        self.stay()
        self._pressed_at = trio.current_time()
        footer: dict[Answer, Callable[[], None]] = {
            Answer.EXIT: self._exit,
            Answer.LANGUAGE: self._next_language,
            Answer.ACCESS: lambda: self._lay(phrases.access_sheet(voice=self._voice_offered())),
            Answer.CALL_STAFF: self._call_staff,
            Answer.CLOSE: lambda: self._lay(None),
            Answer.STILL_HERE: lambda: self._lay(None),
            Answer.LARGE: lambda: self._prefer(large=not self.preferences.large),
            Answer.CONTRAST: lambda: self._prefer(contrast=not self.preferences.contrast),
            Answer.VOICE: lambda: self._prefer(voice=not self.preferences.voice),
            Answer.LOW_REACH: lambda: self._prefer(low_reach=not self.preferences.low_reach),
        }
        if isinstance(press.answer, Answer) and press.answer in footer:
            footer[press.answer]()
        elif press.answer is None or self.ending is not None or not self._offered(press.answer):
            return
        elif self._overlay is None and self._waiting is not None and self._answer is None:  # The first one counts.
            self._answer = press.answer
            self._waiting.cancel()

    def _voice_offered(self) -> bool:
        """Whether there is a voice, or one that was asked for and can be turned off."""
        there = bool(self.machine.settings.voice.command) and not self.machine.board.closes("voice")
        return there or self.preferences.voice

    def _offered(self, answer: Answer | Chosen | Entered) -> bool:
        """Whether the page still offers it: the home page may have lost a service since it was pressed."""
        page = self._page
        return not isinstance(page, Home) or answer in {Chosen(t.service) for group in page.groups for t in group.tiles}

    def _given(self) -> Answer | Chosen | Entered:
        assert self._answer is not None, "only an answer interrupts a wait"
        return self._answer

    def _exit(self) -> None:
        if self._page is not None and self._page.can_exit:
            self._lay(None)
            self.end(Ending.EXIT)

    def _next_language(self) -> None:
        self._prefer(language="en" if self.preferences.language == "zh" else "zh")

    def _call_staff(self) -> None:
        self._lay(phrases.calling_staff())
        if self._calling_staff:
            return  # The answer to the first call is on its way.
        self._calling_staff = True
        self._nursery.start_soon(self._tell_staff, type(self._page).__name__)

    async def _tell_staff(self, page: str) -> None:
        reached = await self.machine.uplink.call_staff(page)
        self._calling_staff = False
        if isinstance(self._overlay, Notice):
            self._lay(phrases.staff_called(self.machine.settings.machine, reached=reached))

    def _prefer(self, **changes: object) -> None:
        self.preferences = replace(self.preferences, **changes)  # type: ignore[arg-type]
        self._draw()

    def _lay(self, overlay: Overlay | None) -> None:
        self._overlay = overlay
        self._draw()

    def _draw(self) -> None:
        if self._page is None:
            return
        self.serial += 1
        view = View(serial=self.serial, page=self._page, preferences=self.preferences, overlay=self._overlay)
        self.machine.screen.show(view)
