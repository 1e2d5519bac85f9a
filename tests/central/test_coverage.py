"""The operation core is held to every branch by its own tests: nothing else may have to reach it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = (
    "operations",
    "transitions",
    "evidence",
    "id_card",
    "face_checks",
    "one_time_codes",
    "limits",
    "cases",
    "relay",
    "cards",
    "machines",
    "registry",
    "application_stages",
    "applications",
    "records",
    "eligibility",
    "certificates",
    "outlets",
    "texts",
    "attempts",
)
BENEATH = ("transaction", "drafts", "my_cards", "text_delivery")
"""What has no tests of its own."""


@pytest.mark.deep
@pytest.mark.timeout(900)
def test_every_branch_is_tested(tmp_path: Path) -> None:
    files = [f"central/{name}.py" for name in (*CORE, *BENEATH)]
    tests = [f"tests/central/test_{name}.py" for name in CORE]
    coverage = [sys.executable, "-m", "coverage"]
    environment = {**os.environ, "COVERAGE_FILE": str(tmp_path / "coverage")}
    run = [*coverage, "run", "--branch", f"--include={','.join(files)}", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run([*run, *tests], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=800)
    assert ran.returncode == 0, ran.stdout[-2000:]
    report = [*coverage, "report", "--show-missing", "--fail-under=100"]
    told = subprocess.run(report, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stdout
    assert told.stdout.count(".py") == len(files), told.stdout
