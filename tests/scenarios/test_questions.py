"""Whoever reads every question knows of every question."""

from kiosk.questions import QUESTIONS as ANSWERED
from kiosk.questions import Subject
from kiosk.questions.rules import LEGAL_BASIS, PUBLISHED_RULES
from simulator.scenarios.questions import QUESTIONS as ASKED


def test_none_is_left_out() -> None:
    """By subject, each with what it is about and how it is put."""
    answered = (*ANSWERED, PUBLISHED_RULES, LEGAL_BASIS)
    assert {
        subject.value.name.message: {q.label.message: q.title.message for q in answered if q.subject is subject}
        for subject in Subject
    } == ASKED
