"""Machines: that they live, what is wrong with them, and who asks for help at them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from kiosk.uplink.contract.base import Count, KioskName, Message

HEARTBEAT = "/v1/kiosks/{kiosk}/heartbeat"
"""PUT a `Heartbeat`, get a `HeartbeatTaken`."""
JOURNAL_HEAD = "/v1/kiosks/{kiosk}/journal-head"
"""GET a `HeldHead`."""
CONDITIONS = "/v1/kiosks/{kiosk}/conditions"
"""PUT a `ConditionReport`, get an `Acknowledged`."""
STAFF_CALL = "/v1/staff-calls/{call_id}"
"""PUT a `StaffCall`, get an `Acknowledged`; a repeat calls nobody twice."""


class ReportedCondition(Message):
    """A fault or a want that a kiosk has now."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$", max_length=100)]
    """Its name in the kiosk's registry of conditions, such as `receipt_printer.paper_out`."""
    since: AwareDatetime
    detail: Annotated[str, StringConstraints(max_length=200)] = ""
    """For a technician; never data of a citizen."""


Conditions = Annotated[tuple[ReportedCondition, ...], Field(max_length=200)]
"""All that stand, none that passed."""


class ConditionReport(Message):
    """Every condition that stands at a kiosk, sent when one comes or goes."""

    kiosk: KioskName
    boot: Count
    sequence: Count
    conditions: Conditions


class JournalHead(Message):
    """The newest record of a kiosk's journal, whose hash covers every record before it."""

    boot: Count
    sequence: Count
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    """SHA-256 (FIPS 180-4) as hex."""


class HeldHead(Message):
    """The journal's head as the server last heard of it; None: never."""

    head: JournalHead | None


class ConsoleAction(Message):
    """Something that was done at a kiosk's maintenance console, or was asked for and denied."""

    boot: Count
    sequence: Count
    """With `boot`: of its record in the kiosk's journal."""
    at: AwareDatetime
    action: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]
    who: Annotated[str, StringConstraints(max_length=64)]
    """A user of the kiosk's computer, or the number of a technician's card."""
    roles: Annotated[str, StringConstraints(max_length=64)] = ""
    face: Annotated[str, StringConstraints(max_length=20)] = ""
    denied: bool = False


class BootReason(StrEnum):
    """Why a kiosk's program began to run: how the run before it ended."""

    FIRST = "first"
    """There was none."""
    STOPPED = "stopped"
    """It was told to stop, by the service manager or at the console."""
    FAULT = "fault"
    """It ended by a mistake of the program."""
    KILLED = "killed"
    """By the watchdog, for want of memory, or by somebody; the service manager's log tells which."""
    POWER = "power"
    """The computer has started anew, and nobody had told the run to stop."""


Version = Annotated[str, StringConstraints(min_length=1, max_length=50)]
"""Of the kiosk's program."""


class BootRecord(Message):
    """How a run of a kiosk's program began, and what its recovery found."""

    boot: Count
    sequence: Count
    """With `boot`: of its record in the kiosk's journal."""
    at: AwareDatetime
    reason: BootReason
    version: Version
    version_before: Version | None = None
    """None: the same, or there was none."""
    clock_jump_seconds: Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)] | None = None
    """How far the clock was set since the run before; None: not that anybody knows."""
    recovery: Literal["whole", "broken", "stopped"]
    """Of the journal; stopped: the recovery couldn't be finished."""
    records: Count = 0
    """How many the journal held."""
    not_done: Count = 0
    """Operations that were found open, and surely had changed nothing."""
    in_doubt: Count = 0
    """Operations that were found open, and may have."""
    waiting: Count = 0
    """Messages for this server."""


Counters = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.]+$", max_length=60)], Count], Field(max_length=200)
]
"""What a kiosk counted today: visits, services done, slips."""


class RulesInForce(Message):
    """The regional rules by which a kiosk goes on a day."""

    day: date
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(repr=False)
    """`RegionPolicy.digest`."""


class Heartbeat(Message):
    """A kiosk is alive, and how it does."""

    kiosk: KioskName
    version: Version
    boot: Count
    sequence: Count
    conditions: Conditions = ()
    outbox_length: Count
    """Messages that wait to be sent."""
    journal: JournalHead | None = None
    """None: its storage can't be read."""
    counters: Counters = Field(default_factory=dict)
    actions: Annotated[tuple[ConsoleAction, ...], Field(max_length=50)] = ()
    """Those at the console that the server may not have heard of yet, oldest first; one that it has changes nothing."""
    boots: Annotated[tuple[BootRecord, ...], Field(max_length=50)] = ()
    """How it began to run, likewise."""
    rules: RulesInForce | None = None


class StaffCall(Message):
    """A citizen asks for help at the machine."""

    call_id: UUID
    kiosk: KioskName
    boot: Count
    sequence: Count
    page: Annotated[str, StringConstraints(max_length=100)] = ""
    """Where the citizen is, by the page's name; never what it shows."""
    at: AwareDatetime


class Acknowledged(Message):
    """Taken, durably."""

    taken: Literal[True] = True


class HeartbeatTaken(Acknowledged):
    """Taken; and what the server finds by it."""

    rules_differ: bool | None = None
    """Whether the server judges this kiosk by other rules on the day that it told; None: it told none."""
