"""Settings on trial: they run once, and go back by themselves."""

from pathlib import Path
from shutil import copy

import pytest

from kiosk.applied_settings import (
    APPLIED,
    NOT_USED,
    RUNNING,
    TRIAL,
    any_not_used,
    confirm,
    drop_not_used,
    go_back,
    on_trial,
    put_on_trial,
    settings_at_start,
)
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
    assert {path.name for path in config.parent.glob("settings*")} == {NOT_USED}
    assert any_not_used(config, config.parent)


def test_a_trial_that_nobody_confirmed_is_told_until_somebody_saw_to_it(config: Path) -> None:
    """Over any number of starts."""
    folder = config.parent
    put_on_trial(changed(config), config, folder)
    start(config)
    assert not any_not_used(config, folder)
    for _ in range(2):
        start(config)
        assert any_not_used(config, folder)
    drop_not_used(config, folder)
    assert not any_not_used(config, folder)


def test_another_trial_that_is_confirmed_sees_to_it(config: Path) -> None:
    """Whatever was left of the one before."""
    folder = config.parent
    for seconds in ("90", "120"):
        put_on_trial(changed(config, seconds), config, folder)
        start(config)
    assert any_not_used(config, folder)
    confirm(folder)
    assert not any_not_used(config, folder)


def test_whoever_goes_back_needs_not_be_told(config: Path) -> None:
    """The trial is over, and nothing is left of it."""
    put_on_trial(changed(config), config, config.parent)
    start(config)
    go_back(config.parent)
    assert start(config) == 60
    assert not any_not_used(config, config.parent)


@pytest.mark.parametrize("why", ["the bureau's file was changed", "a file that it names is gone"])
def test_what_was_confirmed_and_is_not_used_is_told(config: Path, why: str) -> None:
    """Until it can be used again, other settings are on trial, or somebody drops it."""
    folder, own = config.parent, config.read_text(encoding="utf-8")
    other = folder / "other-secret"
    other.touch(mode=0o600)
    put_on_trial(changed(config).replace(str(folder / "secret"), str(other)), config, folder)
    start(config)
    confirm(folder)
    assert not any_not_used(config, folder)
    if why == "a file that it names is gone":
        other.unlink()
    else:
        config.write_text(changed(config, "75"), encoding="utf-8")
    assert any_not_used(config, folder)
    other.touch(mode=0o600)
    config.write_text(own, encoding="utf-8")
    assert not any_not_used(config, folder)
    config.write_text(changed(config, "75"), encoding="utf-8")
    put_on_trial(changed(config, "100"), config, folder)
    start(config)
    assert not any_not_used(config, folder)
    go_back(folder)
    assert any_not_used(config, folder)
    drop_not_used(config, folder)
    assert not any_not_used(config, folder)
    assert not (folder / APPLIED).exists()


def test_what_is_used_is_not_dropped(config: Path) -> None:
    """Whoever clears an old trial keeps what was confirmed before."""
    folder = config.parent
    put_on_trial(changed(config), config, folder)
    start(config)
    confirm(folder)
    put_on_trial(changed(config, "120"), config, folder)
    start(config)
    start(config)
    drop_not_used(config, folder)
    assert start(config) == 90


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
