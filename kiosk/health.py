"""Keeps the board of conditions true: one small task a device."""

from typing import TYPE_CHECKING

from drivers.card_reader.slot import CardSlot, MediaState
from drivers.document_printer.protocol import QueueState
from drivers.id_reader.session import Device as IdDevice
from drivers.id_reader.session import IdReader
from drivers.receipt_printer.protocol import Device, Paper, Status
from drivers.receipt_printer.session import ReceiptPrinter
from kiosk import conditions
from kiosk.conditions import Condition, ConditionBoard

if TYPE_CHECKING:  # With an HTTP library: most machines have no such printer.
    from drivers.document_printer.session import DocumentPrinter

_READER_CONDITIONS = {
    MediaState.NO_DEVICE: conditions.READER_GONE,
    MediaState.SERVICE_DOWN: conditions.CARD_SERVICE_DOWN,
}

ID_READER_CONDITIONS = {
    IdDevice.NO_DEVICE: conditions.ID_READER_GONE,
    IdDevice.POWER_OFF: conditions.ID_READER_SILENT,
    IdDevice.HARDWARE_ERROR: conditions.ID_READER_FAULT,
    IdDevice.OFFLINE: conditions.ID_READER_NOISY,
}

_QUEUE_CONDITIONS = {
    QueueState.AWAY: conditions.DOCUMENT_QUEUE_AWAY,
    QueueState.STOPPED: conditions.DOCUMENT_QUEUE_STOPPED,
}

_PRINTER_CONDITIONS = (
    conditions.PAPER_LOW,
    conditions.PAPER_OUT,
    conditions.COVER_OPEN,
    conditions.PRINTER_OFFLINE,
    conditions.PRINTER_FAULT,
    conditions.PRINTER_SILENT,
    conditions.PRINTER_GONE,
)


async def watch_reader(slot: CardSlot, board: ConditionBoard) -> None:
    """Card reader and PC/SC service."""
    media = slot.media
    while True:
        board.one_of(tuple(_READER_CONDITIONS.values()), _READER_CONDITIONS.get(media.state))
        media = await slot.changed_from(media)


async def watch_id_reader(reader: IdReader, board: ConditionBoard) -> None:
    """The ID card reader: port, power, module, line."""
    state = reader.state
    while True:
        board.one_of(tuple(ID_READER_CONDITIONS.values()), ID_READER_CONDITIONS.get(state.device))
        state = await reader.changed_from(state)


async def watch_document_printer(printer: "DocumentPrinter", board: ConditionBoard) -> None:
    """The queue for A4: whether it is there, whether it prints."""
    state = printer.state
    while True:
        board.one_of(tuple(_QUEUE_CONDITIONS.values()), _QUEUE_CONDITIONS.get(state))
        state = await printer.changed_from(state)


async def watch_printer(printer: ReceiptPrinter, board: ConditionBoard) -> None:
    """Paper, cover, power, port."""
    status = printer.status
    while True:
        board.one_of(_PRINTER_CONDITIONS, printer_condition(status))
        status = await printer.changed_from(status)


def printer_condition(status: Status) -> Condition | None:
    """What is wrong with the printer, the cause before its effects: an open cover also lifts the paper sensor."""
    if status.device is Device.NO_DEVICE:
        return conditions.PRINTER_GONE
    if status.device is Device.POWER_OFF:
        return conditions.PRINTER_SILENT
    if status.cover_open:
        return conditions.COVER_OPEN
    if status.paper is Paper.OUT:
        return conditions.PAPER_OUT
    if status.stopped:
        return conditions.PRINTER_FAULT
    if status.device is Device.OFFLINE:
        return conditions.PRINTER_OFFLINE
    if status.paper is Paper.LOW:
        return conditions.PAPER_LOW
    return None
