"""The whole core on a faked clock: real flows, real driver sessions, the real server's core, virtual far ends."""

import datetime
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import TypeVar

import trio
import trio.testing
from keypad import Keypad
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from central.in_process import InProcess
from central.registry import Registry
from central.tables import Card, Person
from drivers.camera.protocol import CameraState
from drivers.card_reader.errors import CardGone, CardHung, CardMute
from drivers.card_reader.pin_entry import Feature
from drivers.card_reader.protocol import Command
from drivers.card_reader.slot import CardTransport, Media, MediaState
from drivers.errors import Outcome
from drivers.pin_pad.dukpt import PadKey
from drivers.pin_pad.session import PinPad
from drivers.receipt_printer.session import ReceiptPrinter
from kiosk import health, refusals
from kiosk.attendant import attend
from kiosk.code_reader import CodeReader
from kiosk.conditions import ConditionBoard
from kiosk.machine import Machine
from kiosk.operations.store import Store
from kiosk.pages import Answer, Chosen, Decide, Done, Home, Instruct, Overlay, Page, PinEntry, Refusal, Status
from kiosk.pin_entry import PadEntry
from kiosk.screen import Press, View
from kiosk.settings import Settings
from kiosk.uplink.client import Central
from kiosk.uplink.contract import CardRecord, CardReference
from kiosk.uplink.errors import Cause, CentralError
from kiosk.uplink.link import Uplink
from simulator.card_reader.card import NoAnswer, SocialSecurityCard
from simulator.card_reader.personas import Persona, personas
from simulator.pin_pad.memory import MemoryPad
from simulator.pin_pad.model import PinPadModel
from simulator.receipt_printer.memory import MemoryPrinter
from simulator.receipt_printer.model import Printer

IPEK = bytes.fromhex("6AC292FAA1315B4D858AB3A3D7D5933A")  # ANSI X9.24-1:2009, A.4: the example's initial key.
KSN = bytes.fromhex("FFFF9876543210E00000")
MOST_VIEWS = 2000

P = TypeVar("P", Page, Overlay)


class ScriptedScreen:
    """A citizen's eyes and finger."""

    def __init__(self) -> None:
        self.views: list[View] = []
        self.sounds = 0
        self._shown = trio.Condition()
        self._news = trio.Event()
        self._send, self._receive = trio.open_memory_channel[Press](16)

    def show(self, view: View) -> None:
        assert len(self.views) < MOST_VIEWS, "the kiosk draws without end"
        self.views.append(view)
        self._news.set()
        self._news = trio.Event()

    async def next_press(self) -> Press:
        return await self._receive.receive()

    def attention(self) -> None:
        self.sounds += 1

    @property
    def view(self) -> View:
        return self.views[-1]

    async def until(self, kind: type[P], having: Callable[[P], bool] = lambda _: True) -> P:
        """Wait until such a page or overlay is shown."""
        with trio.fail_after(3600):
            while True:
                for shown in (self.views[-1].overlay, self.views[-1].page) if self.views else ():
                    if isinstance(shown, kind) and having(shown):
                        await trio.testing.wait_all_tasks_blocked()
                        if shown in (self.view.overlay, self.view.page):
                            return shown
                await self._news.wait()

    def press(self, answer: Answer | Chosen) -> None:
        self.press_as_of(self.view.serial, answer)

    def press_as_of(self, serial: int, answer: Answer | Chosen) -> None:
        """A press made on the view with this serial."""
        self._send.send_nowait(Press(serial, answer))


class MemorySlot:
    """A card slot whose cards are the virtual ones, without a reader. Faults strike at the n-th command from now."""

    def __init__(self) -> None:
        self._media = Media(MediaState.NOT_PRESENT, 0)
        self._changed = trio.Event()
        self._card: SocialSecurityCard | None = None
        self.commands: list[bytes] = []
        """Headers only: what follows may be a PIN."""
        self.struck = False
        self.keypad: Keypad | None = None
        """The reader's own, where it has one."""
        self._fault: tuple[Callable[[int, bytes], bool], str] | None = None

    @property
    def media(self) -> Media:
        return self._media

    async def changed_from(self, media: Media) -> Media:
        await trio.lowlevel.checkpoint()
        while self._media == media:
            await self._changed.wait()
        return self._media

    async def connect(self) -> CardTransport:
        await trio.lowlevel.checkpoint()
        if self._media.state is MediaState.NOT_PRESENT:
            raise CardGone("no card", outcome=Outcome.NOT_DONE)
        if self._card is None or self._media.state is MediaState.MUTE:
            raise CardMute("no answer to reset", outcome=Outcome.NOT_DONE)
        return _MemoryTransport(self, self._card, self._card.power_on())

    def insert(self, card: SocialSecurityCard | None) -> None:
        """Put a card in; None: upside down."""
        self._card = card
        self._set(MediaState.MUTE if card is None else MediaState.PRESENT, new=True)

    def pull(self) -> None:
        if self._card is not None:
            self._card.power_off()
        self._card = None
        self._set(MediaState.NOT_PRESENT)

    def lose(self, state: MediaState) -> None:
        """The reader or its service goes away."""
        self._set(state)

    def fail(self, at: int, how: str) -> None:
        """Have a fault strike at the command number `at` from now: pull, garble, truncate, nothing, tear."""
        first = len(self.commands)
        self._fault, self.struck = ((lambda number, _: number == first + at), how), False

    def fail_at_change(self, how: str) -> None:
        """Have a fault strike at the next CHANGE PIN."""
        self._fault, self.struck = ((lambda _, header: header[1] == 0x5E), how), False

    def mend(self) -> None:
        self._fault, self.struck = None, False

    def answer(self, card: SocialSecurityCard, command: Command) -> bytes:
        """What the card says, with the fault where it is due.

        Raises:
            CardGone, CardMute: As a real reader would.
        """
        outcome = Outcome.UNKNOWN if command.counted else Outcome.NOT_DONE
        return self.answer_bytes(card, bytes(command.encode()), outcome)

    def answer_bytes(self, card: SocialSecurityCard, wire: bytes, outcome: Outcome) -> bytes:
        """As `answer`, for a command that was put together elsewhere; `outcome` is that of a failure."""
        header = wire[:4]
        number = len(self.commands)
        self.commands.append(header)
        if not self.holds(card):
            raise CardGone("the card left", outcome=outcome)
        how = None
        if self._fault is not None and self._fault[0](number, header):
            self._fault, how, self.struck = None, self._fault[1], True
        if how == "pull":
            self.pull()
            raise CardGone("the card left", outcome=outcome)
        if how == "nothing":
            raise CardMute("no answer", outcome=outcome)
        try:
            answer = card.respond(wire)
        except NoAnswer:
            raise CardMute("no answer", outcome=outcome) from None
        if how == "tear":  # It did what it was told, and nobody hears of it.
            self.pull()
            raise CardGone("the card left", outcome=outcome)
        return {"garble": bytes(b ^ 0x5A for b in answer), "truncate": answer[:1]}.get(how or "", answer)

    def _set(self, state: MediaState, *, new: bool = False) -> None:
        self._media = Media(state, self._media.insertion + new)
        self._changed.set()
        self._changed = trio.Event()

    def holds(self, card: SocialSecurityCard) -> bool:
        return self._card is card


class _MemoryTransport:
    def __init__(self, slot: MemorySlot, card: SocialSecurityCard, atr: bytes) -> None:
        self._slot, self._card, self._atr = slot, card, atr

    @property
    def atr(self) -> bytes:
        return self._atr

    async def transmit(self, command: Command) -> bytes:
        await trio.lowlevel.checkpoint()
        return self._slot.answer(self._card, command)

    async def features(self) -> Mapping[Feature, int]:
        await trio.lowlevel.checkpoint()
        return {} if self._slot.keypad is None else self._slot.keypad.features

    async def control(self, code: int, data: bytes, *, seconds: float) -> bytes:
        assert self._slot.keypad is not None, "this reader has no keys"
        with trio.CancelScope(shield=True, deadline=trio.current_time() + seconds):
            apdu = await self._until_pulled(self._slot.keypad.enter(code, data))
            if len(apdu) == 2:  # No command: the keypad's own status word.
                return apdu
            return self._slot.answer_bytes(self._card, apdu, Outcome.UNKNOWN)
        raise CardHung("the reader never answered", outcome=Outcome.UNKNOWN)

    async def _until_pulled(self, typing: Coroutine[object, object, bytes]) -> bytes:
        typed: list[bytes] = []
        async with trio.open_nursery() as nursery:

            async def type_on() -> None:
                typed.append(await typing)
                nursery.cancel_scope.cancel()

            nursery.start_soon(type_on)
            while self._slot.holds(self._card):
                await self._slot.changed_from(self._slot.media)
            nursery.cancel_scope.cancel()
        if not typed:
            raise CardGone("the card left", outcome=Outcome.UNKNOWN)
        return typed[0]

    async def close(self) -> None:
        self._card.power_off()


class Phone:
    """The camera, and whatever is held up before it."""

    def __init__(self) -> None:
        self._send, self._receive = trio.open_memory_channel[str](4)

        self.state = CameraState.ONLINE
        self._changed = trio.Event()

    async def changed(self, seen: CameraState) -> CameraState:
        while self.state is seen:
            await self._changed.wait()
        return self.state

    def become(self, state: CameraState) -> None:
        self.state = state
        self._changed.set()
        self._changed = trio.Event()

    def hold_up(self, code: str) -> None:
        self._send.send_nowait(code)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Phone"]:
        yield self

    async def next_code(self) -> str:
        return await self._receive.receive()


class Network:
    """The way to the server, which can be cut, slowed down, or made to lose answers."""

    def __init__(self, server: InProcess) -> None:
        self._server = server
        self.fault: Callable[[], CentralError | None] = lambda: None
        self.answer: tuple[int, bytes] | None = None
        self.seconds = 0.01
        self.seen: list[tuple[str, str]] = []

    async def request(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        await trio.sleep(self.seconds)
        error = self.fault()
        if error is not None:
            raise error
        self.seen.append((method, path))
        if self.answer is not None:
            return self.answer
        return await self._server.request(method, path, body)

    def cut(self) -> None:
        self.fault = lambda: CentralError(Cause.UNREACHABLE, "cut by the test")

    def mend(self) -> None:
        self.fault, self.answer, self.seconds = lambda: None, None, 0.01


def cut(network: Network) -> None:
    network.cut()


def slow(network: Network) -> None:
    network.seconds = 600


def status_500(network: Network) -> None:
    network.answer = (500, b"")


def nonsense(network: Network) -> None:
    network.answer = (200, b"<html>Welcome to the lobby's wireless network</html>")


class KioskUnderTest:
    """A running core, and every hand that works it."""

    def __init__(self, settings: Settings, store: Store, registry: Registry, nursery: trio.Nursery) -> None:
        self.settings = settings
        self.store = store
        self.registry = registry
        self.people: dict[str, Persona] = {persona.id: persona for persona in personas()}
        self.cards: dict[str, SocialSecurityCard] = {}
        self.screen = ScriptedScreen()
        self.slot = MemorySlot()
        self.keypad = self.slot.keypad = Keypad() if settings.pin_pad.path == "reader" else None
        self.pad_model = PinPadModel(IPEK, KSN)
        self.pad = MemoryPad(self.pad_model, nursery)
        self.printer = Printer()
        self.paper = MemoryPrinter(self.printer)
        self.phone = Phone()
        self.network = Network(InProcess(registry, registry.admit(settings.machine.name)))
        self.board = ConditionBoard(now)
        self.dones = 0
        self.uplink = Uplink(
            Central(self.network, deadline_seconds=settings.central.deadline_seconds),
            store,
            self.board,
            kiosk=settings.machine.name,
            now=now,
            heartbeat_seconds=settings.central.heartbeat_seconds,
        )

    async def run(self) -> None:
        async with trio.open_nursery() as nursery:
            receipt_printer = ReceiptPrinter(self.paper.connect)
            nursery.start_soon(self.paper.run)
            nursery.start_soon(receipt_printer.run)
            async with PinPad(self.pad.connect, nursery) as session:
                length = self.settings.pin.length
                key = PadKey(bytearray(IPEK), KSN)
                entry = PadEntry(session, key, self.board, seconds=self.settings.pin_pad.entry_seconds, length=length)
                code_reader = CodeReader(self.phone.open, self.board)
                nursery.start_soon(code_reader.watch)
                nursery.start_soon(entry.watch)
                nursery.start_soon(health.watch_reader, self.slot, self.board)
                nursery.start_soon(health.watch_printer, receipt_printer, self.board)
                nursery.start_soon(self.uplink.send_reports)
                nursery.start_soon(self.uplink.report_conditions)
                nursery.start_soon(lambda: self.uplink.beat(first_after_seconds=2))
                await attend(
                    Machine(
                        settings=self.settings,
                        screen=self.screen,
                        slot=self.slot,
                        pad=entry if self.keypad is None else None,
                        printer=receipt_printer,
                        code_reader=code_reader,
                        uplink=self.uplink,
                        store=self.store,
                        board=self.board,
                        now=now,
                    )
                )

    # The citizen.

    @property
    def page(self) -> Page:
        return self.screen.view.page

    async def until(self, kind: type[P], having: Callable[[P], bool] = lambda _: True) -> P:
        return await self.screen.until(kind, having)

    def press(self, answer: Answer | Chosen) -> None:
        self.screen.press(answer)

    def choose(self, service: str) -> None:
        self.press(Chosen(service))

    def card(self, persona: str) -> SocialSecurityCard:
        if persona not in self.cards:
            self.cards[persona] = self.people[persona].make_card()
        return self.cards[persona]

    def insert(self, persona: str) -> None:
        self.slot.insert(self.card(persona))

    def pull(self) -> None:
        self.slot.pull()

    async def at_home(self) -> Home:
        return await self.until(Home)

    async def refused(self) -> str:
        """Wait for a refusal; its code."""
        page = await self.until(Refusal)
        return next(kind.code for kind in refusals.ALL if kind.title.message == page.title.message)

    async def go_home(self) -> None:
        """Press the last button, take the card, and see the home page."""
        self.press(Answer.FINISH)
        await self.until(Page, lambda page: isinstance(page, Home) or page.title.message == "请拔卡")
        if self.slot.media.state is not MediaState.NOT_PRESENT:
            self.pull()
        await self.at_home()

    async def new_pin(self, first: str, second: str | None = None) -> None:
        """Type a new PIN as often as it is asked for."""
        await self.until(PinEntry, lambda page: bool(page.rounds) and not page.rounds[0].done)
        await self.type_pin(first)
        await self.until(PinEntry, lambda page: bool(page.rounds) and page.rounds[0].done)
        await self.type_pin(first if second is None else second)

    async def ask_for_change(self, persona: str, *pins: str) -> None:
        """Choose PIN change, put the card in, type these PINs at the first question."""
        await self.at_home()
        self.choose("change_pin")
        await self.until(Instruct)
        self.insert(persona)
        for pin in pins:
            await self.type_pin(pin)

    def pin_is(self, persona: str, pin: str) -> bool:
        """Whether the card takes `pin`: asked of a copy, so that no try is spent."""
        card = SocialSecurityCard.from_dict(self.people[persona].profile, self.card(persona).to_dict())
        card.power_on()
        card.respond(bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF"))
        return card.respond(bytes.fromhex("0020000003" + pin)) == b"\x90\x00"

    def tries(self, persona: str) -> int:
        return self.card(persona).tries_left

    def restore_tries(self, persona: str) -> None:
        """As an outlet would."""
        self.card(persona).tries_left = self.people[persona].profile.tries

    def current_pin(self, persona: str, *candidates: str) -> str:
        return next(pin for pin in candidates if self.pin_is(persona, pin))

    async def any_end(self, *, pin: str, new: str | None = None) -> Page:
        """Go on like someone who does what the pages say, until the visit's last page."""
        with trio.fail_after(3600):
            while True:
                page = await self.until(
                    Page,
                    lambda page: (
                        isinstance(page, Refusal | Done | Status | Decide)
                        or (isinstance(page, PinEntry) and self.pad_model.entering)
                    ),
                )
                if isinstance(page, Decide):
                    self.press(Answer.AGAIN)
                elif isinstance(page, PinEntry):
                    await self.type_pin(new if page.rounds and new is not None else pin)
                    await self.until(Page, lambda shown, page=page: shown is not page)
                else:
                    return page

    async def home_offers(self, *services: str) -> None:
        """Wait until the home page offers exactly these."""

        def offered(page: Home) -> bool:
            return [tile.service for group in page.groups for tile in group.tiles] == list(services)

        await self.until(Home, offered)

    # The far ends.

    def record(self, persona: str) -> CardRecord:
        code = self.people[persona].server_record
        assert code is not None
        return self.registry.card_by_reference(
            CardReference.model_validate({"card_identification_code": code["card_identification_code"]})
        )

    def set_status(self, persona: str, status: int) -> None:
        record = self.people[persona].server_record
        assert record is not None
        with Session(self.registry.engine) as session, session.begin():
            session.execute(
                update(Card)
                .where(Card.card_identification_code == record["card_identification_code"])
                .values(application_status=status)
            )

    def e_card_code(self, persona: str) -> str:
        """A fresh code on this person's phone."""
        record = self.people[persona].server_record
        assert record is not None
        with Session(self.registry.engine) as session:
            number = record["social_security_number"]
            person = session.scalars(select(Person).where(Person.social_security_number == number)).one()
            session.expunge(person)
        return self.registry.issue_e_card_code(person)

    def expired_code(self, persona: str) -> str:
        code = self.e_card_code(persona)
        self.registry.expire_e_card_codes()
        return code

    def receipts(self) -> int:
        """How many whole slips the printer has cut."""
        return len(self.printer.receipts)

    def break_printer(self, how: str) -> None:
        match how:
            case "paper_out":
                self.printer.set_paper("out")
            case "cover":
                self.printer.set_cover(is_open=True)
            case "power":
                self.printer.set_power(False)
            case "unplug":
                self.paper.unplug()
            case "paper_out_midway":
                self.printer.arm(lambda: self.printer.set_paper("out"), after_lines=3)
        self.paper.nudge()

    async def reported(self) -> None:
        """Wait until the server holds every report."""
        with trio.fail_after(300):
            while self.store.unsent():  # noqa: ASYNC110 -- The store tells nobody.
                await trio.sleep(1)

    async def type_pin(self, digits: str, *, last: str = "enter") -> None:
        """Wait until the pad asks, then type."""
        with trio.fail_after(3600):
            await (self.keypad or self.pad).answer(digits, last=last)

    def operations(self) -> list[str | None]:
        """How the operations on record ended, whether reported or not."""
        return [row.outcome for row in self.store._rows("TRUE")]


def now() -> datetime.datetime:
    """The wall clock of these tests: today, at a time that trio's faked clock moves."""
    return datetime.datetime.now().replace(
        hour=9, minute=41, second=0, microsecond=0
    ).astimezone() + datetime.timedelta(seconds=trio.current_time() % 3600)
