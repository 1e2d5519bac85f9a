"""The units, judged by systemd's own programs without being started."""

import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parent.parent.parent / "systemd"
SERVICES = sorted(SYSTEMD.glob("*.service"))
UNITS = [*SERVICES, *sorted(SYSTEMD.glob("*.socket"))]
_EXPOSURE = 20
"""Of 100: `systemd-analyze security` prints 2.0."""
_INSTALLED = {"/usr/bin/kiosk", "/usr/bin/kiosk-central", "/usr/lib/xorg/Xorg"}
"""What the units start, and the package brings, itself or by what it depends on."""


def systemd(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def exposure(unit: Path) -> subprocess.CompletedProcess[str]:
    return systemd(
        "systemd-analyze", "security", "--offline=true", f"--threshold={_EXPOSURE}", "--no-pager", "--json=short", unit
    )  # fmt: skip


def complaints(folder: Path) -> list[str]:
    """What `systemd-analyze verify` says of the units in a folder, but for the programs that the package brings."""
    units = sorted([*folder.glob("*.service"), *folder.glob("*.socket")])
    said = systemd("systemd-analyze", "verify", "--man=no", *units).stderr.splitlines()
    absent = {f"{unit.name}: Command {path} is not executable: No such file or directory"
              for unit in units for path in _INSTALLED}  # fmt: skip
    return [line for line in said if line not in absent]


def test_there_are_units() -> None:
    assert {unit.name for unit in SERVICES} == {"kiosk.service", "kiosk-display.service", "kiosk-central.service"}


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_can_do_little_but_its_task(unit: Path) -> None:
    judged = exposure(unit)

    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_each_exception_is_explained(unit: Path) -> None:
    """What systemd counts against a unit is named in the unit's head, but for what it asks of every service here."""
    everywhere = {"RootDirectory=/RootImage="}  # Debian's libraries are the host's.
    head = unit.read_text().split("\n[Unit]")[0]
    counted = {check["name"] for check in json.loads(exposure(unit).stdout) if not check["set"] and check["exposure"]}
    named = {name for name in counted if re.split(r"=~?", name)[0] in head}

    assert counted - named - everywhere == set()


def test_verify_finds_nothing() -> None:
    assert complaints(SYSTEMD) == []


def test_verify_finds_a_word_that_systemd_does_not_know(tmp_path: Path) -> None:
    for unit in UNITS:
        shutil.copy(unit, tmp_path)
    broken = tmp_path / "kiosk.service"
    broken.write_text(broken.read_text().replace("WatchdogSec=", "WatchdogSecs="))

    assert any("WatchdogSecs" in line for line in complaints(tmp_path))


def test_the_bound_is_met_narrowly_enough_to_bite(tmp_path: Path) -> None:
    """Without its capabilities, calls and files held back, a unit fails."""
    loose = tmp_path / "kiosk.service"
    text = (SYSTEMD / "kiosk.service").read_text()
    loose.write_text(re.sub(r"^(SystemCallFilter|CapabilityBoundingSet|ProtectSystem)=.*\n", "", text, flags=re.M))

    assert exposure(loose).returncode != 0


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_no_service_leaves_a_core_file_or_runs_a_shell(unit: Path) -> None:
    text = unit.read_text()

    assert "\nLimitCORE=0\n" in text
    assert re.search(r"^User=kiosk", text, re.M)
    assert not re.search(r"^Exec\w+=.*\bsh\b", text, re.M)


def test_the_kiosk_waits_for_the_card_service_and_is_watched() -> None:
    text = (SYSTEMD / "kiosk.service").read_text()

    assert re.search(r"^After=.*\bpcscd\.socket\b", text, re.M)
    assert re.search(r"^Type=notify$", text, re.M)
    assert re.search(r"^WatchdogSec=\d+$", text, re.M)
    assert re.search(r"^StartLimitBurst=\d+$", text, re.M)


def test_users_are_fixed_and_can_not_log_in() -> None:
    """Each user that a unit names is made, and none has a shell."""
    said = systemd("systemd-sysusers", "--dry-run", SYSTEMD / "kiosk.sysusers")
    named = {name for unit in SERVICES for name in re.findall(r"^User=(\S+)$", unit.read_text(), re.M)}

    assert said.returncode == 0, said.stderr
    lines = [line.split() for line in (SYSTEMD / "kiosk.sysusers").read_text().splitlines() if line.startswith("u ")]
    assert {line[1] for line in lines} == named
    assert {line[-1] for line in lines} == {"/usr/sbin/nologin"}


def test_every_name_of_a_port_is_one_that_the_settings_may_use() -> None:
    """The shipped settings and the template of the rules call the devices the same."""
    settings = (SYSTEMD.parent / "config" / "kiosk.toml").read_text()
    links = set(re.findall(r'SYMLINK\+="([^"]+)"', (SYSTEMD / "kiosk-ports.rules").read_text()))

    assert links == {"kiosk/pin-pad", "kiosk/receipt-printer", "kiosk/camera", "kiosk/card-reader"}
    for name in set(re.findall(r'"/dev/(kiosk/[^"]+)"', settings)):
        assert name in links


def test_the_watchdog_leaves_room_in_fifteen_seconds() -> None:
    """Its time and the pause before the next start leave five for the start itself: docs/hangs.md."""
    text = (SYSTEMD / "kiosk.service").read_text()
    seconds = [int(re.findall(rf"^{key}=(\d+)$", text, re.M)[0]) for key in ("WatchdogSec", "RestartSec")]

    assert sum(seconds) <= 10
    for unit in ("kiosk", "kiosk-central"):
        text = (SYSTEMD / f"{unit}.service").read_text()
        assert re.search(r"^Type=notify$", text, re.M)
        assert re.search(r"^WatchdogSignal=SIGKILL$", text, re.M), "SIGABRT would leave a core file"


def test_the_console_knows_who_connects() -> None:
    """In a user namespace of its own the kiosk would see nobody; the groups of the settings are made."""
    unit = (SYSTEMD / "kiosk.service").read_text()
    console = tomllib.loads((SYSTEMD.parent / "config" / "kiosk.toml").read_text())["console"]
    made = set(re.findall(r"^g (\S+)", (SYSTEMD / "kiosk.sysusers").read_text(), re.M))
    roles = {console[key] for key in ("operators", "technicians", "engineers", "auditors")}

    assert "\nPrivateUsers=no\n" in unit
    folder = str(Path(console["socket"]).parent)
    assert f"\nReadWritePaths=-{folder}\n" in unit
    made_as = next(line.split() for line in (SYSTEMD / "kiosk.tmpfiles").read_text().splitlines() if folder in line)
    assert made_as == ["d", folder, "2750", "kiosk", console["group"], "-"], "its group is the socket's"
    assert {console["group"], *roles} <= made
    groups = re.search(r"^SupplementaryGroups=(.*)$", unit, re.M)
    assert groups
    assert roles.isdisjoint(groups[1].split())


def test_no_key_and_no_terminal_is_a_way_out() -> None:
    """Of the kernel, of logind, of the X server."""
    xorg = (SYSTEMD / "xorg.conf").read_text()
    display = (SYSTEMD / "kiosk-display.service").read_text()
    logind = (SYSTEMD / "logind.conf").read_text()

    assert set(re.findall(r'Option "(DontVTSwitch|DontZap|DontZoom)" "true"', xorg)) == {
        "DontVTSwitch", "DontZap", "DontZoom",
    }  # fmt: skip
    assert '"XkbOptions" "srvrkeys:none,terminate:"' in xorg
    assert {"-novtswitch", "-nolisten"} <= set(display.split())
    assert "kernel.sysrq = 0" in (SYSTEMD / "sysctl.conf").read_text()
    for key in ("Power", "Reboot", "Suspend", "Hibernate"):
        assert f"Handle{key}Key=ignore\n" in logind
        assert f"Handle{key}KeyLongPress=ignore\n" in logind


def test_the_log_can_not_fill_the_disk() -> None:
    text = (SYSTEMD / "journald.conf").read_text()

    assert {"SystemMaxUse=500M", "SystemKeepFree=1G", "MaxRetentionSec=180day"} <= set(text.split())


def test_secrets_are_roots_alone(tmp_path: Path) -> None:
    """By systemd's own program, in a tree of its own."""
    for folder in ("kiosk", "kiosk-central"):
        (tmp_path / "etc" / folder / "secrets").mkdir(parents=True, mode=0o755)
        (tmp_path / "etc" / folder / "secrets" / "one").touch(0o644)

    users = systemd("systemd-sysusers", f"--root={tmp_path}", SYSTEMD / "kiosk.sysusers")
    assert users.returncode == 0, users.stderr
    said = systemd("systemd-tmpfiles", "--create", f"--root={tmp_path}", SYSTEMD / "kiosk.tmpfiles")

    assert (said.returncode, said.stderr) == (0, "")
    for folder in ("kiosk", "kiosk-central"):
        secrets = tmp_path / "etc" / folder / "secrets"
        assert (secrets.stat().st_mode & 0o777, (secrets / "one").stat().st_mode & 0o777) == (0o700, 0o600)
    units = "".join(unit.read_text() for unit in SERVICES)
    assert set(re.findall(r"^LoadCredential=secrets:(\S+)$", units, re.M)) == {
        "/etc/kiosk/secrets",
        "/etc/kiosk-central/secrets",
    }


def test_the_rules_of_devices_are_sound() -> None:
    """udev's words in pairs of key, operator and value; ports stay with Debian's groups."""
    for name in ("kiosk.rules", "kiosk-ports.rules"):
        for line in (SYSTEMD / name).read_text().splitlines():
            rule = line.removeprefix("#")
            if "==" not in rule:
                continue
            for pair in rule.split(", "):
                assert re.fullmatch(r'[A-Z]+(\{[^}]+\})?(==|!=|\+?=|:=)"[^"]*"', pair), pair


def test_the_display_does_not_begin_anew_after_its_last_client() -> None:
    """An X server that does so has lost the socket that it was given: the kiosk, started again, would wait for ever."""
    assert re.search(r"^ExecStart=.* -noreset ", (SYSTEMD / "kiosk-display.service").read_text(), re.M)


def test_what_a_bureau_edits_stays() -> None:
    """Every file that the package puts below /etc is a conffile, and no other is."""
    put = re.findall(r"^ *put \d+ \S+ (/etc/\S+)$", (SYSTEMD.parent / "script" / "package").read_text(), re.MULTILINE)
    assert sorted(put) == sorted((SYSTEMD.parent / "debian" / "conffiles").read_text().split())
