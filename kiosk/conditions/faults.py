"""Every error of every driver, and the condition that it is a sign of; mistakes of the program itself."""

import structlog

from drivers.card_reader import errors as card_reader
from drivers.document_printer import errors as document_printer
from drivers.errors import DeviceError
from drivers.face import session as face
from drivers.id_reader import errors as id_reader
from drivers.pin_pad import errors as pin_pad
from drivers.receipt_printer import errors as receipt_printer
from drivers.serial_port import PortGone, PortRefused, PortStalled
from kiosk import conditions
from kiosk.conditions import Clears, Condition, ConditionBoard

log = structlog.get_logger()

ORDINARY: frozenset[type[DeviceError]] = frozenset(
    {
        card_reader.CardGone,
        card_reader.CardMute,
        card_reader.CardHung,
        card_reader.CardWasReset,
        card_reader.CardAnsweredNonsense,
        card_reader.CardRefused,
        card_reader.NotASocialCard,
        card_reader.NotATechnicianCard,
        card_reader.ApplicationBlocked,
        card_reader.HolderFileClosed,
        card_reader.WrongPin,
        card_reader.PinBlocked,
        card_reader.PinNotAccepted,
        card_reader.EntryCancelled,
        card_reader.EntryTimedOut,
        card_reader.EntryMismatch,
        card_reader.EntryLength,
        pin_pad.EntryCancelled,
        pin_pad.EntryTimedOut,
        id_reader.CardLifted,
        id_reader.CardUnreadable,
        id_reader.DocumentInvalid,
        face.PhotoRefused,
        face.FaceCheckTimedOut,
    }
)
"""A card's, a document's or a person's doing: the machine is in order."""

SIGNS: dict[type[DeviceError], Condition] = {
    card_reader.ServiceDown: conditions.CARD_SERVICE_DOWN,
    card_reader.ReaderLost: conditions.READER_GONE,
    card_reader.CardInUse: conditions.CARD_IN_USE,
    card_reader.IssuerRefused: conditions.PROOF_REFUSED,
    card_reader.SecuredCommandRefused: conditions.PROOF_REFUSED,
    card_reader.EntryUnsupported: conditions.READER_WITHOUT_KEYS,
    pin_pad.PadSilent: conditions.PIN_PAD_GONE,
    pin_pad.PadGone: conditions.PIN_PAD_GONE,
    pin_pad.LinkBroken: conditions.PIN_PAD_GONE,
    pin_pad.PadRefused: conditions.PIN_PAD_REFUSES,
    pin_pad.ForeignBlock: conditions.PIN_PAD_FOREIGN,
    receipt_printer.PaperOut: conditions.PAPER_OUT,
    receipt_printer.CoverOpen: conditions.COVER_OPEN,
    receipt_printer.PrinterFault: conditions.PRINTER_FAULT,
    receipt_printer.PrinterOffline: conditions.PRINTER_OFFLINE,
    receipt_printer.PrinterSilent: conditions.PRINTER_SILENT,
    receipt_printer.PrinterGone: conditions.PRINTER_GONE,
    receipt_printer.PrintUnconfirmed: conditions.PRINT_UNCONFIRMED,
    document_printer.QueueAway: conditions.DOCUMENT_QUEUE_AWAY,
    document_printer.QueueStopped: conditions.DOCUMENT_QUEUE_STOPPED,
    document_printer.JobRefused: conditions.DOCUMENT_NOT_PRINTED,
    document_printer.JobFailed: conditions.DOCUMENT_NOT_PRINTED,
    id_reader.ReaderFault: conditions.ID_READER_FAULT,
    id_reader.ReaderSilent: conditions.ID_READER_SILENT,
    id_reader.ReaderNoisy: conditions.ID_READER_NOISY,
    id_reader.ReaderGone: conditions.ID_READER_GONE,
    face.CameraFailed: conditions.CAMERA_GONE,
    face.FaceWorkerFailed: conditions.FACE_FAILED,
    PortGone: conditions.UNKNOWN_FAULT,  # A session makes it its own device's; one that doesn't is a fault of ours.
    PortRefused: conditions.UNKNOWN_FAULT,
    PortStalled: conditions.UNKNOWN_FAULT,
}
"""What each other error is a sign of."""


def condition_of(error: DeviceError) -> Condition | None:
    """The condition that `error` is a sign of; None: the machine is in order. One that isn't known is one too."""
    if type(error) in ORDINARY:
        return None
    return SIGNS.get(type(error), conditions.UNKNOWN_FAULT)


def note_fault(board: ConditionBoard, error: DeviceError) -> None:
    """Put on the board what `error` is a sign of, where no device will say by itself when it is over."""
    condition = condition_of(error)
    if condition is conditions.UNKNOWN_FAULT:
        log.error("device.unknown_fault", error=type(error).__name__, where=_where(error))
    if condition is not None and condition.cleared_by is Clears.CONSOLE:
        board.set(condition, stands=True)


def note_program_fault(board: ConditionBoard, error: Exception) -> None:
    """Log a mistake of the program's, and put it on the board. What the error says stays untold: it may quote."""
    log.error("visit.fault", error=type(error).__name__, where=_where(error))
    board.set(conditions.PROGRAM_FAULT, stands=True)


def _where(error: BaseException) -> str:
    """File and line of a fault."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "unknown"
