import os
import subprocess
import sys
from pathlib import Path

SHIPPED = Path(__file__).parents[3] / "config" / "kiosk.toml"
KIOSK = Path(sys.executable).with_name("kiosk")


def kiosk(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    every = os.environ | environment
    return subprocess.run([KIOSK, *arguments], capture_output=True, text=True, timeout=60, check=False, env=every)


def test_good_settings() -> None:
    """The shipped ones."""
    result = kiosk("check", "--config", SHIPPED)
    assert (result.returncode, result.stdout) == (0, f"{SHIPPED}: good\n")


def test_a_start_with_broken_settings_is_refused(tmp_path: Path) -> None:
    """Before any window or device is opened, with file, key and what was expected, one line each."""
    path = tmp_path / "kiosk.toml"
    content = SHIPPED.read_text(encoding="utf-8")
    path.write_text(content.replace("idle_seconds = 60", 'idle_seconds = "long"').replace("[log]", "[lok]"))
    result = kiosk("run", "--config", path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"{path}: visit.idle_seconds: Input should be a valid number, unable to parse string as a number",
        f"{path}: log: Field required",
        f"{path}: lok: Extra inputs are not permitted",
    ]


def test_the_technician_is_told_how_a_pin_reaches_the_card() -> None:
    """A separate pad's way isn't the standard's, and isn't passed over."""
    result = kiosk("information", "--config", SHIPPED)
    assert "pad: a separate pad" in result.stdout
    assert "not ISO 9564 conformant" in result.stdout


def test_a_start_without_its_files_is_refused(tmp_path: Path) -> None:
    """A certificate that isn't there, and a secret that others can read."""
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0o644)
    content = SHIPPED.read_text(encoding="utf-8")
    path = tmp_path / "kiosk.toml"
    path.write_text(content.replace("/etc/kiosk/central-secret", str(tmp_path / "secret")), encoding="utf-8")
    result = kiosk("run", "--config", path)
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f"{path}: central.ca_file: /etc/kiosk/central-ca.pem can't be read: No such file or directory",
        f"{path}: central.secret_file: {tmp_path}/secret can be read by others; its mode must be 0600 or 0400",
        f"{path}: pin_pad.key_file: /etc/kiosk/pin-pad-key can't be read: No such file or directory",
    ]


def test_a_start_without_a_display_says_so(tmp_path: Path) -> None:
    """One line, and the number of the display that was tried."""
    content = SHIPPED.read_text(encoding="utf-8")
    for name in ("central-ca.pem", "central-secret", "pin-pad-key"):
        (tmp_path / name).touch(mode=0o600)
    content = content.replace("/etc/kiosk/", f"{tmp_path}/")
    path = tmp_path / "kiosk.toml"
    path.write_text(content, encoding="utf-8")
    result = kiosk("run", "--config", path, DISPLAY=":31999")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "no window can be opened" in result.stderr
    assert ":31999" in result.stderr
