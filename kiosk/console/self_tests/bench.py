"""What a self-test has to work with: the machine, its screen, and whoever is there to lend a hand."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

import trio

from kiosk.console.action import Dialogue
from kiosk.console.glass_pages import Look, task
from kiosk.machine import Machine
from kiosk.pages import Answer, Button, Chosen, Entered, Picture
from kiosk.text import T, Text
from kiosk.visit import Visit

R = TypeVar("R")

HAND_SECONDS = 60.0
"""How long somebody has for one thing to do."""
STOP = Button(label=T("做不了，跳过"), answer=Chosen("skip"))


class Finding(Enum):
    """What came of a test."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"


@dataclass(frozen=True, slots=True)
class Found:
    """One test's result; `words` say what was seen, without anything personal."""

    finding: Finding
    words: Text


def passed(words: Text) -> Found:
    """It works."""
    return Found(Finding.PASSED, words)


def failed(words: Text) -> Found:
    """It doesn't."""
    return Found(Finding.FAILED, words)


def not_done(words: Text) -> Found:
    """Nobody lent a hand, or this machine has no such thing."""
    return Found(Finding.NOT_DONE, words)


NOBODY = not_done(T("没有人动手，跳过了"))


@dataclass(frozen=True, slots=True)
class Bench:
    """For one test.

    Attributes:
        machine: What is tested.
        visit: Has the machine's screen.
        dialogue: Whoever began the test, at the glass or elsewhere.
        look: What every page of the staff's says.
        at_glass: Whoever began the test stands before the screen.
    """

    machine: Machine
    visit: Visit
    dialogue: Dialogue
    look: Look
    at_glass: bool

    async def tell(self, title: Text, *, subtitle: Text | None = None, picture: Picture | None = None) -> None:
        """Say what goes on, on the screen and to whoever began the test."""
        await self.dialogue.tell(title)
        self.visit.show(task(self.look, title, subtitle=subtitle, picture=picture))

    async def hand(
        self,
        title: Text,
        act: Callable[[], Awaitable[R]],
        *,
        subtitle: Text | None = None,
        picture: Picture | None = None,
        seconds: float = HAND_SECONDS,
    ) -> R | None:
        """Ask for a hand at the machine, and wait until `act` has seen it; None: nobody lent one in time."""
        await self.dialogue.tell(title)
        page = task(self.look, title, subtitle=subtitle, picture=picture, below=(STOP,))
        with trio.move_on_after(seconds):
            answer = await self.visit.meanwhile(page, act, idle=False)
            return None if isinstance(answer, Chosen | Answer | Entered) else answer
        return None

    async def ask(self, question: Text, answers: tuple[str, ...] = ("yes", "no")) -> str:
        """Ask whoever began the test."""
        if self.at_glass:
            return await self.dialogue.ask(question, answers)
        # Nobody has to touch anything here meanwhile, and the screen doesn't ask whether somebody is there.
        answer = await self.visit.meanwhile(
            task(self.look, question, subtitle=T("请在终端上回答。")),
            lambda: self.dialogue.ask(question, answers),
            idle=False,
        )
        assert isinstance(answer, str), "the page has no button"
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """One device's test.

    Attributes:
        device: Stable name.
        icon: A file in `screens/icons`.
        title: Of the device.
        hand: Whether somebody has to lend one.
        run: Does it.
    """

    device: str
    icon: str
    title: Text
    hand: bool
    run: Callable[[Bench], Awaitable[Found]]
