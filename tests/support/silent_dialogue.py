"""Somebody at the console who says what they were told to say beforehand."""

import trio

from kiosk.text import Text


class Silent:
    """Answers with `answers`, one after another; keeps what was told and asked.

    Args:
        answers: What is said; a question beyond them is an error.
    """

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.heard: list[str] = []

    async def tell(self, words: Text) -> None:
        await trio.lowlevel.checkpoint()
        self.heard.append(words.message)

    async def ask(self, question: Text, answers: tuple[str, ...]) -> str:
        await trio.lowlevel.checkpoint()
        self.heard.append(question.message)
        assert self._answers, "nobody is there to answer"
        answer = self._answers.pop(0)
        assert answer in answers
        return answer
