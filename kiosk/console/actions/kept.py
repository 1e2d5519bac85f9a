"""What is kept, to be read and never edited: operations, the journal's records, the log of this run."""

import json
from typing import Any

from pydantic import Field

from kiosk import log
from kiosk.console.action import Action, Call, Failed, Message, Record
from kiosk.operations.errors import StorageError
from kiosk.operations.journal import Event
from kiosk.text import T

_UNREADABLE = T("业务日志现在读不出来")


class WhichOperations(Message):
    """Which operations are wanted."""

    unsettled: bool = False
    """Only those whose outcome the server doesn't hold yet."""
    limit: int = Field(default=50, ge=1, le=1000)


class KeptOperation(Message):
    """One operation. The card is the server's random handle."""

    operation_id: str
    kind: str
    card: str
    boot: int
    sequence: int
    state: str
    """intent, sent, done, not_done or in_doubt."""
    acknowledged: bool
    """The server holds its outcome."""


class KeptOperations(Message):
    """The newest, newest first."""

    operations: tuple[KeptOperation, ...]


async def _operations(call: Call, wanted: WhichOperations) -> KeptOperations:
    try:
        rows = call.console.machine.operations.storage.read(lambda store: store.operations())
    except StorageError:
        raise Failed(_UNREADABLE) from None
    kept = [row for row in reversed(rows) if not (wanted.unsettled and row.acknowledged)]
    return KeptOperations(
        operations=tuple(
            KeptOperation(
                operation_id=str(row.operation_id),
                kind=row.kind,
                card=str(row.card),
                boot=row.position.boot,
                sequence=row.position.sequence,
                state=row.state,
                acknowledged=row.acknowledged,
            )
            for row in kept[: wanted.limit]
        )
    )


class WhichRecords(Message):
    """Which records of the journal are wanted."""

    event: Event | None = None
    limit: int = Field(default=50, ge=1, le=1000)


class Records(Message):
    """The newest, newest first, as they were written. None of them names a person."""

    records: tuple[dict[str, Any], ...]


async def _records(call: Call, wanted: WhichRecords) -> Records:
    try:
        rows = call.console.machine.operations.storage.read(lambda store: store.journal())
    except StorageError:
        raise Failed(_UNREADABLE) from None
    found = []
    for row in reversed(rows):
        content: dict[str, Any] = json.loads(row.record)
        if wanted.event in (None, content["event"]):
            found.append(content | {"hash": row.hash.hex()})
        if len(found) == wanted.limit:
            break
    return Records(records=tuple(found))


class WhichEvents(Message):
    """Which events of the log are wanted."""

    level: log.Level = "info"
    """At least so grave."""
    event: str = Field(default="", max_length=100)
    """How its name begins."""
    limit: int = Field(default=100, ge=1, le=log.KEPT)


class Events(Message):
    """The newest of this run, newest first; older ones are in the system's journal: `journalctl -u kiosk`."""

    events: tuple[dict[str, Any], ...]


async def _log(call: Call, wanted: WhichEvents) -> Events:
    levels = log.LEVELS[log.LEVELS.index(wanted.level) :]
    found = [e for e in reversed(log.RECENT) if e["level"] in levels and e["event"].startswith(wanted.event)]
    return Events(events=tuple(found[: wanted.limit]))


ACTIONS = (
    Action(
        name="operations",
        title=T("查看业务记录"),
        arguments=WhichOperations,
        result=KeptOperations,
        run=_operations,
        record=Record.AS_IT_CAN,
    ),
    Action(
        name="records",
        title=T("查看业务日志"),
        arguments=WhichRecords,
        result=Records,
        run=_records,
        record=Record.AS_IT_CAN,
    ),
    Action(
        name="log",
        title=T("查看运行日志"),
        arguments=WhichEvents,
        result=Events,
        run=_log,
        record=Record.AS_IT_CAN,
        tells=("level", "event"),
    ),
)
