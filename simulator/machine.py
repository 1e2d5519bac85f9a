"""One machine of the stand: the kiosk itself, unchanged, with something virtual at the end of each of its wires.

Nothing but the kiosk's own configuration file tells the kiosk that it isn't at a real machine.
"""

import grp
import json
import os
import random
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pyrage import x25519  # type: ignore[import-untyped]

from simulator.card_reader.build import build
from simulator.card_reader.pcscd import Pcscd
from simulator.card_reader.technician import authority_pem, centre_pem
from simulator.child import CHECKOUT, Child, ChildFailed
from simulator.control import Control
from simulator.loudspeaker import Loudspeaker
from simulator.x_screen import WINDOW_CLASS, XScreen

_WRONG_CLOCK = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
"""From Debian's libfaketime."""
_DISPLAYS = 3
"""How many numbers are tried for a virtual display."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the stand is to be like.

    Attributes:
        region: Whose rules hold, of those in `config/policy.toml`.
        pin_path: How PINs get to the card: `pad`, by a separate pad; `reader`, typed on the card reader; `both`, the
            same with a separate pad beside it, for resets.
        display: The X display to put the first kiosk's window on; None starts an Xvfb.
        state: Where everything is kept; None takes a temporary folder that goes at the end.
        a4: Whether there is a printer for A4, too.
        changes: What differs from `config/kiosk.toml`, by section and key.
    """

    width: int = 1080
    height: int = 1920
    fullscreen: bool = False
    language: str = "zh"
    region: str = "default"
    pin_path: str = "pad"
    display: str | None = None
    state: Path | None = None
    a4: bool = False
    changes: Mapping[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True, kw_only=True)
class Central:
    """Where a machine finds its central server."""

    url: str
    ca_file: Path


class Machine:
    """Everything of it runs within the `with` statement and has ended after it.

    Its secret and its pad's key were made before, and lie in its folder.

    Args:
        number: Of the machine; `kiosk-{number}` is its name in the fleet.
        wishes: What it is to be like.
        folder: Its own, where everything that it has is kept.
        cards: The tray: whatever card is put into its slot remembers there.
        central: The server.
        say: Told of each step of starting.

    Raises:
        ChildFailed: On entering: something didn't start; its last words are in the message.
    """

    def __init__(
        self, number: int, wishes: Wishes, folder: Path, cards: Path, central: Central, say: Callable[[str], None]
    ) -> None:
        self.number = number
        self.name = machine_name(number)
        self.wishes = wishes
        self.folder = folder
        self.logs = self._folder("logs")
        self.display = wishes.display or ""
        self.children: dict[str, Child] = {}
        self.program: Sequence[str] = (str(Path(sys.executable).with_name("kiosk")),)
        """The kiosk; a test may have another that takes the same arguments."""
        self._cards = cards
        self._central = central
        self._say = say
        self._exit = ExitStack()
        self._controls: dict[str, Control] = {}
        self._already_logged = 0
        self._clock_ahead: str | None = None

    def __enter__(self) -> Self:
        with ExitStack() as exit_stack:
            self._exit = exit_stack
            self._start_display()
            self._start_card_reader()
            self._start_devices()
            self._write_configuration()
            self.start_kiosk()
            self._exit = exit_stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exit.close()

    def control(self, device: str) -> Control:
        """The hand on `card_reader`, `pin_pad`, `receipt_printer`, `camera`, `id_reader`, or `document_printer`."""
        if device not in self._controls:
            control = Control(self.socket(device))
            self._exit.callback(control.close)
            self._controls[device] = control
        return self._controls[device]

    @cached_property
    def console(self) -> Path:
        """The socket of the kiosk's console, where another user of this computer gets at it too."""
        folder = Path(tempfile.mkdtemp(prefix="kiosk-console-"))
        self._exit.callback(shutil.rmtree, folder)
        folder.chmod(0o711)
        return folder / "socket"

    def socket(self, device: str) -> Path:
        """Where the control of `device` listens."""
        return self.folder / f"{device}.sock"

    # The kiosk.

    @property
    def on(self) -> bool:
        """Whether the kiosk runs."""
        return "kiosk" in self.children and self.children["kiosk"].status is None

    def start_kiosk(self) -> None:
        """Start the kiosk and wait for its window."""
        self._say("kiosk")
        environment = {
            "DISPLAY": self.display,
            "PCSCLITE_CSOCK_NAME": str(self.pcscd.socket),
            "SDL_VIDEO_X11_WMCLASS": WINDOW_CLASS,
            "SDL_VIDEODRIVER": "x11",
            **self.loudspeaker.environment,
            **self._wrong_clock(),
        }
        command = [*self.program, "run", "--config", str(self.folder / "kiosk.toml")]
        log = self.logs / "kiosk.log"
        self._already_logged = log.stat().st_size if log.exists() else 0
        kiosk = self._start("kiosk", *command, environment=environment)
        with XScreen(self.display) as screen:
            kiosk.wait_until(screen.find_window)

    def configure(self, wishes: Wishes) -> None:
        """Write the kiosk's settings anew, for its next start. What stands on the wires' far ends stays."""
        self.wishes = wishes
        self._write_configuration()

    def wait_until_it_serves(self) -> None:
        """Wait until a kiosk that was just started has looked at its slot: it shows its home page before.

        A card that is put in sooner is taken for one that somebody left.
        """
        kiosk = self.children["kiosk"]

        def ready() -> bool:
            log = kiosk.log.read_bytes()[self._already_logged :]
            return b'"event": "kiosk.started"' in log and b'"event": "card_reader.media"' in log

        kiosk.wait_until(ready)

    def start_again(self, seconds: float) -> None:
        """Wait until the kiosk ends by itself, and start it as the service manager does.

        Raises:
            ChildFailed: It still ran after `seconds`.
        """
        self.children["kiosk"].wait_until_ended(seconds)
        del self.children["kiosk"]
        self._wait_until_dark()
        self.start_kiosk()

    def stop_kiosk(self) -> None:
        """The kiosk is told to end, and does."""
        self.children.pop("kiosk").stop()
        self._wait_until_dark()

    def cut_power(self) -> None:
        """The kiosk ends between two of its instructions: nothing is tidied, nothing more is sent."""
        self.children.pop("kiosk").kill()
        self._wait_until_dark()

    def set_clock(self, ahead: str | None) -> None:
        """Put the kiosk's wall clock wrong by `ahead`: `+20y`, `-20y`; None: right. Its monotonic clock never is.

        One that was started with a wrong clock notices within a second; any other when it is started again.
        """
        self._clock_ahead = ahead
        fresh = self._clock_file.with_suffix(".new")
        fresh.write_text(f"{ahead or '+0'}\n")
        fresh.rename(self._clock_file)

    @property
    def _clock_file(self) -> Path:
        return self.folder / "clock"

    def _wrong_clock(self) -> dict[str, str]:
        if self._clock_ahead is None:
            return {}
        if not _WRONG_CLOCK.exists():
            raise ChildFailed("a wrong clock needs Debian's package libfaketime")
        return {
            "LD_PRELOAD": str(_WRONG_CLOCK),
            "FAKETIME_TIMESTAMP_FILE": str(self._clock_file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
        }

    def _wait_until_dark(self) -> None:
        # The X server takes a moment to notice that a client is gone.
        with XScreen(self.display) as screen:
            while screen.find_window():
                screen.wait_for_change(0.1)

    # The parts.

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
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
        # A number of our own choosing: the server would take the first that its /tmp leaves free, while clients look
        # for it in the network namespace first, where another container may have it. Several, as one may be taken.
        for number in random.SystemRandom().sample(range(1_000, 30_000), _DISPLAYS):
            if self._has_started_xvfb(number):
                self.display = f":{number}"
                return
        raise ChildFailed(self.children["xvfb"].explain())

    def _has_started_xvfb(self, number: int) -> bool:
        reader, writer = os.pipe()  # Told through it when ready.
        options = ["-displayfd", str(writer), "-screen", "0", f"{self.wishes.width}x{self.wishes.height}x24"]
        self._start("xvfb", "Xvfb", f":{number}", *options, "-nolisten", "tcp", "-noreset", pass_fds=[writer])
        os.close(writer)
        with os.fdopen(reader) as answer:
            return answer.readline().strip() == str(number)

    def _start_card_reader(self) -> None:
        library = build(CHECKOUT / "build" / "ifd")
        device = self.folder / "reader.sock"
        self.pcscd = Pcscd(self._folder("pcscd"), library, device)
        own_pad = [] if self.wishes.pin_path == "pad" else ["--pin-pad"]
        self._start_device("card_reader", *options({"socket": device, "state": self._cards}), *own_pad)
        self._say("pcscd")
        self._exit.callback(self.pcscd.stop)
        self.pcscd.start()

    def _start_devices(self) -> None:
        pad = {"link": self.folder / "pin-pad", "state": self._folder("pad"), "key-file": self.folder / "pin-pad-key"}
        self._start_device("pin_pad", *options(pad))
        printer = {"link": self.folder / "printer", "state": self._folder("paper")}
        self._start_device("receipt_printer", *options(printer))
        self.loudspeaker = Loudspeaker(self.folder / "sound")
        self._start_device("camera")
        self._start_device("id_reader", *options({"link": self.folder / "id-reader"}))
        if self.wishes.a4:
            self._start_device("document_printer")

    def _write_configuration(self) -> None:
        folder, wishes = self.folder, self.wishes
        ours: dict[str, Mapping[str, Any]] = {
            "machine": {"name": self.name, "number": self.number},
            "central": {
                "url": self._central.url,
                "ca_file": str(self._central.ca_file),
                "secret_file": str(folder / "secret"),
            },
            "certificates": {"verify_url": f"{self._central.url}/verify"},
            "pin_pad": self._pin_pad(),
            "receipt_printer": {"port": str(folder / "printer")},
            "camera": {"source": self.control("camera")("state")["url"]},
            "id_reader": {"port": str(folder / "id-reader")},
            "voice": {"devices": str(self.loudspeaker.folder)},
            "document_printer": {"queue": self.control("document_printer")("state")["queue"]} if wishes.a4 else {},
            "screen": {
                "width": wishes.width,
                "height": wishes.height,
                "fullscreen": wishes.fullscreen,
                "language": wishes.language,
            },
            "policy": {"file": str(CHECKOUT / "config" / "policy.toml"), "region": wishes.region},
            "storage": {"directory": str(self._folder("storage"))},
            "console": {
                "socket": str(self.console),
                "engineers": grp.getgrgid(os.getgid()).gr_name,
                "export_key": self._export_key(),
            },
            "access": self._access(),
        }
        configuration = tomllib.loads((CHECKOUT / "config" / "kiosk.toml").read_text(encoding="utf-8"))
        for key in ("port", "key_file"):
            del configuration["pin_pad"][key]  # Which machine has them says `_pin_pad`.
        del configuration["console"]["group"]  # This computer doesn't have it.
        for changes in (ours, wishes.changes or {}):
            for section, keys in changes.items():
                configuration[section].update(keys)
        (folder / "kiosk.toml").write_text(_toml(configuration), encoding="utf-8")

    def _access(self) -> dict[str, str]:
        """Whom the virtual technicians' authority names, and the virtual operations centre lets in."""
        files = {"technicians_ca": authority_pem(), "centre_key": centre_pem()}
        for name, content in files.items():
            (self.folder / f"{name}.pem").write_bytes(content)
        return {name: str(self.folder / f"{name}.pem") for name in files}

    @property
    def export_key(self) -> Path:
        """The file with the virtual bureau's own half of the key that exports are enciphered to."""
        return self.folder / "export.key"

    def _export_key(self) -> str:
        if not self.export_key.exists():
            self.export_key.write_text(str(x25519.Identity.generate()), encoding="utf-8")
        return str(x25519.Identity.from_str(self.export_key.read_text(encoding="utf-8")).to_public())

    def _pin_pad(self) -> dict[str, str]:
        port, key_file = str(self.folder / "pin-pad"), str(self.folder / "pin-pad-key")
        match self.wishes.pin_path:
            case "pad":
                return {"path": "pad", "port": port, "key_file": key_file}
            case "both":
                return {"path": "reader", "port": port}  # What such a pad enciphers is opened by the issuer alone.
            case alone:
                return {"path": alone}


def machine_name(number: int) -> str:
    """What machine `number` is called in the fleet."""
    return f"kiosk-{number}"


def options(values: Mapping[str, object]) -> list[str]:
    """Arguments of a command line: `--name value` for each."""
    return [text for name, value in values.items() for text in (f"--{name}", str(value))]


def _toml(configuration: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables of plain values: what JSON writes for them is TOML too."""
    lines = []
    for section, keys in configuration.items():
        lines.append(f"[{section}]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
    return "\n".join(lines) + "\n"
