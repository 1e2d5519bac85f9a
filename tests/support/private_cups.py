"""A real CUPS of its own on a loopback port: `cupsd` with one raw queue, and a backend that keeps what it gets."""

import os
import subprocess
import time
from pathlib import Path

_CUPSD = """\
Listen 127.0.0.1:{port}
Browsing Off
DefaultAuthType None
WebInterface No
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  JobPrivateAccess default
  JobPrivateValues default
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
_FILES = """\
ServerRoot {root}/etc
RequestRoot {root}/spool
TempDir {root}/spool/tmp
CacheDir {root}/cache
StateDir {root}/state
AccessLog {root}/log/access
ErrorLog {root}/log/error
PageLog {root}/log/page
ServerBin {root}/bin
SystemGroup lpadmin
User lp
Group lp
"""
_BACKEND = """\
#!/bin/sh
# As backend(7) has it: no arguments lists devices; the document comes as a file or on standard input.
[ $# -gt 0 ] || {{ echo 'direct kept "Unknown" "Keeps what it gets"'; exit 0; }}
[ ! -e {root}/broken ] || exit 1
cat ${{6:+"$6"}} >{root}/out/$1.pdf
"""
_SYSTEM_BIN = Path("/usr/lib/cups")


class Cups:
    """One server and its queue `a4`; `close` ends it.

    Args:
        root: A new folder for all that it writes.
        port: Where it listens.
    """

    def __init__(self, root: Path, port: int) -> None:
        self.root = root
        self.uri = f"ipp://127.0.0.1:{port}/printers/a4"
        for name in ("etc", "spool/tmp", "cache", "state", "log", "out", "bin/backend"):
            (root / name).mkdir(parents=True)
        for part in ("filter", "daemon", "cgi-bin", "notifier"):
            (root / "bin" / part).symlink_to(_SYSTEM_BIN / part)
        backend = root / "bin/backend/kept"
        backend.write_text(_BACKEND.format(root=root))
        backend.chmod(0o755 if os.geteuid() else 0o700)  # Only for root's eyes: the server runs it as itself.
        words = {"root": root, "port": port}
        (root / "etc/cupsd.conf").write_text(_CUPSD.format(**words))
        (root / "etc/cups-files.conf").write_text(_FILES.format(**words))
        etc = root / "etc"
        command = ["/usr/sbin/cupsd", "-f", "-c", etc / "cupsd.conf", "-s", etc / "cups-files.conf"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._admin("lpadmin", "-p", "a4", "-E", "-v", "kept:/", "-m", "raw", "-o", "printer-error-policy=stop-printer")

    def break_printer(self) -> None:
        """From now on the printer prints nothing."""
        (self.root / "broken").touch()

    def printed(self) -> list[bytes]:
        """What came out."""
        return [path.read_bytes() for path in sorted((self.root / "out").iterdir())]

    def kept(self) -> list[Path]:
        """Documents that still lie at the server."""
        return list((self.root / "spool").glob("d*"))

    def close(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait(10)

    def _admin(self, *command: str) -> None:
        """Run one of CUPS's own programs, again while the server isn't up."""
        server = self.uri.removeprefix("ipp://").partition("/")[0]
        for _ in range(100):
            done = subprocess.run([f"/usr/sbin/{command[0]}", "-h", server, *command[1:]], capture_output=True)
            if not done.returncode:
                return
            time.sleep(0.1)
        self.close()
        raise AssertionError(done.stderr.decode() + (self.root / "log/error").read_text()[-2000:])
