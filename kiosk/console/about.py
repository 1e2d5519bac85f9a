"""What runs on this machine."""

import platform
from importlib.metadata import version

from kiosk.console.action import Message
from kiosk.operations.store import sqlite_version


class Versions(Message):
    """Of the program, and of what it stands on."""

    kiosk: str
    python: str
    sqlite: str
    system: str


def versions() -> Versions:
    """Those of this process."""
    return Versions(
        kiosk=version("kiosk"),
        python=platform.python_version(),
        sqlite=sqlite_version(),
        system=f"{platform.system()} {platform.release()}",
    )
