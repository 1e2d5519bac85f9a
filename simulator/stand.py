"""The test stand: one central server, one machine or two at it, and a tray of cards that both of them take.

A stand is a set of processes and a folder.
"""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from simulator.card_reader import bureau
from simulator.card_reader.personas import personas
from simulator.child import CHECKOUT, Child, ChildFailed
from simulator.control import Control
from simulator.issuer import base_key
from simulator.machine import Central, Machine, Wishes, machine_name, options
from simulator.pin_pad.key_store import KeyStore

_LONGEST_STATE_PATH = 70
"""A Unix socket's address takes 108 bytes, and the names below the folder want theirs."""
_BANK = '"虚拟银行" = "Virtual Bank"'
"""Of everybody's card, as the outlets' file has it in English."""
_FIRST, _SECOND = 3, 4
"""Numbers of the machines."""


class Stand:
    """Everything runs within the `with` statement and has ended after it.

    Args:
        wishes: What it is to be like.
        say: Told of each step of starting.

    Attributes:
        state: Where everything is kept.
        machines: Those that were started; `first` always is.
        central: The hand on the central server.

    Raises:
        ChildFailed: On entering: something didn't start; its last words are in the message.
    """

    first: Machine
    central: Control

    def __init__(self, wishes: Wishes, say: Callable[[str], None] = lambda line: None) -> None:
        self.wishes = wishes
        self.machines: list[Machine] = []
        self._say = say
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as exit_stack:
            self._exit = exit_stack
            self.state = self._make_state()
            self._start_central()
            self.first = self._start_machine(_FIRST, self.wishes)
            self._exit = exit_stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def second(self) -> Machine:
        """The other machine; started, on a display of its own, when it is first asked for."""
        if self.machines[-1] is self.first:
            self._start_machine(_SECOND, replace(self.wishes, display=None, fullscreen=False))
        return self.machines[-1]

    def renew(self, card: str) -> None:
        """Lay a new card into the tray, as on the first day: what it remembers, and what the server holds of it."""
        self.first.control("card_reader")("reset_card", card=card)
        if (renewed := renewal(card)) is not None:
            self.central("renew", **renewed)

    @property
    def central_socket(self) -> Path:
        """Where the server's bench control listens."""
        return self.state / "central.sock"

    @property
    def desk(self) -> str:
        """Where the bureau's staff decide applications; the certificate is of the server's own making."""
        return f"{self._address.url}/staff"

    @property
    def clerk(self) -> tuple[str, Path]:
        """Who may sit there, and the file that holds their secret."""
        return "clerk", self.state / "clerk-secret"

    @property
    def authority(self) -> Path:
        """The certificate that the server's own goes back to."""
        return self._address.ca_file

    @property
    def children(self) -> dict[str, Child]:
        """Every process, by a name that tells the machine."""
        found = {
            f"{machine.name}.{name}": child for machine in self.machines for name, child in machine.children.items()
        }
        return {"central": self._server, **found}

    def ended(self) -> list[Child]:
        """The processes that ended by themselves."""
        return [child for child in self.children.values() if child.status is not None]

    # The parts.

    def _make_state(self) -> Path:
        if (state := self.wishes.state) is not None:
            state.mkdir(parents=True, exist_ok=True)
            state = state.resolve()
            lock = self._exit.enter_context((state / "lock").open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ChildFailed(f"{state}: another stand is using it; choose another with --state") from None
        else:
            runtime = os.environ.get("XDG_RUNTIME_DIR", "")
            state = Path(tempfile.mkdtemp(prefix="kiosk-", dir=runtime if os.access(runtime, os.W_OK) else None))
            self._exit.callback(shutil.rmtree, state, ignore_errors=True)
        if len(str(state)) > _LONGEST_STATE_PATH:
            raise ChildFailed(f"{state}: too long for the sockets in it; choose another with --state")
        if any(character.isspace() for character in str(state)):
            raise ChildFailed(f"{state}: pcscd's configuration takes no path with a space; choose another with --state")
        return state

    def _folder(self, name: str) -> Path:
        folder = self.state / name
        folder.mkdir(exist_ok=True)
        return folder

    def _start_central(self) -> None:
        self._say("central")
        state = self._folder("central")
        central = [sys.executable, "-m", "central"]
        fleet_key = base_key(state / "issuer-keys")
        # Before it serves: nobody else writes to its database then.
        for name in map(machine_name, (_FIRST, _SECOND)):
            KeyStore(self._folder(name) / "pad", fleet_key).load()
            keys = {"state": state, "kiosk": name, "secret-file": self._folder(name) / "secret"}
            subprocess.run([*central, "make-keys", *options(keys)], cwd=CHECKOUT, check=True)
        personas = self.state / "personas.json"
        with personas.open("wb") as file:
            module = "simulator.card_reader.personas"
            subprocess.run([sys.executable, "-m", module], cwd=CHECKOUT, check=True, stdout=file)
        name, secret = self.clerk
        secret.unlink(missing_ok=True)
        secret.touch(0o600)
        with secret.open("wb") as file:
            added = ["staff", "add", *options({"state": state}), name]
            subprocess.run([*central, *added], cwd=CHECKOUT, check=True, stdout=file)
        port = self.state / "central.port"
        port.unlink(missing_ok=True)
        settings = self.state / "central.toml"
        files = {name: CHECKOUT / "config" / f"{name}.toml" for name in ("policy", "outlets")}
        bureau = {**files, "region": self.wishes.region}
        lines = [f"{name} = {json.dumps(str(value))}\n" for name, value in bureau.items()]
        settings.write_text("".join((*lines, f"[banks_en]\n{_BANK}\n")), encoding="utf-8")
        serving = {
            "state": state,
            "settings": settings,
            "port-file": port,
            "seed-personas": personas,
            "bench-control": self.central_socket,
        }
        log = self._folder("logs") / "central.log"
        self._server = Child("central", [*central, *options(serving)], log)
        self._exit.callback(self._server.stop)
        self._server.wait_until(port.exists)
        self._address = Central(url=f"https://127.0.0.1:{port.read_text()}", ca_file=state / "ca.pem")
        self.central = Control(self.central_socket)
        self._exit.callback(self.central.close)

    def _start_machine(self, number: int, wishes: Wishes) -> Machine:
        cards = self._folder("cards")
        machine = Machine(number, wishes, self._folder(machine_name(number)), cards, self._address, self._say)
        self._exit.enter_context(machine)
        self.machines.append(machine)
        return machine


_RENEWED = (
    "application_status",
    "lifecycle",
    "loss_reason",
    "loss_until",
    "initial_pin",
    "pin_blocked",
    "financial_activated",
)


def renewal(card: str) -> dict[str, Any] | None:
    """What the server is told of a new card and its holder, as its bench control takes it; None: it has no record."""
    seeded = next(persona.server_record for persona in personas() if persona.id == card)
    if seeded is None:
        return None
    return {
        "person": card,
        "record": {field: seeded[field] for field in _RENEWED},
        "phone": seeded["phone"],
        "reminders": bureau.on_record(card, bureau.today()).get("reminders"),
    }


def stop_on_signals() -> None:
    """End the stand in order on SIGTERM and SIGHUP too, as on Ctrl-C."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
