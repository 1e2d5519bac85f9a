"""Tells the service manager that the server answers, and that it still turns: the notify protocol of sd_notify(3).

Every request is served on the event loop itself, database included, so a loop that goes round is a server that answers.
Without a service manager (no NOTIFY_SOCKET) nothing is told and nothing runs.
"""

import asyncio
import os
import socket
from collections.abc import Mapping

_FEEDINGS = 3
"""In the time that the watchdog waits; sd_watchdog_enabled(3) asks for two."""


class ServiceManager:
    """Whoever started the server and looks after it.

    Args:
        environment: Where it says how to be told: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        microseconds = int(environment.get("WATCHDOG_USEC", "0"))
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._pause_seconds = microseconds / 1e6 / _FEEDINGS if microseconds > 0 and ours else None

    def tell(self, *lines: str) -> None:
        """Tell it something: `READY=1`, `STATUS=...`, `STOPPING=1`.

        Raises:
            OSError: It is there and can't be told.
        """
        if not self._address:
            return
        name = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.settimeout(1)
            way.sendto("\n".join(lines).encode(), name)

    async def feed(self) -> None:
        """Feed its watchdog for ever, where it has one."""
        while self._address and self._pause_seconds is not None:
            await asyncio.sleep(self._pause_seconds)
            self.tell("WATCHDOG=1")
