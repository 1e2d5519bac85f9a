"""The whole kiosk under somebody who listens as the service manager does."""

import signal
import socket
import struct
from pathlib import Path

import pytest

from simulator.machine import Wishes
from simulator.stand import Stand

_WATCHDOG_SECONDS = 3
_CREDENTIALS = struct.Struct("3i")


def test_the_running_kiosk_says_so_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both its loops turn: READY once, then the watchdog's food in time, STOPPING at the end."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", str(_WATCHDOG_SECONDS * 1_000_000))
    heard: list[tuple[int, str]] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)

        def hear() -> str:
            said, extra, _, _ = manager.recvmsg(4096, socket.CMSG_SPACE(_CREDENTIALS.size))
            heard.append((_CREDENTIALS.unpack(extra[0][2])[0], said.decode()))
            return heard[-1][1]

        with Stand(Wishes()) as stand:
            child = stand.first.children["kiosk"]
            kiosk = child.pid
            while sum(sender == kiosk for sender, _ in heard) < 4:
                hear()
            child.send(signal.SIGTERM)  # Not left to the stand, which is as impatient as a whole machine's end must be.
            while (kiosk, "STOPPING=1") not in heard:
                hear()

    said = [line for sender, line in heard if sender == kiosk]  # The card service and the server speak too.
    assert said == ["READY=1\nSTATUS=Serving.", *["WATCHDOG=1"] * (len(said) - 2), "STOPPING=1"]
