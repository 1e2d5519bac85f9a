"""Tells the service manager that the kiosk serves, and that it still turns: the notify protocol of sd_notify(3).

Without a service manager (no NOTIFY_SOCKET) nothing is told and nothing runs.
"""

import os
import socket
from collections.abc import Awaitable, Callable, Mapping

import trio

_FEEDINGS = 3
"""In the time that the watchdog waits; sd_watchdog_enabled(3) asks for two."""


class ServiceManager:
    """Whoever started the kiosk and looks after it.

    Args:
        environment: Where it says how to be told: NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID.

    Attributes:
        watchdog_seconds: After so long without a word it kills the kiosk; None: it doesn't watch.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        microseconds = int(environment.get("WATCHDOG_USEC", "0"))
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog_seconds = microseconds / 1e6 if microseconds > 0 and ours else None

    def tell(self, *lines: str) -> None:
        """Tell it something: `READY=1`, `STATUS=...`, `STOPPING=1`, `WATCHDOG=1`.

        Raises:
            OSError: It is there and can't be told.
        """
        if not self._address:
            return
        name = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as way:
            way.settimeout(1)
            way.sendto("\n".join(lines).encode(), name)

    async def keep_informed(self, screen_turned: Callable[[], Awaitable[None]]) -> None:
        """Say that the kiosk serves, and feed the watchdog; each only once the screen's loop has gone round.

        Runs in the core, so that a core which stands still feeds nothing either.

        Args:
            screen_turned: Waits until the screen's loop has gone round once more.
        """
        if not self._address:
            return
        await screen_turned()
        self.tell("READY=1", "STATUS=Serving.")
        while self.watchdog_seconds is not None:
            await trio.sleep(self.watchdog_seconds / _FEEDINGS)
            await screen_turned()
            self.tell("WATCHDOG=1")
