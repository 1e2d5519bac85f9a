"""Pure protocol code is held to every branch by its own tests: nothing else may have to reach it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = {
    "camera": ["protocol.py"],
    "face": ["protocol.py", "guidance.py", "liveness.py", "course.py"],
    "card_reader": ["protocol.py", "files.py", "numbers.py", "pin_entry.py"],
    "id_reader": ["protocol.py", "document.py", "numbers.py"],
    "pin_pad": ["protocol.py"],
    "receipt_printer": ["protocol.py"],
}


@pytest.mark.deep
@pytest.mark.timeout(500)
@pytest.mark.parametrize("device", PURE)
def test_every_branch_is_tested(device: str, tmp_path: Path) -> None:
    """All branches of each pure file, by the tests of the same name."""
    files = [f"drivers/{device}/{name}" for name in PURE[device]]
    tests = [f"tests/drivers/{device}/test_{name}" for name in PURE[device]]
    coverage = [sys.executable, "-m", "coverage"]
    environment = {**os.environ, "COVERAGE_FILE": str(tmp_path / "coverage")}
    run = [*coverage, "run", "--branch", f"--include={','.join(files)}", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run([*run, *tests], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400)
    assert ran.returncode == 0, ran.stdout[-2000:]
    report = [*coverage, "report", "--show-missing", "--fail-under=100"]
    told = subprocess.run(report, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stdout
    assert told.stdout.count(".py") == len(files), told.stdout
