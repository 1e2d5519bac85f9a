"""The maintenance console in a terminal, over the running kiosk's socket: for SSH, from 80 by 24 characters on."""

import sys
from pathlib import Path


def run(socket: Path, *, language: str) -> str | None:
    """Show the console of the kiosk whose socket this is, until it is left; why it ended by itself, if it did.

    Args:
        socket: Of the running kiosk.
        language: In which it begins: zh or en.
    """
    if sys.modules.get("rich", 0) is None:  # The command line leaves it out; a terminal's program can't do without.
        del sys.modules["rich"]
    from kiosk.console.terminal.app import ConsoleApp
    from kiosk.console.terminal.link import connector

    return ConsoleApp(connector(socket), language=language).run()
