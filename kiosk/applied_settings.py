"""Settings that an engineer applied at the console, in place of the bureau's file while that stays as it was.

What is applied is on trial first: the next start runs with it, once. Unless somebody confirms it in time, and whatever
else ends that run, the start after it has the old settings back. When the bureau's own file is changed, that counts.
"""

import hashlib
import os
from pathlib import Path

import structlog

from kiosk.settings import Settings, SettingsError, check_files, parse

log = structlog.get_logger()

CONFIRM_SECONDS = 120
APPLIED, TRIAL, RUNNING = "settings.toml", "settings-trial.toml", "settings-running.toml"
"""Confirmed; waits for the next start; is what runs now, and not confirmed."""
NOT_USED = "settings-not-used.toml"
"""A trial that nobody confirmed, or that couldn't run; kept until somebody has seen to it."""

_MARK = "# Applied at the console over the file with SHA-256 "


def settings_at_start(config: Path, base: Settings) -> Settings:
    """The settings to run with. A trial that is left of an earlier run is over.

    Args:
        config: The bureau's file.
        base: What it says.
    """
    folder = base.storage.directory
    if (folder / RUNNING).exists():
        log.warning("settings.trial_failed")
        (folder / RUNNING).rename(folder / NOT_USED)
    if (folder / TRIAL).exists():
        (folder / TRIAL).rename(folder / RUNNING)
        _sync(folder)
        if (settings := _usable(folder / RUNNING, config)) is not None:
            log.info("settings.trial_runs")
            return settings
        (folder / RUNNING).rename(folder / NOT_USED)
    if (folder / APPLIED).exists() and (settings := _usable(folder / APPLIED, config)) is not None:
        log.info("settings.applied_run")
        return settings
    return base


def text_in_force(config: Path, folder: Path) -> tuple[str, str]:
    """Where the settings that run come from (`trial`, `applied` or `file`), and their text.

    Raises:
        OSError: It can't be read.
    """
    for source, name in (("trial", RUNNING), ("applied", APPLIED)):
        path = folder / name
        if path.exists() and _usable(path, config) is not None:
            return source, path.read_text(encoding="utf-8").partition("\n")[2]
    return "file", config.read_text(encoding="utf-8")


def put_on_trial(text: str, config: Path, folder: Path) -> None:
    """Have the next start run with `text`.

    Raises:
        OSError: It can't be written; nothing is changed.
    """
    fresh = folder / f"{TRIAL}.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(f"{_MARK}{_digest(config)}\n{text}")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(folder / TRIAL)
    _sync(folder)


def on_trial(folder: Path) -> bool:
    """Whether what runs now waits to be confirmed."""
    return (folder / RUNNING).exists()


def confirm(folder: Path) -> None:
    """What runs now is kept, in place of whatever was applied before.

    Raises:
        OSError: It can't be, or nothing is on trial.
    """
    (folder / RUNNING).rename(folder / APPLIED)
    (folder / NOT_USED).unlink(missing_ok=True)
    _sync(folder)


def go_back(folder: Path) -> None:
    """What runs now isn't wanted: the next start has the old settings, and nobody needs to be told.

    Raises:
        OSError: It can't be dropped; the next start has the old settings all the same.
    """
    (folder / RUNNING).unlink(missing_ok=True)


def any_not_used(config: Path, folder: Path) -> bool:
    """Whether something was applied that the machine doesn't run with."""
    return (folder / NOT_USED).exists() or _left_aside(config, folder)


def drop_not_used(config: Path, folder: Path) -> None:
    """Throw away what was applied and isn't used.

    Raises:
        OSError: It can't be.
    """
    (folder / NOT_USED).unlink(missing_ok=True)
    if _left_aside(config, folder):
        (folder / APPLIED).unlink()
    _sync(folder)


def _left_aside(config: Path, folder: Path) -> bool:
    """Whether what was confirmed can't be used. While other settings are on trial nobody asks."""
    applied = folder / APPLIED
    return not on_trial(folder) and applied.exists() and _usable(applied, config) is None


def _usable(path: Path, config: Path) -> Settings | None:
    """What `path` says; None: it was made over another file, or can't be used."""
    try:
        with path.open(encoding="utf-8") as file:
            mark, text = file.readline().strip(), file.read()
        if mark != f"{_MARK}{_digest(config)}":
            log.warning("settings.file_changed", applied=path.name)
            return None
        settings = parse(text, path, config.parent)
        check_files(path, settings)
    except (OSError, UnicodeDecodeError, SettingsError) as error:
        log.error("settings.not_usable", applied=path.name, error=type(error).__name__)
        return None
    return settings


def _digest(config: Path) -> str:
    return hashlib.sha256(config.read_bytes()).hexdigest()


def _sync(folder: Path) -> None:
    """What was renamed stays so after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
