"""Virtual people for the bench, from a JSON file: never on a real server.

The file is a list; each persona has an `id`, what its card shows, and `server_record`: the columns of the
tables `persons` and `cards` by name, dates as ISO 8601. A persona without a `server_record` has none here.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.registry import Registry
from central.tables import Card, Person
from kiosk.uplink.contract import ApplicationStatus, Lifecycle, LossReason, Region


class ServerRecord(BaseModel):
    """What the server holds of one persona."""

    model_config = ConfigDict(extra="forbid")

    name: str
    social_security_number: str
    birth_date: date | None = None
    phone_tail: str | None = None
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


class Persona(BaseModel):
    """One entry of the file; what its card shows is the card simulator's affair."""

    id: str
    server_record: ServerRecord | None = None


_OF_PERSON = ("name", "birth_date", "phone_tail")


def seed(registry: Registry, file: Path) -> int:
    """Put every persona of `file` on record as it is there, over what was known of it; return how many."""
    personas = [Persona.model_validate(entry) for entry in json.loads(file.read_bytes())]
    with Session(registry.engine) as session, session.begin():
        for persona in personas:
            if persona.server_record is not None:
                _put(session, persona.id, persona.server_record.model_dump())
    return len(personas)


def _put(session: Session, label: str, record: dict[str, Any]) -> None:
    number = record.pop("social_security_number")
    person = session.scalars(select(Person).where(Person.social_security_number == number)).one_or_none()
    if person is None:
        person = Person(social_security_number=number)
        session.add(person)
    for field in _OF_PERSON:
        setattr(person, field, record.pop(field))
    card = session.scalars(select(Card).where(Card.label == label)).one_or_none()
    if card is None:
        card = Card(label=label)
        session.add(card)
    card.person = person
    for field, value in record.items():
        setattr(card, field, value)
    session.flush()
