"""The heart of the machine is held to every branch by its own tests: nothing else may have to reach it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_every_branch_is_tested(tmp_path: Path) -> None:
    """All branches of `kiosk/operations`, by the tests in this folder."""
    coverage = [sys.executable, "-m", "coverage"]
    environment = {**os.environ, "COVERAGE_FILE": str(tmp_path / "coverage")}
    run = [*coverage, "run", "--branch", "--include=kiosk/operations/*", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    tests = ["tests/kiosk/operations", f"--ignore={Path(__file__).relative_to(ROOT)}"]
    ran = subprocess.run([*run, *tests], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=800)
    assert ran.returncode == 0, ran.stdout[-2000:]
    report = [*coverage, "report", "--show-missing", "--fail-under=100"]
    told = subprocess.run(report, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stdout
    files = {path.name for path in (ROOT / "kiosk" / "operations").glob("*.py")}
    assert {line.split()[0].rpartition("/")[2] for line in told.stdout.splitlines() if ".py" in line} == files
