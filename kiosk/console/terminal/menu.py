"""What this user may do: chosen from a list, with its arguments where it takes some."""

from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Button, Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from kiosk.console.client import ActionRefused
from kiosk.console.terminal import results
from kiosk.text import T

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from kiosk.console.terminal.app import ConsoleApp


class MenuScreen(Screen[None]):
    """The actions by their titles."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.pop_screen", show=False)]

    @property
    def console(self) -> "ConsoleApp":
        """The program."""
        return cast("ConsoleApp", self.app)

    def compose(self) -> ComposeResult:
        """The list, and keys."""
        yield Static(self.console.say(T("能做的事")), id="head", markup=False)
        with Horizontal(id="panes"):
            yield OptionList(*(Option(a["title"], id=a["name"]) for a in self.console.allowed), markup=False)
            with VerticalScroll(classes="pane"):
                yield Static("", id="detail", markup=False)
        yield Static(self.console.keys(("Esc", T("返回"))), id="keys", markup=False)

    def on_mount(self) -> None:
        """The keys go to the list."""
        self.query_one(OptionList).focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Its name on the command line, and what is asked again."""
        action = self._action(event.option_id)
        say = self.console.say
        words = [action["title"]]
        if action["asks"]:
            words += ["", say(T("做之前还要问一次")), f"  {action['asks']}"]
        self.query_one("#detail", Static).update("\n".join(words))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Begin it; what it takes is asked first."""
        from kiosk.console.actions import ACTIONS
        from kiosk.console.terminal.task import TaskScreen

        action = self._action(event.option_id)
        fields = ACTIONS[action["name"]].arguments.model_fields if action["name"] in ACTIONS else {}
        if fields:
            self.app.push_screen(FormScreen(action, fields))
        else:
            self.app.push_screen(TaskScreen(action, {}))

    def _action(self, name: str | None) -> dict[str, Any]:
        return next(action for action in self.console.allowed if action["name"] == name)


class FormScreen(Screen[None]):
    """What an action takes, a line each; empty for what needn't be given."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.pop_screen", show=False)]

    def __init__(self, action: dict[str, Any], fields: "dict[str, FieldInfo]") -> None:
        super().__init__()
        self._action = action
        self._fields = fields

    @property
    def console(self) -> "ConsoleApp":
        """The program."""
        return cast("ConsoleApp", self.app)

    def compose(self) -> ComposeResult:
        """A field for each argument."""
        yield Static(self._action["title"], id="head", markup=False)
        with VerticalScroll(id="form"):
            for name, field in self._fields.items():
                words = results.label(name, self.console.language)
                if not field.is_required():
                    words = self.console.say(T("{name}（可以不填）", name=words))
                yield Static(words, markup=False)
                if name == "text":  # A whole file: edited from what is in force.
                    yield TextArea(self._in_force(), id=f"field-{name}")
                    continue
                choices = " | ".join(results.choices(field))
                yield Input(id=f"field-{name}", placeholder=choices)
        with Horizontal(id="buttons"):
            yield Button(self.console.say(T("开始")), id="start")
        yield Static(self.console.keys(("Esc", T("返回"))), id="keys", markup=False)

    def on_mount(self) -> None:
        """The keys go to the first field."""
        self.query("Input, TextArea").first().focus()

    def on_input_submitted(self) -> None:
        """The next field, or the button."""
        self.focus_next()

    def on_button_pressed(self) -> None:
        """Begin with what was given; the kiosk says what can't be used."""
        from kiosk.console.terminal.task import TaskScreen

        given = {name: self._given(name) for name in self._fields}
        arguments = {name: results.typed(value, self._fields[name]) for name, value in given.items() if value}
        self.app.switch_screen(TaskScreen(self._action, arguments))

    def _given(self, name: str) -> str:
        widget = self.query_one(f"#field-{name}")
        return widget.text if isinstance(widget, TextArea) else cast(Input, widget).value

    def _in_force(self) -> str:
        """The settings that the kiosk runs with, or as a remark why they can't be shown."""
        kiosk = self.console.connect()
        try:
            return str(kiosk.perform("settings")["text"])
        except ActionRefused as refused:
            return f"# {refused.why}\n"
        finally:
            kiosk.close()
