"""Records for systemd's journal, field by field: its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL)."""

import json
import os
import socket
import sys
from collections.abc import Mapping
from typing import Any

SOCKET = "/run/systemd/journal/socket"
_PRIORITIES = {"debug": 7, "info": 6, "warning": 4, "error": 3}
"""syslog(3)."""


def is_the_journals(descriptor: int, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether what is written to `descriptor` goes to the journal: JOURNAL_STREAM of systemd.exec(5) names it."""
    try:
        status = os.fstat(descriptor)
    except OSError:
        return False
    return environment.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def datagram(event: Mapping[str, Any]) -> bytes:
    """One event as a record: `journalctl KIOSK_EVENT=condition.raised` finds it. The message is its JSON."""
    fields = {
        "MESSAGE": json.dumps(event, ensure_ascii=False, default=str),
        "PRIORITY": str(_PRIORITIES.get(event.get("level", "info"), 6)),
        "SYSLOG_IDENTIFIER": "kiosk",
        "KIOSK_EVENT": str(event["event"]),
        "KIOSK_DISPOSITION": str(event.get("disposition", "unknown")),
    }
    if "condition" in event:
        fields["KIOSK_CONDITION"] = str(event["condition"])
    return b"".join(_field(name, value.encode()) for name, value in fields.items())


def _field(name: str, value: bytes) -> bytes:
    if b"\n" in value:
        return name.encode() + b"\n" + len(value).to_bytes(8, "little") + value + b"\n"
    return name.encode() + b"=" + value + b"\n"


class JournalLogger:
    """Takes whole events; one that the journal doesn't take goes to standard error."""

    def __init__(self, path: str = SOCKET) -> None:
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.settimeout(1)

    def msg(self, **event: Any) -> None:
        """Write one event."""
        try:
            self._socket.sendto(datagram(event), self._path)
        except OSError:
            print(json.dumps(event, ensure_ascii=False, default=str), file=sys.stderr, flush=True)

    def close(self) -> None:
        """Let go of the socket."""
        self._socket.close()

    debug = info = warning = error = msg
