"""One action while it is done: what it says and asks, and what it gave."""

import queue
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Button, Static

from kiosk.console import words
from kiosk.console.client import ActionRefused, NoConsole
from kiosk.console.terminal import results
from kiosk.text import T

if TYPE_CHECKING:
    from kiosk.console.terminal.app import ConsoleApp
    from kiosk.console.terminal.link import Kiosk


class TaskScreen(Screen[None]):
    """Runs one action in a thread; leaving hangs up, which ends what only asks."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(self, action: dict[str, Any], arguments: dict[str, object]) -> None:
        super().__init__()
        self._action = action
        self._arguments = arguments
        self._answers: queue.Queue[str] = queue.Queue()
        self._said: list[str] = []
        self._kiosk: Kiosk | None = None
        self._chosen: Callable[[str], None] | None = None

    @property
    def console(self) -> "ConsoleApp":
        """The program."""
        return cast("ConsoleApp", self.app)

    def compose(self) -> ComposeResult:
        """What was said, the buttons to answer with, and keys."""
        yield Static(self._action["title"], id="head", markup=False)
        with VerticalScroll(classes="pane", id="said", can_focus=True):
            yield Static("", id="words", markup=False)
        yield Horizontal(id="buttons")
        yield Static(self.console.keys(("Esc", T("返回"))), id="keys", markup=False)

    def on_mount(self) -> None:
        """Ask again where it can hurt; else begin."""
        self.query_one("#said").focus()
        if self._action["asks"]:
            self.call_after_refresh(self._ask, self._action["asks"], ("cancel", "sure"), self._confirmed)
        else:
            self._run(confirmed=False)

    def on_unmount(self) -> None:
        """Hang up, so that nobody waits for an answer."""
        self._answers.put("")
        if self._kiosk is not None:
            self._kiosk.close()

    def action_leave(self) -> None:
        """Back to what can be done."""
        self.app.pop_screen()

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        """An answer."""
        answer = (event.button.id or "").removeprefix("answer-")
        await self.query_one("#buttons").remove_children()
        self.query_one("#said").focus()
        chosen, self._chosen = self._chosen, None
        if chosen is not None:
            chosen(answer)

    def _confirmed(self, answer: str) -> None:
        if answer == "sure":
            self._run(confirmed=True)
        else:
            self.app.pop_screen()

    def _tell(self, line: str) -> None:
        """Say something more; the newest is what one sees."""
        if self._write(line):
            self.query_one("#said", VerticalScroll).scroll_end(animate=False)

    def _show(self, result: list[str]) -> None:
        """What the action gave, seen from its first line on."""
        before = sum(line.count("\n") + 1 for line in self._said)
        if self._write("\n".join([self.console.say(T("● 做完了")), "", *result])):
            self.call_after_refresh(self.query_one("#said", VerticalScroll).scroll_to, y=before, animate=False)

    def _write(self, words: str) -> bool:
        """Put it below what was said before; False: nobody looks any more."""
        self._said.append(words)
        if self.is_mounted:
            self.query_one("#words", Static).update("\n".join(self._said))
        return self.is_mounted

    def _ask(self, question: str, answers: tuple[str, ...], chosen: Callable[[str], None]) -> None:
        self._tell(question)
        self._chosen = chosen
        buttons = [Button(self.console.say(words.answer(answer)), id=f"answer-{answer}") for answer in answers]
        self.query_one("#buttons").mount(*buttons)
        buttons[0].focus()

    def _lines(self, result: dict[str, Any]) -> list[str]:
        """The result in words; a file that it carries is put into the folder that one is in."""
        try:
            file = results.save(result, Path.cwd())
        except OSError as error:
            return [self.console.say(T("✖ 文件存不下来：{why}", why=error.strerror or ""))]
        if file is None:
            return results.lines(result, self.console.language, self.query_one("#words").size.width)
        return [self.console.say(T("存到了 {file}", file=str(file)))]

    @work(thread=True)
    def _run(self, *, confirmed: bool) -> None:
        call = self.app.call_from_thread

        def ask(question: str, answers: tuple[str, ...]) -> str:
            self.app.call_from_thread(self._ask, question, answers, self._answers.put)
            return self._answers.get()

        say = self.console.say
        try:
            self._kiosk = self.console.connect()
            result = self._kiosk.perform(
                self._action["name"],
                self._arguments,
                confirmed=confirmed,
                tell=lambda line: call(self._tell, line),
                ask=ask,
            )
        except ActionRefused as refused:
            call(self._tell, f"✖ {refused.why}")
        except NoConsole as error:
            if self.is_mounted:
                call(self._tell, say(T("✖ 连不上机器：{why}", why=str(error))))
        else:
            call(self._show, self._lines(result))
