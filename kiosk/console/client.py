"""The other end of the console's socket, without trio: for a command line, and for a thread of the terminal's."""

import json
import socket
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_SOCKET = "/run/kiosk/console.socket"  # As in `kiosk.settings`, which takes 80 ms to import.
_ANSWER_SECONDS = 300.0
"""A self-test waits for a hand."""


class NoConsole(Exception):
    """No kiosk answers; the text says why."""


class ActionRefused(Exception):
    """The action isn't done.

    Args:
        reason: Stable, see `kiosk.console.wire.Refused`.
        why: For the person.
    """

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(why)
        self.reason = reason
        self.why = why


def socket_of(config: Path) -> Path:
    """Where the console listens of the kiosk with these settings. The rest of them is that kiosk's own business.

    Raises:
        NoConsole: They can't be read.
    """
    try:
        with config.open("rb") as file:
            return Path(tomllib.load(file).get("console", {}).get("socket", _SOCKET))
    except OSError as error:
        raise NoConsole(f"{config}: can't be read: {error.strerror}") from None
    except ValueError as error:  # Not TOML, or not UTF-8.
        raise NoConsole(f"{config}: is not TOML: {error}") from None


class ConsoleClient:
    """A connection to the console of the kiosk that runs on this machine.

    Args:
        path: Its socket.
        language: In which it answers: zh or en.

    Raises:
        NoConsole: No kiosk runs, or this user may not connect.
    """

    def __init__(self, path: Path, *, language: str = "zh") -> None:
        self._language = language
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self._socket.connect(str(path))
        except OSError as error:
            self._socket.close()
            raise NoConsole(f"{path}: {error.strerror}") from None
        self._socket.settimeout(_ANSWER_SECONDS)
        self._answers = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._answers.close()
        self._socket.close()

    def perform(
        self,
        action: str,
        arguments: Mapping[str, object] | None = None,
        *,
        confirmed: bool = False,
        tell: Callable[[str], None] = lambda words: None,
        ask: Callable[[str, tuple[str, ...]], str] | None = None,
    ) -> dict[str, Any]:
        """Have one action done; its result, as the action's schema has it.

        Args:
            action: Its name.
            arguments: What it takes.
            confirmed: The person was asked again, and said yes.
            tell: Is told how far it is.
            ask: Gets an answer out of the person; None: an action that asks is broken off.

        Raises:
            ActionRefused: It isn't done.
            NoConsole: The kiosk hung up, or didn't answer.
        """
        request = {"kind": "request", "action": action, "arguments": dict(arguments or {})}
        self._send(request | {"language": self._language, "confirmed": confirmed})
        while True:
            said = self._next()
            match said["kind"]:
                case "told":
                    tell(said["words"])
                case "asked" if ask is not None:
                    self._send({"kind": "answered", "answer": ask(said["question"], tuple(said["answers"]))})
                case "asked":
                    raise NoConsole("the kiosk asks, and nobody is there to answer")
                case "refused":
                    raise ActionRefused(said["reason"], said["why"])
                case _:
                    result: dict[str, Any] = said["result"]
                    return result

    def _send(self, message: Mapping[str, object]) -> None:
        try:
            self._socket.sendall(json.dumps(message, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise NoConsole(f"the kiosk hung up: {error.strerror}") from None

    def _next(self) -> dict[str, Any]:
        try:
            raw = self._answers.readline()
        except OSError:
            raise NoConsole("the kiosk doesn't answer") from None
        if not raw:
            raise NoConsole("the kiosk hung up")
        said: dict[str, Any] = json.loads(raw)
        return said
