"""One station of the fleet: a machine with its devices, disk, power and line, which outlive its boots."""

import datetime
import random
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
import trio
import trio.testing
from comparing import Mirror
from disk import Disk
from far_ends import Loudspeaker
from hands import CountingKeypad, CountingPad, Eye, Screen
from kiosk_under_test import IPEK, KioskUnderTest
from network import Letter, Line
from screen_watch import ScreenWatch
from slot import Slot
from sqlalchemy import select
from sqlalchemy.orm import Session
from store_image import KioskOperation, StoreImage
from truth import TruthfulCard

from central.tables import Person
from drivers.camera.protocol import CameraState
from drivers.id_reader.session import IdReaderSettings
from drivers.receipt_printer.session import PrinterSettings
from kiosk import conditions
from kiosk.face_check import FaceChecks
from kiosk.operations import recovery
from kiosk.operations.store import OperationRow
from kiosk.pages import Home
from kiosk.settings import Settings
from simulator.id_reader.memory import MemoryIdReader
from simulator.id_reader.model import IdReaderModel
from simulator.pin_pad.memory import MemoryPad
from simulator.receipt_printer.memory import MemoryPrinter
from simulator.receipt_printer.model import Printer

if TYPE_CHECKING:
    from world import World

HERE: ContextVar["Station | None"] = ContextVar("station", default=None)
"""In every task of a station's program: which one."""

CHANGING = ("change_pin", "enable", "unlock", "reset_pin", "report_loss", "release_loss")
"""The home page's services that change something."""
STOP_SECONDS = 180
"""An operation under way is finished before the program ends."""


class Station:
    """One machine of the fleet.

    Args:
        world: Where it stands.
        settings: Its own: name, directory, how PINs are entered.
        nursery: Lives as long as the world.

    Attributes:
        wrong_by: How wrong its wall clock is.
        running: It has power and its program runs.
    """

    def __init__(self, world: "World", settings: Settings, nursery: trio.Nursery) -> None:
        self.world = world
        self.settings = settings
        self.name = settings.machine.name
        self.rng: random.Random = world.rng
        self.printer = Printer()
        self.watch = ScreenWatch(self, world.promises)
        self.disk = Disk(settings.storage.directory)
        self.slot = Slot(world.rng, self)
        self.slot.freeze = self._freeze
        self.slot.break_disk = lambda: self.disk.break_(world.rng.choice(("full", "write", "sync")))
        self.slot.other_card = world.any_card
        self.pad_model = CountingPad(IPEK, world.key_serial_number(self.name))
        self.pad_model.entered = self._entered
        self.pad = MemoryPad(self.pad_model, nursery)
        self.keypad = CountingKeypad(self._entered) if settings.pin_pad.path == "reader" else None
        self.paper = MemoryPrinter(self.printer, seconds_per_line=world.rng.choice((0.0, 0.0, 0.02)))
        self.eye = Eye()
        self.plate = MemoryIdReader(IdReaderModel(), nursery, world.documents)
        self.mirror = Mirror(world.rng, self.eye, self._looks)
        self.line = Line(lambda letter: world.deliver(self, letter), world.rng, nursery, self)
        self.wrong_by = datetime.timedelta()
        self.running = False
        self.boots = 0
        self.crash: BaseException | None = None
        self._replug = False
        self._read_at: object = self
        self._read: list[KioskOperation] = []
        self._started = world.began.astimezone(datetime.timezone(datetime.timedelta(hours=8)))
        self._nursery = nursery

    @property
    def directory(self) -> Path:
        return self.settings.storage.directory

    def now(self) -> datetime.datetime:
        """The wall clock, right or wrong."""
        return self._started + self.wrong_by + datetime.timedelta(seconds=trio.current_time())

    # Power.

    async def boot(self) -> None:
        """Switch the machine on."""
        self.boots += 1
        self.line.dead = False
        self.slot.power_cut = trio.Event()
        self.note("boot")
        if self._replug:
            self.paper.plug()
            self._replug = False
        self.boot_now = Boot(self)
        self._scope, self._ended = trio.CancelScope(), trio.Event()
        self.running = True
        self._nursery.start_soon(self._run)
        await trio.testing.wait_all_tasks_blocked()

    async def _run(self) -> None:
        HERE.set(self)
        try:
            with self._scope:
                await self.boot_now.run()
        except Exception as error:  # noqa: BLE001 -- It is the finding.
            if not self.line.dead:
                self.crash = error
                self.world.promises.violated(0, f"{self.name}: the core ended: {error!r}")
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """As the service manager stops it: cancelled, an operation under way finished."""
        self.note("stop")
        self._scope.cancel()
        with trio.fail_after(STOP_SECONDS):
            await self._ended.wait()
        self.boot_now.close()
        self.running = False
        self._powerless()

    async def technician(self) -> None:
        """Where the machine waits for a technician to have it recovered, one comes."""
        if not self.boot_now.board.stands(conditions.RECOVERY_STOPPED):
            return
        self.fault("technician recovers")
        await self.stop()
        unused = Boot(self)
        storage = unused.operations._storage
        await recovery.recover_by_hand(storage, kiosk=self.name, at=unused.operations.at)
        unused.close()
        await self.boot()

    async def lose_power(self) -> None:
        """Everything stops here and now; the disk keeps what was synced, and perhaps more."""
        self.note("power cut")
        if not self.slot.power_cut.is_set():
            self._freeze()
        self._scope.cancel()
        with trio.fail_after(STOP_SECONDS):
            await self._ended.wait()
        self.boot_now.close()
        self.running = False
        self.disk.mend()
        self.disk.put(self._image)
        self.watch.forget_pins()
        self._powerless()

    def _powerless(self) -> None:
        if self.slot.card is not None:
            self.slot.card.power_off()

    def _freeze(self) -> None:
        """In this instant: what the disk holds is what the next boot finds, and nothing leaves the machine any more."""
        self.slot.power_cut.set()
        self.line.dead = True
        self._image = self.disk.cut_power(self.rng)
        if self.paper.plugged:
            self.paper.unplug()  # A dark machine sends the printer nothing.
            self._replug = True

    # What the watchers hear.

    def note(self, event: str) -> None:
        self.world.promises.note(f"{self.name} {event}")

    def fault(self, kind: str) -> None:
        self.world.fault(kind, self.name)

    def storm(self, requests: int) -> None:
        self.world.promises.violated(12, f"{self.name}: a storm of {requests} requests")

    def asks(self, letter: Letter) -> None:
        self.world.promises.asks(self, letter)

    def _entered(self) -> None:
        self.world.promises.pin_entered(self)

    def _looks(self) -> None:
        """The camera is opened for somebody's face."""
        if self.slot.power_cut.is_set():
            return
        self.note("looks at a face")
        consents = [r.content for r in StoreImage(self.disk.certain()).records() if r.content["event"] == "consent"]
        consented = bool(consents) and consents[-1]["given"] and consents[-1]["boot"] == self.boot_number
        self.world.promises.identity.looks(self, consented=consented)

    def command_leaves(self, card: TruthfulCard, wire: bytes) -> None:
        self.world.promises.command_leaves(self, card, wire)

    def command_done(self, card: TruthfulCard, wire: bytes, answer: bytes) -> None:
        self.world.promises.command_done(self, card, wire, answer)

    def command_unknown(self, wire: bytes) -> None:
        self.world.promises.command_unknown(self, wire)

    # What can be seen from outside.

    @property
    def boot_number(self) -> int:
        """As the machine counts its boots; 0 where its storage can't be read."""
        return self.boot_now.operations.boot

    @property
    def journal_head(self) -> object:
        """Changes with everything that the running program writes."""
        store = self.boot_now.operations._storage.store
        return None if store is None else store.head

    def live_operations(self) -> list[KioskOperation]:
        """What the running program's store says; nothing where it can't be read."""
        store = self.boot_now.operations._storage.store
        if store is None:
            return []
        if self._read_at is not store.head:
            self._read_at, self._read = store.head, [_as_read(row) for row in store.operations()]
        return self._read

    def offers_changes(self) -> bool:
        """The home page is shown and offers something that changes anything."""
        page = self.boot_now.page
        tiles = [tile.service for group in page.groups for tile in group.tiles] if isinstance(page, Home) else []
        return any(service in CHANGING for service in tiles)

    # What a citizen finds.

    @property
    def screen(self) -> Screen:
        return self.boot_now.screen  # type: ignore[return-value]

    @property
    def entering(self) -> bool:
        """A PIN is asked for, by the pad or by the reader's own keys."""
        return self.pad_model.entering or self.asked_for is not None

    @property
    def asked_for(self) -> str | None:
        """Which PIN, where the reader's own keypad says so itself."""
        return None if self.keypad is None else self.keypad.asked_for

    def press_key(self, key: str) -> None:
        """A finger on a key of whatever asks for the PIN."""
        if self.asked_for is None:
            self.pad.press(key)
        else:
            assert self.keypad is not None
            self.keypad.press(key)

    # Mending.

    def mend(self) -> None:
        """Nothing is wrong any more, and no card is in."""
        self.slot.mend()
        self.slot.pull()
        self.line.mend()
        self.disk.mend()
        self.mend_pad()
        self.mend_printer()
        self.mend_identity()
        self.plate.lift()

    def mend_identity(self) -> None:
        """Camera, comparing process and the reader of ID cards."""
        self.eye.become(CameraState.ONLINE)
        self.mirror.fault = None
        self.plate.model.mend()
        self.plate.plug()
        self.world.phones.away = False

    def mend_pad(self) -> None:
        self.pad_model.mend()
        if not self.pad_model.plugged:
            self.pad.plug()

    def mend_printer(self) -> None:
        printer = self.printer
        printer.traps.clear()
        printer.set_power(True)
        printer.repair()
        printer.set_offline(False)
        printer.set_cover(is_open=False)
        printer.set_paper("full")
        self.paper.plug()
        self.paper.nudge()


def _as_read(row: OperationRow) -> KioskOperation:
    boot, sequence = row.position.boot, row.position.sequence
    return KioskOperation(str(row.operation_id), row.kind, str(row.card), boot, sequence, row.state, row.acknowledged)


class Boot(KioskUnderTest):
    """One boot of a station's machine, on far ends that outlive it."""

    # Each look costs as much here as it does in earnest.
    id_reader_settings = IdReaderSettings(poll_seconds=1.2, retry_seconds=20.0)
    printer_settings = PrinterSettings(retry_seconds=20.0)

    def __init__(self, station: Station) -> None:
        world = station.world
        self.settings = station.settings
        self.registry = world.registry
        self.people = world.people
        self.cards = world.cards  # type: ignore[assignment]
        identity = world.promises.identity
        pressed = partial(identity.pressed, station)
        self.screen = Screen(station.watch.shown, station.watch.nobody_listens, pressed)
        self.loudspeaker = Loudspeaker()
        self.slot = station.slot
        self.keypad = self.slot.keypad = station.keypad
        self.pad_model, self.pad = station.pad_model, station.pad
        self.printer, self.paper = station.printer, station.paper
        self.phone = station.eye
        self.plate = station.plate
        self._world = world
        self.network = station.line  # type: ignore[assignment]
        self.now = station.now
        self.start(random.Random(world.rng.random()), world.new_id)
        source = station.settings.camera.source
        self.faces = self._face_checks = FaceChecks(source, self.board, open_worker=station.mirror.open_worker)

    async def run(self) -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._face_checks.watch)
            await super().run()

    def e_card_code(self, persona: str) -> str:
        with Session(self.registry.engine) as session:
            number = self._world.number_of(persona)
            holder = session.scalars(select(Person).where(Person.social_security_number == number)).one()
        code = self.registry.issue_e_card_code(holder)
        self._world.e_card_codes[code] = persona, trio.current_time()
        return code

    def close(self) -> None:
        with suppress(apsw.FullError, apsw.IOError):  # The last checkpoint: the WAL keeps it all.
            super().close()
