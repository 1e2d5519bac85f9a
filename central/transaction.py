"""What every handler works with: one transaction, the time, and what the server was given."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Connection, insert

from central.authority import Authority
from central.settings import Settings
from central.sms import SmsGateway
from central.tables import Event
from kiosk.uplink.contract import Problem, ProblemType
from kiosk.uplink.contract.policy import RegionPolicy

if TYPE_CHECKING:
    from central.drafts import Drafts
    from central.outlets import Directory

STATUS = {
    ProblemType.CARD_UNKNOWN: 404,
    ProblemType.CODE_FOREIGN: 404,
    ProblemType.CODE_EXPIRED: 410,
    ProblemType.MEDICAL_CODE: 422,
    ProblemType.OPERATION_CONFLICT: 422,
    ProblemType.OPERATION_UNKNOWN: 404,
    ProblemType.OPERATION_CLOSED: 409,
    ProblemType.CARD_BUSY: 409,
    ProblemType.STATE_FORBIDS: 409,
    ProblemType.EVIDENCE_MISSING: 403,
    ProblemType.EVIDENCE_FOREIGN: 403,
    ProblemType.LIMIT_REACHED: 429,
    ProblemType.PIN_BLOCK_REFUSED: 422,
    ProblemType.PINS_DIFFER: 422,
    ProblemType.PIN_WEAK: 422,
    ProblemType.ID_UNKNOWN: 404,
    ProblemType.ID_NAME_DIFFERS: 403,
    ProblemType.ID_EXPIRED: 403,
    ProblemType.PHOTO_MISSING: 404,
    ProblemType.FACE_DIFFERS: 403,
    ProblemType.PHONE_MISSING: 404,
    ProblemType.SMS_AWAY: 424,
    ProblemType.ONE_TIME_CODE_WRONG: 403,
    ProblemType.ONE_TIME_CODE_EXPIRED: 410,
    ProblemType.DRAFT_EXPIRED: 410,
    ProblemType.PHONE_INVALID: 422,
    ProblemType.NOT_HERE: 403,
    ProblemType.NOT_ELIGIBLE: 409,
    ProblemType.NOT_THIS_KIOSK: 403,
    ProblemType.NOT_FOUND: 404,
    ProblemType.INVALID: 422,
    ProblemType.BROKEN: 503,
}
"""The HTTP status of each refusal."""


class Refused(Exception):
    """The server does not do what was asked.

    A handler that raises it has changed nothing; one that returns it has written down that it refused.

    Args:
        type: Why, for the kiosk.
        title: Why, for a reader of logs: rules, never values.
        detail: Which fields and rules.
        retry_after_seconds: When asking again may help; None: it won't.
        tries_left: How often this may be tried again; None: nobody counts.
        reason: Which rule doesn't allow it; None: the type says it all.
    """

    def __init__(
        self,
        type: ProblemType,
        title: str,
        detail: str = "",
        *,
        retry_after_seconds: float | None = None,
        tries_left: int | None = None,
        reason: str | None = None,
    ) -> None:
        super().__init__(title)
        self.type = type
        self.title = title
        self.detail = detail
        self.retry_after_seconds = retry_after_seconds
        self.tries_left = tries_left
        self.reason = reason

    @property
    def status(self) -> int:
        """The HTTP status that goes with it."""
        return STATUS[self.type]

    @property
    def problem(self) -> Problem:
        """The document that says so."""
        return Problem(
            type=self.type,
            title=self.title,
            status=self.status,
            detail=self.detail,
            retry_after_seconds=self.retry_after_seconds,
            tries_left=self.tries_left,
            reason=self.reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One request's work: all of it is committed, or nothing."""

    connection: Connection
    now: datetime
    settings: Settings
    policy_on: Callable[[str, date], RegionPolicy]
    """What is so in the region of a kiosk on a day."""
    authority: Authority | None
    """Speaks for the issuer; None: nobody does here."""
    random: Callable[[int], bytes]
    """So many bytes that nobody can guess."""
    sms: SmsGateway | None
    """Sends texts; None: nobody does here."""
    text_queued: Callable[[], None]
    """Tells whoever sends texts that one waits; it is there once this is committed."""
    code_key: bytes = field(repr=False)
    """Of this run alone: every one-time code comes from it."""
    drafts: "Drafts" = field(repr=False)
    """What was entered and not yet confirmed; it outlives the transaction, and isn't part of it."""
    outlets: "Directory" = field(repr=False)

    @property
    def today(self) -> date:
        """The server's date, where the bureau is."""
        return self.now.astimezone(self.settings.zone).date()

    def policy_of(self, kiosk: str) -> RegionPolicy:
        """What is so today in the region of a kiosk."""
        return self.policy_on(kiosk, self.today)

    def new_id(self) -> UUID:
        """A random id (RFC 9562, version 4)."""
        return UUID(bytes=self.random(16), version=4)

    def note(self, kiosk: str, kind: str, subject: str) -> None:
        """Tell the bureau's staff; `subject` is the name of a condition, page or operation, never of a citizen."""
        self.connection.execute(_NOTE, {"at": self.now, "kiosk": kiosk, "kind": kind, "subject": subject})


_NOTE = insert(Event)
