"""Virtual people for the bench, from a JSON file: never on a real server.

The file is a list; each persona has an `id`, what its card shows, and `server_record`: the columns of the
tables `persons` and `cards` by name, dates as ISO 8601. A persona without a `server_record` has none here.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from central.registry import Registry
from central.service_tables import HeldBenefit, HeldInsurance, HeldPayment, SmsSubscription
from central.tables import Card, Person
from kiosk.uplink.contract import ApplicationStatus, Benefit, Insurance, InsuredState, Lifecycle, LossReason, Region

FINANCIAL_DEADLINE = timedelta(days=300)
"""From collecting a card to the loss of its social application, unless the bank activated it before."""


PHONE = r"^\+?[0-9]{7,19}$"
"""What a phone's number looks like here."""


Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class Run(BaseModel):
    """Months of the same payment, the first and the last included."""

    model_config = ConfigDict(extra="forbid")

    first: Month
    last: Month
    base_fen: int
    personal_fen: int
    employer_fen: int


class SeededInsurance(BaseModel):
    """One insurance of a persona's."""

    model_config = ConfigDict(extra="forbid")

    insurance: Insurance
    insured_since: Month
    state: InsuredState
    months_paid: int
    personal_fen: int
    balance_fen: int | None = None
    body: str
    body_en: str
    runs: tuple[Run, ...] = ()
    unpaid: frozenset[Month] = frozenset()


class SeededBenefit(BaseModel):
    """What a persona receives."""

    model_config = ConfigDict(extra="forbid")

    benefit: Benefit
    checked_on: date | None = None
    good_until: date
    paid_until: date | None = None


class ServerRecord(BaseModel):
    """What the server holds of one persona."""

    model_config = ConfigDict(extra="forbid")

    name: str
    social_security_number: str
    birth_date: date | None = None
    phone: str | None = Field(default=None, pattern=PHONE)
    photo: Base64Bytes | None = None
    """JPEG."""
    handle: UUID = Field(default_factory=uuid4)
    card_identification_code: str = Field(pattern=r"^[0-9A-F]{32}$")
    card_number: str = Field(pattern=r"^[0-9A-Z]{9}$")
    region: Region
    application_status: ApplicationStatus = ApplicationStatus.NORMAL
    lifecycle: Lifecycle = Lifecycle.ENABLED
    loss_reason: LossReason | None = None
    loss_until: date | None = None
    issued_on: date | None = None
    collected_on: date | None = None
    valid_until: date | None = None
    bank: str = "中国银行"
    financial_activated: bool = True
    financial_deadline: date | None = None
    initial_pin: bool = False
    pin_blocked: bool = False
    algorithm: Literal["3DES", "SM4"] = "3DES"
    key_factor: str | None = Field(default=None, pattern=r"^[0-9A-F]{16}$")
    ordered_on: date | None = None
    expected_on: date | None = None
    outlet: str | None = None
    address: str | None = None
    insurances: tuple[SeededInsurance, ...] = ()
    benefit: SeededBenefit | None = None
    reminders: date | None = None
    """Since when texts about the account go to the phone on record; None: none do."""


class Persona(BaseModel):
    """One entry of the file; what its card shows is the card simulator's affair."""

    id: str
    server_record: ServerRecord | None = None


def seed(registry: Registry, file: Path) -> dict[str, str]:
    """Put every persona of `file` on record; a card that is there already stays as it is.

    Returns:
        The card identification code of each persona that has a record, by the persona's id.
    """
    personas = [Persona.model_validate(entry) for entry in json.loads(file.read_bytes())]
    records = {persona.id: persona.server_record for persona in personas if persona.server_record}
    with Session(registry.engine) as session, session.begin():
        for record in records.values():
            _put(session, record)
    return {id: record.card_identification_code for id, record in records.items()}


def _put(session: Session, record: ServerRecord) -> None:
    code = record.card_identification_code
    if session.scalars(select(Card).where(Card.card_identification_code == code)).one_or_none():
        return
    number = record.social_security_number
    person = session.scalars(select(Person).where(Person.social_security_number == number)).one_or_none()
    if person is None:
        person = Person(
            social_security_number=number,
            name=record.name,
            birth_date=record.birth_date,
            phone=record.phone,
            photo=record.photo,
            address=record.address,
        )
        session.add(person)
        session.flush()
        _put_what_is_on_record(session, person.id, record)
    deadline = record.financial_deadline
    if deadline is None and record.collected_on and not record.financial_activated:
        deadline = record.collected_on + FINANCIAL_DEADLINE
    of_person = {"social_security_number", "name", "birth_date", "phone", "photo", "address"}
    elsewhere = {"financial_deadline", "handle", "insurances", "benefit", "reminders"}
    of_card = record.model_dump(exclude=of_person | elsewhere)
    session.add(Card(handle=str(record.handle), person=person, financial_deadline=deadline, **of_card))
    session.flush()


def _put_what_is_on_record(session: Session, person: int, record: ServerRecord) -> None:
    for seeded in record.insurances:
        held = HeldInsurance(person_id=person, **seeded.model_dump(exclude={"runs", "unpaid"}))
        session.add(held)
        session.flush()
        payments = [payment for run in seeded.runs for payment in _payments(held.id, run, seeded.unpaid)]
        if payments:
            session.execute(insert(HeldPayment), payments)
    if record.benefit is not None:
        session.add(HeldBenefit(person_id=person, **record.benefit.model_dump()))
    if record.reminders is not None and record.phone is not None:
        session.add(SmsSubscription(person_id=person, phone=record.phone, since=record.reminders))


def _payments(insurance: int, run: Run, unpaid: frozenset[str]) -> list[dict[str, Any]]:
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (run.first, run.last))
    months = [f"{count // 12:04}-{count % 12 + 1:02}" for count in range(first, last + 1)]
    amounts = run.model_dump(exclude={"first", "last"})
    return [{"insurance_id": insurance, "month": each, "paid": each not in unpaid, **amounts} for each in months]
