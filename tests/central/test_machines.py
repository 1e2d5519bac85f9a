"""Kiosks: what they report of themselves."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from fleet import Fleet
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from central import machines
from central.registry import Registry
from central.tables import Event, Kiosk
from kiosk.uplink.contract import (
    BootReason,
    BootRecord,
    ConditionReport,
    ConsoleAction,
    Heartbeat,
    HeartbeatTaken,
    JournalHead,
    ReportedCondition,
    RulesInForce,
    StaffCall,
)
from kiosk.uplink.contract.policy import LossRules, RegionPolicy

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


def test_order_is_boot_and_sequence(registry: Registry) -> None:
    """The same again is taken again; one before it is not."""
    for boot, sequence, version, kept in (
        (2, 5, "a", "a"),
        (2, 5, "b", "b"),
        (2, 4, "c", "b"),
        (1, 9, "d", "b"),
        (3, 0, "e", "e"),
    ):
        take(registry, beat(sequence, boot=boot).model_copy(update={"version": version}))
        with Session(registry.engine) as session:
            kiosk = session.get_one(Kiosk, "kiosk-1")
            assert kiosk.version == kept
            assert kiosk.seen_at == registry.now()
    late = ConditionReport(kiosk="kiosk-1", boot=2, sequence=9, conditions=(CAMERA_GONE,))
    take(registry, late)
    take(registry, late.model_copy(update={"boot": 3}))
    assert events(registry) == [("condition.raised", "camera.gone")]


CAMERA_GONE = ReportedCondition(id="camera.gone", since=AT)


def test_a_kiosk_with_another_disk_is_heard_again_once_its_journal_is_forgotten(registry: Registry) -> None:
    """Its boots begin at 1 anew, which the server would take for the past for ever."""
    assert told(registry, 9, head(57, 3), boot=57) == head(57, 3)
    assert told(registry, 1, None, boot=1) == head(57, 3)
    with registry.transaction() as transaction:
        assert machines.forget_journal(transaction, "kiosk-1")
        assert not machines.forget_journal(transaction, "kiosk-77")
        assert machines.held_head(transaction, "kiosk-1").head is None
    assert told(registry, 2, head(1, 4, "b"), boot=1) == head(1, 4, "b")
    assert events(registry) == [("journal.forgotten", "kiosk-1")]


def test_a_kiosk_without_storage_is_heard_without_order(registry: Registry) -> None:
    """Boot 0: it takes no part in the order, and moves it for nobody."""
    take(registry, beat(7, boot=4))
    take(registry, beat(0, "storage.damaged", boot=0))
    take(registry, ConditionReport(kiosk="kiosk-1", boot=0, sequence=0, conditions=(CAMERA_GONE,)))
    assert [subject for _, subject in events(registry)] == ["storage.damaged", "camera.gone", "storage.damaged"]
    with Session(registry.engine) as session:
        kiosk = session.get_one(Kiosk, "kiosk-1")
        assert (kiosk.boot, kiosk.sequence) == (4, 7)


def head(boot: int, sequence: int, letter: str = "a") -> JournalHead:
    return JournalHead(boot=boot, sequence=sequence, hash=letter * 64)


def told(registry: Registry, sequence: int, journal: JournalHead | None, boot: int = 1) -> JournalHead | None:
    """What is held after a heartbeat with this head."""
    take(registry, beat(sequence, boot=boot).model_copy(update={"journal": journal}))
    with registry.transaction() as transaction:
        return machines.held_head(transaction, "kiosk-1").head


def test_the_journals_head_goes_forward_only(registry: Registry) -> None:
    """What doesn't go on from the held head is a contradiction, which changes nothing and which the staff hear."""
    with registry.transaction() as transaction:
        assert machines.held_head(transaction, "kiosk-1").head is None
    assert told(registry, 1, head(3, 5)) == head(3, 5)
    assert told(registry, 2, None) == head(3, 5)
    assert told(registry, 3, head(3, 5)) == head(3, 5)
    assert told(registry, 4, head(3, 6, "b")) == head(3, 6, "b")
    assert told(registry, 5, head(4, 1, "c")) == head(4, 1, "c")
    assert events(registry) == []
    for sequence, wrong in enumerate((head(4, 1, "d"), head(4, 0, "c"), head(3, 7)), 6):
        assert told(registry, sequence, wrong) == head(4, 1, "c")
    assert events(registry) == [("journal.contradiction", where) for where in ("4.1", "4.0", "3.7")]
    assert told(registry, 5, head(2, 2)) == head(4, 1, "c")
    assert len(events(registry)) == 3, "a delayed heartbeat tells of what was before, and contradicts nothing"
    assert told(registry, 0, head(4, 2, "e"), boot=0) == head(4, 2, "e")


def test_a_head_is_asked_for_by_its_own_kiosk() -> None:
    fleet = Fleet()
    journal = head(3, 5).model_dump()
    beat = {"kiosk": "kiosk-1", "version": "1", "boot": 1, "sequence": 1, "outbox_length": 0, "journal": journal}
    fleet.ask("kiosk-1", "PUT", "/v1/kiosks/kiosk-1/heartbeat", beat)
    assert fleet.ask("kiosk-1", "GET", "/v1/kiosks/kiosk-1/journal-head") == (200, {"head": journal})
    assert fleet.ask("kiosk-2", "GET", "/v1/kiosks/kiosk-2/journal-head") == (200, {"head": None})
    assert fleet.ask("kiosk-2", "GET", "/v1/kiosks/kiosk-1/journal-head")[0] == 403


def test_staff_are_called_once() -> None:
    fleet = Fleet()
    call_id = str(UUID(int=1))
    call = {"call_id": call_id, "kiosk": "kiosk-1", "boot": 1, "sequence": 1, "page": "pin_blocked"}
    call["at"] = "2026-03-01T09:00:00Z"
    path = f"/v1/staff-calls/{call_id}"
    for _ in range(2):
        assert fleet.ask("kiosk-1", "PUT", path, call) == (200, {"taken": True})
    assert fleet.events() == [("staff.called", "pin_blocked")]
    assert fleet.ask("kiosk-1", "PUT", path, call | {"page": "home"})[0] == 422
    assert fleet.ask("kiosk-1", "PUT", path[:-1] + "2", call)[0] == 422


def test_what_was_done_at_a_console_is_listed_once(registry: Registry) -> None:
    """However often it is told, and however late; denials too. Counters are those of the newest heartbeat."""
    action = ConsoleAction(boot=1, sequence=7, at=AT, action="restart", who="li", roles="technician", face="socket")
    denied = action.model_copy(update={"sequence": 9, "action": "settings_apply", "denied": True})
    take(registry, beat(2).model_copy(update={"actions": (action, denied), "counters": {"visits": 3}}))
    take(registry, beat(3).model_copy(update={"actions": (action, denied), "counters": {"visits": 5}}))
    take(registry, beat(1).model_copy(update={"actions": (action.model_copy(update={"sequence": 5}),)}))
    with registry.transaction() as transaction:
        [kiosk] = [machine for machine in machines.listing(transaction) if machine["name"] == "kiosk-1"]
    assert kiosk["counters"] == {"visits": 5}
    assert [(a["sequence"], a["action"], a["denied"]) for a in kiosk["console_actions"]] == [
        (9, "settings_apply", True),
        (7, "restart", False),
        (5, "restart", False),
    ]


def test_how_a_kiosk_began_to_run_is_listed_once(registry: Registry) -> None:
    """However often it is told, and however late; the newest first."""
    first = BootRecord(
        boot=1, sequence=4, at=AT, reason=BootReason.FIRST, version="1", recovery="whole", records=3, waiting=0
    )
    second = first.model_copy(update={"boot": 2, "sequence": 9, "reason": BootReason.POWER, "in_doubt": 1})
    take(registry, beat(2, boot=2).model_copy(update={"boots": (second,)}))
    take(registry, beat(1, boot=2).model_copy(update={"boots": (first, second)}))
    with registry.transaction() as transaction:
        [kiosk] = [machine for machine in machines.listing(transaction) if machine["name"] == "kiosk-1"]
    assert [(b["boot"], b["sequence"], b["reason"], b["in_doubt"]) for b in kiosk["boots"]] == [
        (2, 9, "power", 1),
        (1, 4, "first", 0),
    ]


def test_what_another_disk_tells_is_kept_beside_the_first_ones(registry: Registry) -> None:
    """Its journal counts from one again: another record under the same number is another record, and the newer one."""
    action = ConsoleAction(boot=1, sequence=7, at=AT, action="restart", who="li", roles="technician", face="socket")
    later = action.model_copy(update={"at": AT + timedelta(days=400), "action": "log"})
    for sequence, told in enumerate((action, later, later), 1):
        take(registry, beat(sequence).model_copy(update={"actions": (told,)}))
    with registry.transaction() as transaction:
        [kiosk] = [machine for machine in machines.listing(transaction) if machine["name"] == "kiosk-1"]
    assert sorted(a["action"] for a in kiosk["console_actions"]) == ["log", "restart"]


def test_rules_are_compared_where_a_kiosk_tells_its_own(registry: Registry) -> None:
    """With those by which the server judges that kiosk on that day. Who tells none gets the answer that it knows."""
    later = date(2027, 1, 1)
    ours, theirs = RegionPolicy(), RegionPolicy(loss=LossRules(lapses_after_days=15))
    registry.policy_of = lambda kiosk, day: theirs if day >= later else ours

    def differ(rules: RulesInForce | None) -> bool | None:
        with registry.transaction() as transaction:
            taken = machines.take_heartbeat(transaction, beat(1).model_copy(update={"rules": rules}))
        return taken.rules_differ if isinstance(taken, HeartbeatTaken) else None

    assert differ(None) is None
    assert differ(RulesInForce(day=date(2026, 12, 31), digest=ours.digest())) is False
    assert differ(RulesInForce(day=later, digest=ours.digest())) is True
    assert differ(RulesInForce(day=later, digest=theirs.digest())) is False
