"""What a citizen is told of the server's no, and when to come back."""

import pytest

from kiosk.language import say
from kiosk.steps.server import refused_by_server
from kiosk.text import Text
from kiosk.uplink.contract import Ineligible, ProblemType
from kiosk.uplink.errors import Cause, CentralError


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (None, "一段时间", "a while"),
        (0, "1 分钟", "1 minute"),
        (61, "2 分钟", "2 minutes"),
        (3600, "60 分钟", "60 minutes"),
        (3601, "2 小时", "2 hours"),
        (86400, "24 小时", "24 hours"),
    ],
)
def test_when_to_come_back(seconds: float | None, zh: str, en: str) -> None:
    """Rounded up: who comes then isn't too early."""
    error = CentralError(
        Cause.REFUSED, "limit", status=429, problem=ProblemType.LIMIT_REACHED, retry_after_seconds=seconds
    )
    refused = refused_by_server(error)
    wait = refused.arguments["wait"]
    assert refused.kind.code == "operation.limit_reached"
    assert isinstance(wait, Text)
    assert (say(wait, "zh"), say(wait, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (ProblemType.CARD_UNKNOWN, "card.unknown"),
        (ProblemType.CARD_BUSY, "operation.card_busy"),
        (ProblemType.STATE_FORBIDS, "operation.state_forbids"),
        (ProblemType.EVIDENCE_MISSING, "identity.not_enough"),
        (ProblemType.EVIDENCE_FOREIGN, "identity.foreign"),
        (ProblemType.OPERATION_CONFLICT, "central.broken"),
        (ProblemType.NOT_HERE, "application.not_here"),
        (ProblemType.DRAFT_EXPIRED, "application.draft_expired"),
        (ProblemType.PHONE_INVALID, "application.phone_invalid"),
        (ProblemType.NOT_ELIGIBLE, "application.not_eligible"),
    ],
)
def test_a_problem_has_its_page(problem: ProblemType, code: str) -> None:
    """What nobody can do anything about is the server's trouble."""
    error = CentralError(Cause.REFUSED, "no", status=409, problem=problem)
    assert refused_by_server(error).kind.code == code


@pytest.mark.parametrize("reason", [*Ineligible, "newer_than_this_kiosk"])
def test_a_rule_is_told_in_words(reason: str) -> None:
    """Each has a page of its own where somebody can do something about it; one that isn't known has the general one."""
    error = CentralError(Cause.REFUSED, "no", status=409, problem=ProblemType.NOT_ELIGIBLE, reason=reason)
    code = refused_by_server(error).kind.code
    general = {"newer_than_this_kiosk", Ineligible.NO_RECORDS, Ineligible.NO_BENEFITS}  # Their services say those.
    assert (code == "application.not_eligible") is (reason in general)


@pytest.mark.parametrize(
    ("cause", "code"),
    [
        (Cause.UNREACHABLE, "central.unreachable"),
        (Cause.HUNG_UP, "central.unreachable"),
        (Cause.SLOW, "central.slow"),
        (Cause.BROKEN, "central.broken"),
    ],
)
def test_no_answer_has_its_page(cause: Cause, code: str) -> None:
    """By what is known of the way there."""
    assert refused_by_server(CentralError(cause, "away")).kind.code == code
