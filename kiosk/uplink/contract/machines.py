"""Machines: that they live, what is wrong with them, and who asks for help at them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from kiosk.uplink.contract.base import Count, KioskName, Message

HEARTBEAT = "/v1/kiosks/{kiosk}/heartbeat"
"""PUT a `Heartbeat`, get an `Acknowledged`."""
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


Counters = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.]+$", max_length=60)], Count], Field(max_length=200)
]
"""What a kiosk counted today: visits, services done, slips."""


class Heartbeat(Message):
    """A kiosk is alive, and how it does."""

    kiosk: KioskName
    version: Annotated[str, StringConstraints(min_length=1, max_length=50)]
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
