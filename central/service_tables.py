"""What the server keeps of persons beside their cards: applications, insurances, benefits, certificates, texts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from central.tables import Table


class Application(Table):
    """Something that somebody asked for and the bureau decides."""

    __tablename__ = "applications"
    __table_args__ = (Index("ix_applications_stage", "stage"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    """With the year of `applied_on` it is the number on the receipt."""
    draft: Mapped[str] = mapped_column(String(36), unique=True)
    """What was confirmed: one draft is applied for once."""
    operation_id: Mapped[str] = mapped_column(ForeignKey("operations.operation_id"))
    kiosk: Mapped[str] = mapped_column(ForeignKey("kiosks.name"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"))
    kind: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(String(20))
    delivery: Mapped[str | None] = mapped_column(String(10))
    outlet: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(20))
    fee_fen: Mapped[int]
    applied_on: Mapped[date]
    decided_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    """Why it was refused, for the applicant."""


class Decided(Table):
    """What somebody of the bureau did with an application, in order."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("applications.id"), index=True)
    decision: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(String(32))
    """The clerk's name."""
    at: Mapped[datetime]


class SmsSubscription(Table):
    """Somebody gets texts about their account."""

    __tablename__ = "sms_subscriptions"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(String(20))
    since: Mapped[date]


class QueuedText(Table):
    """A text that is to be sent; what it said, and to whom, is erased when it was."""

    __tablename__ = "texts"
    __table_args__ = (Index("ix_texts_due_at", "due_at"), Index("ix_texts_queued_at", "queued_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    phone: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(500))
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """When it is tried next; None: it was taken, or given up."""
    tries: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[datetime | None]


class HeldInsurance(Table):
    """One insurance of somebody's."""

    __tablename__ = "insurances"
    __table_args__ = (UniqueConstraint("person_id", "insurance"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    insurance: Mapped[str] = mapped_column(String(20))
    insured_since: Mapped[str] = mapped_column(String(7))
    state: Mapped[str] = mapped_column(String(20))
    months_paid: Mapped[int]
    personal_fen: Mapped[int] = mapped_column(BigInteger)
    balance_fen: Mapped[int | None] = mapped_column(BigInteger)
    body: Mapped[str] = mapped_column(String(100))
    body_en: Mapped[str] = mapped_column(String(100))


class HeldPayment(Table):
    """One month's contributions to one insurance."""

    __tablename__ = "payments"

    insurance_id: Mapped[int] = mapped_column(ForeignKey("insurances.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    base_fen: Mapped[int] = mapped_column(BigInteger)
    personal_fen: Mapped[int] = mapped_column(BigInteger)
    employer_fen: Mapped[int] = mapped_column(BigInteger)
    paid: Mapped[bool]


class HeldBenefit(Table):
    """Somebody receives benefits that they have to prove their eligibility for."""

    __tablename__ = "benefits"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    benefit: Mapped[str] = mapped_column(String(20))
    checked_on: Mapped[date | None]
    good_until: Mapped[date]
    paid_until: Mapped[date | None]
    """Paying stopped with that day; None: it goes on."""


class Certificate(Table):
    """What was certified, for whoever has the code."""

    __tablename__ = "certificates"
    __table_args__ = (Index("ix_certificates_person", "person_id", "issued_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(19), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(String(30))
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    verifiable_until: Mapped[date]
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSON())
    """Of each insurance: name, since when, state, months paid."""
