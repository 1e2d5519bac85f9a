"""What the central server keeps, as SQLAlchemy tables."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

_UNENDED = "state IN ('open', 'authorised', 'in_doubt')"
UNENDED_ONLY = text(f"operations.{_UNENDED}")
"""The operations that haven't ended. As text: SQLite takes a partial index only where its condition
stands literally."""


class Instant(TypeDecorator[datetime]):
    """A moment with a time zone; stored as UTC, since SQLite keeps no zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC without its zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC back with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """The base of every table."""

    type_annotation_map = {datetime: Instant(), dict[str, Any]: JSON()}  # noqa: RUF012 (SQLAlchemy's own way)


class Person(Table):
    """Someone insured."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    social_security_number: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    birth_date: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(20))
    photo: Mapped[bytes | None] = mapped_column(deferred=True)
    """JPEG; None: none on record."""
    address: Mapped[str | None] = mapped_column(String(200))
    """Where a card may be posted to."""
    cards: Mapped[list["Card"]] = relationship(back_populates="person")


class Card(Table):
    """One social security card."""

    __tablename__ = "cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    person: Mapped[Person] = relationship(back_populates="cards")
    handle: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid4()))
    """What kiosks call the card in their reports; random, so that it tells nobody whose it is."""
    card_identification_code: Mapped[str] = mapped_column(String(32), unique=True)
    card_number: Mapped[str] = mapped_column(String(9), index=True)
    region: Mapped[str] = mapped_column(String(6))
    application_status: Mapped[int]
    lifecycle: Mapped[str] = mapped_column(String(2))
    loss_reason: Mapped[str | None] = mapped_column(String(40))
    loss_until: Mapped[date | None]
    issued_on: Mapped[date | None]
    collected_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    bank: Mapped[str] = mapped_column(String(100))
    financial_activated: Mapped[bool]
    financial_deadline: Mapped[date | None]
    initial_pin: Mapped[bool]
    pin_blocked: Mapped[bool]
    status_before_loss: Mapped[int | None]
    """The application status that a temporary loss gives back; None: the card is on no loss, or on one from before
    this was kept."""
    lifecycle_before_loss: Mapped[str | None] = mapped_column(String(2))
    algorithm: Mapped[str] = mapped_column(String(4), default="3DES")
    """The cipher of the card's keys: `3DES` or `SM4`."""
    key_factor: Mapped[str | None] = mapped_column(String(16))
    """What the card's keys are diversified by: 8 bytes of its answer to reset, as hex. None: not known here, so
    the issuer can't speak to the card."""
    version: Mapped[int] = mapped_column(BigInteger, default=0)
    """Grows with every change."""
    ordered_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    """When it is to be there, while it is made."""
    outlet: Mapped[str | None] = mapped_column(String(40))
    """Where it is to be collected."""


class ECardCode(Table):
    """A code that was issued to someone's phone; only its hash is kept."""

    __tablename__ = "e_card_codes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    expires_at: Mapped[datetime]


class Evidence(Table):
    """What somebody showed at a kiosk and the server took; what was shown itself is not kept."""

    __tablename__ = "evidence"

    evidence_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"))
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    """None: it is good for any card of the person."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    operation_id: Mapped[str | None] = mapped_column(String(36))
    """The one operation that it was used for."""


class RefusedIdCard(Table):
    """An ID document was refused at a kiosk. Whose it was isn't kept: it may be nobody's."""

    __tablename__ = "refused_id_cards"
    __table_args__ = (Index("ix_refused_id_cards_kiosk", "kiosk", "refused_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"))
    refused_at: Mapped[datetime]


class FaceCheck(Table):
    """The photo on record was handed out for one comparison; what the comparison came to isn't kept."""

    __tablename__ = "face_checks"
    __table_args__ = (
        Index("ix_face_checks_person", "person_id", "opened_at"),
        Index("ix_face_checks_kiosk", "kiosk", "opened_at"),
    )

    check_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    evidence_id: Mapped[str] = mapped_column(String(36))
    """What they had shown before."""
    consent_version: Mapped[str] = mapped_column(String(20))
    guardian: Mapped[bool]
    """Somebody under 14 was agreed for."""
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    judged_at: Mapped[datetime | None]


class OneTimeCode(Table):
    """A code was sent to someone's phone. The code itself is kept nowhere: see `central.one_time_codes`."""

    __tablename__ = "one_time_codes"
    __table_args__ = (
        Index("ix_one_time_codes_person", "person_id", "sent_at"),
        Index("ix_one_time_codes_kiosk", "kiosk", "sent_at"),
    )

    code_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"))
    key_name: Mapped[bytes] = mapped_column(LargeBinary(8))
    """Tells the key that it comes from apart from those of other runs."""
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    wrong: Mapped[int] = mapped_column(default=0)
    """How often something else was typed."""
    used_at: Mapped[datetime | None]
    draft: Mapped[str | None] = mapped_column(String(36))
    """It went to the number in this draft and proves that alone; None: to the number on record."""


class Operation(Table):
    """One operation, from the intent to its one terminal result."""

    __tablename__ = "operations"
    __table_args__ = (
        # Single flight, whatever the code believes.
        Index(
            "one_open_operation_a_card",
            "card_id",
            unique=True,
            sqlite_where=text(_UNENDED),
            postgresql_where=text(_UNENDED),
        ),
    )

    operation_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"), index=True)
    boot: Mapped[int] = mapped_column(BigInteger)
    sequence: Mapped[int] = mapped_column(BigInteger)
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"), index=True)
    """None: a card that isn't on record; a report is never lost for that."""
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    tries_before: Mapped[int | None]
    supersedes: Mapped[str | None] = mapped_column(String(36))
    evidence: Mapped[str] = mapped_column(String(100), default="")
    """The kinds that were used, by name, with a blank between."""
    card_version: Mapped[int | None] = mapped_column(BigInteger)
    """Of the card's record when this began: a record that has changed since knows better how the counter stands."""
    opened_at: Mapped[datetime]
    card_seen_at: Mapped[datetime]
    """When a kiosk last asked about the card while this was open."""
    ended_at: Mapped[datetime | None]


class Authorisation(Table):
    """The issuer's answer to one challenge was asked for. The answer isn't kept: a repeat is computed again."""

    __tablename__ = "authorisations"
    __table_args__ = (
        Index("ix_authorisations_card", "card_id", "at"),
        Index("ix_authorisations_kiosk", "kiosk", "at"),
    )

    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    """The request's: it names the operation, the message and the attempt."""
    operation_id: Mapped[str] = mapped_column(ForeignKey("operations.operation_id"), index=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"))
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of the request, which holds a new PIN enciphered under a key of its own, if any."""
    random: Mapped[bytes] = mapped_column(LargeBinary(8))
    """The server's part of an authentication."""
    last_counter: Mapped[int | None]
    """What the pad was known to have counted to when a new PIN first came with this; a repeat is judged by it, too."""
    at: Mapped[datetime]


class Pad(Table):
    """A PIN pad of the fleet, and how far it has counted: no block under a key of before is taken a second time."""

    __tablename__ = "pads"

    pad: Mapped[str] = mapped_column(String(20), primary_key=True)
    """Its key serial number with the counter at 0, as hex (ANSI X9.24-1)."""
    counter: Mapped[int]
    """The highest that was used."""


class Taken(Table):
    """A message that was taken: its path, which holds its id, and the exact answer that every repeat gets."""

    __tablename__ = "taken"

    path: Mapped[str] = mapped_column(String(120), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of what it said."""
    status: Mapped[int]
    answer: Mapped[bytes]
    taken_at: Mapped[datetime]


class Case(Table):
    """Something about an operation that a person of the bureau has to look at."""

    __tablename__ = "cases"
    __table_args__ = (UniqueConstraint("operation_id", "reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    operation_id: Mapped[str] = mapped_column(ForeignKey("operations.operation_id"))
    reason: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[str | None] = mapped_column(String(200))
    """What a person, or the operation's own end, made of it."""
    closed_by: Mapped[str | None] = mapped_column(String(32))
    """The clerk; None: by itself, or at the server's own command line."""


class Clerk(Table):
    """Somebody of the bureau who sits at the staff's desk."""

    __tablename__ = "clerks"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    """scrypt of the secret."""
    opened_at: Mapped[datetime]
    """Since when this secret opens the desk."""
    closed_at: Mapped[datetime | None]
    wrong: Mapped[int] = mapped_column(default=0)
    """Wrong secrets in a row."""
    waits_until: Mapped[datetime | None]


class Kiosk(Table):
    """One machine of the fleet, and how it last said it was."""

    __tablename__ = "kiosks"

    name: Mapped[str] = mapped_column(String(63), primary_key=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    version: Mapped[str | None] = mapped_column(String(50))
    boot: Mapped[int] = mapped_column(BigInteger, default=0)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    outbox_length: Mapped[int | None] = mapped_column(BigInteger)
    conditions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """By the condition's name: since, detail."""
    counters: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """What it counted on the day of its last heartbeat."""
    seen_at: Mapped[datetime | None]
    journal_boot: Mapped[int | None] = mapped_column(BigInteger)
    journal_sequence: Mapped[int | None] = mapped_column(BigInteger)
    journal_hash: Mapped[str | None] = mapped_column(String(64))
    """With the two before: the newest head of its journal that was heard of."""


class Event(Table):
    """Something that the bureau's staff should see, in order."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"))
    kind: Mapped[str] = mapped_column(String(60))
    """Such as `condition.raised`, `condition.cleared`, `staff.called`, `operation.in_doubt`."""
    subject: Mapped[str] = mapped_column(String(100))
    """A condition's, a page's or an operation's name; never data of a citizen."""


class ConsoleAction(Table):
    """Something that was done at a kiosk's maintenance console, or was asked for and denied."""

    __tablename__ = "console_actions"

    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"), primary_key=True)
    boot: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """With `boot`: of its record in the kiosk's journal."""
    at: Mapped[datetime] = mapped_column(primary_key=True)
    """By the kiosk's clock. A kiosk whose disk was replaced has a second journal, which counts from one again."""
    heard_at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    who: Mapped[str] = mapped_column(String(64))
    roles: Mapped[str] = mapped_column(String(64))
    face: Mapped[str] = mapped_column(String(20))
    denied: Mapped[bool]


class Boot(Table):
    """How a run of a kiosk's program began, as the kiosk told it."""

    __tablename__ = "boots"

    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"), primary_key=True)
    boot: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """With `boot`: of its record in the kiosk's journal."""
    at: Mapped[datetime] = mapped_column(primary_key=True)
    """By the kiosk's clock. A kiosk whose disk was replaced has a second journal, which counts from one again."""
    heard_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(50))
    version_before: Mapped[str | None] = mapped_column(String(50))
    clock_jump_seconds: Mapped[int | None] = mapped_column(BigInteger)
    recovery: Mapped[str] = mapped_column(String(20))
    records: Mapped[int] = mapped_column(BigInteger)
    not_done: Mapped[int] = mapped_column(BigInteger)
    in_doubt: Mapped[int] = mapped_column(BigInteger)
    waiting: Mapped[int] = mapped_column(BigInteger)
