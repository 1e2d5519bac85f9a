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
