"""What the central server keeps, as SQLAlchemy tables."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, ForeignKey, LargeBinary, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


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
    phone_tail: Mapped[str | None] = mapped_column(String(4))
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


class ECardCode(Table):
    """A code that was issued to someone's phone; only its hash is kept."""

    __tablename__ = "e_card_codes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    expires_at: Mapped[datetime]


class Operation(Table):
    """A report that was taken: the key, what it said, and the exact answer that every repeat gets."""

    __tablename__ = "operations"

    operation_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"), index=True)
    boot: Mapped[int] = mapped_column(BigInteger)
    sequence: Mapped[int] = mapped_column(BigInteger)
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"), index=True)
    """None: a card that isn't on record; a report is never lost for that."""
    kind: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(20))
    payload: Mapped[bytes]
    answer: Mapped[bytes]
    taken_at: Mapped[datetime]


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
    seen_at: Mapped[datetime | None]


class StaffCallTaken(Table):
    """A call for help; its id keeps a repeat from calling twice."""

    __tablename__ = "staff_calls"

    call_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"))
    payload: Mapped[bytes]
    taken_at: Mapped[datetime]


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
