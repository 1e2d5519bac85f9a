"""The whole core on a faked clock: real flows, real driver sessions, the real server's core, virtual far ends."""

import datetime
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
import trio
from pydantic import HttpUrl

from central import personas as central_personas
from central.database import open_in_memory
from central.in_process import InProcess
from central.registry import Registry
from drivers.card_reader.errors import CardGone, CardMute
from drivers.card_reader.pin_entry import Feature
from drivers.card_reader.protocol import Command
from drivers.card_reader.slot import CardTransport, Media, MediaState
from drivers.errors import Outcome
from drivers.pin_pad.dukpt import PadKey
from drivers.pin_pad.session import PinPad
from drivers.receipt_printer.session import ReceiptPrinter
from kiosk import health
from kiosk.attendant import attend
from kiosk.conditions import ConditionBoard
from kiosk.machine import Machine
from kiosk.operations.store import Store
from kiosk.pages import Answer, Chosen, Overlay, Page
from kiosk.pin_entry import PadEntry
from kiosk.screen import Press, View
from kiosk.settings import Settings, load
from kiosk.uplink.client import Central
from kiosk.uplink.errors import Cause, CentralError
from kiosk.uplink.link import Uplink
from simulator.card_reader.card import NoAnswer, SocialSecurityCard
from simulator.card_reader.personas import Persona, as_json, personas
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
        self._send.send_nowait(Press(self.view.serial, answer))


class MemorySlot:
    """A card slot whose cards are the virtual ones, without a reader. Faults strike at the n-th command from now."""

    def __init__(self) -> None:
        self._media = Media(MediaState.NOT_PRESENT, 0)
        self._changed = trio.Event()
        self._card: SocialSecurityCard | None = None
        self.commands: list[bytes] = []
        """Headers only: what follows may be a PIN."""
        self.faults: dict[int, Callable[[bytes], bytes]] = {}

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
        wire = bytes(command.encode())
        outcome = Outcome.UNKNOWN if command.counted else Outcome.NOT_DONE
        number = len(self._slot.commands)
        self._slot.commands.append(command.header)
        if not self._slot.holds(self._card):
            raise CardGone("the card left", outcome=outcome)
        fault = self._slot.faults.get(number)
        try:
            answer = fault(wire) if fault else self._card.respond(wire)
        except NoAnswer:
            raise CardMute("no answer", outcome=outcome) from None
        if not self._slot.holds(self._card):
            raise CardGone("the card left", outcome=outcome)
        return answer

    async def features(self) -> Mapping[Feature, int]:
        return {}

    async def control(self, code: int, data: bytes, *, seconds: float) -> bytes:
        raise AssertionError("this reader has no keys")

    async def close(self) -> None:
        self._card.power_off()


class Phone:
    """The camera, and whatever is held up before it."""

    def __init__(self) -> None:
        self._send, self._receive = trio.open_memory_channel[str](4)

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
        self.pad_model = PinPadModel(IPEK, KSN)
        self.pad = MemoryPad(self.pad_model, nursery)
        self.printer = Printer()
        self.paper = MemoryPrinter(self.printer)
        self.phone = Phone()
        self.network = Network(InProcess(registry, registry.admit(settings.machine.name)))
        self.board = ConditionBoard(now)
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
                        pad=entry,
                        printer=receipt_printer,
                        open_camera=self.phone.open,
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

    async def type_pin(self, digits: str, *, last: str = "enter") -> None:
        """Wait until the pad asks, then type."""
        with trio.fail_after(3600):
            await self.pad.answer(digits, last=last)

    def operations(self) -> list[str | None]:
        """How the operations on record ended, whether reported or not."""
        return [row.outcome for row in self.store._rows("TRUE")]


def now() -> datetime.datetime:
    """The wall clock of these tests: today, at a time that trio's faked clock moves."""
    return datetime.datetime.now().replace(hour=9, minute=41, second=0, microsecond=0).astimezone() + datetime.timedelta(
        seconds=trio.current_time() % 3600
    )


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shipped = load(Path(__file__).parents[2] / "config" / "kiosk.toml")
    storage = shipped.storage.model_copy(update={"directory": tmp_path})
    central = shipped.central.model_copy(update={"url": HttpUrl("https://central")})
    return shipped.model_copy(update={"storage": storage, "central": central})


@pytest.fixture
async def kiosk(
    settings: Settings, tmp_path: Path, nursery: trio.Nursery, autojump_clock: Any
) -> AsyncIterator[KioskUnderTest]:
    people = tmp_path / "people.json"
    people.write_text(as_json(), encoding="utf-8")
    assert json.loads(people.read_text(encoding="utf-8"))
    registry = Registry(open_in_memory(), now=lambda: datetime.datetime.now(datetime.UTC))
    central_personas.seed(registry, people)
    store = Store(tmp_path / "kiosk.db")
    under_test = KioskUnderTest(settings, store, registry, nursery)
    nursery.start_soon(under_test.run)
    yield under_test
    store.close()
