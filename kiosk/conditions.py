"""What can be wrong with the machine: one registry of named conditions, and the board of those that stand.

A condition has a cause, a remedy for the citizen and one for the technician, and says who may clear it. The board
reports changes to the central server; the home page offers what the standing conditions still allow.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

import structlog
import trio

log = structlog.get_logger()


class Clears(Enum):
    """Who makes a condition go away."""

    ITSELF = auto()
    """It goes when the device says so."""
    TECHNICIAN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One entry of the registry.

    Attributes:
        id: Stable name: device and what is wrong.
        cause: What happened, for a technician.
        technician: What to do about it.
        closes: What the machine can't do meanwhile, with spaces between: `card`, `pin`, `enciphered_pin` (for the
            server alone), `receipt`, `a4`, `id_card`, `e_card`, `face`, `central` or `change` (whatever changes a card
            or its record; questions are still answered).
    """

    id: str
    cause: str
    technician: str
    closes: str
    cleared_by: Clears = Clears.ITSELF


READER_GONE = Condition(
    id="card_reader.gone",
    cause="No PC/SC reader of the configured name is there.",
    technician="Check the reader's cable; compare `[card_reader] name` with the list in `kiosk information`.",
    closes="card",
)
CARD_SERVICE_DOWN = Condition(
    id="card_reader.service_down",
    cause="The PC/SC service (pcscd) doesn't answer.",
    technician="`systemctl status pcscd`; the kiosk reconnects by itself.",
    closes="card",
)
PIN_PAD_GONE = Condition(
    id="pin_pad.gone",
    cause="The PIN pad's port is missing, or the pad doesn't answer.",
    technician="Check cable and power, then baud and parity in `[pin_pad]`.",
    closes="pin",
)
ENCIPHERING_PAD_GONE = Condition(
    id="pin_pad.enciphering_gone",
    cause="The separate pad beside a reader that takes PINs itself doesn't answer: no PIN can be reset.",
    technician="Check cable and power, then baud and parity in `[pin_pad]`; without such a pad leave out its port.",
    closes="enciphered_pin",
)
PIN_PAD_FOREIGN = Condition(
    id="pin_pad.foreign_key",
    cause="The pad's PIN block doesn't open with the key on file: another pad, or the wrong key file.",
    technician="Inject this pad's key again and install its key file.",
    closes="pin",
    cleared_by=Clears.TECHNICIAN,
)
READER_WITHOUT_KEYS = Condition(
    id="card_reader.no_keys",
    cause='The card reader takes no PINs, and `[pin_pad] path` is "reader".',
    technician="Install a reader with a PIN pad (PC/SC part 10), or set the path to that of a separate pad.",
    closes="pin",
    cleared_by=Clears.TECHNICIAN,
)
PAPER_LOW = Condition(
    id="receipt_printer.paper_low",
    cause="The paper roll is near its end.",
    technician="Put in a new roll soon.",
    closes="",
)
PAPER_OUT = Condition(
    id="receipt_printer.paper_out",
    cause="The paper roll is at its end.",
    technician="Put in a new roll.",
    closes="receipt",
)
COVER_OPEN = Condition(
    id="receipt_printer.cover_open",
    cause="The printer's cover is open.",
    technician="Close the cover until it clicks.",
    closes="receipt",
)
PRINTER_OFFLINE = Condition(
    id="receipt_printer.offline",
    cause="The printer answers but takes no job.",
    technician="Press FEED or READY on the printer; let a hot head cool down.",
    closes="receipt",
)
PRINTER_FAULT = Condition(
    id="receipt_printer.fault",
    cause="The printer reports a mechanical fault.",
    technician="Open the cover, remove jammed paper, check the cutter, switch it off and on.",
    closes="receipt",
)
PRINTER_SILENT = Condition(
    id="receipt_printer.silent",
    cause="The printer's port is there and nothing answers: no power, most likely.",
    technician="Check the printer's power supply and switch.",
    closes="receipt",
)
PRINTER_GONE = Condition(
    id="receipt_printer.gone",
    cause="The printer's port is missing.",
    technician="Check the printer's cable.",
    closes="receipt",
)
DOCUMENT_QUEUE_AWAY = Condition(
    id="document_printer.away",
    cause="The queue of the A4 printer doesn't answer, or CUPS has no such queue.",
    technician="`systemctl status cups`; compare `[document_printer] queue` with `lpstat -p`.",
    closes="a4",
)
DOCUMENT_QUEUE_STOPPED = Condition(
    id="document_printer.stopped",
    cause="The queue of the A4 printer answers and prints nothing: no paper, a jam, or CUPS stopped it.",
    technician="Look at the printer, then at `lpstat -p -l`; `cupsenable` starts a queue that CUPS has stopped.",
    closes="a4",
)
CAMERA_GONE = Condition(
    id="camera.gone",
    cause="The camera gave no new picture when it was last needed.",
    technician="Check the camera's cable; compare `[camera] source`; look whether somebody feeds it a picture.",
    closes="e_card face",
)
FACE_FAILED = Condition(
    id="face.failed",
    cause="The process that compares faces doesn't start, or breaks off.",
    technician="Look for `face.process_ended` in the log; run `./script/setup`. It is tried again every few minutes.",
    closes="face",
)
ID_READER_GONE = Condition(
    id="id_reader.gone",
    cause="The ID card reader's port is missing.",
    technician="Check the reader's cable; compare `[id_reader] port`.",
    closes="id_card",
)
ID_READER_SILENT = Condition(
    id="id_reader.silent",
    cause="The ID card reader's port is there and nobody answers.",
    technician="Check the reader's power; compare `[id_reader] baud`.",
    closes="id_card",
)
ID_READER_FAULT = Condition(
    id="id_reader.fault",
    cause="The ID card reader answers, and its security module doesn't work.",
    technician="Switch the reader off and on. If it stays so its module is broken or not authorised: replace it.",
    closes="id_card",
)
ID_READER_NOISY = Condition(
    id="id_reader.noisy",
    cause="What the ID card reader sends arrives damaged again and again.",
    technician="Replace the reader's cable, lead it away from power lines; compare `[id_reader] baud`.",
    closes="id_card",
)
CENTRAL_AWAY = Condition(
    id="central.away",
    cause="The central server couldn't be reached, or answered nonsense.",
    technician="Check the network, then the server; the log has the last error (`uplink.heartbeat_failed`).",
    closes="central",
)
REPORT_CONFLICT = Condition(
    id="central.report_conflict",
    cause="The central server holds another report under the id of one of this machine's operations.",
    technician="Compare `kiosk journal` with the server's list of events; then stop the kiosk, `kiosk recover`, start.",
    closes="change",
    cleared_by=Clears.TECHNICIAN,
)
OUTBOX_STUCK = Condition(
    id="central.outbox_stuck",
    cause="The central server refused a message of this machine's so often that it was set aside.",
    technician="Look for `outbox.not_delivered` in the log; stop the kiosk, `kiosk recover` sends it again.",
    closes="",
    cleared_by=Clears.TECHNICIAN,
)
OUTBOX_FAILING = Condition(
    id="central.outbox_failing",
    cause="The central server fails on a message of this machine's again and again: no answer, or a fault of its own.",
    technician="Look for `outbox.not_delivered` in the log, then into the server's; it is sent on, once a minute.",
    closes="",
)
OUTBOX_FULL = Condition(
    id="central.outbox_full",
    cause="Too many messages wait for the central server.",
    technician="Find out why it doesn't take them (network, `central.outbox_stuck`); it opens again as they leave.",
    closes="change",
)
OPERATIONS_UNSETTLED = Condition(
    id="operations.unsettled",
    cause="The central server hasn't yet heard of an operation whose outcome isn't known, or of one before a restart.",
    technician="Wait for the network: it clears when the server has acknowledged it.",
    closes="change",
)
RECOVERY_STOPPED = Condition(
    id="operations.recovery_stopped",
    cause="Three starts in a row didn't finish their recovery; it isn't tried again by itself.",
    technician="Look into the log of the last starts; stop the kiosk, `kiosk recover`, start it.",
    closes="change",
    cleared_by=Clears.TECHNICIAN,
)
JOURNAL_BROKEN = Condition(
    id="journal.broken",
    cause="A record of the journal isn't the one that was written.",
    technician="Keep a copy of the storage directory for the bureau; `kiosk journal` tells where; then replace it.",
    closes="change",
    cleared_by=Clears.TECHNICIAN,
)
JOURNAL_CONTRADICTION = Condition(
    id="journal.contradiction",
    cause="The journal isn't the one that the central server has seen: rolled back, altered, or of another machine.",
    technician="Keep a copy of the storage directory for the bureau; where the disk was replaced for good reason, give "
    "the machine another `[machine] number` (receipts are counted anew), and have the bureau forget this kiosk's "
    "journal (`python -m central forget-journal`): it clears within two minutes.",
    closes="change",
    cleared_by=Clears.TECHNICIAN,
)
STORAGE_FULL = Condition(
    id="storage.full",
    cause="There is no room left where the journal is kept.",
    technician="Make room on the disk of `[storage] directory`; it opens again within seconds.",
    closes="change",
)
STORAGE_FAILING = Condition(
    id="storage.failing",
    cause="The journal can't be written or opened: an I/O error, or another process has it open.",
    technician="Look at the disk (`dmesg`, `smartctl`); see that no second kiosk runs. It opens again within seconds.",
    closes="change",
)
STORAGE_DAMAGED = Condition(
    id="storage.damaged",
    cause="The journal's file is no database of this program, or malformed. It was left as it is.",
    technician="Copy `kiosk.db` and `kiosk.db-wal`; repair them or move them away, then start the kiosk again.",
    closes="change",
    cleared_by=Clears.TECHNICIAN,
)

REGISTRY: tuple[Condition, ...] = tuple(value for value in globals().values() if isinstance(value, Condition))
"""All of them, in the order of this file."""


class ConditionBoard:
    """The conditions that stand now, with the time since when.

    Args:
        now: The wall clock; informative only.
    """

    def __init__(self, now: Callable[[], datetime.datetime]) -> None:
        self._now = now
        self._since: dict[Condition, datetime.datetime] = {}
        self._change = trio.Event()

    async def change(self) -> None:
        """Wait until a condition comes or goes."""
        await self._change.wait()

    def set(self, condition: Condition, *, stands: bool) -> None:
        """Raise or clear `condition`; nothing happens where it stands so already."""
        if stands == (condition in self._since):
            return
        if stands:
            self._since[condition] = self._now()
        else:
            del self._since[condition]
        log.info("condition.raised" if stands else "condition.cleared", condition=condition.id)
        self._change.set()
        self._change = trio.Event()

    def one_of(self, conditions: tuple[Condition, ...], standing: Condition | None) -> None:
        """Of several that exclude each other exactly `standing` stands, or none."""
        for condition in conditions:
            if condition is not standing:
                self.set(condition, stands=False)
        if standing is not None:
            self.set(standing, stands=True)

    def stands(self, condition: Condition) -> bool:
        """Whether `condition` stands."""
        return condition in self._since

    def closes(self, what: str) -> bool:
        """Whether any standing condition takes `what` away."""
        return bool(self.closing(what))

    def closing(self, what: str) -> tuple[Condition, ...]:
        """The standing conditions that take `what` away."""
        return tuple(condition for condition in self._since if what in condition.closes.split())

    def standing(self) -> list[tuple[Condition, datetime.datetime]]:
        """Those that stand, oldest first."""
        return sorted(self._since.items(), key=lambda item: item[1])
