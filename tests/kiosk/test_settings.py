import re
import shutil
from pathlib import Path

import pytest

from kiosk.settings import SettingsError, check_files, load

SHIPPED = Path(__file__).parents[2] / "config" / "kiosk.toml"


@pytest.fixture(autouse=True)
def policy(tmp_path: Path) -> None:
    """Beside the settings, as `[policy] file` has it."""
    shutil.copy(SHIPPED.with_name("policy.toml"), tmp_path)


def test_the_shipped_settings_are_good() -> None:
    """Every key of the example is one that the program knows."""
    assert load(SHIPPED).pin_pad.path == "pad"


def test_a_pad_beside_a_reader_needs_no_key_here(tmp_path: Path) -> None:
    """Nothing of it is opened on this machine: a key file is neither wanted nor looked at."""
    path = tmp_path / "kiosk.toml"
    content = SHIPPED.read_text(encoding="utf-8").replace('path = "pad"', 'path = "reader"', 1)
    for name in ("ca_file", "secret_file"):
        (tmp_path / name).touch(0o600)
        content = re.sub(rf'^{name} = "[^"]*"', f'{name} = "{tmp_path / name}"', content, flags=re.MULTILINE)
    for text in (content, re.sub(r'^key_file = "[^"]*"', "", content, flags=re.MULTILINE)):
        path.write_text(text, encoding="utf-8")
        settings = load(path)
        assert settings.pin_pad.port is not None
        check_files(path, settings)


FAULTS = [
    ('parity = "none"', 'parity = "sometimes"', "pin_pad.parity: Input should be 'none', 'even' or 'odd'"),
    ("entry_seconds = 60", "entry_seconds = 45", "pin_pad.entry_seconds: Input should be a multiple of 30"),
    ("number = 3 ", "number = 0 ", "machine.number: Input should be greater than or equal to 1"),
    ("read_seconds = 8", "", "central.read_seconds: Field required"),
    ("[log]", "[logs]", "log: Field required"),
    ("ask_for_status = true", "ask_for_status = true\ncolour = 4", "pin.colour: Extra inputs are not permitted"),
    (
        'key_file = "/run/credentials/kiosk.service/secrets_pin-pad-key"',
        "",
        'pin_pad.key_file: needed where path is "pad"',
    ),
    ("[camera]", "[camera", "is not TOML"),
    ("enabled = true", "", "face.enabled: Field required"),
    ('consent_version = "2026-1"', 'consent_version = "2026 / 1"', "face.consent_version: String should match"),
    ('region = "default"', "", "policy.region: Field required"),
    ('region = "default"', 'region = "hangzhou"', "policy.region: String should match pattern"),
    ('region = "default"', 'region = "999999"', "policy.region: must be a region of "),
]


@pytest.mark.parametrize(("good", "bad", "expected"), FAULTS)
def test_a_fault_names_file_key_and_what_was_expected(tmp_path: Path, good: str, bad: str, expected: str) -> None:
    """The one who edits the file shouldn't have to guess."""
    content = SHIPPED.read_text(encoding="utf-8")
    assert good in content
    path = tmp_path / "kiosk.toml"
    path.write_text(content.replace(good, bad, 1), encoding="utf-8")

    with pytest.raises(SettingsError) as caught:
        load(path)

    assert any(line.startswith(str(path)) and expected in line for line in caught.value.lines), caught.value.lines


def test_no_message_repeats_a_value(tmp_path: Path) -> None:
    """A secret in the wrong place must not end up in a log."""
    path = tmp_path / "kiosk.toml"
    path.write_text(
        SHIPPED.read_text(encoding="utf-8").replace('name = "kiosk-3"', 'name = "HUSH hush"'), encoding="utf-8"
    )
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert "HUSH" not in str(caught.value)


def test_a_missing_file_and_a_binary_one_are_told_apart(tmp_path: Path) -> None:
    """Each with its own remedy."""
    with pytest.raises(SettingsError, match="can't be read: No such file"):
        load(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="is not UTF-8 text"):
        load(tmp_path / "binary.toml")
