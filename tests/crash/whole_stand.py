"""The stand whose kiosks have no display, and whose processes can be killed and started again."""

import json
import select
import socket
import sys
from pathlib import Path
from typing import Any

from simulator.child import Child
from simulator.control import Control
from simulator.machine import Machine, Wishes, machine_name, options
from simulator.stand import Stand

_PROGRAM = str(Path(__file__).with_name("headless_kiosk.py"))
_START_SECONDS = 30.0


class Ended(Exception):
    """The kiosk is no longer there."""


class HeadlessMachine(Machine):
    """A machine that tells its pages to whoever asks for `view`."""

    _listening: socket.socket | None = None
    _end: socket.socket | None = None
    _pending = b""
    _view: dict[str, Any] | None = None

    def start_kiosk(self) -> None:
        """Start the kiosk and wait until it shows something."""
        path = self.folder / "screen.sock"
        path.unlink(missing_ok=True)
        self._pending, self._view = b"", None
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(path))
            listening.listen()
            listening.settimeout(_START_SECONDS)
            self.program = (sys.executable, _PROGRAM, str(path))
            environment = {"PCSCLITE_CSOCK_NAME": str(self.pcscd.socket)}
            command = [*self.program, "run", "--config", str(self.folder / "kiosk.toml")]
            self._start("kiosk", *command, environment=environment)
            self._end, _ = listening.accept()
        self._end.setblocking(False)
        self._exit.callback(self._end.close)

    def kill_kiosk(self) -> None:
        """`kill -9`."""
        self.children["kiosk"].kill()

    def view(self, seconds: float) -> dict[str, Any] | None:
        """What is on the screen: the newest view, once one has come that is new, or after this time.

        Raises:
            Ended: The kiosk was killed, and has shown nothing more.
        """
        assert self._end is not None
        while select.select([self._end], [], [], seconds)[0]:
            try:
                data = self._end.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                raise Ended
            self._pending += data
            seconds = 0.0
        *lines, self._pending = self._pending.split(b"\n")
        if lines:
            self._view = json.loads(lines[-1])
        return self._view

    def press(self, view: dict[str, Any], **what: str) -> None:
        """Press something on a view: an `answer`, a `service`, or `digits` that were typed."""
        assert self._end is not None
        try:
            self._end.send(json.dumps({"serial": view["serial"], **what}).encode() + b"\n")
        except (BrokenPipeError, ConnectionResetError):
            raise Ended from None

    def _start_display(self) -> None:
        pass

    def _wait_until_dark(self) -> None:
        pass


_BUREAU = """\
one_time_code_again_seconds = 1
one_time_codes_per_person_and_day = 10000
one_time_codes_per_kiosk_and_hour = 10000
"""
"""The server's settings: everybody comes again and again on one day."""


class WholeStand(Stand):
    """One server and up to two kiosks, each a process that may be killed at any time."""

    first: HeadlessMachine

    def kill_server(self) -> None:
        """`kill -9`."""
        self._server.kill()

    def start_server(self) -> None:
        """Start it again on what it has left, at the same address."""
        settings = self.state / "bureau.toml"
        settings.write_text(_BUREAU)
        port = self.state / "central.port"
        number = port.read_text()
        port.unlink()
        self.central_socket.unlink(missing_ok=True)
        serving = {
            "state": self.state / "central",
            "port": number,
            "port-file": port,
            "seed-personas": self.state / "personas.json",
            "bench-control": self.central_socket,
            "settings": settings,
        }
        command = [sys.executable, "-m", "central", *options(serving)]
        self._server = Child("central", command, self.state / "logs" / "central.log")
        self._exit.callback(self._server.stop)
        self._server.wait_until(port.exists)
        self.central = Control(self.central_socket)
        self._exit.callback(self.central.close)

    def _start_central(self) -> None:
        super()._start_central()
        self.kill_server()
        self.start_server()  # With settings of its own.

    @property
    def server_on(self) -> bool:
        """Whether the server runs."""
        return self._server.status is None

    def _start_machine(self, number: int, wishes: Wishes) -> Machine:
        folder = self._folder(machine_name(number))
        machine = HeadlessMachine(number, wishes, folder, self._folder("cards"), self._address, self._say)
        self._exit.enter_context(machine)
        self.machines.append(machine)
        return machine
