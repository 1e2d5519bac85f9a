"""The terminal's program: the board first, and the screens that lead on from it."""

import time
from typing import Any, ClassVar

from textual import events
from textual.app import App
from textual.binding import Binding, BindingType

from kiosk.console.client import ActionRefused, NoConsole
from kiosk.console.terminal.link import Connect, Kiosk
from kiosk.console.words import ROLES
from kiosk.language import say
from kiosk.text import T, Text

BOARD_SECONDS = 1.0
"""Between two looks at the board: a condition stands there within two seconds."""
IDLE_SECONDS = 600.0
"""Without a key for so long the console is left."""

_CSS = """
Screen { background: #14232C; color: #FFFFFF; }
#head { height: 1; background: #0E4565; padding: 0 1; }
#counts { height: 1; padding: 0 1; margin: 1 0 0 0; }
#panes { height: 1fr; margin: 1 0 0 0; }
OptionList { width: 34; height: 1fr; border: round #6F9DB5; background: #14232C; scrollbar-size-vertical: 1; }
OptionList > .option-list--option-highlighted { background: #EDB641; color: #14232C; text-style: bold; }
.pane { width: 1fr; border: round #6F9DB5; padding: 0 1; scrollbar-size-vertical: 1; }
.pane:focus, OptionList:focus { border: round #EDB641; }
Input { border: round #6F9DB5; background: #14232C; }
Input:focus { border: round #EDB641; }
TextArea { height: 1fr; min-height: 12; border: round #6F9DB5; background: #14232C; }
TextArea:focus { border: round #EDB641; }
#form { height: 1fr; padding: 0 1; }
#buttons { height: 3; padding: 0 1; }
Button { margin: 0 2 0 0; }
Button:focus { text-style: bold reverse; }
#keys { height: 1; background: #0E4565; padding: 0 1; }
"""


class ConsoleApp(App[str]):
    """The console in a terminal. Its return value, if any, is why it ended.

    Args:
        connect: How to get to the kiosk.
        language: In which it begins: zh or en.
    """

    CSS = _CSS
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", show=False, priority=True),
    ]

    def __init__(self, connect: Connect, *, language: str = "zh") -> None:
        super().__init__()
        self.language = language
        self.allowed: list[dict[str, Any]] = []
        """The actions that this user may do."""
        self.who = ""
        self._connect = connect
        self._last_key = time.monotonic()

    def say(self, text: Text) -> str:
        """`text` in the language chosen here."""
        return say(text, self.language)

    def keys(self, *keys: tuple[str, Text]) -> str:
        """The lowest line: which key does what."""
        return "   ".join(f"[{key}] {self.say(what)}" for key, what in keys)

    def connect(self) -> Kiosk:
        """A further connection, in the language chosen now.

        Raises:
            NoConsole: No kiosk runs any more.
        """
        return self._connect(self.language)

    def on_mount(self) -> None:
        """Learn what this user may do, and show the board."""
        self.set_interval(5.0, self._leave_if_idle)
        self.begin()

    def begin(self) -> None:
        """Show the board, in the language chosen now; the way out where there is none."""
        from kiosk.console.terminal.board import BoardScreen

        try:
            kiosk = self.connect()
            try:
                allowed = kiosk.perform("actions")
            finally:
                kiosk.close()
        except NoConsole as error:
            self.exit(str(error))
            return
        except ActionRefused as refused:
            self.exit(refused.why)
            return
        roles = " ".join(self.say(ROLES[role]) if role in ROLES else role for role in allowed["roles"])
        self.who = f"{allowed['who']} · {roles}"
        self.allowed = [action for action in allowed["actions"] if action["name"] not in ("board", "actions")]
        self.push_screen(BoardScreen())

    def other_language(self) -> None:
        """Begin anew in the other language."""
        self.language = "en" if self.language == "zh" else "zh"
        self.pop_screen()
        self.begin()

    async def on_event(self, event: events.Event) -> None:
        """Notice that somebody is there."""
        if isinstance(event, events.Key):
            self._last_key = time.monotonic()
        await super().on_event(event)

    def _leave_if_idle(self) -> None:
        if time.monotonic() - self._last_key > IDLE_SECONDS:
            self.exit(self.say(T("10 分钟没有按键，已退出维护。")))
