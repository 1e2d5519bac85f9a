"""The whole kiosk under somebody who listens as the service manager does."""

import socket
from pathlib import Path

import pytest

from simulator.machine import Wishes
from simulator.stand import Stand

_WATCHDOG_SECONDS = 3


def test_the_running_kiosk_says_so_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both its loops turn: READY once, then the watchdog's food in time, STOPPING at the end."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", str(_WATCHDOG_SECONDS * 1_000_000))
    heard: list[str] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        with Stand(Wishes()):
            while len(heard) < 5:
                heard.append(manager.recv(4096).decode())
        manager.settimeout(_WATCHDOG_SECONDS)
        while not heard[-1].startswith("STOPPING"):
            heard.append(manager.recv(4096).decode())

    heard.remove("READY=1")  # The card service's.
    assert heard == ["READY=1\nSTATUS=Serving.", *["WATCHDOG=1"] * (len(heard) - 2), "STOPPING=1"]
