"""Works a central server's database as kiosks would, and says what was answered: run under `system_calls.record`.

The whole application is there, gate and routes included, without a network.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import os
import random
import sqlite3
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy.engine.default
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session
from system_calls import FACTS

from central import personas as central_personas
from central.database import open_database
from central.in_process import InProcess
from central.registry import Registry
from central.tables import Card
from kiosk.uplink import contract
from kiosk.uplink.contract import (
    Heartbeat,
    JournalHead,
    Means,
    OperationIntent,
    OperationKind,
    OperationState,
    OutcomeReport,
    Settlement,
    StaffCall,
)
from simulator.card_reader.personas import as_json

KIOSK = "kiosk-under-test"
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)

Request = tuple[str, dict[str, Any]]
"""The path of a PUT, and its body."""


def state_of(connection: sqlite3.Connection) -> str:
    """All that a database holds, as this connection sees it, as a short text: two that hold the same are equal."""
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
    rows = {name: sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"'))) for name in names}
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:24]


def requests(rng: random.Random, cards: list[UUID]) -> Iterator[Request]:
    """What a kiosk puts, without end: operations from intent to outcome, settlements, repeats, heartbeats, calls."""
    order: Any = {"kiosk": KIOSK, "boot": 1, "sequence": 0}
    open_ones: list[tuple[UUID, OperationKind, UUID]] = []
    doubtful: list[tuple[UUID, OperationKind, UUID]] = []
    before: list[Request] = []
    while True:
        order["sequence"] += 1
        identity, what = UUID(int=rng.getrandbits(128), version=4), rng.random()
        message: BaseModel
        if what < 0.1 and before:
            yield rng.choice(before)
            continue
        if what < 0.4 or not open_ones:
            kind = rng.choice([OperationKind.PIN_CHANGE] * 3 + [OperationKind.LOSS_RELEASE])
            operation = (identity, kind, rng.choice(cards))
            open_ones += [operation] if kind.on_chip else []
            path = contract.OPERATION.format(operation_id=identity)
            tries = 5 if kind.on_chip else None
            message = OperationIntent(
                operation_id=identity, kind=kind, card=operation[2], tries_before=tries, at=AT, **order
            )
        elif what < 0.7:
            identity, kind, card = operation = open_ones.pop(rng.randrange(len(open_ones)))
            outcome: Any = rng.choice((OperationState.DONE, OperationState.NOT_DONE, OperationState.IN_DOUBT))
            doubtful += [operation] if outcome is OperationState.IN_DOUBT else []
            path = contract.OUTCOME.format(operation_id=identity)
            message = OutcomeReport(operation_id=identity, kind=kind, card=card, outcome=outcome, at=AT, **order)
        elif what < 0.8 and doubtful:
            settled, kind, card = doubtful.pop(rng.randrange(len(doubtful)))
            path = contract.SETTLEMENT.format(settlement_id=identity)
            means: Any = {"outcome": OperationState.DONE, "means": Means.NEW_PIN_ACCEPTED, "tries_left": 6}
            message = Settlement(settlement_id=identity, operation_id=settled, card=card, at=AT, **means, **order)
        elif what < 0.9:
            path = contract.STAFF_CALL.format(call_id=identity)
            message = StaffCall(call_id=identity, page="pin.blocked", at=AT, **order)
        else:
            path = contract.HEARTBEAT.format(kiosk=KIOSK)
            head = JournalHead(boot=1, sequence=order["sequence"], hash=f"{rng.getrandbits(256):064x}")
            message = Heartbeat(version="1", outbox_length=rng.randrange(9), journal=head, **order)
        request = (path, contract.to_wire(message))
        before.append(request)
        yield request


async def live(directory: Path, seed: int, count: int) -> None:
    """Answer `count` requests that `seed` decides."""
    facts = os.open(directory / FACTS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def tell(fact: dict[str, Any]) -> None:
        os.write(facts, json.dumps(fact).encode() + b"\n")

    commit: Any = sqlalchemy.engine.default.DefaultDialect.do_commit

    def commit_and_tell(dialect: Any, connection: Any) -> None:
        commit(dialect, connection)
        tell({"state": state_of(connection)})

    sqlalchemy.engine.default.DefaultDialect.do_commit = commit_and_tell  # type: ignore[method-assign]
    registry = Registry(open_database(directory), now=lambda: AT, random=random.Random(seed).randbytes)
    people = directory / "people.json"
    people.write_text(as_json(), encoding="utf-8")
    central_personas.seed(registry, people)
    secret = registry.admit(KIOSK)
    tell({"secret": secret})
    with Session(registry.engine) as session:
        cards = [UUID(handle) for handle in session.scalars(select(Card.handle).order_by(Card.id))]
    server = InProcess(registry, secret)
    for number, (path, body) in enumerate(requests(random.Random(seed), cards)):
        if number == count:
            break
        wire = json.dumps(body)
        status, _, answer = await server.request("PUT", path, wire.encode())
        if 200 <= status < 300:
            # With what the server itself takes for true, committed or not.
            with contextlib.closing(registry.engine.raw_connection()) as own:
                assert isinstance(own.driver_connection, sqlite3.Connection)
                tell({"answered": [path, wire, answer.decode()], "state": state_of(own.driver_connection)})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--requests", type=int, required=True)
    chosen = parser.parse_args()
    sys.exit(asyncio.run(live(chosen.directory, chosen.seed, chosen.requests)))
