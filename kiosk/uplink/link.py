"""The machine's link to the central server: questions, heartbeats, conditions, and calls for a person."""

import datetime
from collections.abc import Callable, Mapping
from importlib.metadata import version
from random import Random
from uuid import UUID, uuid4

import structlog
import trio

from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.operations.operations import Operations
from kiosk.uplink.client import Central
from kiosk.uplink.contract import (
    ApplicationDraft,
    Applications,
    CardPinEvidence,
    CardRecord,
    CardReference,
    CertificateIssued,
    CertificateRequest,
    ConditionReport,
    DraftCodeRequest,
    DraftCodeShown,
    DraftHeld,
    ECardEvidence,
    EligibilityState,
    EvidenceAccepted,
    FaceCheckOpened,
    FaceCheckRequest,
    FaceEvidence,
    Heartbeat,
    IdCardEvidence,
    InsuranceRecords,
    OneTimeCodeEvidence,
    OneTimeCodeRequest,
    OneTimeCodeSent,
    Outlets,
    PersonalQuestion,
    PersonCards,
    ProductionProgress,
    ReportedCondition,
    RulesInForce,
    SmsState,
    StaffCall,
)
from kiosk.uplink.contract.policy import RegionPolicy
from kiosk.uplink.errors import CentralError
from kiosk.uplink.untold import Teller

log = structlog.get_logger()

_CLOCK_SECONDS = 60.0
"""This machine's clock may differ from the server's by so much."""
_AWAY_SECONDS = 5.0
"""After so long at most a server that is away is tried again, after half of it at least: never all kiosks at once."""


class Uplink:
    """One machine's side of the link.

    Args:
        central: What carries the questions.
        operations: Say which boot this is, what waits, and where the journal ends.
        board: Learns here whether the server answers.
        kiosk: This machine's name in the fleet.
        now: The wall clock; informative only.
        heartbeat_seconds: Between two heartbeats while the server answers.
        policy_on: The rules by which this machine goes on a day; None: they aren't compared with the server's.
        rng: Spreads what is tried again.
        new_id: Makes ids.
    """

    def __init__(
        self,
        central: Central,
        operations: Operations,
        board: ConditionBoard,
        *,
        kiosk: str,
        now: Callable[[], datetime.datetime],
        heartbeat_seconds: float,
        policy_on: Callable[[datetime.date], RegionPolicy] | None = None,
        rng: Random | None = None,
        new_id: Callable[[], UUID] = uuid4,
    ) -> None:
        self._central = central
        self._operations = operations
        self._board = board
        self._kiosk = kiosk
        self._now = now
        self._heartbeat_seconds = heartbeat_seconds
        self._policy_on = policy_on
        self._failed = trio.Event()
        self._rng = rng or Random()
        self._new_id = new_id
        self._sequence = 0
        self._teller = Teller(operations.storage)
        self.counted: Callable[[], Mapping[str, int]] = dict
        """What was counted today."""
        central.failed = self._lost

    async def card_status(self, card: CardReference) -> CardRecord:
        """The record of a card; see `Central.card_status`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.card_status(card)

    async def e_card_evidence(self, evidence: ECardEvidence) -> EvidenceAccepted:
        """Show a code; see `Central.e_card_evidence`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.e_card_evidence(evidence)

    async def card_pin_evidence(self, evidence: CardPinEvidence) -> EvidenceAccepted:
        """Tell of an accepted PIN; see `Central.card_pin_evidence`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.card_pin_evidence(evidence)

    async def id_card_evidence(self, evidence: IdCardEvidence) -> EvidenceAccepted:
        """Show an ID document; see `Central.id_card_evidence`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.id_card_evidence(evidence)

    async def face_check(self, request: FaceCheckRequest) -> FaceCheckOpened:
        """Get the photo on record; see `Central.face_check`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.face_check(request)

    async def face_evidence(self, evidence: FaceEvidence) -> EvidenceAccepted:
        """Have a comparison judged; see `Central.face_evidence`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.face_evidence(evidence)

    async def send_one_time_code(self, request: OneTimeCodeRequest) -> OneTimeCodeSent:
        """Have a code sent; see `Central.send_one_time_code`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.send_one_time_code(request)

    async def one_time_code_evidence(self, evidence: OneTimeCodeEvidence) -> EvidenceAccepted:
        """Show a code's digits; see `Central.one_time_code_evidence`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.one_time_code_evidence(evidence)

    @property
    def clock_offset_seconds(self) -> float | None:
        """How far the server's clock is ahead of this machine's; None: it hasn't answered in this boot."""
        return self._central.clock_offset_seconds

    @property
    def day(self) -> datetime.date:
        """Today, by the server's clock; by this machine's until that has been heard."""
        return (self._now() + datetime.timedelta(seconds=self.clock_offset_seconds or 0.0)).date()

    async def draft_application(self, draft: ApplicationDraft) -> DraftHeld:
        """Have what was entered kept; see `Central.draft_application`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.draft_application(draft)

    async def send_draft_code(self, request: DraftCodeRequest) -> OneTimeCodeSent:
        """Have a code sent to a number that was entered; see `Central.send_draft_code`. Without an answer the home page
        offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.send_draft_code(request)

    async def draft_code_shown(self, shown: DraftCodeShown) -> DraftHeld:
        """Prove a number that was entered; see `Central.draft_code_shown`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.draft_code_shown(shown)

    async def my_applications(self, question: PersonalQuestion) -> Applications:
        """What somebody has applied for; see `Central.my_applications`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.my_applications(question)

    async def sms_state(self, question: PersonalQuestion) -> SmsState:
        """Whether they get texts; see `Central.sms_state`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.sms_state(question)

    async def records(self, question: PersonalQuestion) -> InsuranceRecords:
        """Their insurances; see `Central.records`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.records(question)

    async def production_progress(self, question: PersonalQuestion) -> ProductionProgress:
        """Their cards in the making; see `Central.production_progress`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.production_progress(question)

    async def cards(self, question: PersonalQuestion) -> PersonCards:
        """All their cards; see `Central.cards`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.cards(question)

    async def eligibility(self, question: PersonalQuestion) -> EligibilityState:
        """Until when they are eligible; see `Central.eligibility`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.eligibility(question)

    async def certificate(self, request: CertificateRequest) -> CertificateIssued:
        """Have a certificate issued; see `Central.certificate`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.certificate(request)

    async def outlets(self) -> Outlets:
        """The outlets near here; see `Central.outlets`. Without an answer the home page offers less.

        Raises:
            CentralError: No answer, or a refusal.
        """
        return await self._central.outlets()

    async def call_staff(self, page: str) -> bool:
        """Ask for a person to come; True when the server has heard it.

        Args:
            page: Where the citizen is, by the page's name.
        """
        call = StaffCall(
            call_id=self._new_id(),
            kiosk=self._kiosk,
            boot=self._operations.order,
            sequence=self._count(),
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
            head = self._operations.head
            untold = self._teller.waiting()
            message = Heartbeat(
                kiosk=self._kiosk,
                version=installed,
                boot=self._operations.order,
                sequence=self._count(),
                conditions=self._standing(),
                outbox_length=self._operations.outbox_length,
                journal=head,
                counters=dict(self.counted()),
                actions=untold.actions,
                boots=untold.boots,
                rules=self._rules(),
            )
            try:
                taken = await self._central.heartbeat(message)
            except CentralError as error:
                log.warning("uplink.heartbeat_failed", cause=error.cause.value, status=error.status)
                self._board.set(conditions.CENTRAL_AWAY, stands=True)
                seconds = min(self._heartbeat_seconds, _AWAY_SECONDS) * self._rng.uniform(0.5, 1.0)
                await trio.sleep(max(seconds, min(error.retry_after_seconds or 0.0, self._heartbeat_seconds)))
            else:
                self._board.set(conditions.CENTRAL_AWAY, stands=False)
                self._teller.told(untold.through)
                offset = self._central.clock_offset_seconds
                self._board.set(conditions.CLOCK_WRONG, stands=offset is not None and abs(offset) > _CLOCK_SECONDS)
                self._board.set(conditions.RULES_DIFFER, stands=taken.rules_differ is True)
                self._operations.server_answers(head)
                with trio.move_on_after(self._heartbeat_seconds):
                    await self._failed.wait()

    async def report_conditions(self) -> None:
        """Tell the server when a condition comes or goes; what doesn't arrive stands in the next heartbeat."""
        told = self._standing()
        while True:
            while (standing := self._standing()) == told:  # One may have come while the last report was on its way.
                await self._board.change()
            told = standing
            message = ConditionReport(
                kiosk=self._kiosk,
                boot=self._operations.order,
                sequence=self._count(),
                conditions=standing,
            )
            try:
                await self._central.report_conditions(message)
            except CentralError as error:
                log.info("uplink.conditions_not_sent", cause=error.cause.value)

    def _rules(self) -> RulesInForce | None:
        if self._policy_on is None:
            return None
        day = self.day
        return RulesInForce(day=day, digest=self._policy_on(day).digest())

    def _count(self) -> int:
        """Orders what this boot says; the journal counts by itself."""
        self._sequence += 1
        return self._sequence

    def _lost(self, error: CentralError) -> None:
        """A question wasn't answered: the home page offers less until a heartbeat is."""
        self._board.set(conditions.CENTRAL_AWAY, stands=True)
        self._failed.set()

    def _standing(self) -> tuple[ReportedCondition, ...]:
        return tuple(ReportedCondition(id=condition.id, since=since) for condition, since in self._board.standing())
