"""What an operation leaves behind: in the journal, at the server, on the way there."""

import json
from typing import Any

from kiosk.operations.operations import Operations
from kiosk.uplink.contract import OperationState, ProblemType


def problem(kind: ProblemType, status: int = 409, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return status, headers, json.dumps({"type": kind, "title": "no", "status": status}).encode()


def journal(operations: Operations, event: str) -> list[dict[str, Any]]:
    store = operations._storage.store
    assert store is not None
    records = [json.loads(row.record) for row in store.journal()]
    return [record for record in records if record["event"] == event]


def states(operations: Operations) -> list[tuple[str, bool]]:
    store = operations._storage.store
    assert store is not None
    return [(row.state, row.acknowledged) for row in store.operations()]


async def state_at_server(machine: Any, person: str = "zhang") -> OperationState | None:
    record = await machine.record(person)
    return None if record.open_operation is None else record.open_operation.state


def last_report(machine: Any) -> dict[str, Any]:
    path = [path for _, path in machine.way.seen if path.endswith("/outcome")][-1]
    report: dict[str, Any] = json.loads(machine.way.bodies[path][-1])
    return report
