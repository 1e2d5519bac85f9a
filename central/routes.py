"""The contract's routes as one table, and what happens between a request's bytes and an answer's.

Whatever carries requests uses it: `central.web` over TLS, `central.in_process` for runs in one process. So both
refuse the same, in the same words.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import BaseModel, ValidationError

from central import (
    applications,
    cards,
    certificates,
    drafts,
    eligibility,
    evidence,
    face_checks,
    id_card,
    machines,
    my_cards,
    one_time_codes,
    operations,
    outlets,
    records,
    relay,
)
from central.registry import Registry
from central.transaction import Refused
from kiosk.uplink import contract
from kiosk.uplink.contract import Problem, ProblemType


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """By their names in lower case."""


@dataclass(frozen=True)
class Route:
    """One thing that a kiosk may ask or say.

    `handle` gets the transaction and the message; for a GET, which has none, the kiosk's name and the path's id, if
    it has one.
    """

    method: str
    path: str
    handle: Callable[..., BaseModel | Refused]
    answer: type[BaseModel]
    message: type[BaseModel] | None = None
    once: bool = False
    """Its path holds an id: taken once, and a repeat gets the same bytes."""
    refusals: tuple[int, ...] = ()
    """Statuses beyond those of every route."""

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path; each is a field of the message, too."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What paths are this route's."""
        return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", self.path))

    def __call__(self, registry: Registry, kiosk: str, parameters: Mapping[str, str], body: bytes) -> Answer:
        """Answer a request of `kiosk`; a refusal is an answer, too."""
        try:
            return self._answer(registry, kiosk, parameters, body)
        except Refused as refused:
            return _refusal(refused.problem)

    def _answer(self, registry: Registry, kiosk: str, parameters: Mapping[str, str], body: bytes) -> Answer:
        if parameters.get("kiosk", kiosk) != kiosk:
            raise _not_yours()
        if self.message is None:
            with registry.transaction() as transaction:
                told = self.handle(
                    transaction, kiosk, *(parameters[name] for name in self.parameters if name != "kiosk")
                )
            return _said(told)
        message = _decode(self.message, body)
        if getattr(message, "kiosk", kiosk) != kiosk:
            raise _not_yours()
        for name in self.parameters:
            if str(getattr(message, name)) != parameters[name]:
                raise Refused(ProblemType.INVALID, f"{name} differs between path and body")
        if self.once:
            status, wire = registry.take_once(self.path.format(**parameters), message, self.handle)
            return Answer(status, wire, _PLAIN) if status == 200 else _refusal(Problem.model_validate_json(wire))
        with registry.transaction() as transaction:
            told = self.handle(transaction, message)
        return _said(told)


def problem(status: int, type: ProblemType, title: str, detail: str = "") -> Answer:
    """A problem document (RFC 9457) as an answer."""
    return _refusal(Problem(type=type, title=title, status=status, detail=detail))


def unauthorised() -> Answer:
    """What somebody hears who shows no kiosk's secret: whatever they ask, even for what isn't there."""
    refusal = problem(401, ProblemType.UNAUTHORISED, "no kiosk's secret")
    return Answer(401, refusal.body, {**refusal.headers, "www-authenticate": "Bearer"})


def _refusal(document: Problem) -> Answer:
    headers = {"content-type": contract.PROBLEM_MEDIA_TYPE, "cache-control": "no-store"}
    if document.retry_after_seconds is not None:
        headers["retry-after"] = str(math.ceil(document.retry_after_seconds))
    return Answer(document.status, document.model_dump_json().encode(), headers)


_PLAIN = {"content-type": "application/json", "cache-control": "no-store"}


def _said(message: BaseModel | Refused) -> Answer:
    if isinstance(message, Refused):
        return _refusal(message.problem)
    return Answer(200, message.model_dump_json().encode(), _PLAIN)


def _decode(message: type[BaseModel], body: bytes) -> BaseModel:
    try:
        return message.model_validate_json(body)
    except ValidationError as error:
        # Rules, and places up to where a name may be the sender's own: never values.
        found = [f"{'.'.join(['body', *map(str, e['loc'][:1])])}: {e['type']}" for e in error.errors()[:10]]
        raise Refused(ProblemType.INVALID, "not a request of this contract", "; ".join(found)[:1000]) from None


def _not_yours() -> Refused:
    return Refused(ProblemType.NOT_THIS_KIOSK, "the secret belongs to another kiosk")


ROUTES = (
    Route("POST", contract.CARD_STATUS_BY_CARD, cards.by_reference, contract.CardRecord, contract.CardReference),
    Route(
        "POST",
        contract.E_CARD_EVIDENCE,
        evidence.show_e_card,
        contract.EvidenceAccepted,
        contract.ECardEvidence,
        refusals=(410,),
    ),
    Route(
        "POST",
        contract.CARD_PIN_EVIDENCE,
        evidence.show_card_pin,
        contract.EvidenceAccepted,
        contract.CardPinEvidence,
    ),
    Route(
        "POST",
        contract.ID_CARD_EVIDENCE,
        id_card.show_id_card,
        contract.EvidenceAccepted,
        contract.IdCardEvidence,
        refusals=(429,),
    ),
    Route(
        "POST",
        contract.FACE_CHECKS,
        face_checks.open_face_check,
        contract.FaceCheckOpened,
        contract.FaceCheckRequest,
        refusals=(429,),
    ),
    Route("POST", contract.FACE_EVIDENCE, face_checks.show_face, contract.EvidenceAccepted, contract.FaceEvidence),
    Route(
        "PUT",
        contract.ONE_TIME_CODE,
        one_time_codes.send_one_time_code,
        contract.OneTimeCodeSent,
        contract.OneTimeCodeRequest,
        once=True,
        refusals=(424, 429),
    ),
    Route(
        "POST",
        contract.ONE_TIME_CODE_EVIDENCE,
        one_time_codes.show_one_time_code,
        contract.EvidenceAccepted,
        contract.OneTimeCodeEvidence,
        refusals=(410,),
    ),
    Route(
        "PUT",
        contract.OPERATION,
        operations.open_operation,
        contract.OperationOpened,
        contract.OperationIntent,
        once=True,
        refusals=(409, 410),
    ),
    Route("GET", contract.OPERATION, operations.status_of, contract.OperationStatus),
    Route(
        "PUT",
        contract.AUTHENTICATION,
        relay.authenticate,
        contract.Authentication,
        contract.AuthenticationRequest,
        refusals=(409, 429, 503),
    ),
    Route(
        "PUT",
        contract.COMMAND,
        relay.command,
        contract.SecuredCommand,
        contract.CommandRequest,
        refusals=(409, 429, 503),
    ),
    Route(
        "PUT",
        contract.OUTCOME,
        operations.report_outcome,
        contract.OperationAcknowledged,
        contract.OutcomeReport,
        once=True,
    ),
    Route(
        "PUT",
        contract.SETTLEMENT,
        operations.settle,
        contract.OperationAcknowledged,
        contract.Settlement,
        once=True,
    ),
    Route("PUT", contract.OBSERVATION, operations.observe, contract.Acknowledged, contract.Observation, once=True),
    Route(
        "POST",
        contract.APPLICATION_DRAFTS,
        drafts.hold_draft,
        contract.DraftHeld,
        contract.ApplicationDraft,
        refusals=(409,),
    ),
    Route(
        "PUT",
        contract.DRAFT_CODE,
        drafts.send_draft_code,
        contract.OneTimeCodeSent,
        contract.DraftCodeRequest,
        once=True,
        refusals=(410, 424, 429),
    ),
    Route(
        "POST",
        contract.DRAFT_CODE_SHOWN,
        drafts.show_draft_code,
        contract.DraftHeld,
        contract.DraftCodeShown,
        refusals=(410,),
    ),
    Route("POST", contract.MY_APPLICATIONS, applications.mine, contract.Applications, contract.PersonalQuestion),
    Route("POST", contract.SMS_REMINDERS, applications.sms_state, contract.SmsState, contract.PersonalQuestion),
    Route("POST", contract.RECORDS, records.records, contract.InsuranceRecords, contract.PersonalQuestion),
    Route(
        "POST",
        contract.PRODUCTION_PROGRESS,
        my_cards.production_progress,
        contract.ProductionProgress,
        contract.PersonalQuestion,
    ),
    Route("POST", contract.CARDS, my_cards.person_cards, contract.PersonCards, contract.PersonalQuestion),
    Route("POST", contract.ELIGIBILITY, eligibility.state, contract.EligibilityState, contract.PersonalQuestion),
    Route(
        "PUT",
        contract.CERTIFICATE,
        certificates.issue,
        contract.CertificateIssued,
        contract.CertificateRequest,
        once=True,
        refusals=(409, 429),
    ),
    Route("GET", contract.OUTLETS, outlets.outlets, contract.Outlets),
    Route("PUT", contract.HEARTBEAT, machines.take_heartbeat, contract.HeartbeatTaken, contract.Heartbeat),
    Route("GET", contract.JOURNAL_HEAD, machines.held_head, contract.HeldHead),
    Route("PUT", contract.CONDITIONS, machines.take_conditions, contract.Acknowledged, contract.ConditionReport),
    Route("PUT", contract.STAFF_CALL, machines.take_staff_call, contract.Acknowledged, contract.StaffCall, once=True),
)
"""All of them."""


def dispatch(registry: Registry, kiosk: str, method: str, path: str, body: bytes) -> Answer:
    """Answer a request by its method and path."""
    for route in ROUTES:
        if route.method == method and (match := route.pattern.fullmatch(path)):
            return route(registry, kiosk, match.groupdict(), body)
    return no_route(path)


def no_route(path: str) -> Answer:
    """What is answered where no route is: nothing there, or other methods."""
    methods = [route.method for route in ROUTES if route.pattern.fullmatch(path)]
    if not methods:
        return problem(404, ProblemType.NOT_FOUND, "no such path")
    refusal = problem(405, ProblemType.INVALID, "no such method here")
    return Answer(405, refusal.body, {**refusal.headers, "allow": ", ".join(methods)})
