"""Virtual people for the bench, from a JSON file: never on a real server.

The file is a list; each persona has an `id`, what its card shows, and `server_record`: the columns of the
tables `persons` and `cards` by name, dates as ISO 8601. A persona without a `server_record` has none here.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid4

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.registry import Registry
from central.tables import Card, Person
from kiosk.uplink.contract import ApplicationStatus, Lifecycle, LossReason, Region

FINANCIAL_DEADLINE = timedelta(days=300)
"""From collecting a card to the loss of its social application, unless the bank activated it before."""


PHONE = r"^\+?[0-9]{7,19}$"
"""What a phone's number looks like here."""


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
        )
    deadline = record.financial_deadline
    if deadline is None and record.collected_on and not record.financial_activated:
        deadline = record.collected_on + FINANCIAL_DEADLINE
    elsewhere = {"social_security_number", "name", "birth_date", "phone", "photo", "financial_deadline", "handle"}
    of_card = record.model_dump(exclude=elsewhere)
    session.add(Card(handle=str(record.handle), person=person, financial_deadline=deadline, **of_card))
    session.flush()
