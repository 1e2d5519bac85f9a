"""The board in a terminal: what stands now and soon at the left, the one chosen in full at the right."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from kiosk.console.client import ActionRefused, NoConsole
from kiosk.console.terminal import results
from kiosk.console.terminal.link import Kiosk
from kiosk.text import Local, T

if TYPE_CHECKING:
    from kiosk.console.terminal.app import ConsoleApp

NOW, SOON = "✖", "▲"
"""The signs of the look, as a terminal has them; what is fine is ●."""
_OVERVIEW = "overview"


class BoardScreen(Screen[None]):
    """What stands, looked at again every second."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "menu", show=False),
        Binding("l", "language", show=False),
        Binding("q", "leave", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._board: dict[str, Any] = {}
        self._kiosk: Kiosk | None = None
        self._busy = False

    @property
    def console(self) -> "ConsoleApp":
        """The program."""
        return cast("ConsoleApp", self.app)

    def compose(self) -> ComposeResult:
        """Head, counts, list and details, keys."""
        yield Static("", id="head", markup=False)
        yield Static("", id="counts", markup=False)
        with Horizontal(id="panes"):
            yield OptionList(id="standing", markup=False)
            with VerticalScroll(classes="pane", id="details", can_focus=True):
                yield Static("", id="detail", markup=False)
        other = Local("English", "中文")
        keys = (("A", T("能做的事")), ("L", T("{language}", language=other)), ("Q", T("退出")))
        yield Static(self.console.keys(*keys), id="keys", markup=False)

    def on_mount(self) -> None:
        """Begin to look."""
        from kiosk.console.terminal.app import BOARD_SECONDS

        self.query_one("#standing").focus()
        self._look()
        self.set_interval(BOARD_SECONDS, self._look)

    def on_unmount(self) -> None:
        """Hang up."""
        if self._kiosk is not None:
            self._kiosk.close()

    def action_menu(self) -> None:
        """What can be done."""
        from kiosk.console.terminal.menu import MenuScreen

        self.app.push_screen(MenuScreen())

    def action_language(self) -> None:
        """The other language."""
        self.console.other_language()

    def action_leave(self) -> None:
        """End."""
        self.app.exit()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show it in full."""
        self._detail(event.option_id)

    @work(thread=True, group="board")
    def _look(self) -> None:
        """Ask how the machine is; not while the last answer is still to come."""
        if self._busy:
            return
        self._busy = True
        try:
            if self._kiosk is None:
                self._kiosk = self.console.connect()
            board = self._kiosk.perform("board")
        except NoConsole as error:
            if self._kiosk is not None:
                self._kiosk.close()
                self._kiosk = None
            self.app.call_from_thread(self._lost, str(error))
        except ActionRefused as refused:
            self.app.call_from_thread(self.app.exit, refused.why)
        else:
            self.app.call_from_thread(self._show, board)
        finally:
            self._busy = False

    def _lost(self, why: str) -> None:
        """The kiosk isn't there; it is looked for again."""
        say = self.console.say
        self.query_one("#counts", Static).update(say(T("✖ 连不上机器，正在重连：{why}", why=why)))

    def _show(self, board: dict[str, Any]) -> None:
        if not self.is_mounted:
            return
        say, standing = self.console.say, board["conditions"]
        name = say(T("{n} 号机", n=board["number"]))
        self.query_one("#head", Static).update(f"{name} · {board['machine']}    {self.console.who}")
        now = sum(1 for condition in standing if condition["urgency"] == "now")
        serving = say(T("● 正在服务")) if board["in_service"] else say(T("✖ 已暂停服务"))
        counts = say(T("✖ 现在处理 {now}    ▲ 尽快处理 {soon}", now=now, soon=len(standing) - now))
        self.query_one("#counts", Static).update(f"{counts}    {serving}")
        ids = [condition["id"] for condition in standing]
        if ids != [condition["id"] for condition in self._board.get("conditions", [])] or not self._board:
            self._fill(standing)
        self._board = board
        options = self.query_one("#standing", OptionList)
        chosen = options.highlighted_option
        self._detail(chosen.id if chosen is not None else _OVERVIEW)

    def _fill(self, standing: list[dict[str, Any]]) -> None:
        """List what stands; what was chosen stays chosen."""
        options = self.query_one("#standing", OptionList)
        chosen = options.highlighted_option
        options.clear_options()
        options.add_option(Option(self.console.say(T("● 机器概况")), id=_OVERVIEW))
        for condition in standing:
            sign = NOW if condition["urgency"] == "now" else SOON
            options.add_option(Option(f"{sign} {condition['title']}", id=condition["id"]))
        ids = [_OVERVIEW, *(condition["id"] for condition in standing)]
        first = 1 if standing else 0
        options.highlighted = ids.index(chosen.id) if chosen is not None and chosen.id in ids else first

    def _detail(self, which: str | None) -> None:
        say, language = self.console.say, self.console.language
        found = [condition for condition in self._board.get("conditions", []) if condition["id"] == which]
        if found:
            condition = found[0]
            cleared = _CLEARED.get(condition["cleared_by"], T("{by}", by=condition["cleared_by"]))
            parts = (
                (say(T("怎么回事")), condition["cause"]),
                (say(T("市民会怎样")), condition["effect"]),
                (say(T("怎么处理")), condition["remedy"]),
                (say(T("怎样消失")), say(cleared)),
                (results.moment(condition["since"]), condition["id"]),
            )
            words = "\n\n".join(f"{heading}\n  {text}" for heading, text in parts)
        else:
            facts = {key: value for key, value in self._board.items() if key != "conditions"}
            words = "\n".join(results.lines(facts, language, self.query_one("#detail").size.width))
        self.query_one("#detail", Static).update(words)


_CLEARED = {
    "itself": T("修好了自己消失"),
    "console": T("看过以后，在这里清除"),
    "restart": T("处理好，重新启动以后"),
    "bureau": T("由社保局在中心服务器上处理"),
}
