"""A whole kiosk with its console's socket, in a thread of its own: for what asks it without trio."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import trio
from kiosk_under_test import KioskUnderTest

from kiosk.conditions import Condition
from kiosk.console.roles import Role
from kiosk.console.server import open_socket, serve
from kiosk.settings import Settings


class ConsoleThread:
    """Runs until the block is left. This process's own group has `role`.

    Args:
        settings: Of the machine; the socket is theirs.
        make: Builds the machine under test, within its own trio run.
        role: Which role whoever connects has.
    """

    def __init__(
        self, settings: Settings, make: Callable[[trio.Nursery], KioskUnderTest], role: Role = Role.TECHNICIAN
    ) -> None:
        self.socket = Path(settings.console.socket)
        self._make = make
        self._role = role
        self._ready = threading.Event()
        self._thread = threading.Thread(target=trio.run, args=(self._run,))
        self.kiosk: KioskUnderTest
        self._token: trio.lowlevel.TrioToken
        self._scope = trio.CancelScope()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(20), "the kiosk doesn't come up"
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self.stop()

    def stop(self) -> None:
        """The kiosk ends, as at a restart."""
        self.within(self._scope.cancel)
        self._thread.join(20)

    def within(self, act: Callable[..., object], *arguments: object) -> Any:
        """Do something in the kiosk's own thread; what it gives."""
        return trio.from_thread.run_sync(act, *arguments, trio_token=self._token)

    def set(self, condition: Condition, *, stands: bool) -> None:
        """Raise or clear a condition."""
        self.within(lambda: self.kiosk.board.set(condition, stands=stands))

    async def _run(self) -> None:
        import grp

        self._token = trio.lowlevel.current_trio_token()
        with self._scope:
            async with trio.open_nursery() as nursery:
                self.kiosk = self._make(nursery)
                nursery.start_soon(self.kiosk.run)
                await self.kiosk.ready.wait()
                groups = {self._role: grp.getgrgid(os.getgid()).gr_name}
                with open_socket(self.socket, None) as listening:
                    self._ready.set()
                    await serve(self.kiosk.console, listening, groups, own_uid=os.getuid() + 1)
        self.kiosk.close()
