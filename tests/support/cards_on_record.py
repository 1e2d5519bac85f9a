"""What the server has on record of a card, changed."""

from kiosk_under_test import KioskUnderTest
from sqlalchemy import update
from sqlalchemy.orm import Session

from central.tables import Card


def put(kiosk: KioskUnderTest, persona: str, **columns: object) -> None:
    """Have the record of this person's card say so."""
    record = kiosk.people[persona].server_record
    assert record is not None
    with Session(kiosk.registry.engine) as session, session.begin():
        code = record["card_identification_code"]
        session.execute(update(Card).where(Card.card_identification_code == code).values(**columns))
