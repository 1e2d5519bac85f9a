"""What an action of the maintenance console is. Each stands in a file of `kiosk.console.actions`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from kiosk.language import say
from kiosk.text import Text

if TYPE_CHECKING:
    from kiosk.console.console import Console
    from kiosk.console.roles import Caller


class Message(BaseModel):
    """What goes over the console's socket. Unknown keys are errors, and no message repeats a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Nothing(Message):
    """No arguments, or nothing to tell."""


A = TypeVar("A", bound=Message)
R = TypeVar("R", bound=Message)


class Record(Enum):
    """How an action comes into the journal, before it acts."""

    NOT = auto()
    """It only looks at what the board shows, again and again."""
    AS_IT_CAN = auto()
    """Kept in memory while the disk doesn't take it: a broken machine must be looked into."""
    DURABLY = auto()
    """It isn't done unless it is written."""


class Dialogue(Protocol):
    """Talks to whoever started an action that takes a while, or wants a hand."""

    async def tell(self, words: Text) -> None:
        """Say how far it is."""
        ...

    async def ask(self, question: Text, answers: tuple[str, ...]) -> str:
        """Ask, and wait for one of `answers`, such as `yes` and `no`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One time that an action is done."""

    console: "Console"
    caller: "Caller"
    language: str
    dialogue: Dialogue

    def say(self, text: Text) -> str:
        """`text` in the caller's language."""
        return say(text, self.language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Generic[A, R]):
    """One thing that can be done at the console.

    Attributes:
        name: Stable: of the command line, the socket, the journal and the table of roles.
        title: For a button or a menu.
        arguments: What it takes.
        result: What it gives.
        run: Does it.
        record: How it comes into the journal.
        asks: What is asked again before it is done, since it can hurt; None: nothing.
        tells: Which of its arguments the journal names.
    """

    name: str
    title: Text
    arguments: type[A]
    result: type[R]
    run: Callable[[Call, A], Awaitable[R]]
    record: Record
    asks: Text | None = None
    tells: tuple[str, ...] = ()


class Refusal(Exception):
    """The action isn't done.

    Args:
        kind: Stable, for programs.
        why: For the person.
    """

    kind = "refused"

    def __init__(self, why: Text) -> None:
        super().__init__(f"{self.kind}: {why.message}")
        self.why = why


class Denied(Refusal):
    """Nobody with these roles may do it, or there is no such action."""

    kind = "denied"


class AskAgain(Refusal):
    """It can hurt: it is done once the caller says so."""

    kind = "confirm"


class NotJournalled(Refusal):
    """It can't be written down now, so it isn't done."""

    kind = "not_journalled"


class Unusable(Refusal):
    """The arguments can't be used."""

    kind = "arguments"


class Failed(Refusal):
    """It was tried, and didn't succeed; nothing is changed."""

    kind = "failed"
