"""The whole core on a faked clock: real flows, real driver sessions, the real server's core, virtual far ends."""

import datetime
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import trio
from far_ends import Loudspeaker, Network, P, Phone, ScriptedScreen
from keypad import Keypad
from memory_slot import MemorySlot
from scripted_faces import ScriptedFaces
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from central.in_process import InProcess
from central.registry import Registry
from central.sms import VirtualPhones
from central.tables import Card, Person
from drivers.card_reader.slot import MediaState
from drivers.document_printer.session import DocumentPrinter
from drivers.id_reader.session import IdReader, IdReaderSettings
from drivers.pin_pad.dukpt import PadKey
from drivers.pin_pad.session import PinPad
from drivers.receipt_printer.session import PrinterSettings, ReceiptPrinter
from kiosk import health, refusals
from kiosk.attendant import attend
from kiosk.code_reader import CodeReader
from kiosk.conditions import ConditionBoard
from kiosk.console.console import Console
from kiosk.home import MORE, OFFERS, Place
from kiosk.machine import Faces, Machine
from kiosk.operations.operations import Operations
from kiosk.operations.store import Store
from kiosk.pages import (
    Answer,
    Choose,
    Chosen,
    Decide,
    Done,
    Entered,
    Home,
    Instruct,
    Menu,
    NumberEntry,
    Page,
    Picture,
    PinEntry,
    Refusal,
    Status,
)
from kiosk.paper.typesetting import set_certificate
from kiosk.pin_entry import PadEntry
from kiosk.settings import Settings
from kiosk.uplink.client import Central
from kiosk.uplink.contract import CardRecord, CardReference
from kiosk.uplink.link import Uplink
from simulator.card_reader.card import SocialSecurityCard
from simulator.card_reader.personas import Persona, personas
from simulator.card_reader.technicians import technicians
from simulator.document_printer.memory import MemoryQueue
from simulator.document_printer.model import Queue
from simulator.id_reader.memory import MemoryIdReader
from simulator.id_reader.model import IdReaderModel
from simulator.pin_pad.memory import MemoryPad
from simulator.pin_pad.model import PinPadModel
from simulator.receipt_printer.memory import MemoryPrinter
from simulator.receipt_printer.model import Printer

IPEK = bytes.fromhex("6AC292FAA1315B4D858AB3A3D7D5933A")  # ANSI X9.24-1:2009, A.4: the example's initial key.
PHOTO = b"\xff\xd8 a virtual photo \xff\xd9"
"""On record of everybody. Nothing here opens it."""
SHIPPED = Path(__file__).parents[2] / "config" / "kiosk.toml"
KSN = bytes.fromhex("FFFF9876543210E00000")


class KioskUnderTest:
    """A running core, and every hand that works it."""

    plate: MemoryIdReader | None = None
    """The reader of ID cards."""
    faces: Faces | None = None
    id_reader_settings: IdReaderSettings | None = None
    printer_settings: PrinterSettings | None = None
    new_id: Callable[[], UUID] = staticmethod(uuid4)

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        nursery: trio.Nursery,
        *,
        clock: Callable[[], datetime.datetime] | None = None,
    ) -> None:
        self.settings = settings
        self.registry = registry
        self.people: dict[str, Persona] = {persona.id: persona for persona in personas()}
        self.cards: dict[str, SocialSecurityCard] = {}
        self.screen = ScriptedScreen()
        self.loudspeaker = Loudspeaker()
        self.slot = MemorySlot()
        self.keypad = self.slot.keypad = Keypad() if settings.pin_pad.path == "reader" else None
        self.pad_model = PinPadModel(IPEK, KSN)
        self.pad = MemoryPad(self.pad_model, nursery)
        self.printer = Printer()
        self.paper = MemoryPrinter(self.printer)
        self.phone = Phone()
        self.plate = MemoryIdReader(IdReaderModel(), nursery)
        self.faces = self.scripted_faces = ScriptedFaces()
        self.queue = Queue()
        self.queue_wire = MemoryQueue(self.queue, nursery)
        self.network = Network(InProcess(registry, registry.admit(settings.machine.name)))
        self.now = clock or now
        self.start(Random(), uuid4)

    def start(self, rng: Random, new_id: Callable[[], UUID]) -> None:
        """Put together what a boot of the machine consists of; `run` has it work."""
        self.new_id = new_id
        self.ready = trio.Event()
        """Set when `machine` and `console` are there."""
        self.stops = 0
        """How often the console asked the program to end."""
        central = Central(self.network, deadline_seconds=self.settings.central.deadline_seconds)
        self.board = ConditionBoard(self.now)
        self.operations = Operations(
            lambda: Store(self.settings.storage.directory / "kiosk.db"),
            central,
            self.board,
            kiosk=self.settings.machine.name,
            number=self.settings.machine.number,
            now=self.now,
            answer_seconds=self.settings.central.deadline_seconds,
            rng=rng,
            new_id=new_id,
        )
        self.uplink = Uplink(
            central,
            self.operations,
            self.board,
            kiosk=self.settings.machine.name,
            now=self.now,
            heartbeat_seconds=self.settings.central.heartbeat_seconds,
            policy_on=self.settings.policy_on,
            rng=rng,
            new_id=new_id,
        )

    def close(self) -> None:
        """Close what the machine keeps open."""
        self.operations.close()

    async def run(self) -> None:
        async with trio.open_nursery() as nursery:
            receipt_printer = ReceiptPrinter(self.paper.connect, self.printer_settings)
            nursery.start_soon(self.paper.run)
            nursery.start_soon(receipt_printer.run)
            async with PinPad(self.pad.connect, nursery) as session:
                length = self.settings.policy.card.pin_length
                key = PadKey(bytearray(IPEK), KSN)
                entry = PadEntry(session, key, self.board, seconds=self.settings.pin_pad.entry_seconds, length=length)
                pad = entry if self.keypad is None else None
                code_reader = CodeReader(self.phone.open, self.board)
                nursery.start_soon(code_reader.watch)
                nursery.start_soon(entry.watch)
                nursery.start_soon(health.watch_reader, self.slot, self.board)
                nursery.start_soon(health.watch_printer, receipt_printer, self.board)
                id_reader = None
                if self.plate is not None:
                    id_reader = IdReader(self.plate.connect, self.id_reader_settings)
                    nursery.start_soon(id_reader.run)
                    nursery.start_soon(health.watch_id_reader, id_reader, self.board)
                sheets = None
                if (queue := self.settings.document_printer.queue) is not None:
                    sheets = DocumentPrinter(self.queue_wire.connect, queue)
                    nursery.start_soon(sheets.run)
                    nursery.start_soon(health.watch_document_printer, sheets, self.board)
                nursery.start_soon(self.operations.run)
                nursery.start_soon(self.uplink.report_conditions)
                nursery.start_soon(lambda: self.uplink.beat(first_after_seconds=2))
                self.machine = Machine(
                    settings=self.settings,
                    screen=self.screen,
                    slot=self.slot,
                    pad=pad,
                    enciphering_pad=entry if self.settings.pin_pad.port is not None else None,
                    printer=receipt_printer,
                    code_reader=code_reader,
                    loudspeaker=self.loudspeaker,
                    uplink=self.uplink,
                    operations=self.operations,
                    board=self.board,
                    now=self.now,
                    id_reader=id_reader,
                    faces=self.faces,
                    new_id=self.new_id,
                    document_printer=sheets,
                    typeset=self.typeset,
                )
                self.console = Console(machine=self.machine, config=SHIPPED, stop=self._stop)
                self.ready.set()
                await attend(self.machine, self.console)

    def _stop(self) -> None:
        self.stops += 1

    # The citizen.

    @staticmethod
    async def typeset(words: bytes) -> bytes:
        """In this process: a faked clock jumps while another one works."""
        await trio.lowlevel.checkpoint()
        return set_certificate(words)

    async def choose_more(self, service: str) -> None:
        """From the home page, choose a service of the menu behind it."""
        await self.at_home()
        self.choose(MORE)
        await self.until(Menu)
        self.choose(service)

    @property
    def page(self) -> Page:
        return self.screen.view.page

    async def until(self, kind: type[P], having: Callable[[P], bool] = lambda _: True) -> P:
        return await self.screen.until(kind, having)

    def press(self, answer: Answer | Chosen | Entered) -> None:
        self.screen.press(answer)

    def choose(self, service: str) -> None:
        self.press(Chosen(service))

    def card(self, persona: str) -> SocialSecurityCard:
        if persona not in self.cards:
            maker = next((who for who in technicians() if who.id == persona), None) or self.people[persona]
            self.cards[persona] = maker.make_card()
        return self.cards[persona]

    def insert(self, persona: str) -> None:
        self.slot.insert(self.card(persona))

    async def show_card(self, persona: str, service: str = "card_status") -> None:
        """Put a card in at home, and choose one of what it is told of."""
        self.insert(persona)
        await self.until(Menu)
        self.choose(service)

    def pull(self) -> None:
        self.slot.pull()

    async def at_home(self) -> Home:
        return await self.until(Home)

    async def refused(self) -> str:
        """Wait for a refusal; its code."""
        page = await self.until(Refusal)
        said = (page.title.message, page.why.message)
        return next(kind.code for kind in refusals.ALL if (kind.title.message, kind.why.message) == said)

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

    async def ask_for(self, service: str, persona: str, *pins: str) -> None:
        """Choose a service as soon as it is offered, put the card in, type these PINs at the first questions."""
        await self.until(Home, lambda page: service in {tile.service for group in page.groups for tile in group.tiles})
        self.choose(service)
        await self.until(Instruct)
        self.insert(persona)
        for pin in pins:
            await self.type_pin(pin)

    async def ask_for_change(self, persona: str, *pins: str) -> None:
        """As `ask_for`, for a PIN change."""
        await self.ask_for("change_pin", persona, *pins)

    async def hold_up(self, persona: str) -> None:
        """Wait until a code is asked for, and hold up a fresh one of this person's phone."""
        await self.until(Instruct, lambda page: page.picture is Picture.QR_SCAN)
        self.phone.hold_up(self.e_card_code(persona))

    async def lay(self, document: str) -> None:
        """Wait until an ID card is asked for, lay this one on the reader, and take it away when it has been read."""
        assert self.plate is not None
        page = await self.until(Instruct, lambda page: page.picture is Picture.ID_ON_PLATE)
        self.plate.place(document)
        await self.until(Page, lambda shown: shown.title != page.title)
        self.plate.lift()

    async def choose_way(self, answer: Answer) -> None:
        """Press one of several ways to prove who one is."""
        await self.until(Choose)
        self.press(answer)

    async def code_asked(self) -> NumberEntry:
        """Wait until a code is to be typed."""
        return await self.until(NumberEntry)

    def sent_to(self, persona: str) -> str:
        """The newest code on this person's phone."""
        record = self.people[persona].server_record
        assert record is not None
        return self.code_on(record["phone"])

    def code_on(self, number: str) -> str:
        """The newest code on the phone of this number."""
        phones = self.registry.sms
        assert isinstance(phones, VirtualPhones)
        found = next(
            (
                code
                for text in reversed(phones.texts(number))
                if (code := re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", text))
            ),
            None,
        )
        assert found is not None
        return found[0]

    async def type_code(self, persona: str) -> None:
        """Wait until a code is asked for, and type the one that came."""
        await self.code_asked()
        self.press(Entered(self.sent_to(persona)))

    async def prove(self, persona: str) -> None:
        """Prove with ID card and one-time code to be this person, as every service takes it."""
        await self.lay(persona)
        await self.choose_way(Answer.ONE_TIME_CODE)
        await self.type_code(persona)

    async def prove_without_card(self, persona: str) -> None:
        """The same, where a code of the phone would do in the ID card's place."""
        await self.choose_way(Answer.ID_CARD)
        await self.prove(persona)

    def put_person(self, persona: str, **columns: object) -> None:
        """Change what the server has on record of a person."""
        record = self.people[persona].server_record
        assert record is not None
        number = record["social_security_number"]
        with Session(self.registry.engine) as session, session.begin():
            session.execute(update(Person).where(Person.social_security_number == number).values(**columns))

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

    async def any_end(self, *, pin: str, new: str | None = None, proves: str | None = None) -> Page:
        """Go on like someone who does what the pages say, until the visit's last page.

        Args:
            pin: What is typed as the current PIN.
            new: What is typed as a new one.
            proves: Whose ID card is laid on, and whose phone is read, where that is asked for.
        """
        with trio.fail_after(3600):
            while True:
                page = await self.until(
                    Page,
                    lambda page: (
                        isinstance(page, Refusal | Done | Status | Decide)
                        or (isinstance(page, Instruct) and page.picture is Picture.ID_ON_PLATE)
                        or isinstance(page, PinEntry | Choose | NumberEntry | Menu)
                    ),
                )
                if isinstance(page, Decide):
                    self.press(Answer.AGAIN)
                elif isinstance(page, Menu):
                    self.choose("card_status")
                elif isinstance(page, Instruct):
                    assert proves is not None, "nobody expected to be asked who they are"
                    await self.lay(proves)
                elif isinstance(page, Choose):
                    ways = {option.answer for option in page.options}
                    await self.choose_way(Answer.ID_CARD if Answer.ID_CARD in ways else Answer.ONE_TIME_CODE)
                    await self.until(Page, lambda shown, page=page: shown is not page)
                elif isinstance(page, NumberEntry):
                    assert proves is not None
                    await self.type_code(proves)
                    await self.until(Page, lambda shown, page=page: shown is not page)
                elif isinstance(page, PinEntry):
                    while self.page is page and not self.pad_model.entering:  # noqa: ASYNC110 -- The pad tells nobody.
                        await trio.sleep(0.01)
                    if self.page is not page:
                        continue
                    wants_new = bool(page.rounds) or page.title.message == "请输上次设的新密码"
                    await self.type_pin(new if wants_new and new is not None else pin)
                    await self.until(Page, lambda shown, page=page: shown is not page)
                else:
                    return page

    async def home_offers(self, *services: str) -> None:
        """Wait until the home page offers exactly these, and perhaps more behind it."""

        def offered(page: Home) -> bool:
            tiles = [tile.service for group in page.groups for tile in group.tiles]
            return [one for one in tiles if one != MORE] == [one for one in services if one != MORE]

        await self.until(Home, offered)

    async def home_lacks(self, *services: str) -> None:
        """Wait until the home page offers everything but these."""
        own = (offer.tile.service for offer in OFFERS if offer.place in (Place.WITH_CARD, Place.WITHOUT_CARD))
        await self.home_offers(*(service for service in own if service not in services))

    # The far ends.

    def record(self, persona: str) -> CardRecord:
        code = self.people[persona].server_record
        assert code is not None
        return self.registry.card_by_reference(
            CardReference.model_validate({"card_identification_code": code["card_identification_code"]})
        )

    def set_status(self, persona: str, status: int) -> None:
        self.set_record(persona, application_status=status)

    def set_record(self, persona: str, **columns: object) -> None:
        """Change what the server has on record of a card, as a clerk would."""
        record = self.people[persona].server_record
        assert record is not None
        code = record["card_identification_code"]
        with Session(self.registry.engine) as session, session.begin():
            session.execute(update(Card).where(Card.card_identification_code == code).values(**columns))

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
            while self.operations.outbox_length:  # noqa: ASYNC110 -- The store tells nobody.
                await trio.sleep(1)

    async def type_pin(self, digits: str, *, last: str = "enter") -> None:
        """Wait until the pad asks, then type."""
        with trio.fail_after(3600):
            await (self.keypad or self.pad).answer(digits, last=last)

    def outcomes(self) -> list[str]:
        """How the operations of this machine ended, whether reported or not."""
        store = self.operations._storage.store
        assert store is not None
        return [row.state for row in store.operations()]


def now() -> datetime.datetime:
    """The wall clock of these tests: today, at a time that trio's faked clock moves."""
    return datetime.datetime.now().replace(
        hour=9, minute=41, second=0, microsecond=0
    ).astimezone() + datetime.timedelta(seconds=trio.current_time() % 3600)
