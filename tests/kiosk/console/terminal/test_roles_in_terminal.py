"""Every action by every role over the socket: as commands, and in the terminal's menu. Denials too."""

import asyncio
from pathlib import Path

import pytest
import trio
from console_thread import ConsoleThread
from textual.widgets import OptionList
from typer.testing import CliRunner

from kiosk.console.action import Action, Failed
from kiosk.console.actions import ACTIONS
from kiosk.console.cli import app
from kiosk.console.roles import MAY, Role
from kiosk.console.terminal.app import ConsoleApp
from kiosk.console.terminal.link import connector
from kiosk.text import T

ARGUMENTS: dict[str, tuple[str, ...]] = {
    "clear": ("card_reader.in_use",),
    "restart": ("--yes",),
    "self_test": ("storage",),
    "settings_check": ("NEW",),
    "settings_apply": ("NEW", "--yes"),
    "readiness_report": ("FOLDER",),
}
"""What a command is given, where it takes something."""


@pytest.fixture
def done(kiosk_thread: ConsoleThread) -> list[str]:
    """What the kiosk was asked to do, and let through; none of it is really done."""
    found: list[str] = []

    def counted(action: Action) -> Action:
        async def run(call, arguments):
            await trio.lowlevel.checkpoint()
            found.append(action.name)
            raise Failed(T("没有"))

        return Action(
            name=action.name,
            title=action.title,
            arguments=action.arguments,
            result=action.result,
            run=run,
            record=action.record,
            asks=action.asks,
            tells=action.tells,
        )

    kiosk_thread.kiosk.console.actions = {name: counted(action) for name, action in ACTIONS.items()}
    return found


@pytest.mark.parametrize("kiosk_thread", Role, indirect=True, ids=str)
def test_as_commands(
    kiosk_thread: ConsoleThread, done: list[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Each action has its command; what the role may not do is refused by name, and isn't done."""
    role = request.node.callspec.params["kiosk_thread"]
    config, new = tmp_path / "kiosk.toml", tmp_path / "new.toml"
    config.write_text(f'[console]\nsocket = "{kiosk_thread.socket}"\n', encoding="utf-8")
    new.write_text("", encoding="utf-8")
    places = {"NEW": str(new), "FOLDER": str(tmp_path)}
    for name, roles in MAY.items():
        done.clear()
        given = [places.get(word, word) for word in ARGUMENTS.get(name, ())]
        command = [name.replace("_", "-"), *given, "--config", str(config)]
        result = CliRunner().invoke(app, command)
        assert result.exit_code == 1, (name, result.output)
        if role in roles:
            assert done == [name]
        else:
            assert done == []
        assert result.stderr.startswith("failed:" if role in roles else "denied:"), (name, result.stderr)


@pytest.mark.parametrize("kiosk_thread", Role, indirect=True, ids=str)
def test_in_the_menu(kiosk_thread: ConsoleThread, request: pytest.FixtureRequest) -> None:
    """What the role may do and nothing else; the board is the screen before, and the menu is this one."""
    role = request.node.callspec.params["kiosk_thread"]
    console = ConsoleApp(connector(kiosk_thread.socket))
    offered: set[str | None] = set()

    async def look() -> None:
        async with console.run_test() as pilot:
            await pilot.press("a")
            await pilot.pause()
            offered.update(option.id for option in console.screen.query_one(OptionList).options)

    asyncio.run(look())
    assert offered == {name for name, roles in MAY.items() if role in roles} - {"board", "actions"}
