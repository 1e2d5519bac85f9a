"""An engineer at a terminal: another user of this computer, who asks the console of a machine on the stand.

Only root can be somebody else, so only a stand that root started has an engineer.
"""

import json
import os
import pwd
import socket
from pathlib import Path
from typing import Any

_SECONDS = 20.0


class NotAsked(Exception):
    """The console couldn't be asked, or refused."""


def asks(console: Path, action: str, arguments: dict[str, object], *, confirmed: bool = False) -> dict[str, Any]:
    """Have the console at this socket do something, as the user nobody in this process's own group.

    Raises:
        NotAsked: It didn't, and why.
    """
    request = {"kind": "request", "action": action, "arguments": arguments, "language": "zh", "confirmed": confirmed}
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # Nothing of the stand's may go on here, whatever happens.
        try:
            os.setgroups([])
            os.setuid(pwd.getpwnam("nobody").pw_uid)
            answer = _ask(console, request)
        except BaseException as error:  # noqa: BLE001 -- It is told to the one who asked.
            answer = {"kind": "refused", "why": f"{type(error).__name__}: {error}"}
        os.write(write, json.dumps(answer).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said: dict[str, Any] = json.loads(pipe.read())
    os.waitpid(child, 0)
    if said["kind"] != "done":
        raise NotAsked(said["why"])
    return dict(said["result"])


def _ask(console: Path, request: dict[str, object]) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(_SECONDS)
        connection.connect(str(console))
        connection.sendall(json.dumps(request).encode() + b"\n")
        with connection.makefile("rb") as lines:
            while True:
                said: dict[str, Any] = json.loads(lines.readline())
                if said["kind"] != "told":
                    return said
