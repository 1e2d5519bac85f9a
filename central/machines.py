"""Kiosks: that they live, what is wrong with them, how far their journals go, who calls for help."""

from functools import cache
from typing import Any

from sqlalchemy import Row, Update, bindparam, insert, select, update

from central import cards, cases, evidence, face_checks, id_card, one_time_codes, texts
from central.tables import Boot, ConsoleAction, Kiosk
from central.transaction import Transaction
from kiosk.uplink import contract
from kiosk.uplink.contract import (
    Acknowledged,
    ConditionReport,
    Conditions,
    Heartbeat,
    HeartbeatTaken,
    HeldHead,
    JournalHead,
    StaffCall,
)

NO_ORDER = 0
"""The boot that a kiosk says whose storage can't be read: what it says is taken as it comes."""
MOST_BOOTS, MOST_ACTIONS = 20, 50
"""So many are listed of one kiosk, the newest first."""


def take_heartbeat(transaction: Transaction, beat: Heartbeat) -> Acknowledged:
    """Note that a kiosk lives. One that is older than what is known changes nothing."""
    kiosk = _kiosk(transaction, beat.kiosk)
    news = _order(kiosk, beat.boot, beat.sequence)
    values: dict[str, Any] = {"seen_at": transaction.now}
    if news is not None:
        values |= news | {
            "version": beat.version,
            "outbox_length": beat.outbox_length,
            "counters": dict(beat.counters),
        }
        values |= _conditions(transaction, kiosk, beat.conditions)
        if beat.journal is not None:
            values |= _head(transaction, kiosk, beat.journal)
    _set(transaction, beat.kiosk, values)
    for action in beat.actions:  # However late: it was done.
        _keep(transaction, ConsoleAction, beat.kiosk, action)
    for record in beat.boots:
        _keep(transaction, Boot, beat.kiosk, record)
    cards.forget_old_codes(transaction)
    evidence.forget_old(transaction)
    id_card.forget_old(transaction)
    face_checks.forget_old(transaction)
    one_time_codes.forget_old(transaction)
    texts.forget_old(transaction)
    cases.put_overdue_on_the_list(transaction)
    if beat.rules is None:
        return Acknowledged()
    ours = transaction.policy_on(beat.kiosk, beat.rules.day)  # Their day: around midnight there are two.
    return HeartbeatTaken(rules_differ=ours.digest() != beat.rules.digest)


def take_conditions(transaction: Transaction, report: ConditionReport) -> Acknowledged:
    """Note which conditions stand at a kiosk. A report older than what is known changes nothing."""
    kiosk = _kiosk(transaction, report.kiosk)
    news = _order(kiosk, report.boot, report.sequence)
    values: dict[str, Any] = {"seen_at": transaction.now}
    if news is not None:
        values |= news | _conditions(transaction, kiosk, report.conditions)
    _set(transaction, report.kiosk, values)
    return Acknowledged()


def take_staff_call(transaction: Transaction, call: StaffCall) -> Acknowledged:
    """Call the staff."""
    transaction.note(call.kiosk, "staff.called", call.page)
    return Acknowledged()


def admitted(transaction: Transaction, kiosk: str) -> bool:
    """Whether a kiosk of that name is of this fleet."""
    return transaction.connection.execute(_FIND, {"kiosk": kiosk}).one_or_none() is not None


def held_head(transaction: Transaction, kiosk: str) -> HeldHead:
    """The journal's head as this kiosk last told it."""
    return HeldHead(head=_head_of(_kiosk(transaction, kiosk)))


def forget_journal(transaction: Transaction, kiosk: str) -> bool:
    """The kiosk's disk was replaced: its journal begins anew, and with it the order of what it says of itself.

    Returns:
        False: no such kiosk.
    """
    if not admitted(transaction, kiosk):
        return False
    nothing = {"boot": 0, "sequence": 0, "journal_boot": None, "journal_sequence": None, "journal_hash": None}
    _set(transaction, kiosk, nothing)
    transaction.note(kiosk, "journal.forgotten", kiosk)
    return True


def listing(transaction: Transaction) -> list[dict[str, Any]]:
    """Each kiosk with what stands, what it counted, how it last began to run and what was last done at its console, by
    name.
    """
    rows = transaction.connection.execute(select(*Kiosk.__table__.columns).order_by(Kiosk.name)).all()
    return [
        {
            "name": row.name,
            "version": row.version,
            "seen_at": row.seen_at,
            "outbox_length": row.outbox_length,
            "conditions": row.conditions,
            "counters": row.counters,
            "boots": _newest(transaction, Boot, row.name, MOST_BOOTS),
            "console_actions": _newest(transaction, ConsoleAction, row.name, MOST_ACTIONS),
        }
        for row in rows
    ]


def _keep(
    transaction: Transaction,
    table: type[ConsoleAction] | type[Boot],
    kiosk: str,
    told: contract.ConsoleAction | contract.BootRecord,
) -> None:
    """Keep what a kiosk's journal tells, unless it is known."""
    place = {"kiosk": kiosk, "boot": told.boot, "sequence": told.sequence, "at": told.at}
    known = select(table.boot).filter_by(**place)
    if transaction.connection.execute(known).one_or_none() is None:
        values = told.model_dump() | place | {"heard_at": transaction.now}
        transaction.connection.execute(insert(table).values(**values))


def _newest(transaction: Transaction, table: type[ConsoleAction] | type[Boot], kiosk: str, limit: int) -> list[Any]:
    """What a kiosk's journal told last, newest first."""
    columns = [column for column in table.__table__.columns if column.name != "kiosk"]
    order = (table.heard_at.desc(), table.boot.desc(), table.sequence.desc())
    newest = select(*columns).where(table.kiosk == kiosk).order_by(*order).limit(limit)
    return [dict(row._mapping) for row in transaction.connection.execute(newest)]


def _kiosk(transaction: Transaction, name: str) -> Row[Any]:
    return transaction.connection.execute(_FIND, {"kiosk": name}).one()


def _set(transaction: Transaction, name: str, values: dict[str, Any]) -> None:
    transaction.connection.execute(_update_of(tuple(sorted(values))), {"kiosk": name, **values})


@cache
def _update_of(columns: tuple[str, ...]) -> Update:
    return update(Kiosk).where(Kiosk.name == bindparam("kiosk")).values({name: bindparam(name) for name in columns})


def _order(kiosk: Row[Any], boot: int, sequence: int) -> dict[str, Any] | None:
    """The columns of the order, when this is newer than what is known; else None."""
    if boot == NO_ORDER:
        return {}
    if (boot, sequence) < (kiosk.boot, kiosk.sequence):
        return None
    return {"boot": boot, "sequence": sequence}


def _conditions(transaction: Transaction, kiosk: Row[Any], conditions: Conditions) -> dict[str, Any]:
    standing = {c.id: {"since": c.since.isoformat(), "detail": c.detail} for c in conditions}
    for raised in sorted(standing.keys() - kiosk.conditions.keys()):
        transaction.note(kiosk.name, "condition.raised", raised)
    for cleared in sorted(kiosk.conditions.keys() - standing.keys()):
        transaction.note(kiosk.name, "condition.cleared", cleared)
    return {"conditions": standing}


def _head(transaction: Transaction, kiosk: Row[Any], head: JournalHead) -> dict[str, Any]:
    """The columns of a head that goes on from the held one; of any other the staff hear, and nothing is kept."""
    held = _head_of(kiosk)
    if held is not None and held != head and (head.boot, head.sequence) <= (held.boot, held.sequence):
        transaction.note(kiosk.name, "journal.contradiction", f"{head.boot}.{head.sequence}")
        return {}
    return {"journal_boot": head.boot, "journal_sequence": head.sequence, "journal_hash": head.hash}


def _head_of(kiosk: Row[Any]) -> JournalHead | None:
    if kiosk.journal_hash is None:
        return None
    return JournalHead(boot=kiosk.journal_boot, sequence=kiosk.journal_sequence, hash=kiosk.journal_hash)


_FIND = select(*Kiosk.__table__.columns).where(Kiosk.name == bindparam("kiosk"))
