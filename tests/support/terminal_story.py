"""The terminal's program over the socket of a whole kiosk: a story of keys, and what stands there meanwhile."""

import asyncio
import html
import re
from collections.abc import Awaitable, Callable

from console_thread import ConsoleThread
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import OptionList

from kiosk.console.terminal.app import ConsoleApp
from kiosk.console.terminal.link import connector

SMALL, LARGE = (80, 24), (120, 40)
_TEXT = re.compile(r'<text class="[^"]*" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>')
_CELL = 12.2
"""Width of a character in the pictures that Textual makes, in their own unit."""

Story = Callable[[Pilot[str]], Awaitable[None]]


def shown(app: ConsoleApp) -> str:
    """What stands on the terminal, line by line."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for x, y, words in _TEXT.findall(app.export_screenshot()):
        rows.setdefault(float(y), []).append((float(x), html.unescape(words).replace("\xa0", " ")))
    lines = []
    for _, pieces in sorted(rows.items()):
        line = ""
        for x, words in sorted(pieces):
            line += " " * max(0, round(x / _CELL) - cell_len(line)) + words
        lines.append(line.rstrip())
    return "\n".join(lines)


def play(thread: ConsoleThread, story: Story, *, language: str = "zh", size: tuple[int, int] = SMALL) -> ConsoleApp:
    """Open the console and do what the story says."""
    app = ConsoleApp(connector(thread.socket), language=language)

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await story(pilot)

    asyncio.run(run())
    return app


async def until(pilot: Pilot[str], words: str, seconds: float = 5) -> str:
    """Wait until `words` stand on the terminal; all that stands there then."""
    app = pilot.app
    assert isinstance(app, ConsoleApp)
    for _ in range(round(seconds / 0.05)):
        if words in (screen := shown(app)):
            return screen
        await pilot.pause(0.05)
    raise AssertionError(f"{words} didn't come:\n{shown(app)}")


async def choose(pilot: Pilot[str], action: str) -> None:
    """Begin an action of the menu."""
    menu = pilot.app.screen.query_one(OptionList)
    menu.highlighted = menu.get_option_index(action)
    await pilot.press("enter")


async def focused(pilot: Pilot[str], name: str) -> None:
    """Wait until a key would press this."""
    for _ in range(100):
        if pilot.app.focused is not None and pilot.app.focused.id == name:
            return
        await pilot.pause(0.05)
    raise AssertionError(f"{pilot.app.focused} has the keys, not {name}")
