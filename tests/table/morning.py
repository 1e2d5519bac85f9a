"""What is so at the server before a cell: everybody on record, and who has applied for what."""

import datetime
import random
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from kiosk_under_test import PHOTO
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from central import personas
from central.database import open_in_memory
from central.registry import Registry
from central.service_tables import Application, SmsSubscription
from central.tables import Card, Operation, Person
from kiosk.uplink.contract import ApplicationKind, ApplicationStage
from simulator.card_reader import personas as virtual_people

TODAY = datetime.date(2026, 3, 5)
MORNING = datetime.datetime(2026, 3, 5, 1, 41, tzinfo=datetime.UTC)

_APPLIED: tuple[tuple[tuple[ApplicationKind, ApplicationStage], ...], ...] = (
    (
        (ApplicationKind.REPLACEMENT, ApplicationStage.UNDER_REVIEW),
        (ApplicationKind.REPLACEMENT, ApplicationStage.IN_PRODUCTION),
        (ApplicationKind.RENEWAL, ApplicationStage.READY_TO_COLLECT),
        (ApplicationKind.RENEWAL, ApplicationStage.POSTED),
        (ApplicationKind.REPLACEMENT, ApplicationStage.CLOSED),
        (ApplicationKind.RENEWAL, ApplicationStage.REFUSED),
    ),
    (
        (ApplicationKind.PHONE_CHANGE, ApplicationStage.UNDER_REVIEW),
        (ApplicationKind.PHONE_CHANGE, ApplicationStage.APPROVED),
        (ApplicationKind.PHONE_CHANGE, ApplicationStage.REFUSED),
    ),
    (
        (ApplicationKind.SMS_SUBSCRIBE, ApplicationStage.UNDER_REVIEW),
        (ApplicationKind.SMS_SUBSCRIBE, ApplicationStage.APPROVED),
        (ApplicationKind.SMS_CHANGE, ApplicationStage.UNDER_REVIEW),
        (ApplicationKind.SMS_STOP, ApplicationStage.APPROVED),
    ),
)
"""Of each family, what somebody may have applied for and how far it is."""


@cache
def everybody() -> bytes:
    """The server's database with all virtual people on record, each with a photo. Once a process: it takes long."""
    registry = Registry(open_in_memory())
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(virtual_people.as_json(TODAY))
        file.flush()
        personas.seed(registry, Path(file.name))
    with Session(registry.engine) as session, session.begin():
        session.execute(update(Person).values(photo=PHOTO))
    database: Any = registry.engine.raw_connection().driver_connection
    content: bytes = database.serialize()
    return content


def have_applied(registry: Registry, card_identification_code: str, kiosk: str, turn: int) -> None:
    """A card's holder has an application of each family; which, and how far it is, is another in each turn."""
    chance = random.Random(turn)
    with Session(registry.engine) as session, session.begin():
        card = session.scalars(select(Card).where(Card.card_identification_code == card_identification_code)).one()
        phone = session.scalars(select(Person.phone).where(Person.id == card.person_id)).one() or ""
        session.execute(delete(SmsSubscription).where(SmsSubscription.person_id == card.person_id))
        for number, (kind, stage) in enumerate(map(chance.choice, _APPLIED)):
            operation = str(UUID(int=number + 1))
            _insert_operation(session, operation, kiosk, card.id, number)
            posted, made = stage is ApplicationStage.POSTED, kind.name in ("REPLACEMENT", "RENEWAL")
            session.execute(
                insert(Application).values(
                    draft=operation,
                    operation_id=operation,
                    kiosk=kiosk,
                    person_id=card.person_id,
                    card_id=card.id,
                    kind=kind.value,
                    stage=stage.value,
                    phone=None if made else phone,
                    delivery=("post" if posted else "collect") if made else None,
                    outlet="city-hall" if made and not posted else None,
                    reason="damaged" if kind is ApplicationKind.REPLACEMENT else None,
                    fee_fen=0,
                    applied_on=TODAY - datetime.timedelta(days=9),
                    decided_on=None if stage is ApplicationStage.UNDER_REVIEW else TODAY,
                    expected_on=TODAY + datetime.timedelta(days=9) if made else None,
                    note="照片太暗。" if stage is ApplicationStage.REFUSED else "",
                )
            )
            subscribed = kind is ApplicationKind.SMS_SUBSCRIBE and stage is ApplicationStage.APPROVED
            if subscribed or kind is ApplicationKind.SMS_CHANGE:
                session.execute(insert(SmsSubscription).values(person_id=card.person_id, phone=phone, since=TODAY))


def _insert_operation(session: Session, operation: str, kiosk: str, card: int, sequence: int) -> None:
    """The one by which it was applied for, done some days ago at a boot long gone."""
    then = MORNING - datetime.timedelta(days=9)
    session.execute(
        insert(Operation).values(
            operation_id=operation,
            kiosk=kiosk,
            boot=0,
            sequence=sequence,
            card_id=card,
            kind="application",
            state="completed",
            opened_at=then,
            card_seen_at=then,
            ended_at=then,
        )
    )
