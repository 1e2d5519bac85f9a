"""Runs mutmut over the code that operations depend on, in a copy of the tree, and judges what it found.

What a test noticed once stays noticed until its function changes, and so does what none noticed and survivors.toml
explains; what isn't explained is tried again at every run. With patterns of mutants' names ("kiosk.operations.steps.*")
only those are tried, and the score still counts all.
"""

import contextlib
import importlib
import json
import re
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
    "central/id_card.py",
    "central/face_checks.py",
    "central/one_time_codes.py",
    "central/limits.py",
    "central/relay.py",
)
TESTS = (
    "tests/kiosk/operations",
    *(
        f"tests/central/test_{name}.py"
        for name in (
            "operations",
            "transitions",
            "evidence",
            "id_card",
            "face_checks",
            "one_time_codes",
            "limits",
            "relay",
            "registry",
            "cases",
            "applications",
            "eligibility",
            "staff",
            "texts",
        )
    ),
)
LEFT_OUT = ("tests/kiosk/operations/test_coverage.py", "tests/kiosk/operations/test_any_order.py")
"""The one measures the copy, not what is changed in it. What tries anything in any order, here and at the server, takes
longer than all others together; without it the score is lower at most."""
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
SURVIVED, NO_TESTS = 0, 33
"""The exit codes that mutmut notes: the tests pass; none runs the function."""


_STRING = re.compile(r'f?"[^"]*"')


def main() -> None:
    """Run, print, and exit with status 1 where the score is low or a survivor unexplained; `--fresh`: from nothing."""
    patterns = [argument for argument in sys.argv[1:] if argument != "--fresh"]
    if "--fresh" in sys.argv:
        shutil.rmtree(COPY, ignore_errors=True)
    explained = tomllib.loads((Path(__file__).parent / "survivors.toml").read_text(encoding="utf-8"))
    prepare({name for name, change in survivors().items() if reason(explained, name, change)})
    mutmut = Path(sys.executable).with_name("mutmut")
    with (COPY / "mutmut.log").open("w") as log:
        ran = subprocess.run([mutmut, "run", *patterns], cwd=COPY, stdout=log, stderr=log, check=False)
    if ran.returncode:
        sys.exit(f"mutants: mutmut failed; see {COPY / 'mutmut.log'}")
    subprocess.run([mutmut, "export-cicd-stats"], cwd=COPY, check=True, stdout=subprocess.DEVNULL)
    stats = json.loads((COPY / "mutants" / "mutmut-cicd-stats.json").read_text())
    unexplained = 0
    for name, change in survivors().items():
        why = reason(explained, name, change)
        unexplained += why is None
        print(f"survived {name}", *change, f"  because: {why or 'NOT EXPLAINED'}", sep="\n")
    noticed = stats["killed"] + stats["timeout"] + stats["segfault"]
    tried = noticed + stats["survived"] + stats["no_tests"] + stats["suspicious"]
    score = noticed / tried
    print(f"{tried} mutants, score {score:.1%}, {stats['survived']} survived, {unexplained} of them not explained, "
          f"{stats['no_tests']} without a test, {stats['total'] - tried} not tried")  # fmt: skip
    sys.exit(score < LEAST_SCORE or unexplained > 0 or stats["no_tests"] > 0)


def survivors() -> dict[str, list[str]]:
    """What the last run left, by name: the lines that were changed."""
    found: dict[str, list[str]] = {}
    if not (COPY / "mutants").exists():
        return found
    with contextlib.chdir(COPY):  # Where mutmut looks for everything.
        show = importlib.import_module("mutmut.mutation.diff_apply").get_diff_for_mutant
        for file in sorted(Path("mutants").rglob("*.py.meta")):
            for name, code in json.loads(file.read_text())["exit_code_by_key"].items():
                if code == SURVIVED:
                    lines = show(name).splitlines()
                    found[name] = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return found


def reason(explained: dict[str, str], name: str, change: list[str]) -> str | None:
    """Why this survivor changes nothing that a test could see: by parts of its function's name and of the change."""
    text = "\n".join((name, *change, *kinds(change)))
    return next((why for part, why in explained.items() if all(p.strip() in text for p in part.split(" & "))), None)


def kinds(change: list[str]) -> list[str]:
    """What sort of change it is: `~case`, `~prose`, both or neither."""
    before, after = ("\n".join(line[1:] for line in change if line[0] == sign) for sign in "-+")
    found = ["~case"] if before.lower() == after.lower() else []
    silent = _silent(before)
    if silent != before and _silent(after) in (silent, silent.replace('""', "None", 1)):
        found.append("~prose")
    return found


def _silent(code: str) -> str:
    """Without the strings that have a blank in them: outside of SQL they are written for people."""
    return _STRING.sub(lambda found: '""' if " " in found[0] else found[0], code)


def prepare(settled: set[str]) -> None:
    """Copy what mutmut needs, with its settings; what survived is to be tried again, but for what is settled."""
    COPY.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.rmtree(COPY / name, ignore_errors=True)
            shutil.copytree(
                source, COPY / name, copy_function=shutil.copy, ignore=shutil.ignore_patterns("__pycache__")
            )
        else:
            shutil.copy(source, COPY / name)
    shutil.rmtree(COPY / "mutants" / "tests", ignore_errors=True)  # mutmut copies over what is there.
    tests_by_function = COPY / "mutants" / "mutmut-stats.json"
    tests_by_function.unlink(missing_ok=True)
    for name in MUTATED:  # What was mutated of files that have gone.
        for file in (COPY / "mutants" / name).glob("*.py"):
            if not (COPY / name / file.name).exists():
                file.unlink()
    for file in (COPY / "mutants").rglob("*.py.meta"):
        if not file.with_suffix("").exists():
            file.unlink()
            continue
        verdicts = json.loads(file.read_text())
        codes = verdicts["exit_code_by_key"]
        again = {key for key, code in codes.items() if code in (SURVIVED, NO_TESTS) and key not in settled}
        verdicts["exit_code_by_key"] = codes | dict.fromkeys(again)
        file.write_text(json.dumps(verdicts))
    settings = (COPY / "pyproject.toml").read_text(encoding="utf-8")
    settings = settings.replace("pythonpath = [", 'pythonpath = [".", ')
    (COPY / "pyproject.toml").write_text(settings, encoding="utf-8")
    lines = {
        "source_paths": MUTATED,
        "also_copy": COPIED,
        "pytest_add_cli_args_test_selection": TESTS,
        "pytest_add_cli_args": ("-p", "no:cacheprovider", "-m", "not deep", *(f"--ignore={test}" for test in LEFT_OUT)),
    }
    text = "[mutmut]\n" + "".join(f"{key} =\n" + "".join(f"    {v}\n" for v in values) for key, values in lines.items())
    (COPY / "setup.cfg").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
