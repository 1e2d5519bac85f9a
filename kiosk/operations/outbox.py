"""Sends what waits: each message with the same bytes until the server has answered, and none of them in a storm."""

import math
from collections.abc import Awaitable, Callable
from functools import partial
from random import Random
from typing import TypeVar
from uuid import UUID

import structlog
import trio
from pydantic import BaseModel

from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.operations import steps
from kiosk.operations.asking import insist, judged, pause
from kiosk.operations.errors import StorageError
from kiosk.operations.storage import Storage
from kiosk.operations.store import OutboxRow
from kiosk.uplink import contract
from kiosk.uplink.client import Central
from kiosk.uplink.contract import Acknowledged, OperationAcknowledged, OperationIntent, OperationOpened, OperationState
from kiosk.uplink.errors import Cause, CentralError, OperationConflict

A = TypeVar("A")

log = structlog.get_logger()

_BACKGROUND_SECONDS = (2.0, 60.0)
MOST_FAILURES = 10
"""A message that the server failed on so often, while it may have got it, is for a person to look at."""

_PATHS = {
    "intent": contract.OPERATION.replace("operation_id", "id"),
    "outcome": contract.OUTCOME.replace("operation_id", "id"),
    "settlement": contract.SETTLEMENT.replace("settlement_id", "id"),
    "observation": contract.OBSERVATION.replace("observation_id", "id"),
}
_ANSWERS: dict[str, type[BaseModel]] = {
    "intent": OperationOpened,
    "outcome": OperationAcknowledged,
    "settlement": OperationAcknowledged,
    "observation": Acknowledged,
}


def require_done(answer: BaseModel) -> None:
    """An intent that changes the record alone is done when it is answered.

    Raises:
        CentralError: The server says otherwise.
    """
    if isinstance(answer, OperationOpened) and answer.state is not OperationState.DONE:
        raise CentralError(Cause.BROKEN, "the server left open what no chip takes part in", status=200)


class Outbox:
    """Delivers the messages of the store.

    Args:
        storage: Where they wait.
        central: Who gets them.
        board: Learns here when the server holds something else under one of their ids.
        at: The time to write into records.
        rng: Spreads the tries.
    """

    def __init__(
        self, storage: Storage, central: Central, board: ConditionBoard, *, at: Callable[[], str], rng: Random
    ) -> None:
        self._storage = storage
        self._central = central
        self._board = board
        self._at = at
        self._rng = rng
        self._sending: dict[int, trio.Event] = {}
        self._broken: dict[int, int] = {}
        self._news, self._urgent = trio.Event(), False
        self._delivered = trio.Event()
        self._peace_until = -math.inf

    @property
    def length(self) -> int:
        """How many messages wait; 0 where the storage can't be read."""
        try:
            return self._storage.read(lambda store: store.outbox_length())
        except StorageError:
            return 0

    def wake(self) -> None:
        """There is something to send that somebody may wait for."""
        self._urgent = True
        self._news.set()

    def server_answers(self) -> None:
        """The server has just answered something else: what waits is tried before its time, unless it asked for it."""
        if trio.current_time() >= self._peace_until:
            self._news.set()

    async def flush(self, thread: UUID, *, seconds: float) -> bool:
        """Deliver what waits in `thread` now, in order; whether anything did.

        Raises:
            CentralError: No answer, or a refusal; the rest waits on.
            StorageError: An answer can't be written down; its message waits on.
        """
        deadline = trio.current_time() + seconds
        waited = False
        while rows := self._storage.read(lambda store: store.outbox(thread=thread)):
            waited = True
            await self._insist(partial(self._deliver, rows[0]), seconds=deadline - trio.current_time())
        return waited

    async def open(self, intent: OperationIntent, *, expected: OperationState, seconds: float) -> OperationOpened:
        """Have an intent that the caller holds answered.

        Raises:
            CentralError: It isn't, or not as it should be.
        """
        body = intent.model_dump_json().encode()

        async def ask() -> OperationOpened:
            answer = await self.send("intent", intent.operation_id, body)
            assert isinstance(answer, OperationOpened)
            if answer.state is not expected:
                raise CentralError(Cause.BROKEN, "the server opened something else", status=200)
            return answer

        return await self._insist(ask, seconds=seconds)

    async def send(self, message: str, message_id: UUID, body: bytes) -> BaseModel:
        """Send a message that the caller holds, once; the answer.

        Raises:
            CentralError: No answer, or a refusal.
        """
        path = _PATHS[message].format(id=message_id)
        answer = await self._central.deliver(path, body, _ANSWERS[message])
        if getattr(answer, "operation_id", message_id) != message_id and message != "settlement":
            raise CentralError(Cause.BROKEN, "the answer is for another message", status=200)
        return answer

    async def acknowledged(self, operation_id: UUID, *, seconds: float) -> bool:
        """Whether the server holds an operation's outcome within `seconds`."""
        with trio.move_on_after(seconds):
            while True:
                try:
                    row = self._storage.read(lambda store: store.operation(operation_id))
                except StorageError:
                    return False
                if row is not None and row.acknowledged:
                    return True
                await self._delivered.wait()
        return False

    async def run(self) -> None:
        """Deliver in the background, for ever: oldest first, in order within a thread, patiently after failures."""
        failures, seconds = 0, math.inf
        while True:
            with trio.move_on_after(seconds):
                await self._news.wait()
            if self._urgent:
                failures = 0
            self._news, self._urgent = trio.Event(), False
            error = await self._round()
            if error is None:
                failures, seconds = 0, math.inf
            else:
                failures += 1
                seconds = pause(failures, _BACKGROUND_SECONDS, self._rng, error.retry_after_seconds)
                if error.retry_after_seconds:
                    self._peace_until = trio.current_time() + seconds

    async def _insist(self, ask: Callable[[], Awaitable[A]], *, seconds: float) -> A:
        try:
            return await insist(ask, seconds=seconds, rng=self._rng)
        except CentralError as error:
            if error.cause is not Cause.REFUSED:
                self._central.failed(error)  # Somebody waited in vain: less is offered until it answers again.
            raise

    async def _round(self) -> CentralError | None:
        """Deliver what can be delivered; what keeps the rest waiting, or None where nothing waits."""
        left: CentralError | None = None
        refused: set[UUID] = set()
        while (row := self._next(refused)) is not None:
            try:
                await self._deliver(row)
            except StorageError:
                return CentralError(Cause.BROKEN, "the answer can't be written down")
            except CentralError as error:
                log.warning(
                    "outbox.not_delivered", message=row.message, id=str(row.message_id), cause=error.cause.value
                )
                if not judged(error):
                    return error
                left = error
                refused.add(row.thread)
        return left

    def _next(self, refused: set[UUID]) -> OutboxRow | None:
        """The oldest message that begins its thread; those that the server broke on before come after the others.

        Of one that it goes on breaking on, a person is told: it isn't the machine that can mend that.
        """
        try:
            rows = self._storage.read(lambda store: store.outbox())
        except StorageError:
            return None
        self._broken = {row.number: self._broken[row.number] for row in rows if row.number in self._broken}
        failing = any(failures >= MOST_FAILURES for failures in self._broken.values())
        self._board.set(conditions.OUTBOX_FAILING, stands=failing)
        first = {row.thread: row for row in reversed(rows)}
        waiting = [row for row in first.values() if row.thread not in refused]
        return min(waiting, key=lambda row: (self._broken.get(row.number, 0), row.number), default=None)

    async def _deliver(self, row: OutboxRow) -> None:
        """Send one message and write down the answer; nothing where that has just been done beside this.

        Raises:
            CentralError: No answer, or a refusal, which is counted.
            StorageError: The answer can't be written down.
        """
        if row.number in self._sending:
            await self._sending[row.number].wait()
            return
        done = self._sending[row.number] = trio.Event()
        try:
            answer = await self.send(row.message, row.message_id, row.body)
            require_done(answer)
        except CentralError as error:
            self._not_delivered(row, error)
            raise
        else:
            self._storage.write(lambda store: steps.delivered(store, row, answer, at=self._at()))
            log.info("outbox.delivered", message=row.message, id=str(row.message_id))
            self._delivered.set()
            self._delivered = trio.Event()
        finally:
            del self._sending[row.number]
            done.set()

    def _not_delivered(self, row: OutboxRow, error: CentralError) -> None:
        if error.may_have_arrived:
            self._broken[row.number] = self._broken.get(row.number, 0) + 1
        if not judged(error):
            return
        if isinstance(error, OperationConflict):
            self._board.set(conditions.REPORT_CONFLICT, stands=True)
        self._storage.write(lambda store: steps.refused(store, row, error, at=self._at()))
