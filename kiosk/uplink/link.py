"""The machine's link to the central server: questions, heartbeats, conditions, and the reports that wait."""

import datetime
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import TypeVar
from uuid import uuid4

import structlog
import trio

from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.operations.store import OperationRow, Store
from kiosk.uplink.client import Central
from kiosk.uplink.contract import (
    CardPinEvidence,
    CardQuery,
    CardRecord,
    ConditionReport,
    ECardEvidence,
    EvidenceAccepted,
    Heartbeat,
    PinChangeOutcome,
    PinChangeReport,
    ReportedCondition,
    StaffCall,
)
from kiosk.uplink.errors import Cause, CentralError, OperationConflict

log = structlog.get_logger()

_Answer = TypeVar("_Answer")

_AWAY_SECONDS = 5.0
"""How often a server that is away is tried again."""

_REPORT_RETRY_SECONDS = (5.0, 15.0, 60.0)


class Uplink:
    """One machine's side of the link.

    Args:
        central: What carries the questions.
        store: Boot and sequence numbers, and the reports of operations.
        board: Learns here whether the server answers.
        kiosk: This machine's name in the fleet.
        now: The wall clock; informative only.
        heartbeat_seconds: Between two heartbeats while the server answers.
    """

    def __init__(
        self,
        central: Central,
        store: Store,
        board: ConditionBoard,
        *,
        kiosk: str,
        now: Callable[[], datetime.datetime],
        heartbeat_seconds: float,
    ) -> None:
        self._central = central
        self._store = store
        self._board = board
        self._kiosk = kiosk
        self._now = now
        self._heartbeat_seconds = heartbeat_seconds
        self._failed = trio.Event()
        self._report_waits = trio.Event()

    async def card_status(self, query: CardQuery) -> CardRecord:
        """The record of a card; see `Central.card_status`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._asked(self._central.card_status(query))

    async def e_card_evidence(self, evidence: ECardEvidence) -> EvidenceAccepted:
        """Show a code; see `Central.e_card_evidence`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._asked(self._central.e_card_evidence(evidence))

    async def card_pin_evidence(self, evidence: CardPinEvidence) -> EvidenceAccepted:
        """Tell of an accepted PIN; see `Central.card_pin_evidence`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._asked(self._central.card_pin_evidence(evidence))

    async def _asked(self, question: Awaitable[_Answer]) -> _Answer:
        try:
            return await question
        except CentralError as error:
            if error.cause is not Cause.REFUSED:
                self._board.set(conditions.CENTRAL_AWAY, stands=True)
                self._failed.set()
            raise

    def report_soon(self) -> None:
        """An operation has left a report in the store."""
        self._report_waits.set()

    async def call_staff(self, page: str) -> bool:
        """Ask for a person to come; True when the server has heard it.

        Args:
            page: Where the citizen is, by the page's name.
        """
        call = StaffCall(
            call_id=uuid4(),
            kiosk=self._kiosk,
            boot=self._store.boot,
            sequence=self._store.next_sequence(),
            page=page,
            at=self._now(),
        )
        try:
            await self._central.call_staff(call)
        except CentralError as error:
            log.warning("uplink.staff_call_failed", cause=error.cause.value)
            return False
        return True

    async def beat(self, *, first_after_seconds: float) -> None:
        """Say regularly that this machine lives, more often while nobody answers.

        Args:
            first_after_seconds: Lets the home page come first: the HTTP client is slow to import.
        """
        await trio.sleep(first_after_seconds)
        installed = version("kiosk")
        while True:
            self._failed = trio.Event()
            message = Heartbeat(
                kiosk=self._kiosk,
                version=installed,
                boot=self._store.boot,
                sequence=self._store.next_sequence(),
                conditions=self._standing(),
                outbox_length=len(self._store.unsent()),
            )
            try:
                await self._central.heartbeat(message)
            except CentralError as error:
                log.warning("uplink.heartbeat_failed", cause=error.cause.value, status=error.status)
                self._board.set(conditions.CENTRAL_AWAY, stands=True)
                await trio.sleep(min(self._heartbeat_seconds, _AWAY_SECONDS))
            else:
                self._board.set(conditions.CENTRAL_AWAY, stands=False)
                self._report_waits.set()
                with trio.move_on_after(self._heartbeat_seconds):
                    await self._failed.wait()

    async def report_conditions(self) -> None:
        """Tell the server when a condition comes or goes; what doesn't arrive stands in the next heartbeat."""
        while True:
            await self._board.change()
            message = ConditionReport(
                kiosk=self._kiosk,
                boot=self._store.boot,
                sequence=self._store.next_sequence(),
                conditions=self._standing(),
            )
            try:
                await self._central.report_conditions(message)
            except CentralError as error:
                log.info("uplink.conditions_not_sent", cause=error.cause.value)

    async def send_reports(self) -> None:
        """Send what operations left behind, oldest first, each until the server holds it.

        One that the server won't take keeps none of the others back. Where it holds something else under the same
        id nothing more is changed at this machine until a technician has looked at it.
        """
        for row in self._store.unfinished():
            log.warning("operation.in_doubt", operation=str(row.operation_id))
            self._store.conclude(row.operation_id, PinChangeOutcome.IN_DOUBT.value)
        attempt = 0
        while True:
            self._report_waits = trio.Event()
            if await self._send_unsent():
                attempt = 0
                await self._report_waits.wait()
                continue
            seconds = _REPORT_RETRY_SECONDS[min(attempt, len(_REPORT_RETRY_SECONDS) - 1)]
            attempt += 1
            with trio.move_on_after(seconds):
                await self._report_waits.wait()

    async def _send_unsent(self) -> bool:
        """One round; False where something is left to be tried again."""
        refused = False
        for row in self._store.unsent():
            try:
                await self._central.report(self._report(row))
            except CentralError as error:
                log.warning("operation.not_reported", operation=str(row.operation_id), cause=error.cause.value)
                if error.cause is not Cause.REFUSED:
                    return False
                refused = True
                if isinstance(error, OperationConflict):
                    self._board.set(conditions.REPORT_CONFLICT, stands=True)
            else:
                self._store.acknowledge(row.operation_id)
                log.info("operation.acknowledged", operation=str(row.operation_id))
        return not refused

    def _report(self, row: OperationRow) -> PinChangeReport:
        assert row.outcome is not None
        return PinChangeReport(
            operation_id=row.operation_id,
            kiosk=self._kiosk,
            boot=row.boot,
            sequence=row.sequence,
            card=row.card,
            outcome=PinChangeOutcome(row.outcome),
            status_word=row.status_word,
            tries_left=row.tries_left,
            at=datetime.datetime.fromisoformat(row.at),
        )

    def _standing(self) -> tuple[ReportedCondition, ...]:
        return tuple(ReportedCondition(id=condition.id, since=since) for condition, since in self._board.standing())
