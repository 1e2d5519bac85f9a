"""The two commands, as far as they can be tried without a fresh machine."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from simulator.scenarios import SCENARIOS

CHECKOUT = Path(__file__).parent.parent
NAMES = ("bench", "crash", "lock", "mutants", "package", "run", "setup", "simulate", "table", "test")
SCRIPTS = [*(f"script/{name}" for name in NAMES), ".ci/run"]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    return subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, timeout=100)


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_are_executable_and_sound(script: str) -> None:
    assert os.access(CHECKOUT / script, os.X_OK)
    assert run("bash", "-n", script).stderr == ""


@pytest.mark.parametrize("script", NAMES)
def test_help_sets_nothing_up(script: str, tmp_path: Path) -> None:
    """On a fresh machine, where there is nothing yet to ask."""
    shutil.copytree(CHECKOUT / "script", tmp_path / "script")

    told = run(str(tmp_path / "script" / script), "--help")

    assert (told.returncode, told.stderr) == (0, "")
    assert f"script/{script} " in told.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["script"]


@pytest.mark.parametrize("script", ["crash", "run", "simulate"])
def test_help_is_the_program_s_own_where_it_is_installed(script: str) -> None:
    assert "show this help message" in run(f"script/{script}", "--help").stdout


@pytest.mark.parametrize("arguments", ["crash --images 20 --jobs 1", "simulate --seeds 1 --steps 100"])
def test_a_proof_runs_by_its_command(arguments: str) -> None:
    """It finds everything that it needs, outside of the tests, too."""
    script, *rest = arguments.split()
    ran = run(f"script/{script}", *rest)
    assert ran.returncode == 0, ran.stderr
    assert "violations" in ran.stdout


def test_everything_that_is_asked_for_is_pinned_with_hashes() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    asked = project["dependencies"] + [name for extra in project["optional-dependencies"].values() for name in extra]
    lock = (CHECKOUT / "requirements.lock").read_text()
    pinned = dict(re.findall(r"^([a-z0-9-]+)==\S+ \\\n    (--hash=sha256:[0-9a-f]{64})", lock, re.MULTILINE))

    assert {re.split(r"[<>=\[]", name)[0].lower() for name in asked} <= pinned.keys()
    assert len(pinned) == lock.count("==")


def test_the_lock_leaves_it_to_the_machine_where_packages_come_from() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text()

    assert "://" not in lock
    assert "index" not in lock


def test_the_scenarios_are_listed_with_what_they_show() -> None:
    lines = run(".venv/bin/python", "-m", "simulator", "--list").stdout.splitlines()

    assert len(lines) == len(SCENARIOS)
    assert all(re.match(r"[a-z-]+ +[A-Z].{20,}\.$", line) for line in lines)


def test_an_unknown_scenario_is_refused_before_anything_starts() -> None:
    refused = run(".venv/bin/python", "-m", "simulator", "--scenario", "fly")

    assert refused.returncode == 2
    assert "change-pin" in refused.stderr


def test_a_scenario_prints_steps_and_leaves_pictures(tmp_path: Path) -> None:
    played = run(
        ".venv/bin/python", "-m", "simulator", "--scenario", "wrong-card", "--out", str(tmp_path), "--seed", "7"
    )  # fmt: skip
    *steps, end = map(json.loads, played.stdout.splitlines())

    assert played.returncode == 0, played.stdout
    assert (end["scenario"], end["result"]) == ("wrong-card", "refused")
    assert all(step.keys() == {"t", "page", "act"} for step in steps)
    assert {step["page"] for step in steps} >= {"home", "card-foreign", "card-silent"}
    assert (tmp_path / "01-home.png").exists()
