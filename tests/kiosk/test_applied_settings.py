"""Settings on trial: they run once, and go back by themselves."""

from pathlib import Path
from shutil import copy

import pytest

from kiosk.applied_settings import APPLIED, RUNNING, TRIAL, confirm, on_trial, put_on_trial, settings_at_start
from kiosk.applied_settings import text_in_force as in_force
from kiosk.settings import load

SHIPPED = Path(__file__).parents[2] / "config" / "kiosk.toml"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A bureau's file, with what it names."""
    for name in ("central-ca.pem", "secret", "key"):
        (tmp_path / name).touch(mode=0o600)
    copy(SHIPPED.with_name("policy.toml"), tmp_path)
    text = SHIPPED.read_text(encoding="utf-8").replace("/etc/kiosk/central-ca.pem", str(tmp_path / "central-ca.pem"))
    text = text.replace("/run/credentials/kiosk.service/secrets_central-secret", str(tmp_path / "secret"))
    text = text.replace("/run/credentials/kiosk.service/secrets_pin-pad-key", str(tmp_path / "key"))
    path = tmp_path / "kiosk.toml"
    path.write_text(text.replace('"/var/lib/kiosk"', f'"{tmp_path}"'), encoding="utf-8")
    return path


def start(config: Path) -> float:
    """What a start has for its idle time."""
    return settings_at_start(config, load(config)).visit.idle_seconds


def changed(config: Path, seconds: str = "90") -> str:
    return config.read_text(encoding="utf-8").replace("idle_seconds = 60", f"idle_seconds = {seconds}")


def test_a_trial_runs_once(config: Path) -> None:
    """Whatever ends that run: a crash, a power cut, a watchdog, nobody who confirms."""
    put_on_trial(changed(config), config, config.parent)
    assert [start(config), start(config), start(config)] == [90, 60, 60]


def test_what_is_confirmed_stays(config: Path) -> None:
    """And a later trial goes back to it."""
    put_on_trial(changed(config), config, config.parent)
    assert start(config) == 90
    assert on_trial(config.parent)
    confirm(config.parent)
    assert not on_trial(config.parent)
    assert start(config) == 90
    put_on_trial(changed(config, "120"), config, config.parent)
    assert [start(config), start(config)] == [120, 90]


def test_the_bureaus_own_file_counts_when_it_is_changed(config: Path) -> None:
    """What was made over the old one isn't used any more."""
    put_on_trial(changed(config), config, config.parent)
    start(config)
    confirm(config.parent)
    config.write_text(changed(config, "75"), encoding="utf-8")
    assert start(config) == 75


@pytest.mark.parametrize("wrong", ["not TOML", "", "missing file"])
def test_what_cannot_be_used_is_not_used(config: Path, wrong: str) -> None:
    """The kiosk starts with the old ones, now and later."""
    text = changed(config).replace(str(config.parent / "secret"), "/nowhere") if wrong == "missing file" else wrong
    put_on_trial(text, config, config.parent)
    assert [start(config), start(config)] == [60, 60]
    assert {path.name for path in config.parent.glob("settings*")} == set()


def test_the_text_is_that_of_what_runs(config: Path) -> None:
    """Without the mark that ties it to the bureau's file."""
    folder = config.parent
    assert in_force(config, folder) == ("file", config.read_text(encoding="utf-8"))
    put_on_trial(changed(config), config, folder)
    assert (folder / TRIAL).exists()
    start(config)
    assert (folder / RUNNING).exists()
    assert in_force(config, folder) == ("trial", changed(config))
    confirm(folder)
    assert (folder / APPLIED).exists()
    assert in_force(config, folder) == ("applied", changed(config))
