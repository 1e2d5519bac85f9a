"""A tap on a serial line: sits between two ptys and keeps what passes."""

import os
import pty
import select
import threading
import tty
from pathlib import Path
from types import TracebackType
from typing import Self


class SerialTap:
    """Carries bytes between whoever opens `near` and the device at `far`, within the `with` statement.

    Args:
        near: A link to make to the tap's own port.
        far: The device; opened with the first byte for it.
    """

    def __init__(self, near: Path, far: Path) -> None:
        self.heard: list[tuple[str, bytes]] = []
        """In order: "there" for bytes to the device, "back" for bytes from it."""
        self._near, self._far = near, far
        self._stop_read, self._stop_write = os.pipe()
        self._thread = threading.Thread(target=self._carry, name="tap")

    def __enter__(self) -> Self:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self._near.parent.mkdir(parents=True, exist_ok=True)
        self._near.symlink_to(os.ttyname(self._slave))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._stop_write)
        self._thread.join()
        for end in (self._master, self._slave, self._stop_read):
            os.close(end)
        self._near.unlink()

    def both_ways(self) -> bytes:
        """All that passed, in order."""
        return b"".join(data for _, data in self.heard)

    def _carry(self) -> None:
        device: int | None = None
        try:
            while True:
                ends = [self._stop_read, self._master] + ([] if device is None else [device])
                ready = select.select(ends, [], [])[0]
                if self._stop_read in ready:
                    return
                if self._master in ready:
                    data = os.read(self._master, 4096)
                    self.heard.append(("there", data))
                    if device is None:
                        device = os.open(self._far, os.O_RDWR | os.O_NOCTTY)
                    os.write(device, data)
                if device in ready and device is not None:
                    data = os.read(device, 4096)
                    self.heard.append(("back", data))
                    os.write(self._master, data)
        finally:
            if device is not None:
                os.close(device)
