"""The package, through the life that it has on a machine: in a fresh Debian 12, made for this and thrown away."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent
pytestmark = [pytest.mark.deep, pytest.mark.timeout(2400)]

_OURS = ("kiosk", "kiosk-display", "kiosk-central", "kiosk-reader")


def run(*command: str | Path, ok: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT)
    assert not ok or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("package")
    return Path(run("script/package", "--out", out).stdout.strip())


class Machine:
    """A Debian 12 with nothing on it, in a folder; its commands run there as root."""

    def __init__(self, tree: Path) -> None:
        self.tree = tree

    def __call__(self, *command: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        entered = (
            "unshare", "--mount", "--propagation", "private", "sh", "-c",
            'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" "$@"',
            str(self.tree), "env", "DEBIAN_FRONTEND=noninteractive", *command,
        )  # fmt: skip
        return run(*entered, ok=ok)

    def path(self, inside: str) -> Path:
        return self.tree / inside.lstrip("/")

    def remains(self) -> set[str]:
        """Files and users whose name tells whose they are."""
        found = run("find", self.tree, "-xdev", "-iname", "*kiosk*", "-not", "-path", "*/srv/*").stdout.splitlines()
        users = [name for name in _OURS if self("getent", "passwd", name, ok=False).returncode == 0]
        groups = [name for name in _OURS if self("getent", "group", name, ok=False).returncode == 0]
        return {*(path.removeprefix(str(self.tree)) for path in found), *users, *groups}


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """From the registry that this machine's own apt is set to."""
    assert os.geteuid() == 0, "needs root: a Debian tree has devices and users of its own"
    assert shutil.which("debootstrap"), "needs debootstrap: script/setup --test installs it"
    sources = [*Path("/etc/apt/sources.list.d").glob("*.sources"), Path("/etc/apt/sources.list")]
    text = "\n".join(path.read_text() for path in sources if path.exists())
    mirror = re.search(r"^(?:URIs:|deb(?: \[.*?\])?) +(\S+)", text, re.MULTILINE)
    assert mirror, "apt has no source: nothing to make a Debian from"
    tree = tmp_path_factory.mktemp("debian")
    tree.chmod(0o755)
    run("debootstrap", "--variant=minbase", "--include=ca-certificates", "bookworm", tree, mirror[1])
    for file in ("/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt"):
        shutil.copy(file, tree / file[1:])
    for path in sources:
        if path.exists():
            shutil.copy(path, tree / str(path)[1:])
    machine = Machine(tree)
    machine("apt-get", "update")
    yield machine
    shutil.rmtree(tree)


def newer(package: Path, folder: Path) -> Path:
    """The same package as the next version, whose shipped settings have changed."""
    tree = folder / "tree"
    run("dpkg-deb", "-R", package, tree)
    control, settings = tree / "DEBIAN" / "control", tree / "etc" / "kiosk" / "kiosk.toml"
    control.write_text(re.sub(r"^Version: .*$", "Version: 9.0", control.read_text(), flags=re.MULTILINE))
    settings.write_text(settings.read_text().replace("heartbeat_seconds = 60", "heartbeat_seconds = 61"))
    run("dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, folder / "newer.deb")
    shutil.rmtree(tree)
    return folder / "newer.deb"


def test_the_checker_finds_no_error(package: Path) -> None:
    assert shutil.which("lintian"), "needs lintian: script/setup --test installs it"

    found = run("lintian", "--allow-root", "--fail-on", "error", "--tag-display-limit", "0", package, ok=False)

    errors = [line for line in found.stdout.splitlines() if line.startswith("E:")]
    assert (errors, found.returncode) == ([], 0)


def test_install_upgrade_remove_purge(package: Path, machine: Machine, tmp_path: Path) -> None:
    """One life; each step begins where the last one ended."""
    shutil.copy(package, machine.path("/var/tmp/package.deb"))
    machine("apt-get", "install", "-y", "-q", "/var/tmp/package.deb")

    assert machine("kiosk", "check", ok=False).stdout.startswith("/etc/kiosk/kiosk.toml: good\n")  # But no secret.
    assert "admit" in machine("kiosk-central", "--help").stdout
    everything = (
        "import kiosk.core, kiosk.app, screens.display, central.web, drivers.camera.worker, drivers.face.worker"
    )
    machine("/usr/lib/kiosk/environment/bin/python", "-I", "-c", everything)
    assert not machine.path("/usr/lib/kiosk/simulator").exists()
    said = machine(
        "systemd-analyze", "verify", "--man=no", "kiosk.service", "kiosk-central.service", "kiosk-display.service"
    )  # fmt: skip
    assert said.stderr == ""
    assert machine("systemctl", "is-enabled", "kiosk", ok=False).stdout == "disabled\n"

    settings = machine.path("/etc/kiosk/kiosk.toml")
    settings.write_text(settings.read_text().replace('name = "kiosk-3"', 'name = "kiosk-8"'))
    secret = machine.path("/etc/kiosk/secrets/central-secret")
    secret.write_text("a secret")
    state = machine.path("/var/lib/kiosk")
    state.mkdir()
    (state / "kiosk.db").write_text("a journal")
    machine("systemctl", "enable", "kiosk")

    shutil.copy(newer(package, tmp_path), machine.path("/var/tmp/package.deb"))
    machine("apt-get", "install", "-y", "-q", "-o", "Dpkg::Options::=--force-confdef", "-o",
            "Dpkg::Options::=--force-confold", "/var/tmp/package.deb")  # fmt: skip
    assert 'name = "kiosk-8"' in settings.read_text()
    assert "heartbeat_seconds = 61" in settings.with_name("kiosk.toml.dpkg-dist").read_text()
    assert machine("systemctl", "is-enabled", "kiosk").stdout == "enabled\n"

    machine("apt-get", "remove", "-y", "-q", "kiosk")
    assert not machine.path("/usr/lib/kiosk").exists()
    assert (settings.exists(), secret.exists(), (state / "kiosk.db").exists()) == (True, True, True)

    machine("apt-get", "purge", "-y", "-q", "kiosk")
    assert machine.remains() == set()
