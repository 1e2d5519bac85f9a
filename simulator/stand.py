"""The test stand: the kiosk itself, unchanged, with something virtual at the end of each of its wires.

A stand is a set of processes and a folder. Nothing but the kiosk's own configuration file tells the kiosk that it
isn't at a real machine.
"""

import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from simulator.card_reader.build import build
from simulator.card_reader.pcscd import Pcscd
from simulator.child import Child, ChildFailed
from simulator.control import Control
from simulator.x_screen import WINDOW_CLASS, XScreen

CHECKOUT = Path(__file__).parent.parent
_LONGEST_STATE_PATH = 70
"""A Unix socket's address takes 108 bytes, and the names below the folder want theirs."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the stand is to be like.

    Attributes:
        display: The X display to put the kiosk's window on; None starts an Xvfb.
        state: Where everything is kept; None takes a temporary folder that goes at the end.
        changes: What differs from `config/kiosk.toml`, by section and key.
    """

    width: int = 1080
    height: int = 1920
    fullscreen: bool = False
    language: str = "zh"
    pin_path: str = "pad"
    display: str | None = None
    state: Path | None = None
    changes: Mapping[str, Mapping[str, Any]] | None = None


class Stand:
    """Everything runs within the `with` statement and has ended after it.

    Args:
        wishes: What it is to be like.
        say: Told of each step of starting.

    Raises:
        ChildFailed: On entering: something didn't start; its last words are in the message.
    """

    def __init__(self, wishes: Wishes, say: Callable[[str], None] = lambda line: None) -> None:
        self.wishes = wishes
        self.display = wishes.display or ""
        self.children: dict[str, Child] = {}
        self._say = say
        self._exit = ExitStack()
        self._controls: dict[str, Control] = {}

    def __enter__(self) -> Self:
        with ExitStack() as exit_stack:
            self._exit = exit_stack
            self.state = self._make_state()
            self.logs = self._folder("logs")
            self._start_display()
            self._start_card_reader()
            self._start_devices()
            self._start_central()
            self._configuration = self._write_configuration()
            self.start_kiosk()
            self._exit = exit_stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def control(self, device: str) -> Control:
        """The hand on `card_reader`, `pin_pad`, `receipt_printer`, `camera` or `central`."""
        if device not in self._controls:
            control = Control(self.socket(device))
            self._exit.callback(control.close)
            self._controls[device] = control
        return self._controls[device]

    def socket(self, device: str) -> Path:
        """Where the control of `device` listens."""
        return self.state / f"{device}.sock"

    def ended(self) -> list[Child]:
        """The processes that ended by themselves."""
        return [child for child in self.children.values() if child.status is not None]

    def kill_pcscd(self) -> None:
        """PC/SC dies, as in a crash."""
        self.pcscd.kill()

    def start_pcscd(self) -> None:
        """PC/SC comes back."""
        self.pcscd.start()

    def start_kiosk(self) -> None:
        """Start the kiosk and wait for its window."""
        self._say("kiosk")
        environment = {
            "DISPLAY": self.display,
            "PCSCLITE_CSOCK_NAME": str(self.pcscd.socket),
            "SDL_VIDEO_X11_WMCLASS": WINDOW_CLASS,
            "SDL_VIDEODRIVER": "x11",
        }
        program = Path(sys.executable).with_name("kiosk")
        command = [str(program), "run", "--config", str(self._configuration)]
        kiosk = self._start("kiosk", *command, environment=environment)
        with XScreen(self.display) as screen:
            kiosk.wait_until(screen.find_window)

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

    def _start(
        self, name: str, *command: str, environment: Mapping[str, str] | None = None, pass_fds: Sequence[int] = ()
    ) -> Child:
        child = Child(name, command, self.logs / f"{name}.log", environment, pass_fds)
        self.children[name] = child
        self._exit.callback(child.stop)
        return child

    def _start_device(self, name: str, *arguments: str) -> None:
        self._say(name)
        socket = self.socket(name)
        socket.unlink(missing_ok=True)
        child = self._start(name, sys.executable, "-m", f"simulator.{name}", "--control", str(socket), *arguments)
        child.wait_until(socket.exists)

    def _start_display(self) -> None:
        if self.display:
            return
        self._say("Xvfb")
        reader, writer = os.pipe()
        # A number of our own choosing: the server would take the first that its /tmp leaves free, while clients look
        # for it in the network namespace first, where another container may have it. Told through the pipe when ready.
        number = random.SystemRandom().randrange(1_000, 30_000)
        options = ["-displayfd", str(writer), "-screen", "0", f"{self.wishes.width}x{self.wishes.height}x24"]
        xvfb = self._start("xvfb", "Xvfb", f":{number}", *options, "-nolisten", "tcp", "-noreset", pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as answer:
            if answer.readline().strip() != str(number):
                raise ChildFailed(xvfb.explain())
        self.display = f":{number}"

    def _start_card_reader(self) -> None:
        library = build(CHECKOUT / "build" / "ifd")
        device = self.state / "reader.sock"
        self.pcscd = Pcscd(self._folder("pcscd"), library, device)
        options = {"socket": device, "state": self._folder("cards")}
        own_pad = ["--pin-pad"] if self.wishes.pin_path == "reader" else []
        self._start_device("card_reader", *_options(options), *own_pad)
        self._say("pcscd")
        self._exit.callback(self.pcscd.stop)
        self.pcscd.start()

    def _start_devices(self) -> None:
        pad = {"link": self.state / "pin-pad", "state": self._folder("pad"), "key-file": self.state / "pin-pad-key"}
        self._start_device("pin_pad", *_options(pad))
        printer = {"link": self.state / "printer", "state": self._folder("paper")}
        self._start_device("receipt_printer", *_options(printer))
        self._start_device("camera")

    def _start_central(self) -> None:
        self._say("central")
        state = self._folder("central")
        central = [sys.executable, "-m", "central"]
        make_keys = ["make-keys", "--state", str(state), "--kiosk", self._template()["machine"]["name"]]
        subprocess.run([*central, *make_keys, "--secret-file", str(self.state / "secret")], cwd=CHECKOUT, check=True)
        personas = self.state / "personas.json"
        with personas.open("wb") as file:
            module = "simulator.card_reader.personas"
            subprocess.run([sys.executable, "-m", module], cwd=CHECKOUT, check=True, stdout=file)
        port = self.state / "central.port"
        port.unlink(missing_ok=True)
        options = {
            "state": state,
            "port-file": port,
            "seed-personas": personas,
            "bench-control": self.socket("central"),
        }
        self._start("central", *central, *_options(options)).wait_until(port.exists)

    def _template(self) -> dict[str, Any]:
        return tomllib.loads((CHECKOUT / "config" / "kiosk.toml").read_text(encoding="utf-8"))

    def _write_configuration(self) -> Path:
        state, wishes = self.state, self.wishes
        port = (state / "central.port").read_text().strip()
        ours: dict[str, Mapping[str, Any]] = {
            "central": {
                "url": f"https://127.0.0.1:{port}",
                "ca_file": str(state / "central" / "ca.pem"),
                "secret_file": str(state / "secret"),
            },
            "pin_pad": {
                "path": wishes.pin_path,
                "port": str(state / "pin-pad"),
                "key_file": str(state / "pin-pad-key"),
            },
            "receipt_printer": {"port": str(state / "printer")},
            "camera": {"source": self.control("camera")("state")["url"]},
            "screen": {
                "width": wishes.width,
                "height": wishes.height,
                "fullscreen": wishes.fullscreen,
                "language": wishes.language,
            },
            "storage": {"directory": str(self._folder("kiosk"))},
        }
        configuration = self._template()
        for changes in (ours, wishes.changes or {}):
            for section, keys in changes.items():
                configuration[section].update(keys)
        path = state / "kiosk.toml"
        path.write_text(_toml(configuration), encoding="utf-8")
        return path


def _options(values: Mapping[str, Path]) -> list[str]:
    return [text for name, value in values.items() for text in (f"--{name}", str(value))]


def _toml(configuration: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables of plain values: what JSON writes for them is TOML too."""
    lines = []
    for section, keys in configuration.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"


def stop_on_signals() -> None:
    """End the stand in order on SIGTERM and SIGHUP too, as on Ctrl-C."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
