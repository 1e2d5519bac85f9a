"""The display's own command, on a real Xorg: only the graphics device is a virtual one.

As the service manager starts it: on a socket that it is given, as a user without rights, with terminal 7 as the
controlling one. Mounts of its own keep the host's terminals and its other displays out of it.
"""

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from Xlib import XK, X, display
from Xlib.ext import xtest

CHECKOUT = Path(__file__).parent.parent.parent
UNIT = (CHECKOUT / "systemd" / "kiosk-display.service").read_text(encoding="utf-8")
SHIPPED = (CHECKOUT / "systemd" / "xorg.conf").read_text(encoding="utf-8")
pytestmark = pytest.mark.deep

NO_GRAPHICS_DEVICE = """
Section "Device"
    Identifier "a screen that nobody sees"
    Driver "dummy"
    VideoRam 65536
EndSection
Section "Monitor"
    Identifier "of it"
    HorizSync 5.0-1000.0
    VertRefresh 5.0-200.0
    Modeline "1080x1920" 148.5 1080 1608 1652 1800 1920 1924 1929 1965
EndSection
Section "Screen"
    Identifier "its"
    Device "a screen that nobody sees"
    Monitor "of it"
    DefaultDepth 24
    SubSection "Display"
        Modes "1080x1920"
        Virtual 1080 1920
    EndSubSection
EndSection
"""

AS_THE_SERVICE_MANAGER = """
set -e
folder=$0
mount -t tmpfs tmpfs "$folder/terminals"
for number in 0 7; do
  mknod "$folder/terminals/tty$number" c 4 "$number"
  chown nobody:tty "$folder/terminals/tty$number"
  mount --bind "$folder/terminals/tty$number" "/dev/tty$number"
done
exec setsid --ctty setpriv --reuid=nobody --regid=nogroup --groups=tty,video,input --no-new-privs --bounding-set=-all \
  systemd-socket-activate --listen="$folder/socket/X0" "$@" <"/dev/tty7"
"""


class Server:
    """A running Xorg, which nobody has connected to yet."""

    def __init__(self, folder: Path) -> None:
        for place in ("terminals", "socket"):
            (folder / place).mkdir()
            (folder / place).chmod(0o777)
        configuration = folder / "xorg.conf"
        graphics = re.compile(r'Section "Device".*?EndSection\n', re.DOTALL)
        configuration.write_text(graphics.sub(NO_GRAPHICS_DEVICE, SHIPPED))
        [line] = re.findall(r"^ExecStart=((?:.*\\\n)*.*)$", UNIT, re.MULTILINE)
        command = line.replace("\\\n", " ").replace("/usr/share/kiosk/xorg.conf", str(configuration)).split()
        self.socket = folder / "socket" / "X0"
        self.name = f":{20_000 + os.getpid() % 10_000}"
        """As its clients call it: the kiosk's unit has the socket where they look for it, and so has this."""
        self.log = folder / "log"
        apart = ["unshare", "--mount", "--propagation", "private", "sh", "-c", AS_THE_SERVICE_MANAGER, str(folder)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen([*apart, *command], stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 20
        while not self.socket.exists():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)


class Window:
    """The kiosk's own window."""

    def __init__(self, server: Server) -> None:
        environment = os.environ | {"DISPLAY": server.name, "SDL_VIDEODRIVER": "x11"}
        self.process = subprocess.Popen(
            [sys.executable, str(CHECKOUT / "tests" / "screens" / "window.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert self.heard() == {"ready": True}, server.log.read_text()

    def heard(self) -> dict[str, object]:
        """The next line that it says."""
        assert self.process.stdout is not None
        line: dict[str, object] = json.loads(self.process.stdout.readline())
        return line

    def press(self) -> dict[str, object]:
        """The next press that it reports."""
        assert self.process.stdin is not None
        self.process.stdin.write('{"presses": 1}\n')
        self.process.stdin.flush()
        return self.heard()

    def end(self, how: signal.Signals) -> int:
        """End it; its exit status."""
        with self.process as process:
            process.send_signal(how)
            return process.wait(10)


@pytest.fixture
def server() -> Iterator[Server]:
    assert os.geteuid() == 0, "needs root: it hands over a terminal"
    folder = Path(tempfile.mkdtemp(prefix="kiosk-xorg-"))  # Where somebody without rights gets at it.
    folder.chmod(0o755)
    server = Server(folder)
    link = Path(f"/tmp/.X11-unix/X{server.name[1:]}")
    link.parent.mkdir(mode=0o1777, exist_ok=True)
    link.symlink_to(server.socket)
    try:
        yield server
    finally:
        link.unlink()
        server.process.terminate()
        server.process.wait(10)
        shutil.rmtree(folder)


@pytest.fixture
def hand(server: Server) -> Iterator[display.Display]:
    """What presses keys there."""
    connection = display.Display(server.name)
    yield connection
    connection.close()


def test_it_serves_one_client_after_another_and_no_key_ends_it(server: Server, hand: display.Display) -> None:
    """The page is there and hears a touch; the keys that end or leave an X server do nothing; after a client that was
    killed the next one is served by the same server.
    """
    window = Window(server)
    root = hand.screen().root
    assert (root.get_geometry().width, root.get_geometry().height) == (1080, 1920)
    picture = root.get_image(0, 0, 1080, 1920, X.ZPixmap, 0xFFFFFFFF).data
    assert len({picture[at : at + 3] for at in range(0, len(picture), 4 * 997)}) > 10, "a page has colours"

    for keys in (("Control_L", "Alt_L", "BackSpace"), ("Control_L", "Alt_L", "F1"), ("Control_L", "Alt_L", "Delete")):
        codes = [hand.keysym_to_keycode(XK.string_to_keysym(key)) for key in keys]
        for kind, order in ((X.KeyPress, codes), (X.KeyRelease, codes[::-1])):
            for code in order:
                xtest.fake_input(hand, kind, code)
        hand.sync()
    xtest.fake_input(hand, X.MotionNotify, x=540, y=1700)
    xtest.fake_input(hand, X.ButtonPress, 1)
    xtest.fake_input(hand, X.ButtonRelease, 1)
    hand.sync()
    assert "heard" in window.press()

    window.end(signal.SIGKILL)
    assert Window(server).end(signal.SIGTERM) == 0
    assert server.process.poll() is None, server.log.read_text()


def test_it_has_no_rights(server: Server, hand: display.Display) -> None:
    """The user's, with no capability that could come back; on its terminal, without having switched to it."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert fields["Name"] == "Xorg"
    assert set(fields["Uid"].split()) == {str(pwd.getpwnam("nobody").pw_uid)}
    assert {int(fields[which], 16) for which in ("CapPrm", "CapEff", "CapBnd")} == {0}
    assert fields["NoNewPrivs"] == "1"
    log = server.log.read_text()
    assert "using VT number 7" in log
    assert "(EE) Fatal" not in log
