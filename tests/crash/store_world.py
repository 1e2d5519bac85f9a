"""What stands around a kiosk's store and outlives its power cuts: a central server, cards, and what was learnt.

The server is the real one, in this process; whoever uses the kiosk is decided by chance. Whatever the rest of the
world learns is noted as a fact in the recording of the disk, at the moment when it is learnt.
"""

import contextlib
import datetime
import functools
import importlib.metadata
import json
import random
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import trio
from recorded_disk import Recording
from regions import NOTHING_NEEDED

from central import personas as central_personas
from central.database import open_in_memory
from central.in_process import InProcess
from central.registry import Registry
from drivers.card_reader.errors import CardGone, CardRefused
from drivers.card_reader.mutation import Mutation
from drivers.errors import DeviceError, Outcome
from kiosk.conditions import ConditionBoard
from kiosk.operations import storage
from kiosk.operations.errors import ChangesClosed, OutcomeUnknown
from kiosk.operations.operations import Operations
from kiosk.operations.store import Store
from kiosk.uplink.client import Central
from kiosk.uplink.contract import CardRecord, CardReference, Heartbeat, Means, OperationKind, OperationState
from kiosk.uplink.errors import Cause, CentralError
from simulator.card_reader.personas import as_json

# Looked up at every start of a kiosk: a fourth of the time of an image.
storage.version = functools.cache(importlib.metadata.version)  # type: ignore[attr-defined]

KIOSK = "kiosk-under-test"
DATABASE = "kiosk.db"

_CHIP_KINDS = (OperationKind.PIN_CHANGE, OperationKind.UNBLOCK, OperationKind.ENABLE, OperationKind.PIN_RESET)
_RECORD_KINDS = (OperationKind.TEMPORARY_LOSS, OperationKind.LOSS_RELEASE)
_HEADERS = {OperationKind.UNBLOCK: "84240001", OperationKind.PIN_RESET: "84240000"}


class World:
    """Everything but the kiosk, for one seed.

    Attributes:
        recording: Of the disk of the boot that runs.
        forgetful: Whether the machine drops old records early.
        fault: How likely an answer of the server is lost; half as likely a request is.
    """

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.fault = self.rng.choice((0.0, 0.05, 0.3))
        self.forgetful = self.rng.random() < 0.5
        self.recording = Recording()
        self.registry = Registry(
            open_in_memory(), now=self._now, random=self.rng.randbytes, policy_of=lambda kiosk, day: NOTHING_NEEDED
        )
        people = json.loads(as_json())
        for person in people:
            if person.get("server_record"):
                person["server_record"]["handle"] = str(self._id())
        with tempfile.NamedTemporaryFile("w", dir="/dev/shm") as file:
            json.dump(people, file)
            file.flush()
            codes = central_personas.seed(self.registry, Path(file.name))
        self._cards = [CardReference.model_validate({"card_identification_code": code}) for code in codes.values()]
        self._server = InProcess(self.registry, self.registry.admit(KIOSK))

    def _id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def _now(self) -> datetime.datetime:
        # A clock that jumps: nothing may be decided by it.
        return datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC) + datetime.timedelta(days=self.rng.randrange(3))

    def operations(self, directory: Path, *, vfs: str | None) -> Operations:
        """The kiosk's operations at a start: the store opens here."""
        board = ConditionBoard(self._now)
        return Operations(
            lambda: Store(directory / DATABASE, vfs=vfs),
            Central(self),
            board,
            kiosk=KIOSK,
            number=1,
            now=self._now,
            rng=self.rng,
            new_id=self._id,
        )

    async def request(self, method: str, path: str, body: bytes | bytearray) -> Any:
        """What the kiosk calls its transport: the way to the server, which loses requests and answers."""
        await trio.sleep(0.01)
        if self.recording.ended or self.rng.random() < self.fault / 2:
            raise CentralError(Cause.UNREACHABLE, "lost by the simulation")
        answer = await self._server.request(method, path, body)
        if method == "PUT" and 200 <= answer[0] < 300:
            self.recording.fact(("held", path))
        if self.rng.random() < self.fault:
            raise CentralError(Cause.HUNG_UP, "lost by the simulation")
        return answer

    async def live(self, machine: Operations, visits: int) -> None:
        """Citizen after citizen."""
        self.recording.fact(("boot", machine.boot))
        for _ in range(visits):
            if self.recording.ended:
                return
            # Told to the citizen. What it left behind is what this is about.
            with contextlib.suppress(ChangesClosed, OutcomeUnknown, CentralError, DeviceError):
                await self._visit(machine)
            self._note_outbox(machine)

    async def _visit(self, machine: Operations) -> None:
        if self.rng.random() < 0.2:
            await self._beat(machine)
        record = await machine.central.card_status(self.rng.choice(self._cards))
        what = self.rng.random()
        if record.open_operation is not None and what < 0.7:
            outcome: Any = self.rng.choice((OperationState.DONE, OperationState.NOT_DONE))
            means = Means.NEW_PIN_ACCEPTED if outcome is OperationState.DONE else Means.OLD_PIN_ACCEPTED
            await machine.settle(record.open_operation, record, outcome=outcome, means=means, tries_left=6)
        elif what < 0.1:
            machine.observe(record, self.rng.choice((0, 3)))
        elif what < 0.25:
            opened = await machine.change_record(self.rng.choice(_RECORD_KINDS), record, evidence=())
            self.recording.fact(("ended", str(opened.operation_id), OperationState.DONE))
        else:
            await self._change_chip(machine, record)

    async def _change_chip(self, machine: Operations, record: CardRecord) -> None:
        kind = self.rng.choice(_CHIP_KINDS)
        operation = None
        with contextlib.suppress(DeviceError):
            async with machine.begin(kind, record, tries_before=self.rng.randrange(7)) as operation:
                self.recording.fact(("begun", str(operation.id)))
                if self.rng.random() < 0.15:
                    raise CardGone("taken before anything was sent", outcome=Outcome.NOT_DONE)
                await operation.transmit(self._mutation(kind, operation.id))
        assert operation is not None
        self.recording.fact(("ended", str(operation.id), operation.outcome))
        if operation.outcome is not OperationState.DONE:
            return
        number = machine.issue_receipt(operation.id)
        self.recording.fact(("receipt", str(operation.id), number))
        for _ in range(self.rng.randrange(3)):
            before = machine.printing(number)
            self.recording.fact(("printing", number, before + 1))
            machine.printed(number, self.rng.choice(("done", "failed", "unknown")))
        if self.rng.random() < 0.5:
            await operation.acknowledged(3.0)

    def _mutation(self, kind: OperationKind, operation: UUID) -> Mutation:
        async def send() -> None:
            if self.recording.ended:
                raise CardGone("the power went", outcome=Outcome.UNKNOWN)
            self.recording.fact(("sent", str(operation)))
            await trio.sleep(0.1)
            what = self.rng.random()
            if what < 0.3:
                raise CardGone("pulled", outcome=Outcome.UNKNOWN)
            done = what < 0.8
            self.recording.fact(("answered", str(operation), OperationState.DONE if done else OperationState.NOT_DONE))
            if not done:
                raise CardRefused("6985")

        digest = self.rng.randbytes(32) if kind is OperationKind.UNBLOCK else None
        return Mutation(header=bytes.fromhex(_HEADERS.get(kind, "805E0100")), digest=digest, send=send)

    async def _beat(self, machine: Operations) -> None:
        head = machine.head
        if head is None:
            return  # The server hasn't confirmed yet that it knows this journal.
        position: Any = {"kiosk": KIOSK, "boot": head.boot, "sequence": head.sequence}
        beat = Heartbeat(version="1", outbox_length=machine.outbox_length, journal=head, **position)
        await machine.central.heartbeat(beat)
        self.recording.fact(("head", head.boot, head.sequence, head.hash))
        machine.server_answers(head)

    def _note_outbox(self, machine: Operations) -> None:
        store = machine._storage.store
        if store is None:
            return  # It failed; the images say why.
        rows = store._db.execute("SELECT message, message_id FROM outbox").fetchall()
        self.recording.fact(("waiting", frozenset(rows)))
