"""Everything that this machine changes: begun, recorded, reported, and taken up again after a power cut."""

import datetime
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import TypeVar
from uuid import UUID, uuid4

import structlog
import trio

from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.operations import steps
from kiosk.operations.asking import insist, judged, refusal
from kiosk.operations.book import Book
from kiosk.operations.errors import ChangesClosed, OutcomeUnknown, StorageError
from kiosk.operations.observations import Observations
from kiosk.operations.operation import Operation
from kiosk.operations.outbox import Outbox
from kiosk.operations.recovery import Recovered
from kiosk.operations.store import Store
from kiosk.operations.upkeep import Upkeep
from kiosk.uplink.client import Central
from kiosk.uplink.contract import (
    CardRecord,
    JournalHead,
    Means,
    OpenOperation,
    OperationIntent,
    OperationKind,
    OperationOpened,
    OperationState,
    Outcome,
)
from kiosk.uplink.errors import CentralError

T = TypeVar("T")

log = structlog.get_logger()

_OPERATION_SECONDS = 900.0
"""A backstop: drivers and server bound their own time. Three entries on a reader may take six minutes."""


class Operations(Book):
    """The machine's operations, and the messages that wait.

    Args:
        open_store: Opens the database.
        central: The server.
        board: Learns here what keeps this machine from changing anything.
        kiosk: This machine's name in the fleet.
        number: Its number, for receipts.
        now: The wall clock; informative only.
        answer_seconds: How long somebody waits for the server in all.
        rng: Spreads what is tried again.
        new_id: Makes ids.
    """

    def __init__(
        self,
        open_store: Callable[[], Store],
        central: Central,
        board: ConditionBoard,
        *,
        kiosk: str,
        number: int,
        now: Callable[[], datetime.datetime],
        answer_seconds: float = 20.0,
        rng: Random | None = None,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        super().__init__(open_store, board, number=number, now=now, rng=rng or Random())
        self.central = central
        self.kiosk = kiosk
        self._answer_seconds = answer_seconds
        self._new_id = new_id
        self._outbox = Outbox(self._storage, central, board, at=self.at, rng=self._rng)
        self._upkeep = Upkeep(self._storage, self._outbox, central, board, kiosk=kiosk, at=self.at)
        self._observations = Observations(self._storage, self._outbox, board, kiosk=kiosk, at=self.at, new_id=new_id)

    # What services call.

    @asynccontextmanager
    async def begin(
        self,
        kind: OperationKind,
        record: CardRecord,
        *,
        evidence: Sequence[UUID] = (),
        tries_before: int | None = None,
        supersedes: UUID | None = None,
    ) -> AsyncIterator[Operation]:
        """Do what is inside as one operation on the card's chip, which nothing outside can cancel.

        The intent is durable here and open at the server before the body runs; the outcome is durable before it is
        left. What is inside bounds its own time.

        Args:
            kind: What is changed.
            record: The card's, as the server last told.
            evidence: Ids of what the server accepted of who this is.
            tries_before: The witness, as the card last told.
            supersedes: An operation in doubt that this reset makes pointless.

        Raises:
            ChangesClosed: This machine changes nothing now.
            OperationRefused: The server said no (`problem`); nothing reached the card.
            CentralError: No answer; nothing reached the card, and the server will be told.
            OutcomeUnknown: The card did it and that can't be written down now; it will be, and reported.
        """
        assert kind.on_chip, "what changes the record alone has no card to wait for"
        await self._upkeep.ready()
        await self._flush(record.handle)  # What the server is still to hear of this card comes first.
        await trio.lowlevel.checkpoint()  # Who has just left, or taken the card, has nothing changed.
        with trio.CancelScope(shield=True), trio.fail_after(_OPERATION_SECONDS):
            intent = self._intend(kind, record, evidence, tries_before, supersedes)
            await self._have_opened(intent)
            operation = Operation(self, intent.operation_id, tries_before=tries_before)
            try:
                yield operation
            except BaseException:
                self._end(operation.id, operation.outcome, operation.status_word, operation.tries_left)
                raise
            written = self._end(operation.id, operation.outcome, operation.status_word, operation.tries_left)
            if not written and operation.outcome is not OperationState.NOT_DONE:
                raise OutcomeUnknown("the outcome can't be written down")

    async def change_record(
        self, kind: OperationKind, record: CardRecord, *, evidence: Sequence[UUID], draft: UUID | None = None
    ) -> OperationOpened:
        """Have the server change a record, or take an application; no chip takes part.

        Args:
            kind: What is changed.
            record: The card's, or of the card that its holder has in use.
            evidence: Ids of what the server accepted of who this is.
            draft: What is applied for, as the server holds it: for an application alone.

        Returns:
            The server's answer: until when a loss lasts, when the next check is due, or the application's number.

        Raises:
            ChangesClosed: This machine changes nothing now.
            OperationRefused: The server said no (`problem`).
            CentralError: The server was surely never asked; nothing is changed.
            OutcomeUnknown: No answer: the server may have done it, and is asked until it says.
        """
        assert not kind.on_chip
        await self._upkeep.ready()
        await trio.lowlevel.checkpoint()
        opened: OperationOpened | None = None
        with trio.CancelScope(shield=True):
            intent = self._intend(kind, record, evidence, None, None, draft)
            identity = intent.operation_id
            try:
                opened = await self._outbox.open(intent, expected=OperationState.DONE, seconds=self._answer_seconds)
            except CentralError as error:
                if judged(error) or not error.may_have_arrived:
                    self._end(identity, OperationState.NOT_DONE, report=error.may_have_arrived)
                    raise refusal(error) from None
                self._storage.owe(lambda store: steps.unanswered(store, identity))
                self._outbox.wake()
                raise OutcomeUnknown("the server hasn't answered") from None
            log.info("operation.ended", operation=str(identity), outcome=OperationState.DONE)
            at = self.at()
            if not self._storage.owe(lambda store: steps.answered(store, identity, OperationState.DONE, at=at)):
                raise OutcomeUnknown("the outcome can't be written down")
        assert opened is not None
        return opened

    async def settle(
        self,
        open: OpenOperation,
        record: CardRecord,
        *,
        outcome: OperationState,
        means: Means,
        tries_left: int | None,
    ) -> None:
        """Tell the server what the card has shown of an operation that hadn't ended; it holds that on return.

        Args:
            open: The operation, of this machine or of another.
            record: The card's.
            outcome: Done, not done, or escalated where nobody can tell any more.
            means: How that was found out.
            tries_left: As the card last told.

        Raises:
            ChangesClosed: It can't be written down.
            CentralError: The server hasn't acknowledged it in time; it goes on being sent.
        """
        with trio.CancelScope(shield=True):
            identity = self._new_id()
            self.write(
                lambda store: steps.settle(
                    store,
                    identity,
                    open.operation_id,
                    record.handle,
                    outcome=outcome,
                    means=means,
                    tries_left=tries_left,
                    kiosk=self.kiosk,
                    at=self.at(),
                )
            )
            log.info("operation.settled", operation=str(open.operation_id), outcome=outcome, means=means)
            await self._flush(record.handle)

    async def catch_up(self, record: CardRecord) -> bool:
        """Have the server told what it is still to hear of this card from here, and nobody asked for it.

        Returns:
            Whether there was anything: the record is older then.

        Raises:
            ChangesClosed: It can't be read.
            CentralError: No answer; it goes on being sent.
        """
        return await self._flush(record.handle)

    def observe(self, record: CardRecord, tries_left: int | None) -> None:
        """Have the server told that the card is blocked, or isn't, where its record says otherwise."""
        self._observations.observe(record, tries_left)

    # What the core runs, and what the link to the server needs.

    @property
    def order(self) -> int:
        """The boot by which the server orders what this machine says of itself; 0: as it comes.

        That is so while the storage can't be read, and while the server knows another journal than this one, whose
        boots may be ahead: it must hear of that all the same.
        """
        return 0 if self._board.stands(conditions.JOURNAL_CONTRADICTION) else self.boot

    @property
    def outbox_length(self) -> int:
        """How many messages wait."""
        return self._outbox.length

    @property
    def head(self) -> JournalHead | None:
        """The journal's newest record; None: it can't be read, or the server has yet to confirm the last one."""
        return self._upkeep.head

    def server_answers(self, head: JournalHead | None) -> None:
        """The server has just answered, and holds `head`."""
        self._upkeep.server_answers(head)

    async def run(self) -> None:
        """Recover, then deliver what waits, for ever."""
        await self._upkeep.run()

    async def recover(self) -> None:
        """This boot's recovery alone; see `Upkeep.recover`."""
        await self._upkeep.recover()

    async def recovered(self) -> Recovered | None:
        """Wait for the end of this boot's recovery; see `Upkeep.recovered`."""
        return await self._upkeep.recovered()

    # What an operation needs.

    async def insist(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask the server for what the citizen waits for; it may be repeated.

        Raises:
            OperationRefused: The server said no.
            CentralError: No answer.
        """
        try:
            return await insist(ask, seconds=self._answer_seconds, rng=self._rng)
        except CentralError as error:
            raise refusal(error) from None

    async def acknowledged(self, operation_id: UUID, *, seconds: float) -> bool:
        """Whether the server holds an operation's outcome within `seconds`."""
        return await self._outbox.acknowledged(operation_id, seconds=seconds)

    # Within.

    def _intend(
        self,
        kind: OperationKind,
        record: CardRecord,
        evidence: Sequence[UUID],
        tries_before: int | None,
        supersedes: UUID | None,
        draft: UUID | None = None,
    ) -> OperationIntent:
        identity = self._new_id()
        intent = self.write(
            lambda store: steps.intend(
                store,
                identity,
                kind,
                record.handle,
                kiosk=self.kiosk,
                at=self.at(),
                evidence=evidence,
                tries_before=tries_before,
                supersedes=supersedes,
                draft=draft,
            )
        )
        log.info("operation.begun", operation=str(identity), kind=kind)
        return intent

    async def _have_opened(self, intent: OperationIntent) -> None:
        """Have the server hold the intent.

        Raises:
            OperationRefused, CentralError: It doesn't, and the operation has ended.
        """
        try:
            await self._outbox.open(intent, expected=OperationState.OPEN, seconds=self._answer_seconds)
        except CentralError as error:
            report = error.may_have_arrived or not judged(error)
            self._end(intent.operation_id, OperationState.NOT_DONE, report=report)
            raise refusal(error) from None
        except BaseException:
            self._end(intent.operation_id, OperationState.NOT_DONE)
            raise

    async def _flush(self, card: UUID) -> bool:
        try:
            return await self._outbox.flush(card, seconds=self._answer_seconds)
        except StorageError:
            raise ChangesClosed(self._board.closing("change")) from None

    def _end(
        self,
        operation_id: UUID,
        outcome: Outcome,
        status_word: str | None = None,
        tries_left: int | None = None,
        *,
        report: bool = True,
    ) -> bool:
        """Write the outcome down and have it reported; False where it can only be kept in memory for now."""
        at = self.at()
        log.info("operation.ended", operation=str(operation_id), outcome=outcome)
        written = self._storage.owe(
            lambda store: steps.end(
                store,
                operation_id,
                outcome,
                kiosk=self.kiosk,
                at=at,
                status_word=status_word,
                tries_left=tries_left,
                report=report,
            )
        )
        self._outbox.wake()
        return written
