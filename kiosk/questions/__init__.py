"""What people ask about the card, and the answers: content alone. `kiosk.services.questions` shows it."""

from kiosk.questions import bank, card, insurance, passwords, places, replacing
from kiosk.questions.question import Law, Part, Question, Step, Subject

__all__ = ["BY_NAME", "QUESTIONS", "Law", "Part", "Question", "Step", "Subject"]

QUESTIONS: tuple[Question, ...] = (
    *card.QUESTIONS,
    *replacing.QUESTIONS,
    *passwords.QUESTIONS,
    *bank.QUESTIONS,
    *insurance.QUESTIONS,
    *places.QUESTIONS,
)
"""In the order of the list, within each subject."""

BY_NAME = {question.name: question for question in QUESTIONS}
