"""What holds no key and touches nothing is held to every branch by its own tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PURE = ("authority", "entered_pin", "messaging", "weakness")


@pytest.mark.deep
@pytest.mark.timeout(500)
def test_every_branch_is_tested(tmp_path: Path) -> None:
    """All branches of each pure file, by the tests of the same name."""
    files = [f"central/authority/{name}.py" for name in PURE]
    tests = [f"tests/central/authority/test_{name}.py" for name in PURE]
    coverage = [sys.executable, "-m", "coverage"]
    environment = {**os.environ, "COVERAGE_FILE": str(tmp_path / "coverage")}
    run = [*coverage, "run", "--branch", f"--include={','.join(files)}", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run([*run, *tests], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400)
    assert ran.returncode == 0, ran.stdout[-2000:]
    report = [*coverage, "report", "--show-missing", "--fail-under=100"]
    told = subprocess.run(report, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stdout
    assert told.stdout.count(".py") == len(files), told.stdout
