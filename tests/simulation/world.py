"""One machine and all that it is connected to, every accident of which comes from one seed.

The core is the real one, with the real sessions of its drivers and the real server's core; what is virtual is the far
end of each wire. The machine can lose its power at any command to the card: what it then remembers is what its
database's files held at that moment.
"""

import datetime
import random
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from unittest import mock

import kiosk_under_test
import structlog
import trio
import trio.testing
from far_ends import Network, Phone, ScriptedScreen
from invariants import CountingCard, Invariants
from keypad import Keypad
from kiosk_under_test import IPEK, KSN, KioskUnderTest
from memory_slot import MemorySlot, MemoryTransport
from sqlalchemy import select
from sqlalchemy.orm import Session

from central import personas as central_personas
from central.database import open_in_memory
from central.in_process import InProcess
from central.registry import Registry
from central.tables import Operation
from drivers.camera.protocol import CameraState
from drivers.card_reader.errors import CardGone, CardHung, CardMute, CardWasReset, ReaderLost
from drivers.card_reader.protocol import Command
from drivers.card_reader.slot import CardTransport, MediaState
from drivers.errors import Outcome
from kiosk.conditions import ConditionBoard
from kiosk.operations.store import Store
from kiosk.pages import Answer, Chosen
from kiosk.screen import View
from kiosk.settings import Settings
from kiosk.uplink.client import Central
from kiosk.uplink.errors import Cause, CentralError
from kiosk.uplink.link import Uplink
from simulator.card_reader.card import NoAnswer
from simulator.card_reader.personas import Persona, as_json, personas
from simulator.pin_pad.memory import MemoryPad
from simulator.pin_pad.model import PinPadModel
from simulator.receipt_printer.memory import MemoryPrinter
from simulator.receipt_printer.model import Printer

CARD_FAULTS = (
    "pull", "garble", "truncate", "nothing", "tear", "hang", "hang_after", "reset", "error_before", "error_after",
    "power_cut", "power_cut_after", "flip", "status_word",
)  # fmt: skip
_KEPT_VIEWS = 30


class Screen(ScriptedScreen):
    """Shows every view to the invariants, and keeps the last few."""

    def __init__(self, invariants: Invariants) -> None:
        super().__init__()
        self._invariants = invariants

    def show(self, view: View) -> None:
        if len(self.views) > _KEPT_VIEWS:
            del self.views[:-10]
        super().show(view)
        self._invariants.shown(view)

    def press_as_of(self, serial: int, answer: Answer | Chosen) -> None:
        try:
            super().press_as_of(serial, answer)
        except trio.WouldBlock:
            self._invariants.violated("nobody takes presses")


class Slot(MemorySlot):
    """A slot whose commands take time, and can go wrong in every way."""

    def __init__(self, rng: random.Random, invariants: Invariants) -> None:
        super().__init__()
        self.rng = rng
        self.invariants = invariants
        self.power_cut = trio.Event()
        self.freeze: Callable[[], None] = lambda: None
        """What a power cut stops at once."""
        self._hung: set[int] = set()

    @property
    def card(self) -> CountingCard | None:
        return self._card  # type: ignore[return-value]

    async def connect(self) -> CardTransport:
        base = await super().connect()
        assert isinstance(base, MemoryTransport)
        return Transport(self, base._card, base.atr)

    def pull(self) -> None:
        self._hung.clear()
        super().pull()

    def answer_bytes(self, card: CountingCard, wire: bytes, outcome: Outcome) -> bytes:  # type: ignore[override]
        number = len(self.commands)
        self.commands.append(wire[:4])
        if self.power_cut.is_set():
            raise CardGone("the power went", outcome=outcome)
        self.invariants.sent(card, wire)
        if not self.holds(card):
            raise CardGone("the card left", outcome=outcome)
        if self.media.state is not MediaState.PRESENT:
            raise ReaderLost("the reader is gone", outcome=outcome)
        if id(card) in self._hung:
            raise CardHung("still busy", outcome=Outcome.NOT_DONE)
        how = None
        if self._fault is not None and self._fault[0](number, wire[:4]):
            self._fault, how = None, self._fault[1]
            self.invariants.note(f"strikes: {how}")
        match how:
            case "pull":
                self.pull()
                raise CardGone("the card left", outcome=outcome)
            case "nothing":
                raise CardMute("no answer", outcome=outcome)
            case "reset":
                card.power_on()
                raise CardWasReset
            case "hang":
                self._hung.add(id(card))
                raise CardHung("no answer", outcome=outcome)
            case "error_before":
                return b"\x6f\x00"
            case "power_cut":
                self.freeze()
                raise CardGone("the power went", outcome=outcome)
        try:
            answer = card.respond(wire)
        except NoAnswer:
            self._hung.add(id(card))
            raise CardHung("no answer", outcome=outcome) from None
        self.invariants.executed(card, wire, answer)
        match how:
            case "tear":
                self.pull()
                raise CardGone("the card left", outcome=outcome)
            case "hang_after":
                self._hung.add(id(card))
                raise CardHung("no answer", outcome=outcome)
            case "error_after":
                return b"\x6f\x00"
            case "power_cut_after":
                self.freeze()
                raise CardGone("the power went", outcome=outcome)
            case "flip" if len(answer) > 2:  # One byte of the data; a parity check would let two bits through.
                place = self.rng.randrange(len(answer) - 2)
                return answer[:place] + bytes([answer[place] ^ self.rng.randrange(1, 256)]) + answer[place + 1 :]
            case "status_word" if answer[-2:] != b"\x90\x00":
                return self.rng.choice((b"\x69\x82", b"\x6a\x82", b"\x6d\x00", b"\x65\x81", b"\x6c\x10", b"\x61\x10"))
            case "garble":
                return bytes(b ^ 0x5A for b in answer)
            case "truncate":
                return answer[:1]
        return answer


class Transport(MemoryTransport):
    """A command takes up to 0.3 s, is seen through, and meets what happened in the meantime."""

    async def transmit(self, command: Command) -> bytes:
        await trio.lowlevel.checkpoint()
        slot, wire = self._slot, bytes(command.encode())
        assert isinstance(slot, Slot)
        outcome = Outcome.UNKNOWN if command.counted else Outcome.NOT_DONE
        with trio.CancelScope(shield=True):
            await trio.sleep(slot.rng.choice((0.0, 0.02, 0.3)))
            try:
                return slot.answer_bytes(self._card, wire, outcome)
            except CardHung as error:
                if error.outcome is outcome and slot.rng.random() < 0.9:
                    await trio.sleep(10)
                raise
        raise AssertionError


class Eye(Phone):
    """The camera; what was held up before it was opened isn't seen."""

    def __init__(self) -> None:
        super().__init__()
        self.looking = False

    def hold_up(self, code: str) -> None:
        with suppress(trio.WouldBlock):  # One code after the other while the page has moved on.
            super().hold_up(code)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Eye"]:
        with_nothing = trio.open_memory_channel[str](4)
        self._send, self._receive = with_nothing
        self.looking = True
        try:
            yield self
        finally:
            self.looking = False


class Line(Network):
    """The way to the server, which loses, doubles and delays."""

    def __init__(self, server: InProcess, rng: random.Random) -> None:
        super().__init__(server)
        self.rng = rng
        self.loses = 0.0
        """How likely an answer is lost; the request arrived."""
        self.doubles = 0.0
        self.dead = False

    async def request(self, method: str, path: str, body: bytes) -> tuple[int, bytes]:
        if self.dead:
            await trio.sleep_forever()
        answer = await super().request(method, path, body)
        del self.seen[:-10]
        if self.rng.random() < self.doubles:
            answer = await super().request(method, path, body)
        if self.rng.random() < self.loses:
            raise CentralError(self.rng.choice((Cause.HUNG_UP, Cause.SLOW)), "lost by the simulation")
        return answer

    def mend(self) -> None:
        super().mend()
        self.loses = self.doubles = 0.0


class CountingPad(PinPadModel):
    """Tells of every entry that a citizen finishes."""

    invariants: Invariants

    def _finish(self, now: float) -> None:
        self.invariants.pin_entered()
        super()._finish(now)


class CountingKeypad(Keypad):
    """The keys of a reader that takes PINs by itself; tells of every entry that is finished."""

    def __init__(self, invariants: Invariants) -> None:
        super().__init__()
        self._invariants = invariants

    async def enter(self, code: int, data: bytes) -> bytes:
        result = await super().enter(code, data)
        if len(result) > 2:
            self._invariants.pin_entered()
        return result

    @property
    def asked_for(self) -> str | None:
        """Which PIN it asks for now: `pin`, `old`, `new` or `again`."""
        entry = self._entry
        return None if entry is None else entry.stages[len(entry._pins)]

    def press(self, key: str) -> None:
        with suppress(trio.WouldBlock):  # Nobody reads keys now.
            self._send.send_nowait(key)


class Machine(KioskUnderTest):
    """One boot of the machine, on far ends that outlive it."""

    def __init__(self, world: "World", store: Store) -> None:
        self.settings = world.settings
        self.store = store
        self.registry = world.registry
        self.people = world.people
        self.cards = world.cards  # type: ignore[assignment]
        self.screen = Screen(world.invariants)
        self.slot = world.slot
        self.keypad = self.slot.keypad = world.keypad
        self.pad_model, self.pad = world.pad_model, world.pad
        self.printer, self.paper = world.printer, world.paper
        self.phone = world.eye
        self.network = world.line
        self.board = ConditionBoard(world.now)
        self.uplink = Uplink(
            Central(self.network, deadline_seconds=self.settings.central.deadline_seconds),
            store,
            self.board,
            kiosk=self.settings.machine.name,
            now=world.now,
            heartbeat_seconds=self.settings.central.heartbeat_seconds,
        )


class World:
    """Everything, for one seed.

    Args:
        rng: Where every accident comes from.
        settings: Of the machine.
        directory: Where its databases lie, one for each time that the power went.
        nursery: For what lives as long as the world.
    """

    def __init__(self, rng: random.Random, settings: Settings, directory: Path, nursery: trio.Nursery) -> None:
        self.rng = rng
        self.settings = settings
        self.people: dict[str, Persona] = {persona.id: persona for persona in personas()}
        self.printer = Printer()
        self.invariants = Invariants(list(self.people.values()), set(NEW_PINS) | set(WRONG_PINS), self.printer)
        self.cards = {persona.id: CountingCard(persona) for persona in self.people.values()}
        self.slot = Slot(rng, self.invariants)
        self.slot.freeze = self._freeze
        self.pad_model = CountingPad(IPEK, KSN)
        self.pad_model.invariants = self.invariants
        self.pad = MemoryPad(self.pad_model, nursery)
        self.keypad = CountingKeypad(self.invariants) if settings.pin_pad.path == "reader" else None
        self.paper = MemoryPrinter(self.printer, seconds_per_line=0.02)
        self.eye = Eye()
        began = datetime.datetime.now(datetime.UTC)
        self.registry = Registry(open_in_memory(), now=lambda: began + datetime.timedelta(seconds=trio.current_time()))
        people = directory / "people.json"
        people.write_text(as_json(), encoding="utf-8")
        central_personas.seed(self.registry, people)
        self.line = Line(InProcess(self.registry, self.registry.admit(settings.machine.name)), rng)
        self.boots = 0
        self.clock_wrong_by = datetime.timedelta()
        self._started = datetime.datetime.now().astimezone().replace(hour=9, minute=41, second=0, microsecond=0)
        self.crash: BaseException | None = None
        self._directory = directory
        self._nursery = nursery

    async def boot(self) -> None:
        """Switch the machine on."""
        self.boots += 1
        self.line.dead = False
        self.slot.power_cut = trio.Event()
        store = self.invariants.store = Store(self._directory / "kiosk.db")
        self.machine = Machine(self, store)
        self.invariants.note("boot")
        self._scope, self._ended = trio.CancelScope(), trio.Event()
        self._nursery.start_soon(self._run)
        await trio.testing.wait_all_tasks_blocked()

    async def _run(self) -> None:
        try:
            with self._scope, mock.patch.object(kiosk_under_test, "now", self.now):
                await self.machine.run()
        except Exception as error:  # noqa: BLE001 -- It is the finding.
            if not self.line.dead:
                self.crash = error
                self.invariants.violated(f"the core ended: {error!r}")
        finally:
            self._ended.set()

    def now(self) -> datetime.datetime:
        """The machine's wall clock, right or wrong."""
        return self._started + self.clock_wrong_by + datetime.timedelta(seconds=trio.current_time())

    async def stop(self) -> None:
        """As the service manager stops it: cancelled, an operation under way finished."""
        self.invariants.note("stop")
        self._scope.cancel()
        with trio.fail_after(120):
            await self._ended.wait()
        self.machine.store.close()

    async def lose_power(self) -> None:
        """Everything stops here and now; the disk keeps what was synced."""
        self.invariants.note("power cut")
        if not self.slot.power_cut.is_set():
            self._freeze()
        self._scope.cancel()
        with trio.fail_after(120):
            await self._ended.wait()
        self.machine.store.close()
        for name in ("kiosk.db", "kiosk.db-wal", "kiosk.db-shm"):
            (self._directory / name).unlink(missing_ok=True)
        for path in self._image.iterdir():
            shutil.move(path, self._directory / path.name)
        self.invariants.pins.clear()  # Memory without power forgets.

    def _freeze(self) -> None:
        """In this instant: what the disk holds is what the next boot finds, and nothing leaves the machine any more."""
        self.slot.power_cut.set()
        self.line.dead = True
        self._image = self._directory / f"image-{self.boots}"
        self._image.mkdir()
        for name in ("kiosk.db", "kiosk.db-wal"):
            if (self._directory / name).exists():
                shutil.copy(self._directory / name, self._image / name)

    @property
    def entering(self) -> bool:
        """A PIN is asked for."""
        return self.pad_model.entering if self.keypad is None else self.keypad.asked_for is not None

    @property
    def asked_for(self) -> str | None:
        """Which PIN, where the keypad says so itself."""
        return None if self.keypad is None else self.keypad.asked_for

    def press_key(self, key: str) -> None:
        """A finger on a key of whatever asks for the PIN."""
        if self.keypad is None:
            self.pad.press(key)
        else:
            self.keypad.press(key)

    def mend(self) -> None:
        """Nothing is wrong any more, and no card is in."""
        self.slot.mend()
        self.slot.pull()
        self.line.mend()
        self.pad_model.mend()
        if not self.pad_model.plugged:
            self.pad.plug()
        self.printer.traps.clear()
        self.printer.set_power(True)
        self.printer.repair()
        self.printer.set_offline(False)
        self.printer.set_cover(is_open=False)
        self.printer.set_paper("full")
        self.paper.plug()
        self.paper.nudge()
        self.eye.become(CameraState.ONLINE)

    def at_server(self) -> dict[str, str]:
        """Outcome by operation, as the server holds them."""
        with Session(self.registry.engine) as session:
            return {row.operation_id: row.outcome for row in session.scalars(select(Operation))}

    def heard(self, log: list[structlog.typing.EventDict]) -> None:
        """Look through what the program logged since the last time."""
        for entry in log:
            if entry["event"] == "visit.fault":
                self.invariants.violated(f"visit.fault {entry['error']} {entry['where']}")
        log.clear()


NEW_PINS = ("746108", "290417", "613852", "805394", "927160")
WRONG_PINS = ("974310", "680243")
