"""The terminal's way to the kiosk: one connection for the board, one for whatever is being done."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from kiosk.console.client import ConsoleClient


class Kiosk(Protocol):
    """What the terminal asks of a running kiosk; every call blocks, so it belongs into a thread."""

    def perform(
        self,
        action: str,
        arguments: Mapping[str, object] | None = None,
        *,
        confirmed: bool = False,
        tell: Callable[[str], None] = ...,
        ask: Callable[[str, tuple[str, ...]], str] | None = None,
    ) -> dict[str, Any]:
        """Have one action done; see `ConsoleClient.perform`."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


Connect = Callable[[str], Kiosk]
"""Connects, for answers in a language."""


def connector(path: Path) -> Connect:
    """Connects to the kiosk whose socket is at `path`.

    Raises, when called:
        NoConsole: No kiosk runs, or this user may not connect.
    """
    return lambda language: ConsoleClient(path, language=language)
