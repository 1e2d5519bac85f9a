"""The core: builds the machine from its settings and attends to citizens. Runs whole without a display."""

import datetime
import gc
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import trio

from kiosk.attendant import attend
from kiosk.settings import Settings

if TYPE_CHECKING:
    from drivers.document_printer.session import DocumentPrinter
    from drivers.id_reader.session import IdReader
    from kiosk.conditions import ConditionBoard
    from kiosk.console.console import Console
    from kiosk.face_check import FaceChecks
    from kiosk.loudspeaker import Loudspeaker
    from kiosk.machine import Machine
    from kiosk.operations.store import Store
    from kiosk.pin_entry import PadEntry
    from kiosk.screen import Screen
    from kiosk.uplink.transport import HttpsTransport

log = structlog.get_logger()

_LAST_ANSWER_SECONDS = 0.3
_FIRST_HEARTBEAT_SECONDS = 2.0  # After the home page: the HTTP client takes some 100 ms to import.


async def serve(settings: Settings, screen: "Screen", config: Path) -> None:
    """Attend to one citizen after another until cancelled, or until the console has the program end.

    Args:
        settings: What `config` says.
        screen: Shows the pages.
        config: The file of the settings.
    """
    from kiosk import boot_record, device_rights

    clocks = boot_record.Clocks()
    async with open_machine(settings, screen) as machine:
        device_rights.tell(settings, machine.board)
        with boot_record.run_noted(machine.operations.storage, clocks) as record:
            boot_record.tell(machine.board, record)
            async with trio.open_nursery() as nursery:
                gc.freeze()  # What was imported stays: nothing to look through again.
                gc.enable()
                log.info("kiosk.started", version=version("kiosk"), boot=machine.operations.boot, pid=os.getpid())
                nursery.start_soon(boot_record.keep, machine.operations, record, clocks)
                console = _console(machine, config, lambda: nursery.start_soon(_end, nursery.cancel_scope))
                nursery.start_soon(_serve_console, console)
                nursery.start_soon(_keep_console, console)
                await attend(machine, console)


def _console(machine: "Machine", config: Path, stop: Callable[[], None]) -> "Console":
    from kiosk.console.console import Console
    from kiosk.console.start import take_up

    console = Console(machine=machine, config=config, stop=stop)
    take_up(console)
    return console


async def _keep_console(console: "Console") -> None:
    from kiosk.console.start import end_trial
    from kiosk.console.upkeep import keep

    async with trio.open_nursery() as nursery:
        nursery.start_soon(end_trial, console)
        await keep(console)


async def _end(scope: trio.CancelScope) -> None:
    """End the program, once whoever asked for it at the console has had the answer."""
    await trio.sleep(_LAST_ANSWER_SECONDS)
    scope.cancel()


async def _serve_console(console: "Console") -> None:
    """The maintenance console's socket, beside the citizens. A machine without one serves all the same."""
    from kiosk import conditions
    from kiosk.console.server import open_socket, serve
    from kiosk.console.start import groups

    wanted = console.machine.settings.console
    try:
        listening = open_socket(wanted.socket, wanted.group)
    except (OSError, LookupError) as error:
        log.error("console.no_socket", error=type(error).__name__, socket=str(wanted.socket))
        console.machine.board.set(conditions.CONSOLE_CLOSED, stands=True)
        return
    with listening:
        await serve(console, listening, groups(wanted))


@asynccontextmanager
async def open_machine(settings: Settings, screen: "Screen") -> "AsyncIterator[Machine]":
    """The machine with its real devices; they come and go by themselves while it is open."""
    from drivers.camera.session import open_camera
    from drivers.card_reader.reader import open_card_reader
    from drivers.receipt_printer.session import PrinterSettings, open_receipt_printer
    from drivers.receipt_printer.transport import serial as printer_port
    from drivers.serial_port import Line
    from kiosk import health
    from kiosk.code_reader import CodeReader
    from kiosk.conditions import ConditionBoard
    from kiosk.machine import Machine
    from kiosk.operations.operations import Operations
    from kiosk.uplink.client import Central
    from kiosk.uplink.link import Uplink

    board = ConditionBoard(_now)
    central = Central(_transport(settings), deadline_seconds=settings.central.deadline_seconds)
    with closing(
        Operations(
            partial(_open_store, settings),
            central,
            board,
            kiosk=settings.machine.name,
            number=settings.machine.number,
            now=_now,
            answer_seconds=settings.central.deadline_seconds,
        )
    ) as operations:
        uplink = Uplink(
            central,
            operations,
            board,
            kiosk=settings.machine.name,
            now=_now,
            heartbeat_seconds=settings.central.heartbeat_seconds,
            policy_on=settings.policy_on,
        )
        printer = settings.receipt_printer
        async with (
            open_card_reader(
                settings.card_reader.name or None, transmit_seconds=settings.card_reader.command_seconds
            ) as slot,
            open_receipt_printer(
                printer_port(printer.port, Line(baud=printer.baud, hardware_flow_control=printer.flow_control)),
                PrinterSettings(completion=printer.completion),
            ) as receipt_printer,
            trio.open_nursery() as nursery,
            _pad(settings, board, nursery) as pad,
            _id_reader(settings, board, nursery) as id_reader,
            _document_printer(settings, board, nursery) as document_printer,
        ):
            code_reader = CodeReader(partial(open_camera, settings.camera.source), board)
            nursery.start_soon(code_reader.watch)
            nursery.start_soon(health.watch_reader, slot, board)
            nursery.start_soon(health.watch_printer, receipt_printer, board)
            loudspeaker = _loudspeaker(settings, screen, board, nursery)
            nursery.start_soon(operations.run)
            nursery.start_soon(uplink.report_conditions)
            nursery.start_soon(partial(uplink.beat, first_after_seconds=_FIRST_HEARTBEAT_SECONDS))
            yield Machine(
                settings=settings,
                screen=screen,
                slot=slot,
                pad=pad if settings.pin_pad.path == "pad" else None,
                enciphering_pad=pad,
                printer=receipt_printer,
                code_reader=code_reader,
                uplink=uplink,
                operations=operations,
                board=board,
                now=_now,
                id_reader=id_reader,
                faces=_faces(settings, board, nursery),
                document_printer=document_printer,
                loudspeaker=loudspeaker,
            )
            nursery.cancel_scope.cancel()


def _open_store(settings: Settings) -> "Store":
    from kiosk.operations.store import Store

    settings.storage.directory.mkdir(parents=True, exist_ok=True)
    return Store(settings.storage.directory / "kiosk.db")


def _transport(settings: Settings) -> "HttpsTransport":
    from kiosk.uplink.transport import HttpsTransport

    central = settings.central
    return HttpsTransport(
        str(central.url),
        ca_file=central.ca_file,
        secret_file=central.secret_file,
        connect_seconds=central.connect_seconds,
        read_seconds=central.read_seconds,
    )


@asynccontextmanager
async def _pad(settings: Settings, board: "ConditionBoard", nursery: trio.Nursery) -> "AsyncIterator[PadEntry | None]":
    """The separate PIN pad where the settings name one, with its key where this machine opens its blocks."""
    pad = settings.pin_pad
    port = pad.port
    if port is None:
        yield None
        return
    from drivers.pin_pad.dukpt import load_pad_key
    from drivers.pin_pad.session import PinPad
    from drivers.serial_port import Line, open_serial_port
    from kiosk.pin_entry import PadEntry

    line = Line(baud=pad.baud, parity=pad.parity)

    async def connect() -> trio.abc.Stream:
        await trio.lowlevel.checkpoint()
        return open_serial_port(port, line)

    key = None
    if pad.path == "pad":
        assert pad.key_file is not None
        key = load_pad_key(pad.key_file)
    try:
        async with PinPad(connect, nursery) as session:
            entry = PadEntry(session, key, board, seconds=pad.entry_seconds, length=settings.policy.card.pin_length)
            nursery.start_soon(entry.watch)
            yield entry
    finally:
        if key is not None:
            key.wipe()


@asynccontextmanager
async def _id_reader(
    settings: Settings, board: "ConditionBoard", nursery: trio.Nursery
) -> "AsyncIterator[IdReader | None]":
    """The reader of ID cards where the settings name one."""
    port, baud = settings.id_reader.port, settings.id_reader.baud
    if port is None:
        yield None
        return
    from drivers.id_reader.session import open_id_reader
    from drivers.serial_port import Line, open_serial_port
    from kiosk import health

    async def connect() -> trio.abc.Stream:
        await trio.lowlevel.checkpoint()
        return open_serial_port(port, Line(baud=baud))

    async with open_id_reader(connect) as reader:
        nursery.start_soon(health.watch_id_reader, reader, board)
        yield reader


@asynccontextmanager
async def _document_printer(
    settings: Settings, board: "ConditionBoard", nursery: trio.Nursery
) -> "AsyncIterator[DocumentPrinter | None]":
    """The queue for A4 where the settings name one."""
    queue = settings.document_printer.queue
    if queue is None:
        yield None
        return
    from drivers.document_printer.session import open_document_printer
    from kiosk import health

    async with open_document_printer(queue) as printer:
        nursery.start_soon(health.watch_document_printer, printer, board)
        yield printer


def _loudspeaker(settings: Settings, screen: "Screen", board: "ConditionBoard", nursery: trio.Nursery) -> "Loudspeaker":
    """The loudspeaker; where the settings say that there is none, nothing of it is a fault."""
    from drivers.sound_card import SoundCard
    from kiosk import conditions
    from kiosk.loudspeaker import Loudspeaker

    command = settings.voice.command
    loudspeaker = Loudspeaker(screen, SoundCard(settings.voice.devices), board, expected=bool(command))
    nursery.start_soon(loudspeaker.run)
    if command:
        board.set(conditions.VOICE_NOT_INSTALLED, stands=shutil.which(command[0]) is None)
        nursery.start_soon(loudspeaker.watch)
    return loudspeaker


def _faces(settings: Settings, board: "ConditionBoard", nursery: trio.Nursery) -> "FaceChecks | None":
    """What compares faces where the settings want that; its process starts when somebody is asked for theirs."""
    if not settings.face.enabled:
        return None
    from kiosk.face_check import FaceChecks

    faces = FaceChecks(settings.camera.source, board)
    nursery.start_soon(faces.watch)
    return faces


def _now() -> datetime.datetime:
    return datetime.datetime.now().astimezone()
