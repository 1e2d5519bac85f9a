"""One process of the stand: started with its output in a file, watched until it is ready, ended by its own id."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).parent.parent


class ChildFailed(Exception):
    """A process of the stand ended or didn't get ready; its last words are in the message."""


class Child:
    """A process named `name` that runs `command` in the checkout, its output in `log`.

    It has a session of its own, so that Ctrl-C on the terminal reaches the stand alone, which then ends everything
    in order; and it is ended by the kernel if the stand is killed.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *command],
                cwd=CHECKOUT,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=pass_fds,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.poll()

    def wait_until(self, ready: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait until `ready` says so.

        Raises:
            ChildFailed: The process ended first, or took longer than `seconds`.
        """
        end = time.monotonic() + seconds
        while not ready():
            if self.status is not None:
                raise ChildFailed(self.explain())
            if time.monotonic() > end:
                raise ChildFailed(f"{self.name} wasn't ready after {seconds:g} s\n{self.last_words()}")
            time.sleep(0.01)

    def explain(self) -> str:
        """How it ended, in words, with its last lines."""
        return f"{self.name} ended with status {self.status}\n{self.last_words()}"

    def last_words(self, lines: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def send(self, signal_number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.status is None:
            self._process.send_signal(signal_number)

    def stop(self, seconds: float = 5.0) -> None:
        """End it in order, by force after `seconds`."""
        self.send(signal.SIGTERM)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, wherever it is."""
        self._process.kill()
        self._process.wait()

    def wait_until_ended(self, seconds: float) -> None:
        """Wait until it has ended by itself.

        Raises:
            ChildFailed: It still ran after `seconds`.
        """
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise ChildFailed(f"{self.name} still ran after {seconds:g} s") from None
