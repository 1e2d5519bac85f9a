"""The kiosk without a display: its core as it is, the pages told over a Unix socket, the presses taken from there.

Takes the same arguments as `kiosk run`, after the socket where somebody listens.
"""

import argparse
import json
import socket
from pathlib import Path
from typing import Any

import trio

from kiosk import log
from kiosk.core import serve
from kiosk.pages import Actions, Answer, Button, Choose, Chosen, Decide, Entered, Home, Instruct, Option, Refusal
from kiosk.screen import Press, View
from kiosk.settings import load


class ToldScreen:
    """Tells each view as a line of JSON, its kind and title and never what else stands there; takes presses so."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._stream = trio.SocketStream(trio.socket.from_stdlib_socket(end))
        self._pending = b""

    def show(self, view: View) -> None:
        """Tell it."""
        page = view.page
        told: dict[str, Any] = {
            "serial": view.serial,
            "page": type(page).__name__,
            "title": page.title.message,
            "overlay": None if view.overlay is None else type(view.overlay).__name__,
        }
        if isinstance(page, Instruct):
            told["picture"] = page.picture.value
        if isinstance(page, Refusal):
            told["title"] += f": {page.heading.message}: {page.why.message}"
        if isinstance(page, Choose | Decide):
            told["answers"] = _answers(page)
        if isinstance(page, Home):
            told["offers"] = [tile.service for group in page.groups for tile in group.tiles]
        self._end.send(json.dumps(told).encode() + b"\n")

    async def next_press(self) -> Press:
        """The next press."""
        while b"\n" not in self._pending:
            self._pending += await self._stream.receive_some()
        line, self._pending = self._pending.split(b"\n", 1)
        pressed = json.loads(line)
        return Press(pressed["serial"], _pressed(pressed))

    async def sound(self, *, aloud: bool) -> bool:
        """Nobody hears it."""
        await trio.lowlevel.checkpoint()
        return True


def _answers(page: Choose | Decide) -> list[str]:
    """What can be pressed."""
    options: tuple[Button | Option | None, ...] = page.options if isinstance(page, Choose) else ()
    actions = page.actions
    buttons = (actions.secondary, actions.primary, actions.other) if isinstance(actions, Actions) else ()
    pressed = [each.answer for each in (*options, *buttons) if each is not None]
    return [answer.name for answer in pressed if isinstance(answer, Answer)]


def _pressed(pressed: dict[str, Any]) -> Answer | Chosen | Entered:
    if "service" in pressed:
        return Chosen(pressed["service"])
    return Entered(pressed["digits"]) if "digits" in pressed else Answer[pressed["answer"]]


async def main() -> None:
    """Serve citizens until killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("socket", type=Path)
    parser.add_argument("run", choices=["run"])
    parser.add_argument("--config", type=Path, required=True)
    chosen = parser.parse_args()
    settings = load(chosen.config)
    log.configure(settings.log.level)
    with socket.socket(socket.AF_UNIX) as end:
        end.connect(str(chosen.socket))
        await serve(settings, ToldScreen(end), chosen.config)


if __name__ == "__main__":
    trio.run(main)
