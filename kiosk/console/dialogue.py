"""How an action talks to whoever stands at the glass: pages with a button for each answer."""

from collections.abc import Awaitable, Callable

import trio

from kiosk.console.glass_pages import IDLE_MINUTES, Look, task
from kiosk.console.pages import Task
from kiosk.console.words import answer
from kiosk.pages import Button, Chosen, Page, Picture
from kiosk.text import T, Text
from kiosk.visit import Visit


class LeftAlone(Exception):
    """Nobody has touched anything for long: the staff's pages end."""


class GlassDialogue:
    """See `Dialogue`.

    Args:
        visit: Has the screen.
        look: What every page says.
    """

    def __init__(self, visit: Visit, look: Look) -> None:
        self.visit = visit
        self.look = look
        self.title: Text | None = None
        """What is being done; what it says and asks stands below."""
        self.picture: Picture | None = None
        """Where hands go meanwhile."""

    async def tell(self, words: Text) -> None:
        """Say how far it is."""
        self.visit.show(self._page(words))
        await trio.lowlevel.checkpoint()

    async def ask(self, question: Text, answers: tuple[str, ...]) -> str:
        """Ask; the first answer stands at the right, filled.

        Raises:
            LeftAlone: Nobody answers.
        """
        below = tuple(Button(label=answer(name), answer=Chosen(name)) for name in reversed(answers))
        return await self.choose(self._page(question, below, filled=True))

    async def say(self, words: Text) -> None:
        """Say something that has to be seen: until somebody says that they have.

        Raises:
            LeftAlone: Nobody does.
        """
        seen = Button(label=T("知道了"), answer=Chosen("back"))
        await self.choose(task(self.look, words, below=(seen,)))

    def _page(self, words: Text, below: tuple[Button, ...] = (), *, filled: bool = False) -> Task:
        title, subtitle = (words, None) if self.title is None else (self.title, words)
        return task(self.look, title, subtitle=subtitle, picture=self.picture, below=below, filled=filled)

    async def choose(self, page: Page, meanwhile: Callable[[], Awaitable[None]] = trio.sleep_forever) -> str:
        """Show a page and wait until one of its buttons is pressed; `meanwhile` never ends by itself.

        Raises:
            LeftAlone: None is.
        """
        with trio.move_on_after(60 * IDLE_MINUTES):
            chosen = await self.visit.meanwhile(page, meanwhile, idle=False)
            assert isinstance(chosen, Chosen), "the staff's pages have no other buttons"
            return chosen.service
        raise LeftAlone
