from kiosk_under_test import KioskUnderTest
from sqlalchemy import update
from sqlalchemy.orm import Session
from trio.testing import MockClock

from central.tables import Card
from kiosk.pages import Done
from kiosk.uplink.contract import ApplicationStatus, Lifecycle

INITIAL, NEW = "123456", "746108"


def set_card(kiosk: KioskUnderTest, persona: str, **columns: object) -> None:
    record = kiosk.people[persona].server_record
    assert record is not None
    code = record["card_identification_code"]
    with Session(kiosk.registry.engine) as session, session.begin():
        session.execute(update(Card).where(Card.card_identification_code == code).values(**columns))


async def test_a_collected_card_is_enabled(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The PIN is another, the server's record says normal and enabled, and the bank's part is told."""
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.new_pin(NEW)
    page = await stand.until(Done)
    before = stand.record("archived")

    assert before.application_status is ApplicationStatus.NORMAL
    assert before.lifecycle is Lifecycle.ENABLED
    assert not before.initial_pin
    assert stand.pin_is("archived", NEW)
    assert stand.outcomes() == ["done"]
    assert stand.receipts() == 1
    assert page.subtitle is not None
    assert dict(page.subtitle.arguments) == {"bank": before.bank, "day": before.financial_deadline}
    await stand.go_home()
