"""What everything that the staff do at the glass is made of: an action done, entries read, one of a menu chosen."""

from kiosk.console.action import AskAgain, Message, Refusal
from kiosk.console.console import Console
from kiosk.console.dialogue import GlassDialogue
from kiosk.console.glass_pages import BACK, LISTING_PAGE, Look, listing_page, menu_page
from kiosk.console.pages import Entry, MenuItem
from kiosk.console.roles import Caller, may
from kiosk.pages import Button, Chosen
from kiosk.text import T, Text

LATEST = 200
"""So many of what is kept are looked through at the glass; the terminal has more."""


class Steps:
    """One of the staff at the glass, step by step. Each step raises `LeftAlone` where nobody touches anything for long.

    Args:
        console: Does what they ask for.
        caller: Who they are.
        look: What every page says.
        dialogue: Has the screen.
    """

    def __init__(self, console: Console, caller: Caller, look: Look, dialogue: GlassDialogue) -> None:
        self.console = console
        self.caller = caller
        self.look = look
        self.dialogue = dialogue

    def may(self, action: str) -> bool:
        """Whether they may do this."""
        return may(self.caller.roles, action)

    async def do(self, name: str, **arguments: object) -> Message | None:
        """Have the console do something; None: it isn't done, and they were told why."""
        self.dialogue.title = self.console.actions[name].title

        async def perform(*, confirmed: bool) -> Message:
            return await self.console.perform(
                self.caller,
                name,
                arguments,
                language=self.dialogue.visit.preferences.language,
                confirmed=confirmed,
                dialogue=self.dialogue,
            )

        try:
            try:
                return await perform(confirmed=False)
            except AskAgain as again:
                if await self.dialogue.ask(again.why, ("sure", "cancel")) != "sure":
                    return None
                return await perform(confirmed=True)
        except Refusal as refusal:
            await self.dialogue.say(refusal.why)
            return None

    async def read(self, title: Text, entries: tuple[Entry, ...], *more: Button) -> str:
        """Show entries, page after page; which of the other buttons, two at most, was pressed."""
        first = 0
        while True:
            after = first + LISTING_PAGE
            goes_on = after < len(entries)
            turn = Button(label=T("下一页") if goes_on else T("回开头"), answer=Chosen("turn"))
            below = (BACK, *more)
            if len(entries) > LISTING_PAGE:
                below = (BACK, turn, *more) if len(more) < 2 else (turn if goes_on else BACK, *more)
            subtitle = None if entries else T("没有要列的")
            page = listing_page(self.look, title, entries[first:after], subtitle=subtitle, below=below)
            chosen = await self.dialogue.choose(page)
            if chosen != "turn":
                return chosen
            first = after if goes_on else 0

    async def pick(self, title: Text, items: list[MenuItem], *more: Button, subtitle: Text | None = None) -> str:
        """Have one of a menu's buttons pressed, page after page."""
        first = 0
        while True:
            page = menu_page(self.look, title, items, first, "page", more, subtitle=subtitle)
            chosen = await self.dialogue.choose(page)
            if not chosen.startswith("page:"):
                return chosen
            first = int(chosen.removeprefix("page:"))
