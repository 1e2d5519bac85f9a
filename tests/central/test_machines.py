"""Kiosks: what they report of themselves."""

from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from central import machines
from central.registry import Registry
from central.tables import Event, Kiosk
from kiosk.uplink.contract import ConditionReport, Heartbeat, ReportedCondition, StaffCall

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def take(registry: Registry, message: BaseModel) -> None:
    handlers: dict[type[BaseModel], Any] = {
        Heartbeat: machines.take_heartbeat,
        ConditionReport: machines.take_conditions,
        StaffCall: machines.take_staff_call,
    }
    with registry.transaction() as transaction:
        handlers[type(message)](transaction, message)


def events(registry: Registry) -> list[tuple[str, str]]:
    with Session(registry.engine) as session:
        return [(e.kind, e.subject) for e in session.scalars(select(Event).order_by(Event.id))]


def beat(sequence: int, *conditions: str, boot: int = 1) -> Heartbeat:
    standing = tuple(ReportedCondition(id=c, since=AT) for c in conditions)
    return Heartbeat(kiosk="kiosk-1", version="0.1", boot=boot, sequence=sequence, conditions=standing, outbox_length=2)


def test_conditions_come_and_go_in_order(registry: Registry) -> None:
    take(registry, beat(1, "receipt_printer.paper_low"))
    take(registry, beat(2, "receipt_printer.paper_low", "camera.gone"))
    take(registry, beat(1))  # Delayed on its way: the past changes nothing.
    standing = (ReportedCondition(id="camera.gone", since=AT),)
    take(registry, ConditionReport(kiosk="kiosk-1", boot=1, sequence=3, conditions=standing))
    take(registry, beat(0, boot=2))  # A new boot counts from nought.
    assert events(registry) == [
        ("condition.raised", "receipt_printer.paper_low"),
        ("condition.raised", "camera.gone"),
        ("condition.cleared", "receipt_printer.paper_low"),
        ("condition.cleared", "camera.gone"),
    ]
    with Session(registry.engine) as session:
        kiosk = session.get_one(Kiosk, "kiosk-1")
        assert (kiosk.boot, kiosk.sequence, kiosk.outbox_length, kiosk.conditions) == (2, 0, 2, {})
