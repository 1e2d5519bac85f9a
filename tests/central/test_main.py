"""The command that runs the server."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("settings", [None, 'outlets = "none.toml"'])
def test_settings_that_can_not_be_used(settings: str | None, tmp_path: Path) -> None:
    """The status at which its unit doesn't try again, and the file's name."""
    file = tmp_path / "central.toml"
    if settings is not None:
        file.write_text(settings)
    for name in ("server.pem", "server-key.pem"):
        (tmp_path / name).touch()
    command = [sys.executable, "-m", "central", "--state", tmp_path, "--settings", file]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert f"{file}: can't be used" in run.stderr
