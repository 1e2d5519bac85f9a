"""An isolated pcscd: mount namespace, runtime folder and configuration of its own; several live side by side.

pcscd has its socket and its pid file compiled in, under /run/pcscd; so each instance gets a folder of its own mounted
there. Needs util-linux and no systemd, so it works inside a chroot; without root it needs unprivileged user
namespaces and that /run/pcscd exists, as Debian has both. libpcsclite reads PCSCLITE_CSOCK_NAME once a process: one
process talks to one instance's folder for life, restarts included.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

_CONFIGURATION = 'FRIENDLYNAME "{name}"\nDEVICENAME unix:{device}\nLIBPATH {library}\nCHANNELID 0\n'
_RUNTIME = Path("/run/pcscd")
_READY_SECONDS = 10.0


def _propagation() -> str:
    """How to keep the mount to ourselves. In a chroot that is no mount point `private` is impossible; `unchanged`
    does there, unless the tree around it is mounted shared (systemd does that): bind the tree on itself first."""
    private = ["unshare", "--mount", "--propagation", "private", "true"]
    return "private" if subprocess.run(private, capture_output=True).returncode == 0 else "unchanged"


class PcscdFailed(Exception):
    """pcscd didn't start, or died; the end of its log is in the message."""


class Pcscd:
    """One pcscd with one simulated reader.

    Args:
        folder: Its own; keep the path short, since it holds a Unix socket (108 bytes at most), and without spaces.
        library: The IFD handler that `build.build` made.
        device: Where the reader process listens.
        reader_name: How the reader is called; PC/SC appends ` 00 00`.
    """

    def __init__(self, folder: Path, library: Path, device: Path, reader_name: str = "Simulated Reader") -> None:
        self._folder = folder
        self._runtime = folder / "run"
        self._configuration = folder / "conf"
        self.log = folder / "pcscd.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._runtime.mkdir(parents=True, exist_ok=True)
        self._configuration.mkdir(exist_ok=True)
        handler = folder / library.name
        handler.unlink(missing_ok=True)
        handler.symlink_to(library)  # pcscd's configuration takes no path with a space; where the checkout is may have.
        text = _CONFIGURATION.format(name=reader_name, device=device, library=handler)
        (self._configuration / "simulated").write_text(text)

    @property
    def socket(self) -> Path:
        """What the client's PCSCLITE_CSOCK_NAME must be, from before its first call."""
        return self._runtime / "pcscd.comm"

    @property
    def pid_file(self) -> Path:
        """Where the running pcscd's process id stands."""
        return self._runtime / "pcscd.pid"

    @property
    def pid(self) -> int | None:
        """The running pcscd; None: not started, or gone."""
        return None if self._process is None or self._process.poll() is not None else self._process.pid

    def start(self) -> None:
        """Start it and return once it takes clients.

        Raises:
            PcscdFailed: It didn't come up.
        """
        self.socket.unlink(missing_ok=True)
        self.pid_file.unlink(missing_ok=True)
        _RUNTIME.mkdir(parents=True, exist_ok=True)
        program = shutil.which("pcscd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if program is None:
            raise PcscdFailed("pcscd isn't installed")
        # exec all the way: the process that we hold is pcscd itself.
        script = 'mount --bind "$1" /run/pcscd && exec "$2" --foreground --config "$3"'
        arguments = [str(self._runtime), program, str(self._configuration)]
        # Without root: root of a namespace of its own is enough, where the kernel grants that.
        become_root = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *("unshare", *become_root, "--mount", "--propagation", _propagation()),
                    *("setpriv", "--pdeathsig", "TERM", "--"),  # It ends with the stand, however that ends.
                    *("sh", "-c", script, "sh", *arguments),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _READY_SECONDS
        while not self._takes_clients():
            if self.pid is None or time.monotonic() > deadline:
                self.kill()
                raise PcscdFailed(self.log.read_text(errors="replace")[-2000:])
            time.sleep(0.005)

    def _takes_clients(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def kill(self) -> None:
        """As a crash: nothing is tidied."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order; by force if it hangs in the reader."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
