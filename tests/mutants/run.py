"""Runs mutmut over the code that operations depend on, in a copy of the tree, and judges what it found."""

import json
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPY = ROOT / "build" / "mutants"
MUTATED = (
    "kiosk/operations",
    "central/operations.py",
    "central/transitions.py",
    "central/evidence.py",
    "central/relay.py",
)
TESTS = (
    "tests/kiosk/operations",
    *(
        f"tests/central/test_{name}.py"
        for name in ("operations", "operations_model", "transitions", "evidence", "relay", "registry")
    ),
)
LEFT_OUT = ("--ignore=tests/kiosk/operations/test_coverage.py",)
"""It measures the copy, not what is changed in it."""
COPIED = (
    "kiosk",
    "drivers",
    "central",
    "simulator",
    "screens",
    "config",
    "tests",
    "docs",
    "pyproject.toml",
    "README.md",
)
LEAST_SCORE = 0.9


def main() -> None:
    """Run, print, and exit with status 1 where the score is low or a survivor unexplained."""
    prepare()
    mutmut = str(Path(sys.executable).with_name("mutmut"))
    with (COPY / "mutmut.log").open("w") as log:
        ran = subprocess.run([mutmut, "run", *sys.argv[1:]], cwd=COPY, stdout=log, stderr=log, check=False)
    if ran.returncode:
        sys.exit(f"mutants: mutmut failed; see {COPY / 'mutmut.log'}")
    subprocess.run([mutmut, "export-cicd-stats"], cwd=COPY, check=True, stdout=subprocess.DEVNULL)
    stats = json.loads((COPY / "mutants" / "mutmut-cicd-stats.json").read_text())
    listed = subprocess.run([mutmut, "results"], cwd=COPY, check=True, capture_output=True, text=True).stdout
    survivors = [line.split(":")[0].strip() for line in listed.splitlines() if line.strip().endswith(": survived")]
    explained = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text(encoding="utf-8"))
    unexplained = []
    for name in survivors:
        shown = subprocess.run([mutmut, "show", name], cwd=COPY, check=True, capture_output=True, text=True).stdout
        change = [line for line in shown.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
        why = reason(explained, name, change)
        print(f"survived {name}", *change, f"  because: {why or 'NOT EXPLAINED'}", sep="\n")
        if why is None:
            unexplained.append(name)
    tried = stats["killed"] + stats["survived"] + stats["no_tests"] + stats["timeout"] + stats["suspicious"]
    score = (stats["killed"] + stats["timeout"]) / tried
    print(f"{tried} mutants, score {score:.1%}, {len(survivors)} survived, {len(unexplained)} of them not explained, "
          f"{stats['no_tests']} without a test")  # fmt: skip
    sys.exit(score < LEAST_SCORE or bool(unexplained))


def reason(explained: dict[str, str], name: str, change: list[str]) -> str | None:
    """Why this survivor changes nothing that a test could see: by a part of its function's name and of the change."""
    text = name + "\n" + "\n".join(change)
    return next((why for part, why in explained.items() if all(p.strip() in text for p in part.split("&"))), None)


def prepare() -> None:
    """Copy what mutmut needs, with its settings."""
    shutil.rmtree(COPY, ignore_errors=True)
    COPY.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, COPY / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, COPY / name)
    settings = (COPY / "pyproject.toml").read_text(encoding="utf-8")
    settings = settings.replace('pythonpath = ["tests/support"', 'pythonpath = [".", "tests/support"')
    (COPY / "pyproject.toml").write_text(settings, encoding="utf-8")
    lines = {
        "source_paths": MUTATED,
        "also_copy": COPIED,
        "pytest_add_cli_args_test_selection": TESTS,
        "pytest_add_cli_args": ("-p", "no:cacheprovider", "-m", "not deep", *LEFT_OUT),
    }
    text = "[mutmut]\n" + "".join(f"{key} =\n" + "".join(f"    {v}\n" for v in values) for key, values in lines.items())
    (COPY / "setup.cfg").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
