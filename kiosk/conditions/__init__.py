"""What can be wrong with the machine: one registry of named conditions, and the board of those that stand.

The board reports changes to the central server; the home page offers what the standing conditions still allow; the
maintenance console says what to do. `docs/conditions.md` is made from the registry.
"""

from kiosk.conditions import (
    camera,
    card_reader,
    central,
    document_printer,
    id_reader,
    loudspeaker,
    machine,
    operations,
    pin_pad,
    receipt_printer,
    storage,
)
from kiosk.conditions.board import ConditionBoard
from kiosk.conditions.camera import CAMERA_GONE, FACE_FAILED
from kiosk.conditions.card_reader import (
    CARD_IN_USE,
    CARD_SERVICE_DOWN,
    PROOF_REFUSED,
    READER_GONE,
    READER_WITHOUT_KEYS,
)
from kiosk.conditions.central import (
    CENTRAL_AWAY,
    CERTIFICATE_ENDING,
    OUTBOX_FAILING,
    OUTBOX_FULL,
    OUTBOX_STUCK,
    REPORT_CONFLICT,
    RULES_DIFFER,
)
from kiosk.conditions.condition import Clears, Condition, Urgency
from kiosk.conditions.document_printer import DOCUMENT_NOT_PRINTED, DOCUMENT_QUEUE_AWAY, DOCUMENT_QUEUE_STOPPED
from kiosk.conditions.id_reader import ID_READER_FAULT, ID_READER_GONE, ID_READER_NOISY, ID_READER_SILENT
from kiosk.conditions.loudspeaker import LOUDSPEAKER_FAULT, LOUDSPEAKER_GONE, VOICE_NOT_INSTALLED
from kiosk.conditions.machine import (
    ACCESS_LOCKED,
    ACCESS_NOT_SET_UP,
    BROKE_OFF,
    CLOCK_WRONG,
    CONSOLE_CLOSED,
    NOT_ALLOWED,
    OUT_OF_SERVICE,
    PROGRAM_FAULT,
    SETTINGS_NOT_USED,
    SETTINGS_UNCONFIRMED,
    UNKNOWN_FAULT,
)
from kiosk.conditions.operations import (
    JOURNAL_BROKEN,
    JOURNAL_CONTRADICTION,
    OPERATIONS_UNSETTLED,
    RECOVERY_STOPPED,
)
from kiosk.conditions.pin_pad import (
    ENCIPHERING_PAD_GONE,
    ENCIPHERING_PAD_REFUSES,
    PIN_PAD_FOREIGN,
    PIN_PAD_GONE,
    PIN_PAD_REFUSES,
)
from kiosk.conditions.receipt_printer import (
    COVER_OPEN,
    PAPER_LOW,
    PAPER_OUT,
    PRINT_UNCONFIRMED,
    PRINTER_FAULT,
    PRINTER_GONE,
    PRINTER_OFFLINE,
    PRINTER_SILENT,
)
from kiosk.conditions.storage import STORAGE_DAMAGED, STORAGE_FAILING, STORAGE_FULL, STORAGE_LOW

__all__ = [
    "ACCESS_LOCKED",
    "ACCESS_NOT_SET_UP",
    "BROKE_OFF",
    "BY_ID",
    "CAMERA_GONE",
    "CARD_IN_USE",
    "CARD_SERVICE_DOWN",
    "CENTRAL_AWAY",
    "CERTIFICATE_ENDING",
    "CLOCK_WRONG",
    "CONSOLE_CLOSED",
    "COVER_OPEN",
    "DOCUMENT_NOT_PRINTED",
    "DOCUMENT_QUEUE_AWAY",
    "DOCUMENT_QUEUE_STOPPED",
    "ENCIPHERING_PAD_GONE",
    "ENCIPHERING_PAD_REFUSES",
    "FACE_FAILED",
    "ID_READER_FAULT",
    "ID_READER_GONE",
    "ID_READER_NOISY",
    "ID_READER_SILENT",
    "JOURNAL_BROKEN",
    "JOURNAL_CONTRADICTION",
    "LOUDSPEAKER_FAULT",
    "LOUDSPEAKER_GONE",
    "NOT_ALLOWED",
    "OPERATIONS_UNSETTLED",
    "OUTBOX_FAILING",
    "OUTBOX_FULL",
    "OUTBOX_STUCK",
    "OUT_OF_SERVICE",
    "PAPER_LOW",
    "PAPER_OUT",
    "PIN_PAD_FOREIGN",
    "PIN_PAD_GONE",
    "PIN_PAD_REFUSES",
    "PRINTER_FAULT",
    "PRINTER_GONE",
    "PRINTER_OFFLINE",
    "PRINTER_SILENT",
    "PRINT_UNCONFIRMED",
    "PROGRAM_FAULT",
    "PROOF_REFUSED",
    "READER_GONE",
    "READER_WITHOUT_KEYS",
    "RECOVERY_STOPPED",
    "REGISTRY",
    "REPORT_CONFLICT",
    "RULES_DIFFER",
    "SETTINGS_NOT_USED",
    "SETTINGS_UNCONFIRMED",
    "STORAGE_DAMAGED",
    "STORAGE_FAILING",
    "STORAGE_FULL",
    "STORAGE_LOW",
    "UNKNOWN_FAULT",
    "VOICE_NOT_INSTALLED",
    "Clears",
    "Condition",
    "ConditionBoard",
    "Urgency",
]

_PARTS = (
    card_reader,
    pin_pad,
    receipt_printer,
    document_printer,
    camera,
    id_reader,
    loudspeaker,
    central,
    operations,
    storage,
    machine,
)

REGISTRY: tuple[Condition, ...] = tuple(
    value for part in _PARTS for value in vars(part).values() if isinstance(value, Condition)
)
"""All of them, in the order of the files."""
BY_ID = {condition.id: condition for condition in REGISTRY}
